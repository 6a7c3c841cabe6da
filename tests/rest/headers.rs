use crate::harness::Rig;

#[test]
fn every_answer_has_them() {
    let rig = Rig::new();
    for (got, calls) in [
        (rig.get("v59.0/recent"), Some(1)),
        (rig.get("v59.0/nothing"), Some(2)),
        (rig.ask("GET", "v59.0/recent", &[("authorization", "")], ""), None),
    ] {
        let usage = calls.map(|calls| format!("api-usage={calls}/15000"));
        assert_eq!(got.header("sforce-limit-info"), usage.as_deref());
        assert!(got.header("date").is_some_and(|date| date.starts_with("Thu, 01 Jan 2026 00:00:0")));
        assert_eq!(got.header("cache-control"), Some("no-cache,must-revalidate,max-age=0,no-store,private"));
        assert_eq!(got.header("vary"), Some("Accept-Encoding"));
        assert_eq!(got.header("x-request-id").map(str::len), Some(32));
        assert_eq!(got.header("x-request-id"), got.header("x-sfdc-request-id"));
    }
}

/// A token in another form is no session, which is how clients try out whether they log in again.
#[test]
fn a_wrong_token_is_no_session_and_a_wrong_scheme_is_no_header() {
    let rig = Rig::new();
    for reading in [true, false] {
        let ask = |value: &str| {
            let headers = [("authorization", value), ("content-type", "application/json")];
            let method = if reading { "GET" } else { "POST" };
            rig.ask(method, "v59.0/sobjects/Account", &headers, r#"{"Name":"x"}"#).told()
        };
        let no_session = r#"401 [{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#;
        for value in ["Bearer 00Dxx!abc simulated expired", "bearer a b", "OAuth x", "Bearer  a\tb"] {
            assert_eq!(ask(value), no_session, "{value}");
        }
        let no_header = r#"401 [{"message":"INVALID_HEADER_TYPE","errorCode":"INVALID_AUTH_HEADER"}]"#;
        for value in ["Bearer", "Bearer ", "00Dxx!abc", "Basic dXNlcjpwYXNz", "Token x", "Bearer:x"] {
            assert_eq!(ask(value), no_header, "{value}");
        }
    }
}

#[test]
fn pretty_printing_as_jackson_does() {
    let rig = Rig::new();
    let got = rig.ask("GET", "v59.0/sobjects/Nothing/1", &[("x-prettyprint", "1")], "");
    assert_eq!(
        got.body,
        "[ {\n  \"errorCode\" : \"NOT_FOUND\",\n  \"message\" : \"The requested resource does not exist\"\n} ]"
    );
}

#[test]
fn what_a_header_names_is_there() {
    let rig = Rig::new();
    let save = |object: &str, name: &str, value: &str| {
        let headers = [("content-type", "application/json"), (name, value)];
        let body = format!(r#"{{"LastName":"Doe{value}","Company":"A"}}"#);
        let body = if object == "Lead" { body } else { body.replace(r#","Company":"A""#, "") };
        rig.ask("POST", &format!("v59.0/sobjects/{object}"), &headers, body)
    };
    assert_eq!(
        save("Lead", "sforce-auto-assign", "01Q000000000001").told(),
        r#"400 [{"message":"invalid assignment rule id: 01Q000000000001","errorCode":"INVALID_ASSIGNMENT_RULE"}]"#
    );
    for value in ["TRUE", "false"] {
        assert_eq!(save("Lead", "sforce-auto-assign", value).status, 201);
    }
    assert_eq!(save("Contact", "sforce-auto-assign", "01Q000000000001").status, 201);
    assert_eq!(
        save("Contact", "x-sfdc-packageversion-acme", "1.0").told(),
        r#"400 [{"message":"invalid package version for namespace: acme","errorCode":"INVALID_PACKAGE_VERSION"}]"#
    );
    let job = r#"{"object":"Lead","operation":"insert","assignmentRuleId":"01Q000000000001"}"#;
    let got = rig.post("v59.0/jobs/ingest", job);
    assert!(got.told().starts_with("400 ") && got.body.contains("INVALID_ASSIGNMENT_RULE"), "{}", got.body);
}

#[test]
fn old_versions_are_retired_unless_allowed() {
    let rig = Rig::new();
    assert_eq!(
        rig.get("v30.0/recent").told(),
        r#"410 [{"errorCode":"GONE","message":"The requested API version is retired."}]"#
    );
    assert_eq!(rig.get("v31.0/recent").header("warning"), None);
    rig.world.lock().settings.min_api_version = 20;
    let got = rig.get("v20.0/recent");
    assert_eq!(got.status, 200);
    assert!(
        got.header("warning").is_some_and(|warning| warning.starts_with("299 - \"This API is deprecated"))
    );
    assert_eq!(rig.get("v19.0/recent").status, 410);
    assert_eq!(rig.get("v7.0/recent").status, 410);
    // Versions that REST never had.
    for path in ["v1.0/sobjects", "v6.0/query?q=x", "v0.0/recent", "v68.0/recent", "v5/recent"] {
        assert_eq!(
            rig.get(path).told(),
            r#"404 [{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]"#,
            "{path}"
        );
    }
}

#[test]
fn what_is_not_emulated_is_marked_and_noted() {
    let rig = Rig::new();
    let got = rig.get("v59.0/chatter/feeds?q=x");
    assert_eq!(
        got.told(),
        r#"404 [{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]"#
    );
    assert_eq!(got.header("x-fauxforce-gap"), Some("GET /chatter/feeds"));
    let met: Vec<_> = rig.world.lock().gaps.met().into_iter().map(|gap| gap.what).collect();
    assert_eq!(met, ["GET /chatter/feeds"]);
    assert_eq!(rig.get("v59.0/nothing").header("x-fauxforce-gap"), None);
    rig.world.lock().settings.strict = true;
    assert_eq!(
        rig.post("v59.0/connect", "{}").told(),
        r#"501 [{"errorCode":"NOT_IMPLEMENTED","message":"fauxforce does not emulate POST /connect"}]"#
    );
}
