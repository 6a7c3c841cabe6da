//! `create`, `update`, `upsert`, `delete`, `undelete`: results per record, and what headers change.

use crate::assert_told;
use crate::emulator::{Api, Emulator, loose, strong};

/// What a user needs at least, but for the profile.
fn user(username: &str) -> String {
    format!(
        "<Username>{username}</Username><LastName>Doe</LastName><Email>jo@example.com</Email><Alias>jdoe</Alias>\
         <TimeZoneSidKey>Europe/Berlin</TimeZoneSidKey><LocaleSidKey>de_DE</LocaleSidKey>\
         <EmailEncodingKey>UTF-8</EmailEncodingKey><LanguageLocaleKey>de</LanguageLocaleKey>"
    )
}

#[test]
fn create() {
    let emulator = Emulator::start();
    let mixed = [
        loose(
            "Contact",
            "<Id xsi:nil=\"true\"/><s:LastName xsi:type=\"xsd:string\">Mixed &amp; matched</s:LastName>",
        ),
        loose("Contact", "<LastName>Long</LastName><Phone>12345678901234567890123456789012345678901</Phone>"),
        loose("Contact", "<FirstName>No last name</FirstName>"),
        loose("Contact", "<Id>003Ff0000000001AAA</Id><LastName>With an id</LastName>"),
        loose("Account", "<Name>Beside contacts</Name><AnnualRevenue>108</AnnualRevenue>"),
        loose("Contact", "<LastName>Dates</LastName><Birthdate>1980-02-30</Birthdate><Email>nobody</Email>"),
        loose("Profile", "<Name>Not by the API</Name>"),
        loose("User", "<LastName>Only</LastName>"),
    ];
    let answer = emulator.partner(&format!("<create>{}</create>", mixed.concat()));
    let strong = strong("Contact", "<s:fieldsToNull>Phone</s:fieldsToNull><s:LastName>Strong</s:LastName>");
    let enterprise = emulator.enterprise(&format!("<create>{strong}</create>"));
    let nothing = emulator.partner("<create/>");
    assert_told!("soap_create", [answer.whole(), enterprise.whole(), nothing.whole()].join("\n"));
}

#[test]
fn update() {
    let emulator = Emulator::start();
    let contact = emulator.create("Contact", "<LastName>Before</LastName><Phone>1</Phone><Title>T</Title>");
    let account = emulator.create("Account", "<Name>Not a contact</Name>");
    let records = [
        loose(
            "Contact",
            &format!("<LastName>After</LastName><Id>{contact}</Id><fieldsToNull>Phone</fieldsToNull>"),
        ),
        loose("Contact", &format!("<Id>{contact}</Id><LastName xsi:nil=\"true\"/><Title/>")),
        loose("Contact", &format!("<Id>{}</Id><fieldsToNull>LastName</fieldsToNull>", &contact[..15])),
        loose("Contact", &format!("<Id>{contact}</Id><Phone>2</Phone><fieldsToNull>Phone</fieldsToNull>")),
        loose("Contact", "<LastName>No id</LastName>"),
        loose("Contact", "<Id>nonsense</Id><LastName>X</LastName>"),
        loose("Contact", &format!("<Id>{account}</Id><LastName>X</LastName>")),
        loose("Contact", "<Id>003Ff00000zzzzzAAA</Id><LastName>X</LastName>"),
        loose("Contact", "<Id>003Ff00000zzzzz</Id><LastName>X</LastName>"),
    ];
    let answer = emulator.partner(&format!("<update>{}</update>", records.concat()));
    let after = emulator.query(&format!("SELECT LastName, Phone, Title FROM Contact WHERE Id = '{contact}'"));
    assert_told!("soap_update", [answer.inside(), after.inside()].join("\n"));
}

#[test]
fn upsert() {
    let emulator = Emulator::start();
    let by = |key: &str, records: &[String]| {
        let body =
            format!("<upsert><externalIDFieldName>{key}</externalIDFieldName>{}</upsert>", records.concat());
        emulator.partner(&body).inside()
    };
    let record = |key: &str, name: &str| {
        loose("Contact", &format!("<External_Id__c>{key}</External_Id__c><LastName>{name}</LastName>"))
    };
    let id = emulator.create("Contact", "<LastName>By id</LastName>");
    let told = [
        by("External_Id__c", &[record("u1", "One"), record("u2", "Two")]),
        by("External_Id__c", &[record("u1", "One again")]),
        by("External_Id__c", &[record("u3", "Twin"), record("u3", "Twin")]),
        by("External_Id__c", &[record("", "Empty"), loose("Contact", "<LastName>None</LastName>")]),
        by("Phone", &[record("u1", "One")]),
        by(
            "Id",
            &[
                loose("Contact", &format!("<Id>{id}</Id><Title>T</Title>")),
                loose("Contact", "<LastName>New</LastName>"),
                loose("Contact", "<Id>003Ff00000zzzzz</Id><LastName>X</LastName>"),
            ],
        ),
        by("External_Id__c", &[record("u1", "One"), loose("Account", "<Name>Two objects</Name>")]),
    ];
    assert_told!("soap_upsert", told.join("\n"));
}

#[test]
fn upsert_reads_its_key_first_and_in_any_case() {
    let emulator = Emulator::start();
    let record = loose("Contact", "<External_Id__c>k</External_Id__c><LastName>Key</LastName>");
    for name in ["externalIDFieldName", "externalIdFieldName", "ExternalIdFieldname"] {
        let body = format!("<upsert><{name}>External_Id__c</{name}>{record}</upsert>");
        emulator.partner(&body).succeeded();
    }
    let key = "<externalIDFieldName>External_Id__c</externalIDFieldName>";
    for (body, element) in [
        (format!("{record}{key}"), "externalIDFieldName"),
        (format!("{key}{}", record.replace("sObjects", "records")), "records"),
        (format!("{key}<allOrNone>true</allOrNone>{record}"), "allOrNone"),
    ] {
        let refused = emulator.partner(&format!("<upsert>{body}</upsert>")).inside();
        let message = format!("{element} invalid at this location");
        assert!(refused.starts_with("500 ") && refused.contains(&message), "{refused}");
    }
}

/// The texts of records are those of the other APIs.
#[test]
fn ids_addresses_and_reserved_characters() {
    let emulator = Emulator::start();
    let contact = emulator.create("Contact", "<LastName>Doe</LastName><Email>Up.Case@X.com (Label)</Email>");
    let stored = emulator.query(&format!("SELECT Email FROM Contact WHERE Id = '{contact}'"));
    assert_eq!(stored.text("sf:Email"), "up.case@x.com");
    let told = |body: &str| {
        let answer = emulator.partner(body);
        let texts = [answer.texts("message"), answer.texts("sf:exceptionMessage")].concat();
        texts.into_iter().next().unwrap_or_else(|| panic!("{}", answer.body))
    };
    let ids = |id: &str| {
        [
            format!("<delete><ids>{id}</ids></delete>"),
            format!(
                "<retrieve><fieldList>Id</fieldList><sObjectType>Contact</sObjectType><ids>{id}</ids></retrieve>"
            ),
            format!("<undelete><ids>{id}</ids></undelete>"),
            format!("<update>{}</update>", loose("Contact", &format!("<Id>{id}</Id><LastName>x</LastName>"))),
        ]
    };
    for (id, message) in [
        ("003AAAAAAAAAAAA", "Contact ID: id value of incorrect type: 003AAAAAAAAAAAA"),
        ("003Ff0000000001ZZZ", "malformed id 003Ff0000000001ZZZ"),
        ("nonsense", "bad id nonsense"),
    ] {
        for body in ids(id) {
            assert_eq!(told(&body), message, "{body}");
        }
    }
    let parent = loose("Contact", "<LastName>x</LastName><AccountId>001AAAAAAAAAAAA</AccountId>");
    let message = "Account ID: id value of incorrect type: 001AAAAAAAAAAAA";
    assert_eq!(told(&format!("<create>{parent}</create>")), message);
    let closed = loose("Case", "<IsClosed>true</IsClosed>");
    assert!(
        told(&format!("<create>{closed}</create>")).starts_with("Unable to create/update fields: IsClosed.")
    );
    let search = "<search><searchString>FIND {a-b} RETURNING Contact</searchString></search>";
    let answer = emulator.partner(search);
    assert_eq!(answer.text("sf:exceptionCode"), "MALFORMED_SEARCH");
    let message = "line 1:7 mismatched character &apos;-&apos; expecting &apos;}&apos;";
    assert!(answer.body.contains(message), "{}", answer.body);
    assert_eq!((answer.text("sf:row"), answer.text("sf:column")), ("1".to_owned(), "7".to_owned()));
}

#[test]
fn parents_by_a_key() {
    let emulator = Emulator::start();
    emulator.create("Account", "<Name>Keyed</Name><External_Id__c>a1</External_Id__c>");
    let nested = |object: &str, key: &str| {
        let parent = format!(
            "<s:Account><s:type>{object}</s:type><s:External_Id__c>{key}</s:External_Id__c></s:Account>"
        );
        loose("Contact", &format!("<LastName>Child of {key}</LastName>{parent}"))
    };
    let records = [
        nested("Account", "a1"),
        nested("Account", "none"),
        nested("Contact", "a1"),
        loose("Contact", "<LastName>Empty</LastName><Account/>"),
        loose(
            "Contact",
            "<LastName>Two keys</LastName><Account><type>Account</type><Name>x</Name><External_Id__c>a1</External_Id__c></Account>",
        ),
    ];
    let partner = emulator.partner(&format!("<create>{}</create>", records.concat()));
    let strong = strong(
        "Contact",
        "<s:Account xsi:type=\"s:Account\"><s:External_Id__c>a1</s:External_Id__c></s:Account><s:LastName>Strong</s:LastName>",
    );
    let enterprise = emulator.enterprise(&format!("<create>{strong}</create>"));
    let after = emulator.query("SELECT LastName FROM Contact WHERE Account.Name = 'Keyed' ORDER BY LastName");
    assert_told!("soap_parents_by_a_key", [partner.inside(), enterprise.inside(), after.inside()].join("\n"));
}

#[test]
fn delete_and_undelete() {
    let emulator = Emulator::start();
    let contact = emulator.create("Contact", "<LastName>Short lived</LastName>");
    let user = emulator.id("SELECT Id FROM User LIMIT 1");
    let delete = format!(
        "<delete><ids>{contact}</ids><id>{contact}</id><ids>nonsense</ids><ids/><ids>{user}</ids></delete>"
    );
    let gone = emulator.partner(&delete).inside();
    let undelete =
        format!("<undelete><ids>{contact}</ids><ids>{contact}</ids><ids>003Ff00000zzzzz</ids></undelete>");
    let back = emulator.partner(&undelete).inside();
    let found = emulator.query("SELECT count() FROM Contact WHERE LastName = 'Short lived'").inside();
    assert_told!("soap_delete", [gone, back, found].join("\n"));
}

#[test]
fn headers_change_how_records_are_saved() {
    let emulator = Emulator::start();
    let create = |headers: &str, records: &[String]| {
        let body = format!("<create>{}</create>", records.concat());
        emulator.call(Api::Partner, 59, headers, &body).inside()
    };
    let good = |name: &str| loose("Contact", &format!("<LastName>{name}</LastName>"));
    let bad = loose("Contact", "<FirstName>No last name</FirstName>");
    let long = loose("Contact", &format!("<LastName>{}</LastName>", "x".repeat(90)));
    let all = "<AllOrNoneHeader><allOrNone>true</allOrNone></AllOrNoneHeader>";
    let cut = "<AllowFieldTruncationHeader><allowFieldTruncation>1</allowFieldTruncation></AllowFieldTruncationHeader>";
    let told = [
        create(all, &[good("Rolled back"), bad.clone(), good("Rolled back")]),
        create("", &[good("Partial"), bad]),
        create("", std::slice::from_ref(&long)),
        create(cut, &[long]),
        emulator.query("SELECT Name FROM Contact ORDER BY Name").inside(),
        // Those without effect, in whatever namespace; what nobody knows.
        create(
            "<AssignmentRuleHeader><useDefaultRule>true</useDefaultRule></AssignmentRuleHeader>\
             <s:DisableFeedTrackingHeader><disableFeedTracking>true</disableFeedTracking></s:DisableFeedTrackingHeader>\
             <PackageVersionHeader/><DebuggingHeader/><LocaleOptions><language>en_US</language></LocaleOptions>\
             <x xmlns=\"urn:x\"/>",
            &[good("With many headers")],
        ),
    ];
    assert_told!("soap_headers", told.join("\n"));
}

#[test]
fn users_are_told_by_mail_only_on_demand() {
    let emulator = Emulator::start();
    let profile = emulator.id("SELECT Id FROM Profile WHERE Name = 'Standard User'");
    let create = |headers: &str, username: &str| {
        let record = loose("User", &format!("{}<ProfileId>{profile}</ProfileId>", user(username)));
        emulator.call(Api::Partner, 28 + 3, headers, &format!("<create>{record}</create>")).succeeded();
        let state = emulator.server.world().lock();
        let mails = state.outbox.borrow();
        mails.iter().filter(|mail| mail.kind == "welcome" && mail.to == "jo@example.com").count()
    };
    assert_eq!(create("", "one@example.com"), 0);
    let asked = "<EmailHeader><triggerUserEmail>true</triggerUserEmail></EmailHeader>";
    assert_eq!(create(asked, "two@example.com"), 1);
    assert_eq!(create(&asked.replace("true", "false"), "three@example.com"), 1);
}

#[test]
fn what_is_saved_is_recent_only_on_demand() {
    let emulator = Emulator::start();
    let recent = || emulator.rest("recent", None).body;
    let create = |headers: &str, name: &str| {
        let record = loose("Contact", &format!("<LastName>{name}</LastName>"));
        emulator.call(Api::Partner, 59, headers, &format!("<create>{record}</create>")).succeeded();
    };
    create("", "Unseen");
    create("<MruHeader><updateMru>true</updateMru></MruHeader>", "Seen");
    assert!(recent().contains("\"Seen\"") && !recent().contains("Unseen"), "{}", recent());
}

#[test]
fn not_more_than_200_records() {
    let emulator = Emulator::start();
    let create = |count: usize| {
        let records = (0..count).map(|number| loose("Contact", &format!("<LastName>{number}</LastName>")));
        emulator.partner(&format!("<create>{}</create>", records.collect::<String>()))
    };
    assert_eq!(create(200).succeeded().texts("id").len(), 200);
    let ids = "<ids>003Ff00000zzzzz</ids>".repeat(201);
    let runs =
        [loose("Contact", "<LastName>x</LastName>"), loose("Account", "<Name>x</Name>")].concat().repeat(6);
    let told = [
        create(201).inside(),
        emulator.partner(&format!("<delete>{ids}</delete>")).inside(),
        emulator.partner(&format!("<create>{runs}</create>")).inside(),
        emulator.query("SELECT count() FROM Contact").inside(),
    ];
    assert_told!("soap_limits", told.join("\n"));
}

/// SOAP and REST are two faces of one pipeline: the same input, the same code, text and fields.
#[test]
fn as_rest_says_it() {
    let emulator = Emulator::start();
    let profile = emulator.id("SELECT Id FROM Profile WHERE Name = 'Standard User'");
    let all = format!("{}<ProfileId>{profile}</ProfileId>", user("parity@example.com"));
    let account = emulator.create("Account", "<Name>x</Name>");
    let records: Vec<(&str, String)> = vec![
        ("Contact", "<FirstName>x</FirstName>".to_owned()),
        ("Contact", "<LastName>x</LastName><Email>nobody</Email>".to_owned()),
        ("Contact", format!("<LastName>{}</LastName>", "x".repeat(100))),
        ("Contact", "<LastName>x</LastName><AccountId>nonsense</AccountId>".to_owned()),
        ("Contact", "<LastName>x</LastName><AccountId>001Ff00000zzzzz</AccountId>".to_owned()),
        ("Contact", format!("<LastName>x</LastName><ReportsToId>{account}</ReportsToId>")),
        ("User", "<LastName>x</LastName>".to_owned()),
        ("User", all.replace("parity@example.com", "admin@fauxforce.test")),
        ("User", all.replace("parity@example.com", "no address")),
        ("User", all.replace("Europe/Berlin", "Europe/Bärlin")),
        ("User", all.replace(&profile, "00eFf00000zzzzz")),
        ("Account", "<Name>x</Name><CreatedDate>2020-01-01T00:00:00Z</CreatedDate>".to_owned()),
        ("Profile", "<Name>x</Name>".to_owned()),
    ];
    for (object, fields) in records {
        let soap = emulator.partner(&format!("<create>{}</create>", loose(object, &fields)));
        let rest = emulator.rest(&format!("sobjects/{object}"), Some(&as_json(&fields)));
        let rest: serde_json::Value = serde_json::from_str(&rest.body).expect("JSON");
        let rest: Vec<_> = rest.as_array().expect("errors").iter().map(error_of_rest).collect();
        let soap: Vec<_> = soap.body.split("<errors>").skip(1).map(error_of_soap).collect();
        assert!(!soap.is_empty(), "{object} {fields}");
        assert_eq!(soap, rest, "{object} {fields}");
    }
}

fn as_json(fields: &str) -> String {
    let members = fields.split("</").filter_map(|part| {
        let (_, element) = part.rsplit_once('<')?;
        let (name, value) = element.split_once('>')?;
        Some(format!("{name:?}:{value:?}"))
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

fn error_of_rest(error: &serde_json::Value) -> (String, String, Vec<String>) {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let fields = error["fields"].as_array().into_iter().flatten().map(text).collect();
    (text(&error["errorCode"]), text(&error["message"]), fields)
}

fn error_of_soap(error: &str) -> (String, String, Vec<String>) {
    let error = error.split("</errors>").next().unwrap_or_default();
    let all = |name: &str| -> Vec<String> {
        let open = format!("<{name}>");
        let parts = error.split(&open).skip(1);
        let text = |part: &str| {
            quick_xml::escape::unescape(part.split('<').next().unwrap_or_default())
                .expect("text")
                .into_owned()
        };
        parts.map(text).collect()
    };
    (all("statusCode").concat(), all("message").concat(), all("fields"))
}
