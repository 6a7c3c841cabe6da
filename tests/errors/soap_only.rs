//! What only SOAP has operations for, or says in other words than REST.

use serde_json::json;

use crate::harness::Rig;
use crate::scene::{PARTNER, PLUS, rig_with, with_person_accounts};

/// A row of the table of errors by name, and an answer that says it.
pub type SoapScenario = (&'static str, fn() -> String);

pub const SCENARIOS: &[SoapScenario] = &[
    // Queries.
    ("too_long", || query(&format!("SELECT Id FROM Account WHERE Name = '{}'", "x".repeat(100_000)))),
    ("empty", || query("")),
    // Saves.
    ("not_an_external_id", || {
        let record = "<sObjects><type>Account</type><Phone>1</Phone></sObjects>";
        ask(&format!("<upsert><externalIDFieldName>Phone</externalIDFieldName>{record}</upsert>"))
    }),
    ("id_not_specified", || ask("<update><sObjects><type>Account</type><Name>A</Name></sObjects></update>")),
    ("no_concrete_type", || ask("<create><sObjects><Name>A</Name></sObjects></create>")),
    ("no_assignment_rule", || {
        let header = "<AssignmentRuleHeader><assignmentRuleId>01Q000000000001</assignmentRuleId></AssignmentRuleHeader>";
        Rig::new().soap_with(header, "<create><sObjects><type>Lead</type></sObjects></create>")
    }),
    ("no_package_version", || {
        let header = "<PackageVersionHeader><packageVersions><namespace>x</namespace></packageVersions></PackageVersionHeader>";
        Rig::new().soap_with(header, "<describeGlobal/>")
    }),
    ("no_language", || {
        let header = "<LocaleOptions><language>xx</language></LocaleOptions>";
        Rig::new().soap_with(header, "<describeSObject><sObjectType>Account</sObjectType></describeSObject>")
    }),
    ("too_many", || {
        ask(&format!("<findDuplicatesByIds>{}</findDuplicatesByIds>", "<ids>x</ids>".repeat(51)))
    }),
    ("several_objects_asked", || {
        let records =
            ["Account", "Contact"].map(|object| format!("<sObjects><type>{object}</type></sObjects>"));
        ask(&format!("<findDuplicates>{}</findDuplicates>", records.concat()))
    }),
    ("several_objects", || {
        let records =
            ["Account", "Contact"].map(|object| format!("<sObjects><type>{object}</type></sObjects>"));
        let field = "<externalIDFieldName>External_Id__c</externalIDFieldName>";
        ask(&format!("<upsert>{field}{}</upsert>", records.concat()))
    }),
    ("new_owner_cannot_read", || {
        let rig = Rig::new();
        let lead = rig.made("Lead", json!({ "LastName": "Doe", "Company": "Acme" }));
        let fields = format!("<Id>{lead}</Id><OwnerId>{}</OwnerId>", rig.user("integration"));
        let header = "<OwnerChangeOptions><options><type>EnforceNewOwnerHasReadAccess</type><execute>true</execute>\
                      </options></OwnerChangeOptions>";
        let update = format!("<update><sObjects><type>Lead</type>{fields}</sObjects></update>");
        rig.soap_with(header, &update)
    }),
    // The recycle bin.
    ("not_in_bin", || {
        let rig = Rig::new();
        rig.soap(&ids("undelete", &rig.account("Acme Customers")))
    }),
    ("not_undeletable", || {
        let rig = Rig::new();
        rig.soap(&ids("undelete", &rig.user("admin")))
    }),
    ("nothing_to_empty", || {
        let rig = Rig::new();
        rig.soap(&ids("emptyRecycleBin", &rig.account("Acme Customers")))
    }),
    // Merges.
    ("not_mergeable", || {
        let rig = Rig::new();
        let [one, other] = [(); 2].map(|()| rig.made("Case", json!({})));
        merge(&rig, "Case", &one, &[&other])
    }),
    ("wrong_number_of_losers", || {
        let rig = Rig::new();
        merge(&rig, "Account", &rig.account("Acme Customers"), &[])
    }),
    ("merged_with_itself", || {
        let rig = Rig::new();
        let account = rig.account("Acme Customers");
        merge(&rig, "Account", &account, &[&account])
    }),
    ("loser_not_accessible", || {
        let rig = Rig::new();
        let [one, other] = ["A", "B"].map(|name| rig.contact("Acme Customers", name));
        rig.run_by("integration");
        merge(&rig, "Contact", &one, &[&other])
    }),
    ("person_with_business", || {
        let rig = rig_with(with_person_accounts, &[]);
        let person = rig.made("Account", json!({ "LastName": "Doe" }));
        merge(&rig, "Account", &rig.account("Acme Customers"), &[&person])
    }),
    ("master_is_no_portal_account", || {
        let rig = Rig::new();
        rig.a_portal_user(PLUS, "Acme Customers", "Doe");
        let plain = rig.made("Account", json!({ "Name": "Plain" }));
        merge(&rig, "Account", &plain, &[&rig.account("Acme Customers")])
    }),
    ("incompatible_portal_types", || {
        let rig = Rig::new();
        rig.a_portal_user(PLUS, "Acme Customers", "Doe");
        merge(&rig, "Account", &rig.account("Acme Customers"), &[&rig.account("Acme Partners")])
    }),
    ("portal_contacts_of_several_accounts", || {
        let rig = Rig::new();
        let user = rig.a_portal_user(PARTNER, "Acme Partners", "Doe");
        let loser = rig.record("User", &user)["ContactId"].as_str().expect("a contact").to_owned();
        merge(&rig, "Contact", &rig.contact("Acme Customers", "Roe"), &[&loser])
    }),
    ("no_active_rules", || ask("<findDuplicates><sObjects><type>Case</type></sObjects></findDuplicates>")),
    // Passwords and sessions.
    ("wrong_old_password", || {
        ask(
            "<changeOwnPassword><oldPassword>x</oldPassword><newPassword>another1</newPassword></changeOwnPassword>",
        )
    }),
    ("bad_id", || ask("<resetPassword><userId>nonsense</userId></resetPassword>")),
    ("no_such_session", || ask("<invalidateSessions><sessionIds>nonsense</sessionIds></invalidateSessions>")),
    // Mails.
    ("no_templates", || {
        ask(
            "<sendEmail><messages xsi:type=\"MassEmailMessage\"><templateId>00X000000000001</templateId></messages></sendEmail>",
        )
    }),
    ("no_body", || mail(&Rig::new(), "<toAddresses>a@example.com</toAddresses>")),
    ("no_recipient", || written_mail("")),
    ("invalid_address", || written_mail("<toAddresses>nonsense</toAddresses>")),
    ("too_many_recipients", || written_mail(&"<ccAddresses>a@example.com</ccAddresses>".repeat(26))),
    ("bad_target", || written_mail("<targetObjectId>nonsense</targetObjectId>")),
    ("target_without_address", || {
        let rig = Rig::new();
        let contact = rig.contact("Acme Customers", "Doe");
        mail(&rig, &format!("<plainTextBody>x</plainTextBody><targetObjectId>{contact}</targetObjectId>"))
    }),
    // Layouts.
    ("not_layoutable", || ask("<describeLayout><sObjectType>Profile</sObjectType></describeLayout>")),
];

fn ask(call: &str) -> String {
    Rig::new().soap(call)
}

fn query(soql: &str) -> String {
    ask(&format!("<query><queryString>{soql}</queryString></query>"))
}

fn ids(operation: &str, id: &str) -> String {
    format!("<{operation}><ids>{id}</ids></{operation}>")
}

fn merge(rig: &Rig, object: &str, master: &str, losers: &[&str]) -> String {
    let losers: String =
        losers.iter().map(|id| format!("<recordToMergeIds>{id}</recordToMergeIds>")).collect();
    let master = format!("<masterRecord><type>{object}</type><Id>{master}</Id></masterRecord>");
    rig.soap(&format!("<merge><request>{master}{losers}</request></merge>"))
}

fn written_mail(inside: &str) -> String {
    mail(&Rig::new(), &format!("<plainTextBody>x</plainTextBody>{inside}"))
}

fn mail(rig: &Rig, inside: &str) -> String {
    rig.soap(&format!("<sendEmail><messages xsi:type=\"SingleEmailMessage\">{inside}</messages></sendEmail>"))
}
