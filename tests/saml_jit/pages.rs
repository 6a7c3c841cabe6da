//! Pages around a login: login, landing, front door, validator.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fauxforce::assertion::issue;
use fauxforce::message::StatusCode;
use serde_json::Value;

use crate::support::{
    ADA, CUSTOMER, Home, ORIGIN, To, cookie, form, home, home_with, location, snapshot, text,
};

/// A page without what is random in it.
fn page_snapshot(name: &str, page: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter("_2CAAAA[-_A-Za-z0-9]{243}", "_2CAAAA[243]");
    settings.bind(|| snapshot(name, page));
}

#[test]
fn the_login_page_has_a_button_for_each_configuration() {
    let home = home_with(|org| org.replace("\"name\": \"Internal users\"", "\"name\": \"O'Hara & <Co>\""));
    page_snapshot("page_login", &text(&home.get("/login?startURL=%2F001")));
    let page = text(&home.get("/customers/login"));
    assert!(page.contains(&format!("{ORIGIN}/customers/saml/authn-request.jsp?saml_request_id=")), "{page}");
}

#[test]
fn a_protected_page_leads_to_the_only_identity_provider() {
    let only = |org: String| {
        let (before, rest) =
            org.split_once("    {\n      \"name\": \"Internal users\"").expect("two configurations");
        let (_, after) = rest.split_once("    },\n").expect("two configurations");
        format!("{before}{after}")
    };
    let home = home_with(only);
    let answer = home.get("/customers/s/?tab=1");
    assert_eq!(answer.status, StatusCode::OK);
    page_snapshot("page_to_idp", &text(&answer));
    let two = crate::support::home();
    assert!(text(&two.get("/home/home.jsp")).contains("idp_section_buttons"));
}

fn cora(home: &Home) -> fauxforce::message::Response {
    home.contact("Acme Customers", "Holt", "cora@acme.test");
    let attributes = [
        ("Contact.LastName", "Holt"),
        ("Contact.Email", "cora@acme.test"),
        ("User.Username", "cora@acme.test"),
        ("User.Email", "cora@acme.test"),
        ("User.LastName", "Holt"),
        ("User.ProfileId", CUSTOMER),
    ];
    let response = home.signed(To::Customers, &home.statement(To::Customers, "cora", &attributes));
    home.post(&home.acs(To::Customers), &[("SAMLResponse", &response)])
}

#[test]
fn a_community_login_lands_in_its_community() {
    let home = home();
    let answer = cora(&home);
    let door = format!("{ORIGIN}/customers/secur/frontdoor.jsp?sid=[sid]&retURL=%2Fcustomers%2Fs%2F");
    assert_eq!(location(&answer), door);
    let sid = cookie(&answer, "sid").expect("sid");
    let door = home.get(&format!("/customers/secur/frontdoor.jsp?{}", form(&[("sid", &sid)])));
    assert!(text(&door).contains("window.location.href = \"/customers/s/\";"), "{}", text(&door));
    let landing = text(&home.get_with_cookie("/customers/s/", &format!("sid={sid}")));
    assert!(landing.contains("Home of customers"), "{landing}");
    assert!(landing.contains("cora@acme.test"), "{landing}");
}

#[test]
fn single_sign_on_leads_back_to_an_authorization_request() {
    let home = home();
    let asked = form(&[
        ("response_type", "code"),
        ("client_id", "fauxforce-client-id"),
        ("redirect_uri", "http://localhost:3000/callback"),
    ]);
    let authorize = format!("/services/oauth2/authorize?{asked}");
    let login = location(&home.get(&authorize));
    let login = text(&home.get(login.strip_prefix(ORIGIN).expect("a page of the org")));
    let relay = login.split("name=\"startURL\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let relay = relay.expect("a place to go on to");
    let response = home.signed(To::Internal, &home.statement(To::Internal, "emp-1001", ADA));
    let answer = home.post("/", &[("SAMLResponse", &response), ("RelayState", relay)]);
    assert!(location(&answer).ends_with(&form(&[("retURL", relay)])), "{}", location(&answer));
    let sid = format!("sid={}", cookie(&answer, "sid").expect("sid"));
    let page = text(&home.get_with_cookie(relay, &sid));
    assert!(page.contains("Allow Access?") && page.contains("ada@acme.test"), "{page}");
}

#[test]
fn the_front_door_leads_nowhere_else() {
    let home = home();
    let sid = cookie(&cora(&home), "sid").expect("sid");
    for foreign in ["https://evil.test/", "//evil.test", "/\\evil.test"] {
        let target = format!("/secur/frontdoor.jsp?{}", form(&[("sid", &sid), ("retURL", foreign)]));
        let page = text(&home.get(&target));
        assert!(page.contains("<h1>Invalid Page Redirection</h1>") && !page.contains("evil.test"), "{page}");
    }
    let target =
        format!("/secur/frontdoor.jsp?{}", form(&[("sid", &sid), ("retURL", "javascript:alert(1)")]));
    let page = text(&home.get(&target));
    assert!(page.contains("window.location.href = \"/home/home.jsp\";"), "{page}");
    assert_eq!(location(&home.get("/secur/frontdoor.jsp?sid=nobody")), format!("{ORIGIN}/login?ec=302"));
}

#[test]
fn a_browser_remembers_the_page_to_log_in_at() {
    let home = home();
    let attributes = [ADA, &[("ssoStartPage", "https://idp.test/start?a=b c")]].concat();
    let response = home.signed(To::Internal, &home.statement(To::Internal, "emp-1001", &attributes));
    let answer = home.post("/", &[("SAMLResponse", &response)]);
    assert!(location(&answer).ends_with("retURL=%2Fhome%2Fhome.jsp"), "{}", location(&answer));
    let kept = format!("ssostartpage={}", cookie(&answer, "ssostartpage").expect("the cookie"));
    let back = home.get_with_cookie("/home/home.jsp", &kept);
    assert_eq!(location(&back), "https://idp.test/start?a=b c");
    let answer = home.get_with_cookie("/home/home.jsp", "ssostartpage=javascript%3Aalert(1)");
    assert_eq!(answer.status, StatusCode::OK);
}

#[test]
fn the_trace_of_a_login_is_a_page() {
    let home = home();
    assert!(text(&home.get_with_accept("/_fauxforce/logins", "text/html")).contains("Nobody has logged in"));
    let mut statement = home.statement(To::Internal, "<emp>", ADA);
    statement.audience = "https://elsewhere.test".to_owned();
    home.post("/", &[("SAMLResponse", &home.signed(To::Internal, &statement))]);
    let trace = text(&home.get_with_accept("/_fauxforce/logins/1", "text/html"));
    assert!(trace.contains("<p class=\"failed\">verification: Loading the single sign-on"), "{trace}");
    assert!(trace.contains("<dt>LoginHistory</dt><dd>0Ya"), "{trace}");
    assert!(
        trace.contains("subject &#60;emp&#62;") && trace.contains("href=\"/_fauxforce/logins\""),
        "{trace}"
    );
    let none = home.get_with_accept("/_fauxforce/logins/%3Cb%3E", "text/html");
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    assert!(text(&none).contains("No login %3Cb%3E is kept"), "{}", text(&none));
    assert_eq!(home.post("/_fauxforce/logins", &[]).status, StatusCode::METHOD_NOT_ALLOWED);
}

const VALIDATOR: &str = "/setup/secur/SAMLValidationPage.apexp";

/// What the validator prints.
fn results(page: &str) -> String {
    let printed = page.split("<pre>").nth(1).and_then(|rest| rest.split("</pre>").next());
    printed.unwrap_or_default().to_owned()
}

#[test]
fn the_validator_checks_what_is_pasted_or_what_failed_last() {
    let home = home();
    let mut statement = home.statement(To::Internal, "emp-1001", ADA);
    let xml = issue::response(&statement, &home.signer(To::Internal)).expect("a Response");
    let validated =
        |pasted: &str| results(&text(&home.post(VALIDATOR, &[("thePage:block:theForm:Assertion", pasted)])));
    let plain = validated(&xml);
    snapshot("page_validator", &plain);
    assert_eq!(validated(&STANDARD.encode(&xml)), plain);
    statement.audience = "https://elsewhere.test".to_owned();
    assert!(validated("").starts_with("Unexpected Exceptions\n  "), "an empty box is looked at, too");
    let failed = home.signed(To::Internal, &statement);
    home.post("/", &[("SAMLResponse", &failed)]);
    let page = text(&home.get(VALIDATOR));
    assert!(page.contains(&failed), "the last failure is there to try again: {page}");
    let again = validated(&failed);
    assert!(again.starts_with("Last recorded SAML login failure:  2026-"), "{again}");
    assert!(
        again.contains("Unable to load a config from the assertion&#39;s issuer and audience"),
        "{again}"
    );
    let config = home.id("SamlSsoConfig", "DeveloperName", "Internal");
    let fields = [
        ("thePage:block:theForm:Assertion", failed.as_str()),
        ("thePage:block:theForm:configId", config.as_str()),
    ];
    let pinned = results(&text(&home.post(VALIDATOR, &fields)));
    assert!(
        pinned
            .contains("9. Checking that the Audience matches\n  The audience in the assertion did not match"),
        "{pinned}"
    );
}

#[test]
fn programs_ask_the_validator_too() {
    let home = home();
    assert_eq!(home.get("/_fauxforce/saml/validate").status, StatusCode::NOT_FOUND);
    let statement = home.statement(To::Customers, "cora", &[]);
    let xml = issue::response(&statement, &home.signer(To::Customers)).expect("a Response");
    let body = serde_json::json!({ "SAMLResponse": xml }).to_string();
    let answer = home.request(fauxforce::message::Method::POST, "/_fauxforce/saml/validate", body, &[]);
    let answer: Value = serde_json::from_slice(&answer.body).expect("JSON");
    assert_eq!(answer["outcome"]["valid"], true, "{answer}");
    assert_eq!(answer["subject"], "cora");
    assert_eq!(answer["mapsToUser"], false);
    assert_eq!(answer["steps"].as_array().map(Vec::len), Some(15));
}
