//! What accounts, contacts and leads can be refused for.

use serde_json::json;

use crate::harness::Rig;
use crate::scene::{PARTNER, PLUS, STANDARD, Scenario, rig_with, rig_with_settings, with_person_accounts};

pub const SCENARIOS: &[Scenario] = &[
    ("customer_portal_is_for_good", || {
        let rig = Rig::new();
        rig.a_portal_user(PLUS, "Acme Customers", "Doe");
        rig.update("Account", &rig.account("Acme Customers"), json!({ "IsCustomerPortal": false }))
    }),
    ("bad_field_names", || {
        let rig = rig_with(with_person_accounts, &[]);
        rig.insert("Account", json!({ "LastName": "Doe", "Name": "Jo Doe" }))
    }),
    ("person_account_contact", || {
        let rig = rig_with(with_person_accounts, &[]);
        let account = rig.made("Account", json!({ "LastName": "Doe" }));
        let contact = rig.record("Account", &account)["PersonContactId"].as_str().expect("an id").to_owned();
        rig.update("Contact", &contact, json!({ "LastName": "Roe" }))
    }),
    ("partner_needs_partner_account", || {
        let rig = rig_with_settings("\"partnerUserEnablesAccount\": false");
        rig.a_portal_user(PARTNER, "Acme Partners", "Doe");
        let contact = rig.id("Contact", "LastName", "Doe");
        rig.update("Contact", &contact, json!({ "AccountId": rig.account("Acme Customers") }))
    }),
    ("converted_lead", || {
        let rig = Rig::new();
        let lead = rig.made("Lead", json!({ "LastName": "Doe", "Company": "Acme" }));
        // Nothing converts leads yet.
        rig.execute("UPDATE \"Lead\" SET \"IsConverted\" = 1");
        rig.update("Lead", &lead, json!({ "Title": "X" }))
    }),
    ("inactive_owner", || {
        let rig = Rig::new();
        let owner = rig.a_user(STANDARD, json!({ "IsActive": false }));
        rig.insert("Contact", json!({ "LastName": "Doe", "OwnerId": owner }))
    }),
    ("circular_dependency", || {
        let rig = Rig::new();
        let parent = rig.made("Account", json!({ "Name": "Parent" }));
        let child = rig.made("Account", json!({ "Name": "Child", "ParentId": parent }));
        rig.update("Account", &parent, json!({ "ParentId": child }))
    }),
    ("hierarchy_violated", || {
        let rig = Rig::new();
        let contact = rig.contact("Acme Customers", "Doe");
        rig.update("Contact", &contact, json!({ "ReportsToId": contact }))
    }),
];
