//! Short ways to ask an org for records, and users with profiles of the default seed.

use serde_json::{Value, json};

use crate::soap::{Save, refuses_alike};
use crate::surroundings::{Got, JSON, Surroundings};

pub const STANDARD: &str = "Standard User";
pub const CUSTOMER: &str = "Acme Customer Community User";
pub const PLUS: &str = "Acme Customer Community Plus User";
pub const PARTNER: &str = "Acme Partner Community User";

/// A row of the table of errors by name, and what provokes it. The first answer that is no success is looked at.
pub type Scenario = (&'static str, fn(&Surroundings) -> Got);

pub fn with_person_accounts(org: String) -> String {
    org.replace("\"features\": [", "\"features\": [\"PersonAccounts\", ")
}

impl Surroundings {
    /// Inserts a record; what is refused is refused over SOAP, too.
    pub fn insert(&self, object: &str, fields: Value) -> Got {
        let got = self.post(&format!("v59.0/sobjects/{object}"), &fields.to_string());
        refuses_alike(self, &Save::Create { object, fields: &fields }, &got);
        got
    }

    /// Inserts a record that has nothing wrong with it.
    pub fn made(&self, object: &str, fields: Value) -> String {
        self.create(object, &fields.to_string())
    }

    /// Updates a record; what is refused is refused over SOAP, too.
    pub fn update(&self, object: &str, id: &str, fields: Value) -> Got {
        let got = self.patch(&format!("v59.0/sobjects/{object}/{id}"), &fields.to_string());
        refuses_alike(self, &Save::Update { object, id, fields: &fields }, &got);
        got
    }

    pub fn updated(&self, object: &str, id: &str, fields: Value) {
        let got = self.update(object, id, fields);
        assert_eq!(got.status, 204, "{}", got.body);
    }

    /// Deletes a record; what is refused is refused over SOAP, too.
    pub fn remove(&self, object: &str, id: &str) -> Got {
        let got = self.delete(&format!("v59.0/sobjects/{object}/{id}"));
        refuses_alike(self, &Save::Delete { id }, &got);
        got
    }

    pub fn record(&self, object: &str, id: &str) -> Value {
        self.get(&format!("v66.0/sobjects/{object}/{id}")).json()
    }

    /// The ids that a query finds.
    pub fn ids(&self, soql: &str) -> Vec<String> {
        let found = self.query(soql).json();
        let records = found["records"].as_array().unwrap_or_else(|| panic!("{soql}: {found}"));
        records.iter().filter_map(|record| record["Id"].as_str()).map(str::to_owned).collect()
    }

    pub fn id(&self, object: &str, field: &str, value: &str) -> String {
        let soql = format!("SELECT Id FROM {object} WHERE {field} = '{value}'");
        self.ids(&soql).first().cloned().unwrap_or_else(|| panic!("no {object} {value}"))
    }

    /// A user of the default seed, by the part of the username before the `@`.
    pub fn user(&self, name: &str) -> String {
        let username = if name.contains('@') { name.to_owned() } else { format!("{name}@fauxforce.test") };
        self.id("User", "Username", &username)
    }

    pub fn profile(&self, name: &str) -> String {
        self.id("Profile", "Name", name)
    }

    pub fn account(&self, name: &str) -> String {
        self.id("Account", "Name", name)
    }

    pub fn contact(&self, account: &str, last_name: &str) -> String {
        self.made("Contact", json!({ "AccountId": self.account(account), "LastName": last_name }))
    }

    /// A complete user with this profile, changed by `fields`.
    pub fn new_user(&self, profile: &str, fields: Value) -> Got {
        let mut whole = json!({
            "Username": "jo@example.com", "LastName": "Doe", "Email": "jo@example.com", "Alias": "jdoe",
            "TimeZoneSidKey": "Europe/London", "LocaleSidKey": "en_GB", "EmailEncodingKey": "UTF-8",
            "ProfileId": self.profile(profile), "LanguageLocaleKey": "en_US",
        });
        for (name, value) in fields.as_object().into_iter().flatten() {
            whole[name] = value.clone();
        }
        self.insert("User", whole)
    }

    pub fn a_user(&self, profile: &str, fields: Value) -> String {
        let got = self.new_user(profile, fields);
        assert_eq!(got.status, 201, "{}", got.body);
        got.json()["id"].as_str().expect("an id").to_owned()
    }

    /// An external user on a new contact of an account: `name@example.com`.
    pub fn a_portal_user(&self, profile: &str, account: &str, name: &str) -> String {
        let contact = self.contact(account, name);
        let username = format!("{}@example.com", name.to_lowercase());
        self.a_user(profile, json!({ "ContactId": contact, "Username": username, "LastName": name }))
    }

    /// Sets a password; what is refused is refused over SOAP, too.
    pub fn set_password(&self, user: &str, password: &str) -> Got {
        let got = self.post(
            &format!("v59.0/sobjects/User/{user}/password"),
            &json!({ "NewPassword": password }).to_string(),
        );
        refuses_alike(self, &Save::SetPassword { user, password }, &got);
        got
    }

    /// A body of XML, which has no positions in values.
    pub fn post_xml(&self, object: &str, body: &str) -> Got {
        self.ask("POST", &format!("v59.0/sobjects/{object}"), &[("content-type", "application/xml")], body)
    }

    pub fn raw(&self, method: &str, path: &str, body: &str) -> Got {
        self.ask(method, path, JSON, body)
    }
}
