//! Objects that connectors read besides users and accounts.

use serde_json::{Value, json};

use crate::harness::Rig;

fn rows(rig: &Rig, soql: &str) -> Vec<Value> {
    let got = rig.query(soql);
    assert_eq!(got.status, 200, "{soql}: {}", got.body);
    got.json()["records"].as_array().cloned().expect("rows")
}

#[test]
fn all_of_them_can_be_read() {
    let rig = Rig::new();
    for object in [
        "CollaborationGroup",
        "CollaborationGroupMember",
        "DelegateGroup",
        "DelegateGroupMember",
        "UserTerritory2Association",
        "Territory2",
        "UserTeamMember",
        "AccountTeamMember",
        "MutingPermissionSet",
        "UserPermissionAccess",
        "EntitySubscription",
        "TwoFactorMethodsInfo",
        "CurrencyType",
        "AuthSession",
        "LoginEvent",
        "CaseComment",
        "ContentDocumentLink",
        "PackageLicense",
        "UserPackageLicense",
        "SetupAuditTrail",
    ] {
        rows(&rig, &format!("SELECT Id FROM {object} LIMIT 5"));
        let describe = rig.get(&format!("v62.0/sobjects/{object}/describe")).json();
        let fields: Vec<&str> = describe["fields"]
            .as_array()
            .expect("fields")
            .iter()
            .filter_map(|field| field["name"].as_str())
            .take(40)
            .collect();
        rows(&rig, &format!("SELECT {} FROM {object} LIMIT 1", fields.join(", ")));
    }
}

#[test]
fn chatter_groups_have_members() {
    let rig = Rig::new();
    let group = rig.create("CollaborationGroup", r#"{"Name":"All hands","CollaborationType":"Public"}"#);
    let owner = &rows(&rig, "SELECT CollaborationRole, Member.Username FROM CollaborationGroupMember")[0];
    assert_eq!(
        (&owner["CollaborationRole"], &owner["Member"]["Username"]),
        (&"Admin".into(), &"admin@fauxforce.test".into())
    );
    let user =
        rows(&rig, "SELECT Id FROM User WHERE Username = 'norole.owner@fauxforce.test'")[0]["Id"].clone();
    let member = json!({ "CollaborationGroupId": group, "MemberId": user }).to_string();
    let id = rig.create("CollaborationGroupMember", &member);
    assert_eq!(
        rig.post("v62.0/sobjects/CollaborationGroupMember", &member).json()[0]["errorCode"],
        "DUPLICATE_VALUE"
    );
    let count = || rows(&rig, "SELECT MemberCount FROM CollaborationGroup")[0]["MemberCount"].clone();
    assert_eq!(count(), 2);
    rig.delete(&format!("v62.0/sobjects/CollaborationGroupMember/{id}"));
    assert_eq!(count(), 1);
    let nested = rows(&rig, "SELECT Name, (SELECT MemberId FROM GroupMembers) FROM CollaborationGroup");
    assert_eq!(nested[0]["GroupMembers"]["totalSize"], 1);
}

#[test]
fn sessions_and_permissions_are_those_of_now() {
    let rig = Rig::new();
    let sessions = rows(
        &rig,
        "SELECT UsersId, Users.Username, LoginType, SessionType, NumSecondsValid FROM AuthSession",
    );
    assert_eq!(sessions.len(), 1);
    assert_eq!(sessions[0]["Users"]["Username"], "admin@fauxforce.test");
    assert_eq!((&sessions[0]["SessionType"], &sessions[0]["NumSecondsValid"]), (&"API".into(), &7200.into()));
    rig.log_in("00DFf0000000001!other", "integration@fauxforce.test");
    assert_eq!(rows(&rig, "SELECT Id FROM AuthSession WHERE LoginType = 'Other Apex API'").len(), 2);
    let may = |headers: &[(&str, &str)]| {
        let soql = crate::harness::encoded(
            "SELECT PermissionsApiEnabled, PermissionsModifyAllData FROM UserPermissionAccess",
        );
        let got = rig.ask("GET", &format!("v62.0/query?q={soql}"), headers, "").json()["records"][0].clone();
        (got["PermissionsApiEnabled"].clone(), got["PermissionsModifyAllData"].clone())
    };
    assert_eq!(may(&[]), (true.into(), true.into()));
    assert_eq!(may(&[("authorization", "Bearer 00DFf0000000001!other")]), (true.into(), false.into()));
}

#[test]
fn a_managed_package_has_seats() {
    let rig = Rig::new();
    let package =
        rows(&rig, "SELECT Id, NamespacePrefix, Status, AllowedLicenses, UsedLicenses FROM PackageLicense");
    assert_eq!((&package[0]["AllowedLicenses"], &package[0]["UsedLicenses"]), (&10.into(), &0.into()));
    let user =
        rows(&rig, "SELECT Id FROM User WHERE Username = 'norole.owner@fauxforce.test'")[0]["Id"].clone();
    let seat = json!({ "PackageLicenseId": package[0]["Id"], "UserId": user }).to_string();
    let id = rig.create("UserPackageLicense", &seat);
    let used = || rows(&rig, "SELECT UsedLicenses FROM PackageLicense")[0]["UsedLicenses"].clone();
    assert_eq!(used(), 1);
    assert_eq!(
        rig.post("v62.0/sobjects/UserPackageLicense", &seat).json()[0]["errorCode"],
        "DUPLICATE_VALUE"
    );
    assert_eq!(rig.delete(&format!("v62.0/sobjects/UserPackageLicense/{id}")).status, 204);
    assert_eq!(used(), 0);
}

#[test]
fn territories_have_users() {
    let rig = Rig::new();
    let model = rig.create("Territory2Model", r#"{"Name":"World","DeveloperName":"World"}"#);
    let kind =
        rig.create("Territory2Type", r#"{"DeveloperName":"Named","MasterLabel":"Named","Priority":1}"#);
    let body = json!({ "Name": "EMEA", "DeveloperName": "EMEA", "Territory2ModelId": model, "Territory2TypeId": kind });
    let territory = rig.create("Territory2", &body.to_string());
    let user =
        rows(&rig, "SELECT Id FROM User WHERE Username = 'norole.owner@fauxforce.test'")[0]["Id"].clone();
    let row = json!({ "UserId": user, "Territory2Id": territory, "RoleInTerritory2": "Owner" }).to_string();
    rig.create("UserTerritory2Association", &row);
    assert_eq!(
        rig.post("v62.0/sobjects/UserTerritory2Association", &row).json()[0]["errorCode"],
        "DUPLICATE_VALUE"
    );
    let found = rows(&rig, "SELECT Territory2.Name, User.Username, IsActive FROM UserTerritory2Association");
    assert_eq!((&found[0]["Territory2"]["Name"], &found[0]["IsActive"]), (&"EMEA".into(), &true.into()));
}

#[test]
fn cases_have_comments_and_accounts_have_teams() {
    let rig = Rig::new();
    let case = rig.create("Case", r#"{"Subject":"Broken"}"#);
    rig.create("CaseComment", &json!({ "ParentId": case, "CommentBody": "Try again" }).to_string());
    let found = rows(&rig, "SELECT Id, (SELECT CommentBody FROM CaseComments) FROM Case");
    assert_eq!(found[0]["CaseComments"]["records"][0]["CommentBody"], "Try again");
    let account = rig.create("Account", r#"{"Name":"Acme"}"#);
    let user =
        rows(&rig, "SELECT Id FROM User WHERE Username = 'norole.owner@fauxforce.test'")[0]["Id"].clone();
    let member = json!({ "AccountId": account, "UserId": user, "TeamMemberRole": "Sales Rep", "AccountAccessLevel": "Edit" });
    rig.create("AccountTeamMember", &member.to_string());
    assert_eq!(
        rows(&rig, "SELECT User.Username FROM AccountTeamMember WHERE Account.Name = 'Acme'").len(),
        1
    );
}
