use proptest::prelude::*;

use super::*;

fn message(body: &[u8]) -> String {
    read(body).expect_err("a bad body").message
}

#[test]
fn a_record() {
    let body = b" {\"A\" : \"x\\u00e9\\ud83d\\ude00\\n\",\r\n \"b\":-12.50e3 ,\"c\":7,\"d\":[1,{\"x\":[]}],\"e\":{\"f\":null},\"g\":true}\n";
    let members = read(body).expect("a good body");
    let at = |line, column| Some(Place::Json(Position { line, column }));
    let empty = Input { raw: Raw::Array(Vec::new()), at: at(2, 30) };
    let object = Input { raw: Raw::Object(vec![("x".to_owned(), empty)]), at: at(2, 28) };
    let list = Raw::Array(vec![Input { raw: Raw::Int("1".to_owned()), at: at(2, 27) }, object]);
    let nested = Input { raw: Raw::Null, at: at(2, 44) };
    let expected = [
        ("A", Raw::Text("x\u{e9}\u{1f600}\n".to_owned()), at(1, 3)),
        ("b", Raw::Float("-12.50e3".to_owned()), at(1, 32)),
        ("c", Raw::Int("7".to_owned()), at(2, 15)),
        ("d", list, at(2, 21)),
        ("e", Raw::Object(vec![("f".to_owned(), nested)]), at(2, 38)),
        ("g", Raw::Bool(true), at(2, 53)),
    ];
    let expected: Vec<_> =
        expected.into_iter().map(|(name, raw, at)| (name.to_owned(), Input { raw, at })).collect();
    assert_eq!(members, expected);
}

/// A comma counts as the beginning of the member after it, as recorded.
#[test]
fn a_value_stands_where_the_comma_before_it_is() {
    let body = br#"{"FirstName":"Doug","LastName":"Proctor (testing)","s360__Contact_Code__c":["x"]}"#;
    let members = read(body).expect("a good body");
    assert_eq!(members[2].1.at, Some(Place::Json(Position { line: 1, column: 51 })));
}

#[test]
fn what_is_wrong_is_said_in_jacksons_words() {
    let bodies: &[&[u8]] = &[
        b"",
        b" \n ",
        b"request%5Baccount%5D",
        b"[{}]",
        b"\"x\"",
        b"{",
        b"{\"a\"",
        b"{\"a\":",
        b"{\"a\":1",
        b"{\"a\":1,",
        b"{\"a\":1,}",
        b"{\"a\":1 \"b\":2}",
        b"{\"a\"j}",
        b"{a:1}",
        b"{,}",
        b"{\"a\":}",
        b"{\"a\":tru}",
        b"{\"a\":nullx}",
        b"{\"a\":NULL}",
        b"{\"a\":NaN}",
        b"{\"a\":01}",
        b"{\"a\":-}",
        b"{\"a\":1.}",
        b"{\"a\":1e+}",
        b"{\"a\":.5}",
        b"{\"a\":\"x",
        b"{\"a",
        b"{\"a\":\"x\ny\"}",
        b"{\"a\":\"\\x\"}",
        b"{\"a\":\"\\u12g4\"}",
        b"{\"a\":\"\\u12",
        b"{\"a\":\"\x80\"}",
        b"{\"a\":\"\xc3(\"}",
        b"{\"a\":[1 2]}",
        b"{\"a\":[1,",
        b"{\"a\":[1",
        b"{\"a\":1}x",
        b"{\"a\":1,\"A\":2}",
        b"{\"a\":\xe2\x82\xac}",
        b"{\"a\":\x80}",
        b"{\r\n  \"a\" : 1,\r\n  \"b\" ; 2\r\n}",
    ];
    let told: Vec<_> =
        bodies.iter().map(|body| format!("{}  ->  {}", body.escape_ascii(), message(body))).collect();
    insta::with_settings!({ snapshot_path => "../../../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("rest_json_parser_errors", told.join("\n"));
    });
}

#[test]
fn absurd_nesting_is_refused() {
    let deep = |open: &str, close: &str, times: usize| {
        format!("{{\"a\":{}{}}}", open.repeat(times), close.repeat(times))
    };
    assert!(read(deep("[", "]", DEEPEST - 1).as_bytes()).is_ok());
    assert!(message(deep("[", "]", 100_000).as_bytes()).starts_with("Document nesting depth (101)"));
    assert!(message(deep("{\"a\":", "}", 100_000).as_bytes()).starts_with("Document nesting depth (101)"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        _ = read(&bytes);
        let mut object = b"{\"a\":".to_vec();
        object.extend(bytes);
        _ = read(&object);
    }

    #[test]
    fn anything_like_json_is_read_as_serde_reads_it(text in "[\\[\\]{}:,\"a0-9.eE+\\- truefalsn]{0,40}") {
        let object = format!("{{\"a\":{text}}}");
        let theirs = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&object).is_ok();
        let ours = read(object.as_bytes());
        // serde_json takes a repeated name.
        let repeated = ours.as_ref().is_err_and(|fault| fault.message.starts_with("Duplicate"));
        prop_assert!(ours.is_ok() == theirs || repeated, "{} {:?}", object, ours);
    }
}
