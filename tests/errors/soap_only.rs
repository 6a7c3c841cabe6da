//! What only SOAP has operations for, or says in other words than REST.

use serde_json::json;

use crate::scene::{PARTNER, PLUS, with_person_accounts};
use crate::surroundings::Surroundings;

/// A row of the table of errors by name, and an answer that says it.
pub type SoapScenario = (&'static str, fn(&Surroundings) -> String);

pub const SCENARIOS: &[SoapScenario] = &[
    // Queries.
    ("too_long", |rig| query(rig, &format!("SELECT Id FROM Account WHERE Name = '{}'", "x".repeat(100_000)))),
    ("empty", |rig| query(rig, "")),
    // Longer than a URL may be.
    ("too_complicated", |rig| {
        query(rig, &format!("SELECT {} FROM Account", vec!["COUNT(Id)"; 2_500].join(",")))
    }),
    // Saves.
    ("not_an_external_id", |rig| {
        let record = "<sObjects><type>Account</type><Phone>1</Phone></sObjects>";
        ask(rig, &format!("<upsert><externalIDFieldName>Phone</externalIDFieldName>{record}</upsert>"))
    }),
    ("id_not_specified", |rig| {
        ask(rig, "<update><sObjects><type>Account</type><Name>A</Name></sObjects></update>")
    }),
    ("no_concrete_type", |rig| ask(rig, "<create><sObjects><Name>A</Name></sObjects></create>")),
    ("no_assignment_rule", |rig| {
        let header = "<AssignmentRuleHeader><assignmentRuleId>01Q000000000001</assignmentRuleId></AssignmentRuleHeader>";
        rig.soap_with(header, "<create><sObjects><type>Lead</type></sObjects></create>")
    }),
    ("no_package_version", |rig| {
        let header = "<PackageVersionHeader><packageVersions><namespace>x</namespace></packageVersions></PackageVersionHeader>";
        rig.soap_with(header, "<describeGlobal/>")
    }),
    ("no_language", |rig| {
        let header = "<LocaleOptions><language>xx</language></LocaleOptions>";
        rig.soap_with(header, "<describeSObject><sObjectType>Account</sObjectType></describeSObject>")
    }),
    ("too_many", |rig| {
        ask(rig, &format!("<findDuplicatesByIds>{}</findDuplicatesByIds>", "<ids>x</ids>".repeat(51)))
    }),
    ("several_objects_asked", |rig| {
        let records =
            ["Account", "Contact"].map(|object| format!("<sObjects><type>{object}</type></sObjects>"));
        ask(rig, &format!("<findDuplicates>{}</findDuplicates>", records.concat()))
    }),
    ("several_objects", |rig| {
        let records =
            ["Account", "Contact"].map(|object| format!("<sObjects><type>{object}</type></sObjects>"));
        let field = "<externalIDFieldName>External_Id__c</externalIDFieldName>";
        ask(rig, &format!("<upsert>{field}{}</upsert>", records.concat()))
    }),
    ("new_owner_cannot_read", |rig| {
        let lead = rig.made("Lead", json!({ "LastName": "Doe", "Company": "Acme" }));
        let fields = format!("<Id>{lead}</Id><OwnerId>{}</OwnerId>", rig.user("integration"));
        let header = "<OwnerChangeOptions><options><type>EnforceNewOwnerHasReadAccess</type><execute>true</execute>\
                      </options></OwnerChangeOptions>";
        let update = format!("<update><sObjects><type>Lead</type>{fields}</sObjects></update>");
        rig.soap_with(header, &update)
    }),
    // The recycle bin.
    ("not_in_bin", |rig| rig.soap(&ids("undelete", &rig.account("Acme Customers")))),
    ("not_undeletable", |rig| rig.soap(&ids("undelete", &rig.user("admin")))),
    ("nothing_to_empty", |rig| rig.soap(&ids("emptyRecycleBin", &rig.account("Acme Customers")))),
    // Merges.
    ("not_mergeable", |rig| {
        let [one, other] = [(); 2].map(|()| rig.made("Case", json!({})));
        merge(rig, "Case", &one, &[&other])
    }),
    ("wrong_number_of_losers", |rig| merge(rig, "Account", &rig.account("Acme Customers"), &[])),
    ("merged_with_itself", |rig| {
        let account = rig.account("Acme Customers");
        merge(rig, "Account", &account, &[&account])
    }),
    ("loser_not_accessible", |rig| {
        let [one, other] = ["A", "B"].map(|name| rig.contact("Acme Customers", name));
        rig.run_by("integration");
        merge(rig, "Contact", &one, &[&other])
    }),
    ("person_with_business", |rig| {
        let rig = &rig.only_on_an_emulator().seeded(with_person_accounts, &[]);
        let person = rig.made("Account", json!({ "LastName": "Doe" }));
        merge(rig, "Account", &rig.account("Acme Customers"), &[&person])
    }),
    ("master_is_no_portal_account", |rig| {
        rig.a_portal_user(PLUS, "Acme Customers", "Doe");
        let plain = rig.made("Account", json!({ "Name": "Plain" }));
        merge(rig, "Account", &plain, &[&rig.account("Acme Customers")])
    }),
    ("incompatible_portal_types", |rig| {
        rig.a_portal_user(PLUS, "Acme Customers", "Doe");
        merge(rig, "Account", &rig.account("Acme Customers"), &[&rig.account("Acme Partners")])
    }),
    ("portal_contacts_of_several_accounts", |rig| {
        let user = rig.a_portal_user(PARTNER, "Acme Partners", "Doe");
        let loser = rig.record("User", &user)["ContactId"].as_str().expect("a contact").to_owned();
        merge(rig, "Contact", &rig.contact("Acme Customers", "Roe"), &[&loser])
    }),
    ("no_active_rules", |rig| {
        ask(rig, "<findDuplicates><sObjects><type>Case</type></sObjects></findDuplicates>")
    }),
    // Passwords and sessions.
    ("wrong_old_password", |rig| {
        ask(
            rig,
            "<changeOwnPassword><oldPassword>x</oldPassword><newPassword>another1</newPassword></changeOwnPassword>",
        )
    }),
    ("bad_id", |rig| ask(rig, "<resetPassword><userId>nonsense</userId></resetPassword>")),
    ("no_such_session", |rig| {
        ask(rig, "<invalidateSessions><sessionIds>nonsense</sessionIds></invalidateSessions>")
    }),
    // Mails.
    ("no_templates", |rig| {
        ask(
            rig,
            "<sendEmail><messages xsi:type=\"MassEmailMessage\"><templateId>00X000000000001</templateId></messages></sendEmail>",
        )
    }),
    ("no_body", |rig| mail(rig, "<toAddresses>a@example.com</toAddresses>")),
    ("no_recipient", |rig| written_mail(rig, "")),
    ("invalid_address", |rig| written_mail(rig, "<toAddresses>nonsense</toAddresses>")),
    ("too_many_recipients", |rig| written_mail(rig, &"<ccAddresses>a@example.com</ccAddresses>".repeat(26))),
    ("bad_target", |rig| written_mail(rig, "<targetObjectId>nonsense</targetObjectId>")),
    ("target_without_address", |rig| {
        let contact = rig.contact("Acme Customers", "Doe");
        mail(rig, &format!("<plainTextBody>x</plainTextBody><targetObjectId>{contact}</targetObjectId>"))
    }),
    // Layouts.
    ("not_layoutable", |rig| ask(rig, "<describeLayout><sObjectType>Profile</sObjectType></describeLayout>")),
];

fn ask(rig: &Surroundings, call: &str) -> String {
    rig.soap(call)
}

fn query(rig: &Surroundings, soql: &str) -> String {
    ask(rig, &format!("<query><queryString>{soql}</queryString></query>"))
}

fn ids(operation: &str, id: &str) -> String {
    format!("<{operation}><ids>{id}</ids></{operation}>")
}

fn merge(rig: &Surroundings, object: &str, master: &str, losers: &[&str]) -> String {
    let losers: String =
        losers.iter().map(|id| format!("<recordToMergeIds>{id}</recordToMergeIds>")).collect();
    let master = format!("<masterRecord><type>{object}</type><Id>{master}</Id></masterRecord>");
    rig.soap(&format!("<merge><request>{master}{losers}</request></merge>"))
}

fn written_mail(rig: &Surroundings, inside: &str) -> String {
    mail(rig, &format!("<plainTextBody>x</plainTextBody>{inside}"))
}

fn mail(rig: &Surroundings, inside: &str) -> String {
    rig.soap(&format!("<sendEmail><messages xsi:type=\"SingleEmailMessage\">{inside}</messages></sendEmail>"))
}
