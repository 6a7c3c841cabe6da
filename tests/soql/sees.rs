//! What a user may not see: fields, objects, other people's records.

use fauxforce::dml::{Call, Options, RecordInput};
use fauxforce::model::id::Id;
use fauxforce::model::value::{Input, Raw};
use fauxforce::org::Org;
use fauxforce::query::soql::retrieve;
use fauxforce::seed::Seed;
use fauxforce::store::Store;

use crate::small::{NOW, Small, Still};

/// The org of the default seed, with its administrator asking.
fn seeded() -> Small {
    let environment = Still(std::cell::Cell::new(NOW));
    let store = Store::in_memory().expect("memory");
    let org = Seed::built_in()
        .load(&environment, Id::numbered("00D", 1), store)
        .unwrap_or_else(|error| panic!("{error}"));
    let runner = org.runner(org.seeded.admin.expect("an administrator")).expect("a runner");
    Small { org, environment, runner, version: 62 }
}

impl Small {
    fn run_by(mut self, username: &str) -> Small {
        let id = self.column(&format!("SELECT Id FROM User WHERE Username = '{username}'")).remove(0);
        self.runner = self.org.runner(Id::parse(&id).expect("an id")).expect("a runner");
        self
    }

    fn save(&self, object: &str, fields: &[(&str, &str)]) -> String {
        let options = Options::default();
        let call = Call {
            org: &self.org,
            environment: &self.environment,
            runner: &self.runner,
            options: &options,
            rules: &fauxforce::rules::BOOK,
        };
        let input = |text: &str| match text {
            "true" | "false" => Input::new(Raw::Bool(text == "true")),
            _ => Input::from(text),
        };
        let sent = RecordInput {
            object: self.org.object(object).expect("store").expect("object"),
            id: None,
            fields: fields.iter().map(|(name, value)| ((*name).to_owned(), input(value))).collect(),
        };
        let outcome = call.insert(&[sent]).expect("store").remove(0);
        assert!(outcome.is_success(), "{object}: {:?}", outcome.faults);
        outcome.id.expect("an id").to_string()
    }

    /// A community user of an account, with a contact of the same last name.
    fn community_user(&self, profile: &str, account: &str, name: &str) {
        let profile = self.column(&format!("SELECT Id FROM Profile WHERE Name = '{profile}'")).remove(0);
        let account = self.column(&format!("SELECT Id FROM Account WHERE Name = '{account}'")).remove(0);
        let contact = self.save("Contact", &[("LastName", name), ("AccountId", &account)]);
        let username = format!("{name}@example.com");
        self.save(
            "User",
            &[
                ("Username", &username),
                ("LastName", name),
                ("Email", &username),
                ("Alias", name),
                ("TimeZoneSidKey", "Europe/Berlin"),
                ("LocaleSidKey", "de_DE"),
                ("EmailEncodingKey", "UTF-8"),
                ("LanguageLocaleKey", "de"),
                ("ProfileId", &profile),
                ("ContactId", &contact),
            ],
        );
    }
}

fn record(org: &Org, id: &str) -> (std::sync::Arc<fauxforce::model::schema::SObject>, Id) {
    let id = Id::parse(id).expect("an id");
    (org.schema.by_key_prefix(id.key_prefix()).expect("an object"), id)
}

#[test]
fn a_hidden_field_does_not_exist() {
    let small = seeded();
    let set = small.column("SELECT Id FROM PermissionSet WHERE Profile.Name = 'Read Only'").remove(0);
    let hidden = [
        ("ParentId", set.as_str()),
        ("SobjectType", "Account"),
        ("Field", "Account.Phone"),
        ("PermissionsRead", "false"),
        ("PermissionsEdit", "false"),
    ];
    small.save("FieldPermissions", &hidden);
    let id = small.column("SELECT Id FROM Account WHERE Phone = null LIMIT 1").remove(0);
    let (object, id) = record(&small.org, &id);
    let names = |small: &Small| {
        let (shape, _) =
            retrieve(&small.org, &small.runner, &object, id, None, false).expect("store").expect("found");
        shape.columns.iter().any(|column| column.name == "Phone")
    };
    assert!(names(&small));
    let small = small.run_by("readonly.owner@fauxforce.test");
    assert!(!names(&small));
    for text in [
        "SELECT Phone FROM Account",
        "SELECT Id FROM Account WHERE Phone = '1'",
        "SELECT Account.Phone FROM Contact",
    ] {
        assert!(small.refusal(text).contains("No such column 'Phone' on entity 'Account'"), "{text}");
    }
    assert!(
        !small.query("SELECT FIELDS(ALL) FROM Account LIMIT 1")[0]
            .as_object()
            .expect("row")
            .contains_key("Phone")
    );
}

#[test]
fn an_object_without_read_permission_does_not_exist() {
    let small = seeded();
    small.community_user("Acme Customer Community User", "Acme Customers", "doe");
    let small = small.run_by("doe@example.com");
    assert!(
        small
            .refusal("SELECT Id FROM PermissionSetAssignment")
            .contains("sObject type 'PermissionSetAssignment' is not supported.")
    );
    assert!(
        small
            .refusal("SELECT Id, (SELECT Id FROM PermissionSetAssignments) FROM User")
            .contains("Didn't understand relationship 'PermissionSetAssignments'")
    );
    assert!(
        small
            .refusal("SELECT Id, UserRole.Name FROM User")
            .contains("Didn't understand relationship 'UserRole' in field path")
    );
}

#[test]
fn external_users_see_what_is_theirs() {
    let small = seeded();
    small.community_user("Acme Customer Community User", "Acme Customers", "doe");
    small.community_user("Acme Partner Community User", "Acme Partners", "roe");
    small.community_user("Acme Partner Community User", "Acme Partners", "poe");
    assert!(small.column("SELECT Id FROM Account").len() >= 3);
    let small = small.run_by("doe@example.com");
    assert_eq!(small.column("SELECT Name FROM Account"), ["Acme Customers"]);
    assert_eq!(small.column("SELECT LastName FROM Contact"), ["doe"]);
    assert_eq!(small.column("SELECT LastName FROM User"), ["doe"]);
    assert_eq!(small.try_query("SELECT COUNT() FROM User").map(|result| result.total), Ok(1));
    let small = seeded();
    small.community_user("Acme Partner Community User", "Acme Partners", "roe");
    small.community_user("Acme Partner Community User", "Acme Partners", "poe");
    let other = small.column("SELECT Id FROM Account WHERE Name = 'Acme Customers'").remove(0);
    let small = small.run_by("roe@example.com");
    assert_eq!(small.column("SELECT LastName FROM User ORDER BY LastName"), ["poe", "roe"]);
    let (object, other) = record(&small.org, &other);
    assert_eq!(
        retrieve(&small.org, &small.runner, &object, other, None, false).map(|found| found.is_some()),
        Ok(false)
    );
    let own = Id::parse(&small.column("SELECT Id FROM Account")[0]).expect("an id");
    assert_eq!(
        retrieve(&small.org, &small.runner, &object, own, None, false).map(|found| found.is_some()),
        Ok(true)
    );
}
