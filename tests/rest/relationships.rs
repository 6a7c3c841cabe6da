use crate::harness::Rig;

fn family(rig: &Rig) -> (String, Vec<String>) {
    let account = rig.create("Account", r#"{"Name":"Acme"}"#);
    let contacts = (0..3)
        .map(|n| rig.create("Contact", &format!(r#"{{"LastName":"Doe {n}","AccountId":"{account}"}}"#)));
    let contacts = contacts.collect();
    (account, contacts)
}

#[test]
fn to_the_parent() {
    let rig = Rig::new();
    let (account, contacts) = family(&rig);
    let path = format!("v59.0/sobjects/Contact/{}/Account", contacts[0]);
    assert_eq!(rig.get(&format!("{path}?fields=Name")).json()["Name"], "Acme");
    assert_eq!(rig.get(&path).json()["Id"], *account);
    assert_eq!(rig.patch(&path, r#"{"Name":"Other"}"#).status, 204);
    assert_eq!(rig.get(&path).json()["Name"], "Other");
    assert_eq!(rig.get(&format!("v59.0/sobjects/Contact/{}/ReportsTo", contacts[0])).status, 404);
    assert_eq!(rig.get(&format!("v59.0/sobjects/Contact/{}/Nothing", contacts[0])).status, 404);
    assert_eq!(rig.get(&path.replace("v59", "v35")).status, 404);
}

#[test]
fn to_the_children() {
    let rig = Rig::new();
    let (account, contacts) = family(&rig);
    let path = format!("v59.0/sobjects/Account/{account}/Contacts");
    let got = rig.get(&format!("{path}?fields=LastName")).json();
    assert_eq!(got["totalSize"], 3);
    assert_eq!(got["done"], true);
    let ids: Vec<_> = got["records"].as_array().expect("a list").iter().map(|r| r["Id"].clone()).collect();
    assert_eq!(ids, *contacts);
    assert_eq!(rig.get(&path).json()["records"][0]["AccountId"], *account);
    assert_eq!(rig.get(&format!("v59.0/sobjects/Account/{account}/Cases")).json()["totalSize"], 0);
    assert_eq!(rig.delete(&path).status, 405);
    assert_eq!(rig.get(&format!("{path}?fields=Nope")).status, 400);
}

#[test]
fn a_file_comes_as_it_is() {
    let rig = Rig::new();
    let account = rig.create("Account", r#"{"Name":"Acme"}"#);
    let body =
        format!(r#"{{"Name":"a.txt","ContentType":"text/plain","ParentId":"{account}","Body":"aGVsbG8="}}"#);
    let id = rig.create("Attachment", &body);
    let url = rig.get(&format!("v59.0/sobjects/Attachment/{id}?fields=Body")).json()["Body"].clone();
    let url = url.as_str().expect("a path");
    assert_eq!(url, format!("/services/data/v59.0/sobjects/Attachment/{id}/Body"));
    let file = rig.get(url.trim_start_matches("/services/data/"));
    assert_eq!(file.body, "hello");
    assert_eq!(file.header("content-type"), Some("text/plain"));
}
