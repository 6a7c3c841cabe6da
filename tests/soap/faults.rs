//! Whole calls that fail.

use crate::assert_told;
use crate::emulator::{Api, Emulator, loose, strong};

#[test]
fn what_is_wrong_with_the_whole_call() {
    let emulator = Emulator::start();
    let create = |record: String| format!("<create>{record}</create>");
    let query = |soql: &str| format!("<query><queryString>{soql}</queryString></query>");
    let partner = [
        ("unknown object", create(loose("Foo", "<Name>x</Name>"))),
        ("no object", create("<sObjects><Name>x</Name></sObjects>".to_owned())),
        ("the base of all objects", create(loose("sObject", "<Name>x</Name>"))),
        ("unknown field", create(loose("Contact", "<Nope__c>x</Nope__c>"))),
        ("unknown field to empty", create(loose("Contact", "<fieldsToNull>Nope</fieldsToNull>"))),
        ("a field with elements", create(loose("Contact", "<LastName><item>x</item></LastName>"))),
        ("unknown field of a query", query("SELECT Id, Nope FROM Contact")),
        ("unknown object of a query", query("SELECT Id FROM Nope")),
        ("bad query", query("SELECT FROM Contact")),
        ("no id in a query", query("SELECT Id FROM Contact WHERE Id = 'x'")),
        ("empty query", query("")),
        ("unknown argument", "<query><queryStrong>SELECT Id FROM User</queryStrong></query>".to_owned()),
        ("unknown operation", "<createAll/>".to_owned()),
        ("not emulated", "<convertLead/>".to_owned()),
        ("other namespace", "<x:create xmlns:x=\"urn:enterprise.soap.sforce.com\"/>".to_owned()),
    ];
    let enterprise = [
        ("no type", create("<sObjects><s:LastName>x</s:LastName></sObjects>".to_owned())),
        ("unknown type", create(strong("Foo", "<s:Name>x</s:Name>"))),
    ];
    let partner = partner.iter().map(|(case, body)| format!("{case}: {}", emulator.partner(body).whole()));
    let enterprise = enterprise
        .iter()
        .map(|(case, body)| format!("enterprise, {case}: {}", emulator.enterprise(body).whole()));
    assert_told!("soap_faults", partner.chain(enterprise).collect::<Vec<_>>().join("\n"));
}

#[test]
fn who_may_not_see_it_is_told_it_is_not_there() {
    let emulator = Emulator::start();
    let profile = emulator.id("SELECT Id FROM Profile WHERE Name = 'Standard User'");
    emulator
        .partner(&format!(
            "<update>{}</update>",
            loose(
                "User",
                &format!(
                    "<Id>{}</Id><ProfileId>{profile}</ProfileId>",
                    emulator.id("SELECT Id FROM User WHERE Username = 'norole.owner@fauxforce.test'")
                )
            )
        ))
        .succeeded();
    let session = emulator.log_in("norole.owner@fauxforce.test");
    let ask = |body: &str| emulator.call_as(&session, Api::Partner, 59, "", body).inside();
    let told = [
        ask(&format!("<create>{}</create>", loose("SamlSsoConfig", "<Name>x</Name>"))),
        ask(&format!("<create>{}</create>", loose("User", "<LastName>x</LastName>"))),
    ];
    assert_told!("soap_no_access", told.join("\n"));
}

#[test]
fn other_characters_than_utf8() {
    let emulator = Emulator::start();
    let create = "<create><sObjects><type>Contact</type><LastName>Müller</LastName></sObjects></create>";
    let envelope = emulator.envelope(create);
    let latin: Vec<u8> =
        envelope.chars().map(|character| u8::try_from(u32::from(character)).expect("Latin-1")).collect();
    let utf16: Vec<u8> = format!("\u{feff}{envelope}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let declared: Vec<u8> = [b"<?xml version=\"1.0\" encoding=\"windows-1252\"?>", latin.as_slice()].concat();
    for (kind, body) in [
        ("text/xml; charset=ISO-8859-1", &latin),
        ("text/xml", &declared),
        ("text/xml; charset=UTF-16", &utf16),
        ("text/xml", &utf16),
    ] {
        emulator.send_bytes("/services/Soap/u/59.0", kind, body).succeeded();
    }
    assert_eq!(emulator.query("SELECT Id FROM Contact WHERE LastName = 'Müller'").text("size"), "4");
    for (kind, body) in
        [("text/xml; charset=EBCDIC", envelope.as_bytes()), ("text/xml; charset=UTF-8", &latin)]
    {
        let answer = emulator.send_bytes("/services/Soap/u/59.0", kind, body);
        assert_eq!((answer.status, answer.text("faultcode").as_str()), (500, "UNKNOWN_EXCEPTION"), "{kind}");
    }
}
