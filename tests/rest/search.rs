//! Words looked up in names, e-mail addresses and phone numbers.

use std::fmt::Write as _;

use super::jobs::snapshot;
use crate::harness::{Rig, encoded};

fn find(rig: &Rig, sosl: &str) -> String {
    let got = rig.get(&format!("v62.0/search/?q={}", encoded(sosl)));
    if got.status != 200 {
        return got.told();
    }
    let records = got.json()["searchRecords"].as_array().expect("records").clone();
    let shown = records.iter().map(|record| {
        let mut fields = record.as_object().expect("a record").clone();
        let kind = fields.remove("attributes").expect("attributes")["type"].clone();
        let values: Vec<_> =
            fields.values().map(|value| value.as_str().unwrap_or("null").to_owned()).collect();
        format!("{} {}", kind.as_str().expect("a type"), values.join("|"))
    });
    shown.collect::<Vec<_>>().join(", ")
}

fn rig() -> Rig {
    let rig = Rig::new();
    let account = rig.create("Account", r#"{"Name":"Möbel Müller GmbH","Phone":"+49 30 1234"}"#);
    for (first, last, email) in
        [("Jo", "Müller", "jo@mueller.test"), ("Joan", "O'Neil", "joan.oneil@acme.test"), ("Bob", "Joan", "")]
    {
        rig.create(
            "Contact",
            &format!(
                r#"{{"FirstName":"{first}","LastName":"{last}","Email":"{email}","AccountId":"{account}"}}"#
            ),
        );
    }
    rig
}

#[test]
fn words_find_records() {
    let rig = rig();
    let mut text = String::new();
    for sosl in [
        "FIND {joan} RETURNING Contact(Name ORDER BY Name)",
        "FIND {JOAN} IN EMAIL FIELDS RETURNING Contact(Name, Email)",
        "FIND {joan.oneil@acme.test} RETURNING Contact(Name), User(Name)",
        "FIND {jo*} RETURNING Contact(Name ORDER BY Name)",
        "FIND {muller} IN NAME FIELDS RETURNING Account(Name), Contact(Name)",
        "FIND {joan AND NOT bob} RETURNING Contact(Name)",
        "FIND {o\\'neil OR \"bob joan\"} RETURNING Contact(Name ORDER BY LastName)",
        "FIND {jo*} RETURNING Contact(Name WHERE FirstName = 'Bob' OR LastName = 'Müller' ORDER BY Name LIMIT 1 OFFSET 1)",
        "FIND {jo*} RETURNING Contact(Name ORDER BY Name) LIMIT 2",
        "FIND {1234} IN PHONE FIELDS RETURNING Account(Name)",
        "FIND {nobody here} RETURNING Contact(Name)",
        "FIND {M?ller} RETURNING Contact(Name)",
        "FIND {mül?er OR b*b} RETURNING Contact(Name ORDER BY LastName)",
        "FIND {mu?ler AND NOT jo?n} RETURNING Contact(Name)",
        "FIND {joan?} RETURNING Contact(Name)",
        "FIND {joan AND NOT mx?ller} RETURNING Contact(Name ORDER BY Name)",
        "FIND {muller}",
        "FIND {admin} RETURNING User(Username)",
    ] {
        let shown = find(&rig, sosl).replace(|c: char| c.is_ascii_digit(), "0");
        writeln!(text, "{sosl}\n    {shown}").expect("a text");
    }
    for sosl in [
        "",
        "FIND joan",
        "FIND {j}",
        "FIND {joan AND}",
        "FIND {joan} RETURNING Nope(Id)",
        "FIND {joan} RETURNING Contact(Nope)",
        "FIND {joan} RETURNING Contact(Id WHERE Nope = 1)",
        "FIND {joan} IN NO FIELDS",
    ] {
        writeln!(text, "{sosl}\n    {}", find(&rig, sosl)).expect("a text");
    }
    snapshot("search", &text);
}

#[test]
fn reserved_characters_are_escaped() {
    let rig = rig();
    rig.create("Contact", r#"{"LastName":"Dash","Email":"jo-ann+x@mueller.test"}"#);
    let refused = find(&rig, "FIND {jo-ann} IN EMAIL FIELDS RETURNING Contact");
    // Of the text 30 characters to either side are shown, as of queries.
    let message = concat!(
        r"\nFIND {jo-ann} IN EMAIL FIELDS RETURNING\n       ^\nERROR at Row:1:Column:8\n",
        r"line 1:8 mismatched character '-' expecting '}'"
    );
    assert_eq!(refused, format!(r#"400 [{{"message":"{message}","errorCode":"MALFORMED_SEARCH"}}]"#));
    for reserved in "&|![]^~:-{".chars() {
        let told = find(&rig, &format!("FIND {{ab{reserved}c}}"));
        let message = format!("line 1:8 mismatched character '{reserved}' expecting '}}'");
        assert!(told.starts_with("400 ") && told.contains(&message), "{told}");
        assert_eq!(find(&rig, &format!("FIND {{ab\\{reserved}c}}")), "", "{reserved}");
    }
    let found = "Contact Dash";
    assert_eq!(find(&rig, r"FIND {jo\-ann} IN EMAIL FIELDS RETURNING Contact(LastName)"), found);
    assert_eq!(find(&rig, r#"FIND {"jo\-ann" OR nobody} RETURNING Contact(LastName)"#), found);
    assert!(find(&rig, r#"FIND {"jo-ann"} RETURNING Contact(LastName)"#).starts_with("400 "));
    // Words without SOSL are taken as they are.
    let plain = rig.get("v62.0/parameterizedSearch?q=jo-ann&sobject=Contact&Contact.fields=LastName");
    assert_eq!(plain.json()["searchRecords"][0]["LastName"], "Dash");
}

#[test]
fn clauses_without_effect_are_gaps() {
    let rig = rig();
    let ask = |clause: &str| {
        let sosl = format!("FIND {{joan}} RETURNING Contact(Name) {clause}");
        let got = rig.get(&format!("v62.0/search?q={}", encoded(&sosl)));
        (got.status, got.header("x-fauxforce-gap").map(str::to_owned))
    };
    for (clause, status, gap) in [
        ("WITH SPELL_CORRECTION = false LIMIT 5", 200, None),
        ("UPDATE TRACKING, VIEWSTAT", 200, None),
        ("WITH METADATA='LABELS'", 200, Some("SOSL WITH METADATA")),
        ("WITH HIGHLIGHT LIMIT 5", 200, Some("SOSL WITH HIGHLIGHT")),
        ("WITH SNIPPET (target_length=120)", 200, Some("SOSL WITH SNIPPET")),
        ("WITH NETWORK = '0DB000000000001'", 400, Some("SOSL WITH NETWORK")),
        ("WITH DATA CATEGORY Geo__c AT Asia__c", 400, Some("SOSL WITH DATA")),
        ("WITH", 400, None),
    ] {
        assert_eq!(ask(clause), (status, gap.map(str::to_owned)), "{clause}");
    }
    let path = "v62.0/parameterizedSearch";
    let query = |more: &str| rig.get(&format!("{path}?q=joan&sobject=Contact&{more}"));
    let body =
        |more: &str| rig.post(path, &format!(r#"{{"q":"joan","sobjects":[{{"name":"Contact"}}]{more}}}"#));
    for (got, status, gap) in [
        (query("metadata=LABELS"), 200, Some("SOSL WITH METADATA")),
        (query("spellCorrection=false"), 200, None),
        (query("division=global"), 400, Some("SOSL WITH DIVISION")),
        (body(r#","netWorkIds":["0DB000000000001"]"#), 400, Some("SOSL WITH NETWORK")),
        (body(r#","snippet":120,"metadata":null"#), 200, Some("SOSL WITH SNIPPET")),
        (body(r#","updateTracking":true"#), 200, None),
    ] {
        assert_eq!((got.status, got.header("x-fauxforce-gap")), (status, gap), "{}", got.body);
    }
}

#[test]
fn the_index_follows_the_records() {
    let rig = rig();
    let sosl = "FIND {joan} RETURNING Contact(Name ORDER BY Name)";
    assert_eq!(find(&rig, sosl), "Contact Bob Joan, Contact Joan O'Neil");
    let id =
        rig.query("SELECT Id FROM Contact WHERE LastName = 'O\\'Neil'").json()["records"][0]["Id"].clone();
    let path = format!("v62.0/sobjects/Contact/{}", id.as_str().expect("an id"));
    rig.patch(&path, r#"{"FirstName":"Jane","Email":null}"#);
    assert_eq!(find(&rig, sosl), "Contact Bob Joan");
    assert_eq!(find(&rig, "FIND {jane} RETURNING Contact(Name)"), "Contact Jane O'Neil");
    rig.delete(&path);
    assert_eq!(find(&rig, "FIND {jane} RETURNING Contact(Name)"), "");
    rig.create("Contact", r#"{"LastName":"Jane"}"#);
    assert_eq!(find(&rig, "FIND {jane} RETURNING Contact(Name)"), "Contact Jane");
}

#[test]
fn long_terms_lose_their_operators_and_then_find_nothing() {
    let rig = rig();
    let find = |length: usize| {
        let words = "nobody ".repeat(length / 7);
        find(&rig, &format!("FIND {{joan AND {words}}} RETURNING Contact(Name ORDER BY Name)"))
    };
    assert_eq!(find(700), "");
    assert_eq!(find(4200), "Contact Bob Joan, Contact Joan O'Neil");
    assert_eq!(find(10_500), "");
}

#[test]
fn parameters_instead_of_sosl() {
    let rig = rig();
    let mut text = String::new();
    for query in [
        "q=joan&sobject=Contact&Contact.fields=Name,Email&Contact.where=FirstName%3D'Joan'&in=NAME",
        "q=jo*&sobject=Contact&sobject=User&fields=Name&defaultLimit=1",
        "q=joan",
        "sobject=Contact",
        "q=joan&in=NOTHING",
    ] {
        let got = rig.get(&format!("v62.0/parameterizedSearch/?{query}"));
        writeln!(text, "{query}\n    {}", got.told()).expect("a text");
    }
    for body in [
        r#"{"q":"jo*","in":"NAME","fields":["Name"],"sobjects":[{"name":"Contact","limit":1,"orderBy":"Name"},{"name":"Account"}]}"#,
        r#"{"sobjects":[{"name":"Contact"}]}"#,
        r#"{"q":"joan","sobjects":[{}]}"#,
    ] {
        let got = rig.post("v62.0/parameterizedSearch", body);
        writeln!(text, "{body}\n    {}", got.told()).expect("a text");
    }
    let old = rig.get(&format!("v36.0/search?q={}", encoded("FIND {bob} RETURNING Contact(Name)")));
    writeln!(text, "v36.0\n    {}", old.told()).expect("a text");
    snapshot("search_parameterized", &text);
}
