//! What any record can be refused for.

use serde_json::json;

use crate::scene::{PARTNER, Scenario};
use crate::surroundings::JSON;

/// An external id that is not unique.
const EXTERNAL_ID: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
     <CustomField xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<fullName>Code__c</fullName>\n\
     <externalId>true</externalId>\n<label>Code</label>\n<length>20</length>\n<type>Text</type>\n</CustomField>\n";

pub const SCENARIOS: &[Scenario] = &[
    ("required_field_missing", |rig| rig.insert("Contact", json!({}))),
    ("required_field_missing", |rig| {
        let got = rig.insert("User", json!({}));
        let all = "Username, LastName, Email, Alias, TimeZoneSidKey, LocaleSidKey, EmailEncodingKey, ProfileId, LanguageLocaleKey";
        assert_eq!(got.json()[0]["message"], format!("Required fields are missing: [{all}]"));
        got
    }),
    ("required_field_missing", |rig| rig.insert("Account", json!({}))),
    ("required_field_missing", |rig| rig.insert("GroupMember", json!({}))),
    ("required_field_missing", |rig| {
        let set = rig.id("PermissionSet", "Name", "Provisioning");
        rig.insert("PermissionSetAssignment", json!({ "PermissionSetId": set }))
    }),
    ("string_too_long", |rig| rig.insert("Contact", json!({ "LastName": "x".repeat(81) }))),
    ("bad_picklist_value", |rig| rig.new_user("Standard User", json!({ "LocaleSidKey": "xx" }))),
    ("invalid_email_address", |rig| rig.insert("Contact", json!({ "LastName": "Doe", "Email": "foo" }))),
    ("invalid_email_address", |rig| rig.new_user("Standard User", json!({ "Email": "foo" }))),
    ("malformed_id", |rig| rig.insert("Contact", json!({ "LastName": "Doe", "AccountId": "nonsense" }))),
    ("id_of_other_object", |rig| {
        rig.insert("Contact", json!({ "LastName": "Doe", "AccountId": "005000000000000AAA" }))
    }),
    ("invalid_cross_reference", |rig| {
        rig.insert("Contact", json!({ "LastName": "Doe", "AccountId": "001000000000000AAA" }))
    }),
    ("invalid_cross_reference", |rig| {
        let got = rig.update("User", "005000000000000AAA", json!({ "Title": "X" }));
        assert_eq!(got.status, 404, "an addressed record");
        got
    }),
    ("no_sight_of_record", |rig| {
        rig.a_portal_user(PARTNER, "Acme Partners", "Doe");
        let account = rig.account("Acme Customers");
        rig.run_by("doe@example.com");
        rig.insert(
            "Opportunity",
            json!({ "Name": "O", "StageName": "New", "CloseDate": "2026-01-01", "AccountId": account }),
        )
    }),
    ("no_sight_of_record", |rig| {
        let private = rig.made("Contact", json!({ "LastName": "Doe" }));
        rig.run_by("norole.owner");
        rig.update("Contact", &private, json!({ "Title": "X" }))
    }),
    ("duplicate_of_hidden_record", |rig| {
        rig.made("Contact", json!({ "LastName": "Doe", "External_Id__c": "X-1" }));
        rig.run_by("norole.owner");
        rig.insert("Contact", json!({ "LastName": "Roe", "External_Id__c": "X-1" }))
    }),
    ("no_access_to_record", |rig| {
        let other = rig.user("norole.owner");
        rig.run_by("channel.manager");
        rig.update("User", &other, json!({ "Title": "X" }))
    }),
    ("entity_is_deleted", |rig| {
        let account = rig.made("Account", json!({ "Name": "Gone" }));
        assert_eq!(rig.remove("Account", &account).status, 204);
        rig.insert("Contact", json!({ "LastName": "Doe", "AccountId": account }))
    }),
    ("entity_cannot_be", |rig| {
        rig.run_by("readonly.owner");
        rig.insert("Account", json!({ "Name": "A" }))
    }),
    ("entity_cannot_be", |rig| {
        let account = rig.account("Acme Customers");
        rig.run_by("readonly.owner");
        rig.update("Account", &account, json!({ "Name": "A" }))
    }),
    ("entity_cannot_be", |rig| rig.remove("User", &rig.user("norole.owner"))),
    ("unknown_column", |rig| rig.insert("Contact", json!({ "LastName": "Doe", "Nope": 1 }))),
    ("field_in_path_and_body", |rig| {
        let account = rig.account("Acme Customers");
        rig.update("Account", &account, json!({ "Id": account }))
    }),
    ("duplicate_field", |rig| {
        let account = rig.account("Acme Customers");
        rig.get(&format!("v59.0/sobjects/Account/{account}?fields=Name,name"))
    }),
    ("fields_not_writeable", |rig| {
        rig.update("User", &rig.user("norole.owner"), json!({ "UserType": "Standard" }))
    }),
    ("duplicate_value", |rig| {
        rig.made("Account", json!({ "Name": "A", "External_Id__c": "taken" }));
        rig.insert("Account", json!({ "Name": "B", "External_Id__c": "TAKEN" }))
    }),
    ("number_out_of_range", |rig| {
        rig.insert("Account", json!({ "Name": "A", "NumberOfEmployees": 1_234_567_890 }))
    }),
    ("value_of_wrong_type", |rig| {
        rig.post_xml("Contact", "<Contact><LastName>Doe</LastName><Birthdate>x</Birthdate></Contact>")
    }),
    ("list_for_a_value", |rig| rig.insert("Account", json!({ "Name": ["A"] }))),
    ("csv_of_wrong_type", |rig| {
        let made = rig.post("v59.0/jobs/ingest", r#"{"object":"Contact","operation":"insert"}"#).field("id");
        let job = format!("v59.0/jobs/ingest/{made}");
        rig.ask(
            "PUT",
            &format!("{job}/batches"),
            &[("content-type", "text/csv")],
            "LastName,Birthdate\nDoe,x\n",
        );
        rig.patch(&job, r#"{"state":"UploadComplete"}"#);
        rig.get(&format!("{job}/failedResults"))
    }),
    ("json_of_wrong_type", |rig| rig.insert("Account", json!({ "Name": "A", "NumberOfEmployees": "many" }))),
    ("not_one_key", |rig| rig.insert("Contact", json!({ "LastName": "Doe", "Account": { "Phone": "1" } }))),
    ("no_match", |rig| {
        rig.insert("Contact", json!({ "LastName": "Doe", "Account": { "External_Id__c": "nope" } }))
    }),
    ("several_match", |rig| {
        rig.made("Account", json!({ "Name": "Twin" }));
        rig.made("Account", json!({ "Name": "Twin" }));
        rig.insert("Contact", json!({ "LastName": "Doe", "Account": { "Name": "Twin" } }))
    }),
    ("several_have_the_external_id", |rig| {
        let path = "force-app/main/default/objects/Account/fields/Code__c.field-meta.xml";
        let rig = &rig.only_on_an_emulator().seeded(|org| org, &[(path, EXTERNAL_ID)]);
        rig.made("Account", json!({ "Name": "One", "Code__c": "x" }));
        rig.made("Account", json!({ "Name": "Two", "Code__c": "x" }));
        rig.ask("PATCH", "v59.0/sobjects/Account/Code__c/x", JSON, r#"{"Phone":"1"}"#)
    }),
    ("row_locked", |rig| {
        rig.only_on_an_emulator().plant(&json!({ "error": "UNABLE_TO_LOCK_ROW", "object": "Contact" }));
        let fields = json!({ "LastName": "Doe", "AccountId": rig.account("Acme Customers") });
        let got = rig.insert("Contact", fields.clone());
        assert_eq!(rig.insert("Contact", fields).status, 201, "it strikes once");
        got
    }),
    ("row_locked", |rig| {
        let account = rig.account("Acme Customers");
        rig.only_on_an_emulator().plant(&json!({ "error": "UNABLE_TO_LOCK_ROW", "id": account, "skip": 1 }));
        rig.updated("Account", &account, json!({ "Phone": "1" }));
        rig.remove("Account", &account)
    }),
    ("groups_busy", |rig| {
        rig.only_on_an_emulator().plant(&json!({ "error": "group membership operation already in progress", "object": "user", "times": null }));
        let user = rig.user("norole.owner");
        assert_eq!(rig.update("User", &user, json!({ "Title": "X" })).status, 400);
        rig.update("User", &user, json!({ "Title": "X" }))
    }),
    ("record_locked", |rig| {
        let account = rig.account("Norole Industries");
        rig.only_on_an_emulator()
            .plant(&json!({ "error": "ENTITY_IS_LOCKED", "id": account, "times": null }));
        rig.updated("Account", &account, json!({ "Phone": "1" }));
        rig.run_by("norole.owner");
        rig.update("Account", &account, json!({ "Phone": "2" }))
    }),
    ("validation_failed", |rig| {
        let rule = r#""validationRules": [{ "object": "Contact", "when": "Email = null AND Account.IsPartner = true",
            "message": "Partners need an e-mail address.", "field": "Email" }], "networks": ["#;
        let rig = &rig.only_on_an_emulator().seeded(|org| org.replacen("\"networks\": [", rule, 1), &[]);
        rig.contact("Acme Customers", "Roe");
        let partners = rig.account("Acme Partners");
        let got = rig.insert("Contact", json!({ "LastName": "Doe", "AccountId": partners }));
        assert_eq!(got.json()[0]["message"], "Partners need an e-mail address.");
        assert!(rig.ids("SELECT Id FROM Contact WHERE LastName = 'Doe'").is_empty());
        let fields = json!({ "LastName": "Doe", "AccountId": partners, "Email": "doe@example.com" });
        let contact = rig.made("Contact", fields);
        assert_eq!(rig.update("Contact", &contact, json!({ "Email": null })).status, 400);
        got
    }),
    ("lookup_filtered", |rig| {
        let filter = r#""lookupFilters": [{ "object": "Contact", "field": "ReportsToId",
            "where": "ReportsTo.Email != null" }], "networks": ["#;
        let rig = &rig.only_on_an_emulator().seeded(|org| org.replacen("\"networks\": [", filter, 1), &[]);
        let boss = rig.contact("Acme Customers", "Roe");
        let got = rig.insert("Contact", json!({ "LastName": "Doe", "ReportsToId": boss }));
        assert_eq!(got.json()[0]["message"], "Value does not exist or does not match filter criteria.");
        got
    }),
    ("associated_with", |rig| {
        let contact = rig.contact("Acme Customers", "Davis");
        rig.made("Case", json!({ "ContactId": contact }));
        rig.remove("Contact", &contact)
    }),
];
