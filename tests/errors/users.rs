//! What internal users can be refused for.

use serde_json::json;

use crate::scene::{STANDARD, Scenario};
use crate::surroundings::{Got, Surroundings};

const HIERARCHY_FIELD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
     <CustomField xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<fullName>Mentor__c</fullName>\n\
     <label>Mentor</label>\n<type>Hierarchy</type>\n<relationshipName>Mentees</relationshipName>\n</CustomField>\n";

pub const SCENARIOS: &[Scenario] = &[
    ("username_no_address", |rig| rig.new_user(STANDARD, json!({ "Username": "jo" }))),
    ("email_domain_not_allowed", |rig| {
        rig.only_on_an_emulator()
            .with_settings("\"allowedEmailDomains\": [\"fauxforce.test\"]")
            .new_user(STANDARD, json!({}))
    }),
    ("duplicate_federation_id", |rig| {
        rig.a_user(STANDARD, json!({ "FederationIdentifier": "jo" }));
        rig.new_user(STANDARD, json!({ "Username": "jo2@example.com", "FederationIdentifier": "jo" }))
    }),
    ("duplicate_username", |rig| rig.new_user(STANDARD, json!({ "Username": "ADMIN@fauxforce.test" }))),
    ("duplicate_nickname", |rig| {
        rig.a_user(STANDARD, json!({ "CommunityNickname": "jo" }));
        rig.new_user(STANDARD, json!({ "Username": "jo2@example.com", "CommunityNickname": "JO" }))
    }),
    ("guest_not_inserted", |rig| {
        let guest = rig.ids("SELECT Id FROM Profile WHERE UserType = 'Guest'").remove(0);
        rig.new_user(STANDARD, json!({ "ProfileId": guest }))
    }),
    ("incompatible_profile", |rig| {
        let user = rig.user("norole.owner");
        rig.update("User", &user, json!({ "ProfileId": rig.profile("Chatter Free User") }))
    }),
    ("identity_profile", |rig| {
        let user = rig.user("norole.owner");
        rig.update("User", &user, json!({ "ProfileId": rig.profile("Identity User") }))
    }),
    ("admin_profile", |rig| {
        let profile = rig.profile("System Administrator");
        let user = rig.user("norole.owner");
        rig.run_by("integration");
        rig.update("User", &user, json!({ "ProfileId": profile }))
    }),
    ("license_limit_exceeded", |rig| {
        let rig = &rig
            .only_on_an_emulator()
            .seeded(|org| org.replace("\"Salesforce Platform\": 1000", "\"Salesforce Platform\": 0"), &[]);
        rig.new_user("Standard Platform User", json!({}))
    }),
    ("last_administrator", |rig| {
        let admin = rig.user("admin");
        rig.run_by("integration");
        rig.update("User", &admin, json!({ "IsActive": false }))
    }),
    ("own_user", |rig| {
        rig.a_user("System Administrator", json!({}));
        rig.update("User", &rig.user("admin"), json!({ "IsActive": false }))
    }),
    ("value_of_hierarchy_field", |rig| {
        let path = "force-app/main/default/objects/User/fields/Mentor__c.field-meta.xml";
        let rig = &rig.only_on_an_emulator().seeded(|org| org, &[(path, HIERARCHY_FIELD)]);
        let mentor = rig.user("norole.owner");
        rig.updated("User", &rig.user("channel.manager"), json!({ "Mentor__c": mentor }));
        rig.update("User", &mentor, json!({ "IsActive": false }))
    }),
    ("lock_is_only_ended", |rig| {
        let login = rig.id("UserLogin", "UserId", &rig.user("norole.owner"));
        rig.update("UserLogin", &login, json!({ "IsPasswordLocked": true }))
    }),
    ("feature_license_limit_exceeded", |rig| {
        let rig = &rig.only_on_an_emulator().seeded(
            |org| {
                org.replace(
                    "\"licenses\": {",
                    "\"featureLicenses\": { \"Marketing User\": 1 }, \"licenses\": {",
                )
            },
            &[],
        );
        rig.a_user(STANDARD, json!({ "UserPermissionsMarketingUser": true }));
        let second = rig.a_user(
            STANDARD,
            json!({ "Username": "jo2@example.com", "UserPermissionsMarketingUser": false }),
        );
        rig.update("User", &second, json!({ "UserPermissionsMarketingUser": true }))
    }),
    ("default_case_owner", |rig| deactivated(rig, "\"defaultCaseOwner\": \"norole.owner@fauxforce.test\"")),
    ("default_workflow_user", |rig| {
        deactivated(rig, "\"defaultWorkflowUser\": \"norole.owner@fauxforce.test\"")
    }),
    ("web_to_lead_creator", |rig| deactivated(rig, "\"webToLeadCreator\": \"norole.owner@fauxforce.test\"")),
    ("portal_administrator", |rig| {
        deactivated(rig, "\"portalAdministrators\": [\"norole.owner@fauxforce.test\"]")
    }),
    ("case_rule_user", |rig| deactivated(rig, "\"caseRuleUsers\": [\"norole.owner@fauxforce.test\"]")),
    ("portal_administrator_profile", |rig| {
        let rig = &rig
            .only_on_an_emulator()
            .with_settings("\"duties\": {\"portalAdministrators\": [\"integration@fauxforce.test\"]}");
        rig.update("User", &rig.user("integration"), json!({ "ProfileId": rig.profile("Read Only") }))
    }),
    ("own_manager", |rig| {
        let user = rig.user("norole.owner");
        rig.update("User", &user, json!({ "ManagerId": user }))
    }),
    ("user_hierarchy_violated", |rig| {
        let (above, below) = (rig.user("norole.owner"), rig.user("channel.manager"));
        rig.updated("User", &below, json!({ "ManagerId": above }));
        rig.update("User", &above, json!({ "ManagerId": below }))
    }),
    ("user_hierarchy_violated", |rig| {
        let path = "force-app/main/default/objects/User/fields/Mentor__c.field-meta.xml";
        let rig = &rig.only_on_an_emulator().seeded(|org| org, &[(path, HIERARCHY_FIELD)]);
        let (above, below) = (rig.user("norole.owner"), rig.user("channel.manager"));
        rig.updated("User", &below, json!({ "Mentor__c": above }));
        let got = rig.update("User", &above, json!({ "Mentor__c": above }));
        assert_eq!(got.json()[0]["fields"], json!(["Mentor__c"]));
        rig.update("User", &above, json!({ "Mentor__c": below }))
    }),
    ("content_license_limit_exceeded", |rig| {
        let seats = "\"featureLicenses\": { \"Salesforce CRM Content User\": 0 }, \"licenses\": {";
        let rig = &rig.only_on_an_emulator().seeded(|org| org.replace("\"licenses\": {", seats), &[]);
        rig.update("User", &rig.user("norole.owner"), json!({ "UserPermissionsSFContentUser": true }))
    }),
];

/// An org with a duty for a user, who is deactivated.
fn deactivated(rig: &Surroundings, duty: &str) -> Got {
    let rig = &rig.only_on_an_emulator().with_settings(&format!("\"duties\": {{{duty}}}"));
    rig.update("User", &rig.user("norole.owner"), json!({ "IsActive": false }))
}
