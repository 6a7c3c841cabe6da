//! An API version knows its own fields and no others.

use serde_json::Value;

use crate::harness::{Rig, encoded};

const USER: &str = "SELECT Id FROM User WHERE Username = 'admin@fauxforce.test'";

fn admin(rig: &Rig) -> String {
    rig.query(USER).json()["records"][0]["Id"].as_str().expect("an id").to_owned()
}

/// The fields of an object in a version's describe.
fn described(rig: &Rig, version: u32, object: &str) -> Vec<String> {
    let describe = rig.get(&format!("v{version}.0/sobjects/{object}/describe")).json();
    let fields = describe["fields"].as_array().expect("fields").iter();
    fields.map(|field| field["name"].as_str().expect("a name").to_owned()).collect()
}

/// Object, field, the first and the last version that know it.
const FIELDS: &[(&str, &str, u32, u32)] = &[
    ("User", "HasUserVerifiedEmail", 63, 67),
    ("User", "HasUserVerifiedPhone", 63, 67),
    ("User", "UserPreferencesHideManagedEcaMobilePubModal", 64, 67),
    ("User", "StartDay", 60, 67),
    ("User", "SuAccessExpirationDate", 60, 67),
    ("User", "UserPreferencesHasSentWarningEmail240", 57, 67),
    ("User", "NumberOfFailedLogins", 48, 67),
    ("User", "IndividualId", 48, 67),
    ("Contact", "IndividualId", 48, 67),
    ("Contact", "ContactSource", 60, 67),
    ("User", "UserPreferencesDisableFeedbackEmail", 31, 53),
    ("User", "UserPreferencesDisableWorkEmail", 31, 53),
    ("User", "UserPreferencesHideLegacyRetirementModal", 31, 57),
    ("Group", "Description", 62, 67),
];

#[test]
fn every_way_to_read_a_field_heeds_its_versions() {
    let rig = Rig::new();
    let user = admin(&rig);
    let contact = rig.create("Contact", r#"{"LastName":"Doe"}"#);
    let group = rig.create("Group", r#"{"Name":"Team","Type":"Regular"}"#);
    for (object, field, first, last) in FIELDS {
        let id = match *object {
            "User" => &user,
            "Contact" => &contact,
            _ => &group,
        };
        for version in
            [first.saturating_sub(1).max(31), *first, *last, last + 1].into_iter().filter(|v| *v <= 67)
        {
            let known = (first..=last).contains(&&version);
            let what = format!("{object}.{field} at {version}");
            let soql = encoded(&format!("SELECT {field} FROM {object} LIMIT 1"));
            let query = rig.get(&format!("v{version}.0/query?q={soql}"));
            let row = rig.get(&format!("v{version}.0/sobjects/{object}/{id}"));
            let one = rig.get(&format!("v{version}.0/sobjects/{object}/{id}?fields={field}"));
            assert_eq!(
                described(&rig, version, object).contains(&(*field).to_owned()),
                known,
                "describe {what}"
            );
            assert_eq!(row.json().get(*field).is_some(), known, "row {what}");
            assert_eq!(query.status, if known { 200 } else { 400 }, "{what}: {}", query.body);
            assert_eq!(one.status, if known { 200 } else { 400 }, "{what}: {}", one.body);
            if !known {
                assert_eq!(query.json()[0]["errorCode"], "INVALID_FIELD");
                assert_eq!(one.json()[0]["errorCode"], "INVALID_FIELD");
            }
        }
    }
}

#[test]
fn saves_of_a_version_know_its_fields() {
    let rig = Rig::new();
    let user = admin(&rig);
    let path = |version: u32| format!("v{version}.0/sobjects/User/{user}");
    let refused = rig.patch(&path(57), r#"{"StartDay":"9"}"#);
    assert_eq!(
        refused.told(),
        r#"400 [{"message":"No such column 'StartDay' on sobject of type User","errorCode":"INVALID_FIELD"}]"#
    );
    assert_eq!(rig.patch(&path(60), r#"{"StartDay":"9"}"#).status, 204);
    let collection = |version: u32| {
        let body = format!(
            r#"{{"records":[{{"attributes":{{"type":"User"}},"id":"{user}","UserPreferencesDisableFeedbackEmail":true}}]}}"#
        );
        rig.patch(&format!("v{version}.0/composite/sobjects"), &body).json()
    };
    assert_eq!(collection(53)[0]["success"], true);
    assert_eq!(collection(54)[0]["errors"][0]["statusCode"], "INVALID_FIELD");
    // Each part of a batch has the version of its own URL.
    let batch = format!(
        r#"{{"batchRequests":[{{"method":"GET","url":"v57.0/sobjects/User/{user}?fields=StartDay"}},
            {{"method":"GET","url":"v60.0/sobjects/User/{user}?fields=StartDay"}}]}}"#
    );
    let got = rig.post("v60.0/composite/batch", &batch).json();
    let codes: Vec<&Value> = (0..2).map(|place| &got["results"][place]["statusCode"]).collect();
    assert_eq!(codes, [400, 200]);
    assert_eq!(got["results"][1]["result"]["StartDay"], "9");
}

#[test]
fn relationships_come_and_go_with_their_field() {
    let rig = Rig::new();
    let ask = |version: u32, soql: &str| rig.get(&format!("v{version}.0/query?q={}", encoded(soql))).status;
    let parent = "SELECT Individual.LastName FROM Contact";
    assert_eq!((ask(47, parent), ask(48, parent)), (400, 200));
    let children = "SELECT (SELECT Id FROM Contacts) FROM Individual";
    assert_eq!((ask(47, children), ask(48, children)), (400, 200));
    let fields = |version: u32| {
        let got = rig.get(&format!("v{version}.0/query?q=SELECT+FIELDS(STANDARD)+FROM+User+LIMIT+1")).json();
        got["records"][0].get("StartDay").is_some()
    };
    assert!(!fields(59) && fields(60));
}

#[test]
fn flags_of_a_describe_of_2026() {
    let rig = Rig::new();
    let describe = |object: &str| rig.get(&format!("v66.0/sobjects/{object}/describe")).json();
    let field = |describe: &Value, name: &str| -> Value {
        let fields = describe["fields"].as_array().expect("fields");
        fields.iter().find(|field| field["name"] == name).unwrap_or_else(|| panic!("{name}")).clone()
    };
    let user = describe("User");
    for shown in user["fields"].as_array().expect("fields") {
        let name = shown["name"].as_str().expect("a name");
        let prefixes = ["UserPermissions", "UserPreferences", "EmailPreferences"];
        if prefixes.iter().any(|prefix| name.starts_with(prefix)) {
            assert_eq!(shown["defaultedOnCreate"], false, "{name}");
        }
        assert!(!["UserPermissionsAvantgoUser", "UserPermissionsMobileUser"].contains(&name));
    }
    for name in ["IsActive", "ReceivesInfoEmails", "ReceivesAdminInfoEmails", "ForecastEnabled"] {
        assert_eq!(field(&user, name)["defaultedOnCreate"], true, "{name}");
    }
    assert_eq!(field(&user, "IsPortalEnabled")["createable"], false);
    assert_eq!(field(&user, "IsPortalEnabled")["updateable"], true);
    assert_eq!(field(&user, "DelegatedApproverId")["namePointing"], false);
    let name = field(&describe("Account"), "Name");
    assert_eq!(
        (&name["compoundFieldName"], &name["extraTypeInfo"]),
        (&"Name".into(), &"switchablepersonname".into())
    );
    assert_eq!(field(&describe("Case"), "Comments")["byteLength"], 4000);
    assert_eq!(field(&describe("Opportunity"), "Fiscal")["byteLength"], 6);
    assert_eq!(describe("PermissionSetLicense")["searchable"], true);
    assert_eq!(describe("UserLicense")["searchable"], true);
    let role = describe("UserRole");
    assert_eq!((&role["layoutable"], &role["mruEnabled"]), (&true.into(), &true.into()));
}

#[test]
fn opt_outs_of_a_contact_are_hidden_until_they_are_granted() {
    let rig = Rig::new();
    let names = ["HasOptedOutOfEmail", "HasOptedOutOfFax", "DoNotCall"];
    let shown = |rig: &Rig| names.map(|name| described(rig, 66, "Contact").contains(&name.to_owned()));
    assert_eq!(shown(&rig), [false; 3]);
    assert_eq!(rig.post("v66.0/sobjects/Contact", r#"{"LastName":"Doe","DoNotCall":true}"#).status, 400);
    let set = rig.create("PermissionSet", r#"{"Name":"Opt_outs","Label":"Opt outs"}"#);
    for name in names {
        rig.create(
            "FieldPermissions",
            &format!(
                r#"{{"ParentId":"{set}","SobjectType":"Contact","Field":"Contact.{name}","PermissionsRead":true,"PermissionsEdit":true}}"#
            ),
        );
    }
    let user = admin(&rig);
    rig.create("PermissionSetAssignment", &format!(r#"{{"AssigneeId":"{user}","PermissionSetId":"{set}"}}"#));
    assert_eq!(shown(&rig), [true; 3]);
    rig.create("Contact", r#"{"LastName":"Doe","DoNotCall":true}"#);
}
