//! A user's profile in Connect REST API.

use crate::harness::{JSON, Rig};

#[test]
fn a_profile_as_recorded() {
    let rig = Rig::new();
    let got = rig.get("v49.0/chatter/users/me");
    assert_eq!(got.status, 200);
    insta::with_settings!({snapshot_path => "../../snapshots", prepend_module_to_snapshot => false}, {
        insta::assert_json_snapshot!("chatter_user", got.json());
    });
    let id = got.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(rig.get(&format!("v49.0/chatter/users/{id}")).body, got.body);
    let xml = rig.ask("GET", "v49.0/chatter/users/me", &[("accept", "application/xml")], "");
    assert!(xml.body.contains("<aboutMe xsi:nil=\"true\"/>"), "{}", xml.body);
}

#[test]
fn what_a_user_has_filled_in() {
    let rig = Rig::new();
    let find = |name: &str| {
        let got = rig.query(&format!("SELECT Id FROM User WHERE Username = '{name}@fauxforce.test'")).json();
        got["records"][0]["Id"].as_str().expect("an id").to_owned()
    };
    let (user, manager) = (find("readonly.owner"), find("channel.manager"));
    let fields = format!(
        r#"{{"Street":"1 Main St","City":"Springfield","State":"OR","PostalCode":"97477","Country":"USA",
            "Phone":"(1) 2","MobilePhone":"3","Title":"Clerk","CompanyName":"Acme","ManagerId":"{manager}"}}"#
    );
    assert_eq!(rig.ask("PATCH", &format!("v59.0/sobjects/User/{user}"), JSON, fields).status, 204);
    let got = rig.get(&format!("v59.0/chatter/users/{user}")).json();
    assert_eq!(got["address"]["formattedAddress"], "1 Main St\nSpringfield, OR 97477\nUSA");
    assert_eq!(got["phoneNumbers"][0]["phoneNumber"], "(1) 2");
    assert_eq!(got["phoneNumbers"][1]["phoneType"], "Mobile");
    assert_eq!((&got["title"], &got["companyName"]), (&"Clerk".into(), &"Acme".into()));
    assert_eq!((&got["managerId"], &got["managerName"]), (&manager.into(), &"Casey Manager".into()));
}

#[test]
fn who_is_not_there() {
    let rig = Rig::new();
    let account = rig.create("Account", r#"{"Name":"Acme"}"#);
    for user in ["005000000000001AAA", account.as_str(), "nonsense"] {
        let got = rig.get(&format!("v59.0/chatter/users/{user}"));
        assert_eq!((got.status, &got.json()[0]["errorCode"]), (404, &"NOT_FOUND".into()), "{user}");
        assert!(got.header("x-fauxforce-gap").is_none());
    }
    for path in ["chatter/feeds", "chatter/users/me/groups", "chatter"] {
        let got = rig.get(&format!("v59.0/{path}"));
        assert_eq!(got.status, 404);
        assert!(got.header("x-fauxforce-gap").is_some(), "{path}");
    }
}
