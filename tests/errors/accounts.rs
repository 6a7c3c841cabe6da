//! What accounts, contacts and leads can be refused for.

use serde_json::{Value, json};

use crate::scene::{PARTNER, PLUS, STANDARD, Scenario, with_person_accounts};
use crate::surroundings::{Got, Surroundings};

pub const SCENARIOS: &[Scenario] = &[
    ("customer_portal_is_for_good", |rig| {
        rig.a_portal_user(PLUS, "Acme Customers", "Doe");
        rig.update("Account", &rig.account("Acme Customers"), json!({ "IsCustomerPortal": false }))
    }),
    ("partner_account_deleted", |rig| rig.remove("Account", &rig.account("Acme Partners"))),
    ("bad_field_names", |rig| {
        let rig = &rig.only_on_an_emulator().seeded(with_person_accounts, &[]);
        rig.insert("Account", json!({ "LastName": "Doe", "Name": "Jo Doe" }))
    }),
    ("person_contact", |rig| {
        let rig = &rig.only_on_an_emulator().seeded(with_person_accounts, &[]);
        let account = rig.made("Account", json!({ "LastName": "Doe" }));
        let contact = rig.record("Account", &account)["PersonContactId"].as_str().expect("an id").to_owned();
        rig.remove("Contact", &contact)
    }),
    ("person_account_as_parent", |rig| {
        let rig = &rig.only_on_an_emulator().seeded(with_person_accounts, &[]);
        let account = rig.made("Account", json!({ "LastName": "Doe" }));
        rig.insert("Contact", json!({ "LastName": "Roe", "AccountId": account }))
    }),
    ("additional_fields", |rig| {
        let rig = &rig.only_on_an_emulator().seeded(with_person_accounts, &[]);
        let kind = rig.id("RecordType", "DeveloperName", "PersonAccount");
        rig.update("Account", &rig.account("Acme Customers"), json!({ "RecordTypeId": kind, "Phone": "1" }))
    }),
    ("not_one_contact", |rig| {
        let rig = &rig.only_on_an_emulator().seeded(with_person_accounts, &[]);
        let kind = rig.id("RecordType", "DeveloperName", "PersonAccount");
        rig.update("Account", &rig.account("Acme Customers"), json!({ "RecordTypeId": kind }))
    }),
    ("not_valid_for_the_user", |rig| {
        let rig = &rig.only_on_an_emulator().seeded(with_person_accounts, &[]);
        let staff = json!({ "Name": "Staff", "DeveloperName": "Staff", "SobjectType": "Contact" });
        let staff = rig.made("RecordType", staff);
        rig.insert("Account", json!({ "Name": "Acme", "RecordTypeId": staff }))
    }),
    ("portal_contact_needs_account", |rig| {
        rig.a_portal_user(PLUS, "Acme Customers", "Doe");
        let contact = rig.id("Contact", "LastName", "Doe");
        rig.update("Contact", &contact, json!({ "AccountId": null }))
    }),
    ("unknown_country", |rig| mailing(rig, json!({ "MailingCountry": "Atlantis" }))),
    ("unknown_state", |rig| mailing(rig, json!({ "MailingCountry": "Canada", "MailingState": "Texas" }))),
    ("state_without_country", |rig| mailing(rig, json!({ "MailingState": "Texas" }))),
    ("state_of_other_country", |rig| {
        mailing(rig, json!({ "MailingCountryCode": "CA", "MailingStateCode": "TX" }))
    }),
    ("unavailable_state", |rig| {
        mailing(rig, json!({ "MailingCountryCode": "CA", "MailingStateCode": "QQ" }))
    }),
    ("unavailable_country", |rig| mailing(rig, json!({ "MailingCountryCode": "QQ" }))),
    ("code_of_another_place", |rig| {
        mailing(rig, json!({ "MailingCountryCode": "CA", "MailingCountry": "France" }))
    }),
    ("duplicates_detected", |rig| {
        let rules = r#""duplicateRules": [{ "fullName": "Contact.Standard_Contact_Duplicate_Rule", "isActive": true }]"#;
        let rig = &rig
            .only_on_an_emulator()
            .seeded(|org| org.replace("\"settings\": {", &format!("{rules}, \"settings\": {{")), &[]);
        let jo = json!({ "FirstName": "Jo", "LastName": "Doe", "Email": "jo@example.com" });
        rig.made("Contact", jo.clone());
        rig.insert("Contact", jo)
    }),
    ("partner_needs_partner_account", |rig| {
        let rig = &rig.only_on_an_emulator().with_settings("\"partnerUserEnablesAccount\": false");
        rig.a_portal_user(PARTNER, "Acme Partners", "Doe");
        let contact = rig.id("Contact", "LastName", "Doe");
        rig.update("Contact", &contact, json!({ "AccountId": rig.account("Acme Customers") }))
    }),
    ("converted_lead", |rig| {
        let lead = rig.made("Lead", json!({ "LastName": "Doe", "Company": "Acme" }));
        // Nothing converts leads yet.
        rig.only_on_an_emulator().execute("UPDATE \"Lead\" SET \"IsConverted\" = 1");
        rig.update("Lead", &lead, json!({ "Title": "X" }))
    }),
    ("inactive_owner", |rig| {
        let owner = rig.a_user(STANDARD, json!({ "IsActive": false }));
        rig.insert("Contact", json!({ "LastName": "Doe", "OwnerId": owner }))
    }),
    ("circular_dependency", |rig| {
        let parent = rig.made("Account", json!({ "Name": "Parent" }));
        let child = rig.made("Account", json!({ "Name": "Child", "ParentId": parent }));
        rig.update("Account", &parent, json!({ "ParentId": child }))
    }),
    ("hierarchy_violated", |rig| {
        let contact = rig.contact("Acme Customers", "Doe");
        rig.update("Contact", &contact, json!({ "ReportsToId": contact }))
    }),
];

/// A contact's address in an org with lists of states and countries.
fn mailing(rig: &Surroundings, mut address: Value) -> Got {
    let rig = &rig
        .only_on_an_emulator()
        .seeded(|org| org.replace("\"features\": [", "\"features\": [\"StateAndCountryPicklist\", "), &[]);
    address["LastName"] = json!("Doe");
    rig.insert("Contact", address)
}
