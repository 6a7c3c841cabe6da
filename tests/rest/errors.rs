use crate::harness::{JSON, Rig, encoded, request};

/// What is wrong, method, path, headers, body.
type Case<'a> = (&'a str, &'a str, &'a str, &'a [(&'a str, &'a str)], &'a str);

/// Every refusal that a client can provoke, as it is told.
#[test]
fn refusals() {
    let rig = Rig::new();
    let account = rig.create("Account", r#"{"Name":"Acme","External_Id__c":"taken"}"#);
    let contact = rig.create("Contact", r#"{"LastName":"Doe"}"#);
    let account = format!("v59.0/sobjects/Account/{account}");
    let contact = format!("v59.0/sobjects/Contact/{contact}");
    let long = format!(r#"{{"LastName":"{}"}}"#, "x".repeat(81));
    let soql = |text: &str| format!("v59.0/query?q={}", encoded(text));
    let unknown = soql("SELECT Id, Nope FROM Account");
    let span = |start: &str, end: &str| format!("v59.0/sobjects/Account/updated?start={start}&end={end}");
    let (reversed, ancient) = (
        span("2026-01-01T00:00:00Z", "2025-12-31T00:00:00Z"),
        span("2020-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
    );
    let (no_date, no_end) = (span("yesterday", "2026-01-01T00:00:00Z"), span("2026-01-01T00:00:00Z", ""));
    let xml: &[_] = &[("content-type", "application/xml")];
    let form: &[_] = &[("content-type", "application/x-www-form-urlencoded")];
    let no_token: &[_] = &[("authorization", "")];
    let cases: &[Case] = &[
        ("no session", "GET", "v59.0/recent", no_token, ""),
        ("unknown session", "GET", "v59.0/recent", &[("authorization", "Bearer x")], ""),
        ("unreadable header", "GET", "v59.0/recent", &[("authorization", "Basic dXNlcjpwYXNz")], ""),
        ("no token", "GET", "v59.0/recent", &[("authorization", "Bearer")], ""),
        ("future version", "GET", "v99.0/recent", &[], ""),
        ("no version", "GET", "v59/recent", &[], ""),
        ("retired version", "GET", "v30.0/recent", &[], ""),
        ("unknown resource", "GET", "v59.0/nothing", &[], ""),
        ("unknown object", "GET", "v59.0/sobjects/Nothing/001000000000000AAA", &[], ""),
        ("unknown object to create", "POST", "v59.0/sobjects/Nothing", JSON, "{}"),
        ("method of an object", "PATCH", "v59.0/sobjects/Account", JSON, "{}"),
        ("method of a record", "PUT", &account, JSON, "{}"),
        ("method of a query", "POST", "v59.0/query", JSON, "{}"),
        ("unknown record", "GET", "v59.0/sobjects/Account/001000000000000AAA", &[], ""),
        ("unknown record to update", "PATCH", "v59.0/sobjects/Account/001000000000000AAA", JSON, "{}"),
        ("unknown record to delete", "DELETE", "v59.0/sobjects/Account/001000000000000AAA", &[], ""),
        ("record of another object", "GET", "v59.0/sobjects/Account/005000000000000AAA", &[], ""),
        ("no id", "GET", "v59.0/sobjects/Account/nonsense", &[], ""),
        ("malformed id", "GET", "v59.0/sobjects/Account/001Ff0000000001ZZZ", &[], ""),
        ("no external id", "PATCH", "v59.0/sobjects/Account/Phone/1", JSON, "{}"),
        ("no field for an external id", "GET", "v59.0/sobjects/Account/Nope/1", &[], ""),
        ("unknown external id", "GET", "v59.0/sobjects/Account/External_Id__c/1", &[], ""),
        (
            "external id in the body too",
            "PATCH",
            "v59.0/sobjects/Account/External_Id__c/1",
            JSON,
            r#"{"external_id__c":"1"}"#,
        ),
        (
            "id in the body to create",
            "POST",
            "v59.0/sobjects/Account",
            JSON,
            r#"{"Name":"x","id":"001000000000000AAA"}"#,
        ),
        ("id in the body to update", "PATCH", &account, JSON, r#"{"Id":"001000000000000AAA"}"#),
        ("other type in the body", "PATCH", &account, JSON, r#"{"attributes":{"type":"Contact"}}"#),
        ("no body", "POST", "v59.0/sobjects/Account", JSON, ""),
        ("form", "POST", "v59.0/sobjects/Account", form, "Name=x"),
        ("list", "POST", "v59.0/sobjects/Account", JSON, "[]"),
        ("truncated", "POST", "v59.0/sobjects/Account", JSON, r#"{"Name":"x"#),
        ("not XML", "POST", "v59.0/sobjects/Account", xml, "<Account>"),
        ("unknown field", "POST", "v59.0/sobjects/Account", JSON, r#"{"Name":"x","Nope":1}"#),
        ("unknown field to read", "GET", &format!("{account}?fields=Name,Nope"), &[], ""),
        ("field read twice", "GET", &format!("{account}?fields=Name,name"), &[], ""),
        ("relationship to read", "GET", &format!("{account}?fields=Owner.Name"), &[], ""),
        ("required field missing", "POST", "v59.0/sobjects/Contact", JSON, "{}"),
        ("required field cleared", "PATCH", &contact, JSON, r#"{"LastName":null}"#),
        ("too long", "PATCH", &contact, JSON, &long),
        ("no e-mail address", "PATCH", &contact, JSON, r#"{"Email":"nonsense"}"#),
        (
            "no datetime",
            "POST",
            "v59.0/sobjects/Event",
            JSON,
            "{\n \"Subject\":\"x\",\n \"StartDateTime\":\"2017-10-17 00:00:00\"}",
        ),
        ("no boolean", "POST", "v59.0/sobjects/Lead", JSON, r#"{"DoNotCall":"maybe"}"#),
        ("no number", "PATCH", &account, JSON, r#"{"NumberOfEmployees":"many"}"#),
        ("no double", "PATCH", &account, JSON, r#"{"Name":"x","AnnualRevenue":"much"}"#),
        ("number out of range", "PATCH", &account, JSON, r#"{"NumberOfEmployees":1234567890}"#),
        ("list for a text", "PATCH", &account, JSON, r#"{"Name":["x"]}"#),
        ("object for a text", "PATCH", &account, JSON, r#"{"Name":{"x":1}}"#),
        ("no id in a reference", "PATCH", &contact, JSON, r#"{"AccountId":"nonsense"}"#),
        ("reference to another object", "PATCH", &contact, JSON, r#"{"AccountId":"005000000000000AAA"}"#),
        ("reference to nothing", "PATCH", &contact, JSON, r#"{"AccountId":"001000000000000AAA"}"#),
        (
            "reference by unknown external id",
            "PATCH",
            &contact,
            JSON,
            r#"{"Account":{"External_Id__c":"nope"}}"#,
        ),
        (
            "duplicate value",
            "POST",
            "v59.0/sobjects/Account",
            JSON,
            r#"{"Name":"x","External_Id__c":"TAKEN"}"#,
        ),
        ("read-only fields", "PATCH", &contact, JSON, r#"{"Name":"x","CreatedDate":"2024-01-01T00:00:00Z"}"#),
        ("no query", "GET", "v59.0/query", &[], ""),
        ("unknown column", "GET", &unknown, &[], ""),
        ("unknown locator", "GET", "v59.0/query/01g000000000001AAA-2000", &[], ""),
        ("nonsense for a locator", "GET", "v59.0/query/nonsense", &[], ""),
        ("span reversed", "GET", &reversed, &[], ""),
        ("span too long ago", "GET", &ancient, &[], ""),
        ("no date in a span", "GET", &no_date, &[], ""),
        ("span without end", "GET", &no_end, &[], ""),
        ("not emulated", "GET", "v59.0/connect", &[], ""),
    ];
    let mut told = String::new();
    for (what, method, path, headers, body) in cases {
        let got = rig.ask(method, path, headers, *body);
        assert!(got.status >= 400, "{what}: {}", got.told());
        told += &format!("{what}\n    {}\n", got.told());
    }
    insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("rest_refusals", told);
    });
}

#[test]
fn what_a_401_and_a_405_say_in_headers() {
    let rig = Rig::new();
    let got = rig.ask("GET", "v59.0/recent", &[("authorization", "")], "");
    assert_eq!(got.header("www-authenticate"), Some("Token"));
    assert_eq!(rig.ask("PATCH", "v59.0/sobjects/Account", JSON, "{}").header("allow"), Some("HEAD,GET,POST"));
}

#[test]
fn a_session_may_come_in_three_ways() {
    let rig = Rig::new();
    let token = crate::harness::TOKEN;
    let oauth = format!("OAuth {token}");
    assert_eq!(rig.ask("GET", "v59.0/recent", &[("authorization", &oauth)], "").status, 200);
    assert_eq!(
        rig.ask(
            "GET",
            "v59.0/recent",
            &[("authorization", &oauth.to_lowercase().replace("00dff", "00DFf"))],
            ""
        )
        .status,
        200
    );
    let cookie = format!("BrowserId=x; sid={}", token.replace('!', "%21"));
    let by_cookie: &[_] = &[("authorization", ""), ("cookie", &cookie)];
    assert_eq!(rig.ask("GET", "v59.0/recent", by_cookie, "").status, 200);
    assert_eq!(rig.ask("POST", "v59.0/sobjects/Account", by_cookie, "{}").status, 401);
}

#[test]
fn a_session_must_be_for_the_api() {
    use fauxforce::world::SessionKind;
    let rig = Rig::new();
    let open = |scopes: &[&str]| {
        let state = rig.world.lock();
        let mut session = state.sessions.find(crate::harness::TOKEN, 0).expect("the session");
        session.token = "other".to_owned();
        session.kind = SessionKind::Oauth;
        session.scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        state.sessions.open(session);
    };
    let ask = || rig.send(&request("GET", "v59.0/recent", &[("authorization", "Bearer other")], "")).told();
    open(&["openid"]);
    assert_eq!(
        ask(),
        r#"401 [{"message":"This session is not valid for use with the REST API","errorCode":"INVALID_SESSION_ID"}]"#
    );
    open(&["openid", "api"]);
    assert!(ask().starts_with("200"));
}
