//! Provisioning outcomes: which records exist after a save, and what they hold.

use fauxforce::model::id::Id;
use fauxforce::model::schema::FieldType;
use fauxforce::model::value::Value;

use crate::support::{CUSTOMER, Home, PARTNER, PLUS, home, home_with};

/// The fields of a record that provisioning decides.
const TOLD: &[&str] = &[
    "Name",
    "DeveloperName",
    "Username",
    "UserType",
    "IsActive",
    "IsPortalEnabled",
    "IsPartner",
    "IsCustomerPortal",
    "ContactId",
    "AccountId",
    "UserRoleId",
    "PortalRole",
    "PortalType",
    "PortalAccountId",
    "PortalAccountOwnerId",
    "ParentRoleId",
    "Type",
    "RelatedId",
    "UserId",
    "AssigneeId",
    "PermissionSetId",
    "IsExtIndicatorVisible",
];

/// Every record that an action made or changed, but for its system fields.
fn told(home: &Home, action: impl Fn(&Home)) -> String {
    let before = all(home);
    action(home);
    let after = all(home);
    let new: Vec<_> = after.iter().filter(|line| !before.contains(line)).cloned().collect();
    new.join("\n")
}

fn all(home: &Home) -> Vec<String> {
    let mut lines = Vec::new();
    let objects = [
        "Account",
        "Contact",
        "User",
        "UserRole",
        "Group",
        "UserLogin",
        "PermissionSetAssignment",
        "UserLicense",
    ];
    for name in objects {
        let object = home.org.standard(name).expect("an object");
        let sql = format!("SELECT \"Id\" FROM \"{name}\" ORDER BY \"Id\"");
        let ids = home.org.store.rows(&sql, [], |row| row.get::<_, String>(0)).expect("rows");
        for id in ids.iter().filter_map(|id| Id::parse(id)) {
            let record = home.record(id);
            let told = object
                .fields
                .iter()
                .filter(|field| TOLD.contains(&field.name.as_str()) || field.name == "UsedLicenses");
            let fields = told.filter_map(|field| {
                let value = match record.get(&field.name) {
                    Value::Null => return None,
                    Value::Text(text) if field.kind == FieldType::Reference => {
                        Id::parse(text).map_or(text.clone(), |id| called(home, id))
                    }
                    Value::Text(text) => text.clone(),
                    other => format!("{other:?}"),
                };
                Some(format!("{}: {value}", field.name))
            });
            lines.push(format!("{name} {{{}}}", fields.collect::<Vec<_>>().join(", ")));
        }
    }
    lines
}

/// A record by its name instead of its id.
fn called(home: &Home, id: Id) -> String {
    let Some(object) = home.org.schema.by_key_prefix(id.key_prefix()) else { return id.to_string() };
    match home.org.find(&object, id) {
        Ok(Some(record)) => {
            let name =
                record.id("ProfileId").filter(|_| object.name == "PermissionSet").map(|id| home.record(id));
            let name = name.as_ref().unwrap_or(&record).text("Name").unwrap_or(id.as_str()).to_owned();
            format!("<{} {name}>", object.name)
        }
        _ => id.to_string(),
    }
}

fn snapshot(name: &str, text: String) {
    insta::with_settings!({snapshot_path => "../../snapshots", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!(name, text);
    });
}

fn provision(home: &Home, profile: &str) {
    let owner = home.user("channel.manager");
    home.inserted("Account", &[("Name", "Globex"), ("OwnerId", owner.as_str())]);
    home.a_portal_user(profile, "Globex", "Doe");
}

#[test]
fn customer_community_user() {
    snapshot("outcome_customer_user", told(&home(), |home| provision(home, CUSTOMER)));
}

#[test]
fn customer_community_plus_user() {
    snapshot("outcome_customer_plus_user", told(&home(), |home| provision(home, PLUS)));
}

#[test]
fn partner_community_user_with_three_roles() {
    let home = home_with(|org| org.replace("\"portalRolesPerAccount\": 1", "\"portalRolesPerAccount\": 3"));
    snapshot("outcome_partner_user", told(&home, |home| provision(home, PARTNER)));
}

#[test]
fn internal_user() {
    let told = told(&home(), |home| {
        home.a_user("Standard User", &[("FirstName", "Jo")]);
    });
    snapshot("outcome_internal_user", told);
}

#[test]
fn deactivated_user() {
    let home = home();
    provision(&home, PLUS);
    let told = told(&home, |home| {
        home.updated("User", home.user("doe@example.com"), &[("IsActive", "false")]);
    });
    snapshot("outcome_deactivated_user", told);
}

#[test]
fn disabled_user() {
    let home = home();
    provision(&home, PLUS);
    let told = told(&home, |home| {
        home.updated("User", home.user("doe@example.com"), &[("IsPortalEnabled", "false")]);
    });
    snapshot("outcome_disabled_user", told);
}
