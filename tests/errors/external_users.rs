//! What external users can be refused for.

use serde_json::json;

use crate::scene::{CUSTOMER, PARTNER, PLUS, STANDARD, Scenario, with_person_accounts};

pub const SCENARIOS: &[Scenario] = &[
    ("standard_external_profile", |rig| {
        let contact = rig.contact("Acme Customers", "Doe");
        rig.new_user("Customer Community User", json!({ "ContactId": contact }))
    }),
    ("contact_on_internal_user", |rig| {
        let contact = rig.contact("Acme Customers", "Doe");
        rig.new_user(STANDARD, json!({ "ContactId": contact }))
    }),
    ("portal_user_without_contact", |rig| rig.new_user(CUSTOMER, json!({}))),
    ("portal_user_exists", |rig| {
        let user = rig.a_portal_user(PLUS, "Acme Customers", "Doe");
        rig.updated("User", &user, json!({ "IsActive": false }));
        let contact = rig.id("Contact", "LastName", "Doe");
        rig.new_user(PLUS, json!({ "ContactId": contact }))
    }),
    ("partner_on_person_account", |rig| {
        let rig = &rig.only_on_an_emulator().seeded(with_person_accounts, &[]);
        let account = rig.made("Account", json!({ "LastName": "Doe" }));
        rig.updated("Account", &account, json!({ "OwnerId": rig.user("channel.manager") }));
        let contact = rig.record("Account", &account)["PersonContactId"].clone();
        rig.new_user(PARTNER, json!({ "ContactId": contact }))
    }),
    ("account_is_no_partner", |rig| {
        let rig = &rig.only_on_an_emulator().with_settings("\"partnerUserEnablesAccount\": false");
        let contact = rig.contact("Acme Customers", "Doe");
        rig.new_user(PARTNER, json!({ "ContactId": contact }))
    }),
    ("role_type_mismatch", |rig| {
        let contact = rig.contact("Acme Customers", "Doe");
        let role = rig.id("UserRole", "Name", "CEO");
        rig.new_user(PLUS, json!({ "ContactId": contact, "UserRoleId": role }))
    }),
    ("owner_must_have_a_role", |rig| {
        let contact = rig.contact("Norole Industries", "Doe");
        rig.new_user(CUSTOMER, json!({ "ContactId": contact }))
    }),
    ("owner_must_have_a_role", |rig| {
        let contact = rig.made("Contact", json!({ "LastName": "Alone" }));
        rig.new_user(CUSTOMER, json!({ "ContactId": contact }))
    }),
    ("role_of_portal_account_owner", |rig| {
        rig.a_portal_user(PLUS, "Acme Customers", "Doe");
        rig.update("User", &rig.user("channel.manager"), json!({ "UserRoleId": null }))
    }),
    ("portal_users_cannot_own", |rig| {
        let user = rig.a_portal_user(PARTNER, "Acme Partners", "Doe");
        rig.update("Account", &rig.account("Acme Partners"), json!({ "OwnerId": user }))
    }),
    ("fields_not_writeable", |rig| {
        let user = rig.a_portal_user(PLUS, "Acme Customers", "Doe");
        let other = rig.contact("Acme Customers", "Other");
        rig.update("User", &user, json!({ "ContactId": other }))
    }),
    ("fields_not_writeable", |rig| {
        let user = rig.a_portal_user(PLUS, "Acme Customers", "Doe");
        let got = rig.update("User", &user, json!({ "ContactId": null }));
        assert_eq!(rig.record("User", &user)["IsPortalEnabled"], true);
        got
    }),
    ("associated_with", |rig| {
        rig.a_portal_user(PLUS, "Acme Customers", "Doe");
        rig.remove("Contact", &rig.id("Contact", "LastName", "Doe"))
    }),
    ("associated_with", |rig| {
        rig.a_portal_user(PLUS, "Acme Customers", "Doe");
        rig.remove("Account", &rig.account("Acme Customers"))
    }),
];
