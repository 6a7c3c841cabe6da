//! SetupAuditTrail: a row for each change of the setup.

use serde_json::json;

use crate::harness::Rig;

/// Action, section and text of the rows, oldest first; there is none at the start.
fn trail(rig: &Rig) -> Vec<String> {
    let got = rig.query(
        "SELECT Action, Section, Display, CreatedBy.Username FROM SetupAuditTrail ORDER BY CreatedDate, Id",
    );
    assert_eq!(got.status, 200, "{}", got.body);
    let rows = got.json()["records"].as_array().cloned().expect("rows");
    let told = rows.iter().map(|row| {
        assert_eq!(row["CreatedBy"]["Username"], "admin@fauxforce.test");
        let text = |field: &str| row[field].as_str().unwrap_or("-").to_owned();
        format!("{} | {} | {}", text("Action"), text("Section"), text("Display"))
    });
    told.collect()
}

fn id(rig: &Rig, soql: &str) -> String {
    rig.query(soql).json()["records"][0]["Id"].as_str().unwrap_or_else(|| panic!("{soql}")).to_owned()
}

fn user(rig: &Rig, profile: &str, more: serde_json::Value) -> String {
    let profile = id(rig, &format!("SELECT Id FROM Profile WHERE Name = '{profile}'"));
    let mut user = json!({
        "Username": "ada@example.com", "LastName": "Lovelace", "FirstName": "Ada", "Email": "ada@example.com",
        "Alias": "ada", "TimeZoneSidKey": "Europe/London", "LocaleSidKey": "en_GB", "EmailEncodingKey": "UTF-8",
        "LanguageLocaleKey": "en_US", "ProfileId": profile,
    });
    for (name, value) in more.as_object().expect("fields") {
        user[name] = value.clone();
    }
    rig.create("User", &user.to_string())
}

#[test]
fn the_life_of_a_user_is_told() {
    let rig = Rig::new();
    assert!(trail(&rig).is_empty());
    let ada = user(&rig, "Standard User", json!({}));
    let short = &ada[..15];
    let change = |body: serde_json::Value| {
        let got = rig.patch(&format!("v62.0/sobjects/User/{ada}"), &body.to_string());
        assert_eq!(got.status, 204, "{}", got.body);
    };
    let reader = id(&rig, "SELECT Id FROM Profile WHERE Name = 'Read Only'");
    let role = rig.create("UserRole", r#"{"Name":"Head"}"#);
    change(json!({ "ProfileId": reader, "UserRoleId": role }));
    change(
        json!({ "FederationIdentifier": "ada", "UserPermissionsKnowledgeUser": true, "Title": "Countess" }),
    );
    let admin = id(&rig, "SELECT Id FROM User WHERE Username = 'admin@fauxforce.test'");
    change(json!({ "ManagerId": admin, "UserRoleId": null }));
    let login = id(&rig, &format!("SELECT Id FROM UserLogin WHERE UserId = '{ada}'"));
    for frozen in [true, false] {
        let body = json!({ "IsFrozen": frozen }).to_string();
        assert_eq!(rig.patch(&format!("v62.0/sobjects/UserLogin/{login}"), &body).status, 204);
    }
    assert_eq!(rig.delete(&format!("v62.0/sobjects/User/{ada}/password")).status, 200);
    change(json!({ "Username": "countess@example.com" }));
    change(json!({ "IsActive": false }));
    let admin_name =
        rig.query(&format!("SELECT Name FROM User WHERE Id = '{admin}'")).json()["records"][0]["Name"]
            .clone();
    let admin_name = admin_name.as_str().expect("a name");
    assert_eq!(
        trail(&rig),
        [
            "createduser | Manage Users | Created new user Ada Lovelace".to_owned(),
            "createdrole | Manage Users | Created new role Head".to_owned(),
            "changedprofileforuserstdtocust | Manage Users | Changed profile for user Ada Lovelace from Standard User to Read Only".to_owned(),
            "changedroleforuserfromnone | Manage Users | Changed role for user Ada Lovelace from <None Specified> to Head".to_owned(),
            format!("changedfederationid | Manage Users | Changed federation id for user Ada Lovelace (UserID: [{short}]) from null to ada"),
            "changedknowledgeuseroffon | Manage Users | For user Ada Lovelace, changed Knowledge user from off to on".to_owned(),
            "changedroleforusertonone | Manage Users | Changed role for user Ada Lovelace from Head to <None Specified>".to_owned(),
            format!("changedManager | Manage Users | The manager for user Ada Lovelace (UserID: [{short}]) changed from null to {admin_name}"),
            "frozeuser | Manage Users | Froze user account for Ada Lovelace".to_owned(),
            "unfrozeuser | Manage Users | Unfroze user account for Ada Lovelace".to_owned(),
            "resetpassword | Manage Users | Reset password for user Ada Lovelace".to_owned(),
            format!("changedusername | Manage Users | Changed username for {short} from ada@example.com to countess@example.com"),
            format!("deactivateduser | Manage Users | Deactivated user Ada Lovelace (UserID: [{short}])"),
        ]
    );
    let count = rig.query("SELECT COUNT() FROM SetupAuditTrail WHERE Action = 'frozeuser'").json();
    assert_eq!(count["totalSize"], 1);
}

#[test]
fn what_users_are_given_is_told() {
    let rig = Rig::new();
    let ada = user(&rig, "Standard User", json!({}));
    let who = format!("Ada Lovelace (UserID: [{}])", &ada[..15]);
    let set = rig.create("PermissionSet", r#"{"Name":"Api","Label":"Api users"}"#);
    rig.patch(&format!("v62.0/sobjects/PermissionSet/{set}"), r#"{"PermissionsApiEnabled":true}"#);
    let given = rig
        .create("PermissionSetAssignment", &json!({ "AssigneeId": ada, "PermissionSetId": set }).to_string());
    assert_eq!(rig.delete(&format!("v62.0/sobjects/PermissionSetAssignment/{given}")).status, 204);
    let license =
        id(&rig, "SELECT Id FROM PermissionSetLicense WHERE DeveloperName = 'SalesforceAPIIntegrationPsl'");
    let row = json!({ "AssigneeId": ada, "PermissionSetLicenseId": license }).to_string();
    let row = rig.create("PermissionSetLicenseAssign", &row);
    rig.delete(&format!("v62.0/sobjects/PermissionSetLicenseAssign/{row}"));
    let group = rig.create("Group", r#"{"Name":"Team","Type":"Regular"}"#);
    rig.create("GroupMember", &json!({ "GroupId": group, "UserOrGroupId": ada }).to_string());
    rig.create("Group", r#"{"Name":"Line","Type":"Queue"}"#);
    let package = id(&rig, "SELECT Id FROM PackageLicense WHERE NamespacePrefix = 'acmehr'");
    let seat =
        rig.create("UserPackageLicense", &json!({ "UserId": ada, "PackageLicenseId": package }).to_string());
    rig.delete(&format!("v62.0/sobjects/UserPackageLicense/{seat}"));
    let refused = rig.post("v62.0/sobjects/Group", r#"{"Name":"Nobody"}"#);
    assert_eq!(refused.status, 400);
    assert_eq!(
        trail(&rig)[1..],
        [
            "PermSetCreateNoLicense | Manage Users | Created permission set Api users: with no license".to_owned(),
            "PermSetEnableUserPerm | Manage Users | Changed permission set Api users: API Enabled permission was changed from disabled to enabled".to_owned(),
            format!("PermSetAssign | Manage Users | Permission set Api users: assigned to user {who}"),
            format!("PermSetUnassign | Manage Users | Permission set Api users: unassigned from user {who}"),
            format!("PermSetLicenseAssign | Manage Users | Permission set license Salesforce API Integration: assigned to user {who}"),
            format!("PermSetLicenseUnassign | Manage Users | Permission set license Salesforce API Integration removed from user {who}"),
            "createdgroup | Groups | Created Public Group Team".to_owned(),
            "groupMembership | Groups | Changed membership of Group Team".to_owned(),
            "createdqueue | Data Management | Created Queue Line".to_owned(),
            format!("granteduserpackagelicense | Custom App Licenses | Granted 1 User Package Licenses for User with ID: {}", &ada[..15]),
            "revokeduserpackagelicense | Custom App Licenses | Revoked User Package License assignment".to_owned(),
        ]
    );
}

#[test]
fn external_users_are_told_of_in_their_words() {
    let rig = Rig::new();
    let account = id(&rig, "SELECT Id FROM Account WHERE Name = 'Acme Customers'");
    let contact = rig.create("Contact", &json!({ "LastName": "Lovelace", "AccountId": account }).to_string());
    let ada = user(&rig, "Acme Customer Community User", json!({ "ContactId": contact }));
    rig.patch(&format!("v62.0/sobjects/User/{ada}"), r#"{"IsPortalEnabled":false}"#);
    let told = trail(&rig);
    assert!(
        told.contains(
            &"createdcustomersuccessuser | Customer Portal | Created new Customer User Ada Lovelace"
                .to_owned()
        ),
        "{told:#?}"
    );
    assert!(
        told.contains(
            &"CSPUserDisabled | Customer Portal | User ada@example.com disabled as a Customer Portal user"
                .to_owned()
        ),
        "{told:#?}"
    );
}
