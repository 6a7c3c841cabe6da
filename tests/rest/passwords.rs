use fauxforce::world::Session;

use crate::harness::{JSON, Rig};

fn user(rig: &Rig, username: &str) -> String {
    let soql = format!("SELECT Id FROM User WHERE Username = '{username}'");
    rig.query(&soql).json()["records"][0]["Id"].as_str().expect("the user").to_owned()
}

#[test]
fn a_password_is_set_and_reset() {
    let rig = Rig::new();
    let path = format!("v59.0/sobjects/User/{}/password", user(&rig, "channel.manager@fauxforce.test"));
    assert_eq!(rig.get(&path).told(), r#"200 {"isExpired":false}"#);
    assert_eq!(rig.ask("HEAD", &path, &[], "").status, 200);
    let set = rig.post(&path, r#"{"NewPassword":"correct horse 1"}"#);
    assert_eq!((set.status, &*set.body), (204, ""));
    assert_eq!(
        rig.post(&path, r#"{"NewPassword":"lettersonly"}"#).told(),
        r#"400 [{"message":"Your password must have a mix of letters and numbers.","errorCode":"INVALID_NEW_PASSWORD"}]"#
    );
    assert_eq!(rig.post(&path, "{}").json()[0]["errorCode"], "INVALID_NEW_PASSWORD");
    let reset = rig.delete(&path);
    assert_eq!(reset.status, 200);
    assert!(reset.json()["NewPassword"].as_str().is_some_and(|new| new.len() >= 9), "{}", reset.body);
    assert_eq!(rig.get(&path).json()["isExpired"], true);
    let state = rig.world.lock();
    let mails = state.outbox.borrow();
    assert_eq!(mails.last().map(|mail| mail.kind), Some("password_reset"));
}

#[test]
fn others_passwords_need_a_permission() {
    let rig = Rig::new();
    let admin = user(&rig, "admin@fauxforce.test");
    rig.log_in("other", "readonly.owner@fauxforce.test");
    let as_other = [("authorization", "Bearer other")];
    let refused = rig.ask("GET", &format!("v59.0/sobjects/User/{admin}/password"), &as_other, "");
    assert_eq!(
        refused.told(),
        r#"403 [{"message":"You do not have permission to view this record.","errorCode":"INSUFFICIENT_ACCESS"}]"#
    );
    let own = user(&rig, "readonly.owner@fauxforce.test");
    assert_eq!(rig.ask("GET", &format!("v59.0/sobjects/User/{own}/password"), &as_other, "").status, 200);
}

#[test]
fn an_expired_password_can_be_set_and_nothing_else() {
    let rig = Rig::new();
    let own = user(&rig, "admin@fauxforce.test");
    let path = format!("v59.0/sobjects/User/{own}/password");
    rig.delete(&path);
    {
        let state = rig.world.lock();
        let session = state.sessions.find(crate::harness::TOKEN, 0).expect("the session");
        state.sessions.open(Session { password_expired: true, ..session });
    }
    assert_eq!(
        rig.get("v59.0/recent").told(),
        r#"403 [{"message":"The users password has expired, you must call SetPassword before attempting any other API operations","errorCode":"INVALID_OPERATION_WITH_EXPIRED_PASSWORD"}]"#
    );
    assert_eq!(rig.ask("POST", &path, JSON, r#"{"NewPassword":"another one 2"}"#).status, 204);
    assert_eq!(rig.get("v59.0/recent").status, 200);
    assert_eq!(rig.get("v59.0/sobjects/Account/001Ff0000000001AAA/password").status, 404);
}
