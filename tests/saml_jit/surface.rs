//! What a browser and a program see around a login.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use fauxforce::assertion::issue::{self, Sign};
use fauxforce::message::{Method, StatusCode};
use fauxforce::model::id::Id;
use serde_json::Value;

use crate::support::{ADA, ORIGIN, To, cookie, home, home_with, location, snapshot, text};

#[test]
fn the_session_id_opens_the_api() {
    let home = home();
    let response = home.signed(To::Internal, &home.statement(To::Internal, "emp-1001", ADA));
    let answer = home.post(&home.acs(To::Internal), &[("SAMLResponse", &response), ("RelayState", "/001")]);
    assert!(location(&answer).ends_with("&retURL=%2F001"), "{}", location(&answer));
    let sid = cookie(&answer, "sid").expect("sid");
    let bearer = format!("Bearer {sid}");
    let answer =
        home.request(Method::GET, "/services/data/v60.0", String::new(), &[("authorization", &bearer)]);
    assert_eq!(answer.status, StatusCode::OK, "{}", text(&answer));
    let target =
        format!("/secur/frontdoor.jsp?{}", crate::support::form(&[("sid", &sid), ("retURL", "/a'b")]));
    let door = home.get(&target);
    assert!(text(&door).contains("window.location.href = \"/a\\u0027b\";"), "{}", text(&door));
    assert_eq!(cookie(&door, "sid").as_deref(), Some(sid.as_str()));
    let page = home.get_with_cookie("/home/home.jsp", &format!("sid={sid}"));
    assert!(text(&page).contains("ada@acme.test"), "{}", text(&page));
    let out = home.get_with_cookie("/secur/logout.jsp", &format!("sid={sid}"));
    assert_eq!(location(&out), format!("{ORIGIN}/login"));
    let answer =
        home.request(Method::GET, "/services/data/v60.0", String::new(), &[("authorization", &bearer)]);
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[test]
fn every_form_of_the_assertion_consumer_url_takes_a_response() {
    let home = home();
    let org = Id::numbered("00D", 1);
    let config = home.id("SamlSsoConfig", "DeveloperName", "Internal");
    for target in [
        "/".to_owned(),
        format!("/?so={}", org.short()),
        format!("/?so={org}"),
        format!("/?so={}&sc={}", org.short(), config.short()),
        format!("/login?so={}", org.short()),
    ] {
        let mut statement = home.statement(To::Internal, "emp-1001", ADA);
        statement.recipient = format!("{ORIGIN}{target}").replace("7332/?", "7332?");
        statement.destination = Some(statement.recipient.clone());
        let response = home.signed(To::Internal, &statement);
        let answer = home.post(&target, &[("SAMLResponse", &response)]);
        assert!(location(&answer).contains("/secur/frontdoor.jsp"), "{target}: {}", location(&answer));
    }
    let answer = home.post("/?so=00D000000000999", &[("SAMLResponse", "x")]);
    assert!(location(&answer).ends_with("/_nc_external/identity/saml/SamlError"), "{}", location(&answer));
}

#[test]
fn a_response_logs_in_once() {
    let home = home();
    let response = home.signed(To::Internal, &home.statement(To::Internal, "emp-1001", ADA));
    home.post("/", &[("SAMLResponse", &response)]);
    snapshot("replay", &home.told(|home| home.post("/", &[("SAMLResponse", &response)])));
}

#[test]
fn errors_go_to_the_error_url() {
    let home = home_with(|org| {
        org.replace(
            "\"userProvisioning\": true",
            "\"userProvisioning\": true, \"errorUrl\": \"https://acme.test/sorry?a=b\"",
        )
    });
    let response =
        home.signed(To::Internal, &home.statement(To::Internal, "emp-1001", &[("ProvisionVersion", "9")]));
    let answer = home.post("/", &[("SAMLResponse", &response)]);
    let expected =
        "https://acme.test/sorry?a=b&ErrorCode=13&ErrorDescription=Unsupported+provision+API+version";
    assert_eq!(location(&answer), expected);
}

#[test]
fn without_provisioning_the_subject_must_be_a_user() {
    let home = home_with(|org| {
        org.replace("\"identityMapping\": \"FederationId\"", "\"identityMapping\": \"Username\"")
            .replace("\"userProvisioning\": true", "\"userProvisioning\": false")
    });
    snapshot("by_username", &home.login(To::Internal, "Admin@fauxforce.test", &[]));
    snapshot("by_username_unknown", &home.login(To::Internal, "nobody@fauxforce.test", ADA));
}

#[test]
fn the_service_provider_asks_by_post_and_takes_the_answer_once() {
    let home = home();
    let page = text(&home.get("/login"));
    let url = page
        .split("useIdp(&#39;Internal users&#39;, &#39;")
        .nth(1)
        .or_else(|| page.split("useIdp('Internal users', '").nth(1));
    let url = url
        .and_then(|rest| rest.split(['\'']).next())
        .expect("a button")
        .replace("&#38;", "&")
        .replace("&amp;", "&");
    let form = text(&home.get(url.strip_prefix(ORIGIN).expect("our own URL")));
    let message = form.split("name=\"SAMLRequest\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let message = message.expect("a SAMLRequest").replace("&#43;", "+").replace("&#61;", "=");
    let request = String::from_utf8(STANDARD.decode(message).expect("base64")).expect("UTF-8");
    assert!(request.contains("<ds:SignatureValue>"), "{request}");
    let id = request.split(" ID=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an ID");
    assert!(id.starts_with("_2CAAAA"), "{id}");
    let mut statement = home.statement(To::Internal, "emp-1001", ADA);
    statement.in_response_to = Some(id.to_owned());
    let response = home.signed(To::Internal, &statement);
    let told = home.told(|home| home.post(&home.acs(To::Internal), &[("SAMLResponse", &response)]));
    assert!(told.contains("SAML Sfdc Initiated SSO | Success"), "{told}");
    let mut again = home.statement(To::Internal, "emp-1001", ADA);
    again.in_response_to = Some(id.to_owned());
    let response = home.signed(To::Internal, &again);
    let told = home.told(|home| home.post(&home.acs(To::Internal), &[("SAMLResponse", &response)]));
    assert!(told.contains("Failed: InResponseTo Invalid"), "{told}");
}

/// A request may be answered for an hour.
#[test]
fn a_request_is_answered_in_time_or_not_at_all() {
    const LIFETIME: u32 = 3600;
    for (seconds, status) in
        [(LIFETIME - 60, "SAML Sfdc Initiated SSO | Success"), (LIFETIME, "| Failed: InResponseTo Invalid |")]
    {
        let home = home();
        let asked = home.id("SamlSsoConfig", "DeveloperName", "Internal");
        home.get(&format!("/saml/authn-request.jsp?samlSsoConfig={asked}&saml_request_id=_2CAAAAx"));
        {
            let state = home.world.lock();
            (0..seconds).for_each(|_| state.clock.tick());
        }
        let mut statement = home.statement(To::Internal, "emp-1001", ADA);
        statement.in_response_to = Some("_2CAAAAx".to_owned());
        let response = home.signed(To::Internal, &statement);
        let told = home.told(|home| home.post(&home.acs(To::Internal), &[("SAMLResponse", &response)]));
        assert!(told.contains(status), "after {seconds} s: {told}");
    }
}

#[test]
fn only_the_identity_provider_that_was_asked_may_answer() {
    let home = home();
    let asked = home.id("SamlSsoConfig", "DeveloperName", "Communities");
    home.get(&format!("/saml/authn-request.jsp?samlSsoConfig={asked}&saml_request_id=_2CAAAAx"));
    let mut statement = home.statement(To::Internal, "emp-1001", ADA);
    statement.in_response_to = Some("_2CAAAAx".to_owned());
    let response = home.signed(To::Internal, &statement);
    let told = home.told(|home| home.post(&home.acs(To::Internal), &[("SAMLResponse", &response)]));
    assert!(told.contains("| Failed: InResponseTo Invalid |"), "{told}");
}

#[test]
fn the_service_provider_asks_by_redirect() {
    let home = home_with(|org| {
        org.replace("\"userProvisioning\": true", "\"userProvisioning\": true, \"redirectBinding\": true")
    });
    let config = home.id("SamlSsoConfig", "DeveloperName", "Communities");
    let answer =
        home.get(&format!("/customers/saml/authn-request.jsp?samlSsoConfig={config}&RelayState=%2Fx"));
    let location = location(&answer);
    assert!(location.starts_with("http://localhost:7332/_fauxforce/idp/sso?SAMLRequest="), "{location}");
    assert!(location.contains("&RelayState=%2Fx&SigAlg=http"), "{location}");
    assert!(location.contains("&Signature="), "{location}");
}

#[test]
fn metadata_lists_every_entry_point() {
    let home = home();
    let config = home.id("SamlSsoConfig", "DeveloperName", "Communities");
    let metadata = text(&home.get(&format!("/identity/saml/metadata?sc={config}")));
    let certificate = metadata.split("<ds:X509Certificate>").nth(1).and_then(|rest| rest.split('<').next());
    insta::with_settings!({snapshot_path => "../../snapshots/saml_jit", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("metadata", metadata.replace(certificate.expect("a certificate"), "[certificate]")
            .replace("><", ">\n<"));
    });
}

#[test]
fn a_response_is_exchanged_for_a_token() {
    let home = home();
    let org = Id::numbered("00D", 1);
    let mut statement = home.statement(To::Internal, "emp-1001", ADA);
    statement.recipient = format!("{ORIGIN}/services/oauth2/token?so={}", org.short());
    statement.destination = None;
    let response = home.signed(To::Internal, &statement);
    let fields = [
        ("grant_type", "assertion"),
        ("assertion_type", "urn:oasis:names:tc:SAML:2.0:profiles:SSO:browser"),
        ("assertion", response.as_str()),
    ];
    let target = format!("/services/oauth2/token?so={}", org.short());
    let answer: Value = serde_json::from_slice(&home.post(&target, &fields).body).expect("JSON");
    assert!(answer["access_token"].as_str().is_some_and(|token| token.starts_with(org.short())), "{answer}");
    let answer = home.post(&target, &fields);
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        text(&answer),
        format!(
            "{{\"error_uri\":\"{ORIGIN}/setup/secur/SAMLValidationPage.apexp\",\"error\":\"invalid_grant\",\"error_description\":\"invalid assertion\"}}"
        )
    );
}

#[test]
fn a_bearer_assertion_of_an_app_is_exchanged_for_a_token() {
    let home = home();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("seed/default/keys");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a key file");
    let signer = issue::Signer::from_pem(&read("jwt.key"), &read("jwt.crt")).expect("a key pair");
    let grant = |audience: &str| {
        let mut statement = home.statement(To::Internal, "admin@fauxforce.test", &[]);
        statement.issuer = "fauxforce-client-id".to_owned();
        statement.audience = audience.to_owned();
        statement.recipient = "https://login.salesforce.com/services/oauth2/token".to_owned();
        statement.sign = Sign::Nothing;
        let xml = issue::assertion(&statement);
        let xml =
            issue::sign_element(&xml, &statement.assertion_id, &signer, statement.style).expect("signed");
        let assertion = URL_SAFE_NO_PAD.encode(xml);
        let fields = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:saml2-bearer"),
            ("assertion", assertion.as_str()),
        ];
        text(&home.post("/services/oauth2/token", &fields))
    };
    let good = grant("https://login.salesforce.com");
    assert!(good.contains("\"access_token\""), "{good}");
    assert_eq!(
        grant("https://elsewhere.test"),
        r#"{"error":"invalid_grant","error_description":"Audience validation failed"}"#
    );
}
