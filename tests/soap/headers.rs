//! Header blocks and what they do. Those of saves and queries are in `saves.rs` and `queries.rs`.

use crate::assert_told;
use crate::emulator::{Api, Emulator, loose};

/// An account of the administrator's with records around it, and the user who gets it.
struct Account {
    emulator: Emulator,
    id: String,
    new_owner: String,
}

fn account() -> Account {
    let emulator = Emulator::start();
    let id = emulator.create("Account", "<Name>Moving</Name>");
    let belongs = format!("<AccountId>{id}</AccountId>");
    emulator.create("Contact", &format!("<LastName>Doe</LastName>{belongs}"));
    for stage in ["Prospecting", "Closed Won"] {
        let fields =
            format!("<Name>{stage}</Name><StageName>{stage}</StageName><CloseDate>2026-01-01</CloseDate>");
        emulator.create("Opportunity", &format!("{fields}{belongs}"));
    }
    emulator.create("Case", &format!("<Subject>Open</Subject><Status>New</Status>{belongs}"));
    emulator.create("Task", &format!("<Subject>Call</Subject><WhatId>{id}</WhatId>"));
    emulator.create("Note", &format!("<Title>Note</Title><ParentId>{id}</ParentId>"));
    let new_owner = emulator.id("SELECT Id FROM User WHERE Username = 'channel.manager@fauxforce.test'");
    Account { emulator, id, new_owner }
}

impl Account {
    /// Gives the account away with these options, and tells who has got what.
    fn given(&self, options: &[(&str, bool)], version: u32) -> String {
        let options: String = options
            .iter()
            .map(|(name, execute)| {
                format!("<options><type>{name}</type><execute>{execute}</execute></options>")
            })
            .collect();
        self.given_with(&format!("<OwnerChangeOptions>{options}</OwnerChangeOptions>"), version)
    }

    fn given_with(&self, header: &str, version: u32) -> String {
        let fields = format!("<Id>{}</Id><OwnerId>{}</OwnerId>", self.id, self.new_owner);
        let body = format!("<update>{}</update>", loose("Account", &fields));
        self.emulator.call(Api::Partner, version, header, &body).succeeded();
        let queries = [
            ("Contact", "LastName = 'Doe'"),
            ("Opportunity", "Name = 'Prospecting'"),
            ("Opportunity", "Name = 'Closed Won'"),
            ("Case", "Subject = 'Open'"),
            ("Task", "Subject = 'Call'"),
            ("Note", "Title = 'Note'"),
        ];
        let moved = queries.iter().filter(|(object, condition)| {
            let soql = format!("SELECT OwnerId FROM {object} WHERE {condition}");
            self.emulator.query(&soql).text("sf:OwnerId") == self.new_owner
        });
        moved.map(|(object, condition)| format!("{object} {condition}")).collect::<Vec<_>>().join(", ")
    }
}

#[test]
fn an_account_is_given_away() {
    assert_eq!(account().given(&[], 59), "");
    assert_eq!(account().given(&[("TransferContacts", false)], 59), "");
    assert_eq!(
        account().given(&[("TransferContacts", true), ("KeepAccountTeam", true)], 59),
        "Contact LastName = 'Doe'"
    );
    assert_eq!(
        account().given(&[("TransferOwnedOpenOpportunities", true)], 59),
        "Opportunity Name = 'Prospecting'"
    );
    assert_eq!(
        account().given(&[("TransferOwnedClosedOpportunities", true), ("TransferOwnedOpenCases", true)], 59),
        "Opportunity Name = 'Closed Won', Case Subject = 'Open'"
    );
    assert_eq!(
        account().given(&[("TransferOpenActivities", true), ("TransferNotesAndAttachments", true)], 59),
        "Task Subject = 'Call', Note Title = 'Note'"
    );
    let old = "<OwnerChangeOptions><transferAttachments>true</transferAttachments>\
               <transferOpenActivities>1</transferOpenActivities></OwnerChangeOptions>";
    assert_eq!(account().given_with(old, 31), "Task Subject = 'Call', Note Title = 'Note'");
}

#[test]
fn the_new_owner_must_be_able_to_read() {
    let emulator = Emulator::start();
    let id = emulator.create("Lead", "<LastName>Doe</LastName><Company>Acme</Company>");
    let owner = emulator.id("SELECT Id FROM User WHERE Username = 'integration@fauxforce.test'");
    let fields = format!("<Id>{id}</Id><OwnerId>{owner}</OwnerId>");
    let body = format!("<update>{}</update>", loose("Lead", &fields));
    let header = "<OwnerChangeOptions><options><type>EnforceNewOwnerHasReadAccess</type><execute>true</execute>\
                  </options></OwnerChangeOptions>";
    let refused = emulator.call(Api::Partner, 59, header, &body);
    assert_eq!(
        (refused.text("statusCode"), refused.text("message")),
        ("TRANSFER_REQUIRES_READ".to_owned(), "The new owner must have read permission".to_owned())
    );
    emulator.call(Api::Partner, 59, "", &body).succeeded();
}

#[test]
fn a_log_is_told_on_demand() {
    let emulator = Emulator::start();
    let header = "<DebuggingHeader><categories><category>Db</category><level>Info</level></categories>\
                  <debugLevel>DebugOnly</debugLevel></DebuggingHeader>";
    let create = format!("<create>{}</create>", loose("Contact", "<LastName>Doe</LastName>"));
    let told = [
        emulator.call(Api::Partner, 59, header, &create).whole(),
        // Queries have none.
        emulator
            .call(
                Api::Partner,
                59,
                header,
                "<query><queryString>SELECT Name FROM Contact</queryString></query>",
            )
            .whole(),
    ];
    assert_told!("soap_debugging_info", told.join("\n"));
}

/// WSC sends every header it has with every call.
#[test]
fn headers_without_effect_do_no_harm() {
    let emulator = Emulator::start();
    let headers = "<CallOptions><client>x/1</client><defaultNamespace>sf</defaultNamespace></CallOptions>\
        <DisableFeedTrackingHeader><disableFeedTracking>true</disableFeedTracking></DisableFeedTrackingHeader>\
        <StreamingEnabledHeader><streamingEnabled>true</streamingEnabled></StreamingEnabledHeader>\
        <EmailHeader><triggerAutoResponseEmail>true</triggerAutoResponseEmail><triggerOtherEmail>true</triggerOtherEmail>\
        </EmailHeader><UserTerritoryDeleteHeader><transferToUserId/></UserTerritoryDeleteHeader>\
        <LoginScopeHeader><organizationId>00D000000000001</organizationId></LoginScopeHeader>\
        <AssignmentRuleHeader><useDefaultRule>true</useDefaultRule></AssignmentRuleHeader>\
        <LocaleOptions><language>en_US</language><localizeErrors>true</localizeErrors></LocaleOptions><Unknown/>";
    let create =
        format!("<create>{}</create>", loose("Lead", "<LastName>Doe</LastName><Company>A</Company>"));
    emulator.call(Api::Partner, 59, headers, &create).succeeded();
    for body in ["<describeSObject><sObjectType>User</sObjectType></describeSObject>", "<getUserInfo/>"] {
        assert_eq!(emulator.call(Api::Partner, 59, headers, body).status, 200);
    }
    assert_eq!(emulator.get("/_fauxforce/gaps").body.trim(), "[]");
}

#[test]
fn what_a_header_asks_for_in_vain_is_a_gap() {
    let emulator = Emulator::start();
    let headers = "<LocaleOptions><language>fr</language></LocaleOptions>";
    let describe = "<describeSObject><sObjectType>Contact</sObjectType></describeSObject>";
    assert_eq!(emulator.call(Api::Partner, 59, headers, describe).status, 200);
    assert_told!("soap_header_gaps", emulator.get("/_fauxforce/gaps").body);
}

#[test]
fn what_a_header_names_is_there() {
    let emulator = Emulator::start();
    let create = |object: &str, more: &str| {
        format!("<create>{}</create>", loose(object, &format!("<LastName>Doe</LastName>{more}")))
    };
    let (lead, contact) = (create("Lead", "<Company>A</Company>"), create("Contact", ""));
    let rule = |id: &str| {
        format!("<AssignmentRuleHeader><assignmentRuleId>{id}</assignmentRuleId></AssignmentRuleHeader>")
    };
    let package = "<PackageVersionHeader><packageVersions><majorNumber>1</majorNumber><minorNumber>2</minorNumber>\
                   <namespace>x</namespace></packageVersions></PackageVersionHeader>";
    let language = |name: &str| format!("<LocaleOptions><language>{name}</language></LocaleOptions>");
    let ask = |headers: &str, body: &str| emulator.call(Api::Partner, 59, headers, body);
    let told = [
        ask(&rule("01Q000000000001"), &lead).inside(),
        ask(&rule("01Q"), &contact).inside(),
        ask(package, &contact).inside(),
        ask(&language("xx_YY"), &contact).inside(),
        emulator
            .call(
                Api::Enterprise,
                59,
                &rule("01Q000000000001"),
                "<create><sObjects xsi:type=\"s:Case\"/></create>",
            )
            .inside(),
        emulator
            .query("SELECT Id, Name FROM AssignmentRule WHERE SobjectType = 'Lead' AND Active = true")
            .inside(),
    ];
    assert_told!("soap_header_values", told.join("\n"));
    // They are for other records, or for other operations.
    for (headers, body) in [
        (rule("01Q000000000001"), contact.as_str()),
        (rule("01Q"), "<getUserInfo/>"),
        (package.to_owned(), "<getUserInfo/>"),
        (language("xx"), "<getUserInfo/>"),
        (language("en-us"), contact.as_str()),
        (rule("<!-- none -->"), lead.as_str()),
    ] {
        ask(&headers, body).succeeded();
    }
    assert_eq!(emulator.query("SELECT Id FROM Lead").text("size"), "1");
}
