//! Logout: what an identity provider asks must be signed by it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fauxforce::assertion::issue::{self, Hash, Signer, Style};
use fauxforce::assertion::{Certificate, QuerySignature, verify_message, xml};
use fauxforce::message::{Method, Response, StatusCode};

use crate::support::{ADA, Home, ORIGIN, To, cookie, form, home_with, location, text};

const ENDPOINT: &str = "/services/auth/sp/saml2/logout";

/// Single logout is on, answers go by redirect.
fn home() -> Home {
    home_with(|org| {
        let on = "\"userProvisioning\": true, \"singleLogoutUrl\": \"https://idp.test/slo\", \
                  \"singleLogoutBinding\": \"RedirectBinding\", \"logoutUrl\": \"https://acme.test/bye\"";
        org.replace("\"userProvisioning\": true", on)
    })
}

/// Logs in; gives the session id.
fn log_in(home: &Home) -> String {
    let mut statement = home.statement(To::Internal, "emp-1001", ADA);
    statement.session_index = Some("s-1".to_owned());
    let response = home.signed(To::Internal, &statement);
    cookie(&home.post("/", &[("SAMLResponse", &response)]), "sid").expect("sid")
}

fn is_open(home: &Home, sid: &str) -> bool {
    let bearer = format!("Bearer {sid}");
    let answer =
        home.request(Method::GET, "/services/data/v60.0", String::new(), &[("authorization", &bearer)]);
    answer.status == StatusCode::OK
}

fn logout_request() -> String {
    format!(
        "<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_lo1\" Version=\"2.0\" \
         Destination=\"{ORIGIN}{ENDPOINT}\" NotOnOrAfter=\"2026-01-01T00:05:00Z\">\
         <saml:Issuer>https://idp.fauxforce.test/internal</saml:Issuer><saml:NameID>emp-1001</saml:NameID>\
         <samlp:SessionIndex>s-1</samlp:SessionIndex></samlp:LogoutRequest>"
    )
}

fn logout_response() -> String {
    "<samlp:LogoutResponse xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
     xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_lo2\" Version=\"2.0\">\
     <saml:Issuer>https://idp.fauxforce.test/internal</saml:Issuer>\
     <samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:Status>\
     </samlp:LogoutResponse>"
        .to_owned()
}

fn signed(message: &str, id: &str, signer: &Signer) -> String {
    issue::sign_element(message, id, signer, Style::default()).expect("signed")
}

fn post(home: &Home, name: &str, message: &str) -> Response {
    home.post(ENDPOINT, &[(name, &STANDARD.encode(message)), ("RelayState", "r")])
}

/// The query of the redirect binding, without its signature.
fn query(name: &str, message: &str) -> String {
    let deflated = STANDARD.encode(deflate(message));
    form(&[
        (name, &deflated),
        ("RelayState", "r"),
        ("SigAlg", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
    ])
}

fn deflate(text: &str) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

fn with_signature(query: &str, signer: &Signer) -> String {
    let made = issue::sign_query(query, &signer.key, Hash::Sha256).expect("signed");
    format!("{ENDPOINT}?{query}&{}", form(&[("Signature", &STANDARD.encode(made))]))
}

/// Checks the signature of a message that was sent by redirect with the certificate of the metadata.
fn assert_signed_by_us(home: &Home, url: &str) {
    let metadata = text(&home.get("/identity/saml/metadata"));
    let certificate = metadata.split("<ds:X509Certificate>").nth(1).and_then(|rest| rest.split('<').next());
    let certificate = Certificate::from_text(certificate.expect("a certificate")).expect("a certificate");
    let (signed, _) =
        url.split_once('?').and_then(|(_, query)| query.split_once("&Signature=")).expect("signed");
    let value = |name: &str| {
        let query = url.split_once('?').expect("a query").1;
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).expect("a parameter")
    };
    let name = if url.contains("SAMLRequest=") { "SAMLRequest" } else { "SAMLResponse" };
    let message = xml::from_query(value(name).as_bytes()).expect("deflated");
    let (algorithm, made) = (value("SigAlg"), value("Signature"));
    let signature = QuerySignature { query: signed, algorithm: &algorithm, value: &made };
    verify_message(&message, Some(signature), &[certificate]).expect("our signature");
}

#[test]
fn a_signed_request_ends_the_session_and_is_answered() {
    let home = home();
    let signer = home.signer(To::Internal);
    let requests: [&dyn Fn() -> Response; 2] =
        [&|| post(&home, "SAMLRequest", &signed(&logout_request(), "_lo1", &signer)), &|| {
            home.get(&with_signature(&query("SAMLRequest", &logout_request()), &signer))
        }];
    for request in requests {
        let sid = log_in(&home);
        assert!(is_open(&home, &sid));
        let answer = request();
        let url = location(&answer);
        assert!(url.starts_with("https://idp.test/slo?SAMLResponse="), "{url}{}", text(&answer));
        assert!(url.contains("&RelayState=r&"), "{url}");
        assert_signed_by_us(&home, &url);
        assert!(!is_open(&home, &sid));
    }
}

#[test]
fn what_is_not_signed_by_the_identity_provider_ends_nothing() {
    let home = home();
    let (signer, other) = (home.signer(To::Internal), home.signer(To::Customers));
    let good = logout_request();
    let sid = log_in(&home);
    let refused = |answer: Response, why: &str| {
        let page = text(&answer);
        assert!(page.contains("We are unable to log you out."), "{page}");
        assert!(page.contains(why), "{why}: {page}");
        assert!(is_open(&home, &sid), "{why}");
    };
    let posted = |message: &str, why: &str| refused(post(&home, "SAMLRequest", message), why);
    posted(&good, "The message is not signed");
    posted(&signed(&good, "_lo1", &other), "signature value verification failed");
    posted(&signed(&good, "_lo1", &signer).replace("emp-1001", "emp-1002"), "digest");
    let inner = signed(&good.replace("_lo1", "_inner"), "_inner", &signer);
    let wrapping = good.replace("</samlp:LogoutRequest>", &format!("{inner}</samlp:LogoutRequest>"));
    posted(&wrapping, "neither a child of the Response");
    let elsewhere = good.replace(ENDPOINT, "/elsewhere");
    posted(&signed(&elsewhere, "_lo1", &signer), "The Destination is");
    let late = good.replace("2026-01-01T00:05", "2025-12-31T23:50");
    posted(&signed(&late, "_lo1", &signer), "It was valid until");
    posted(&good.replace("fauxforce.test/internal", "evil.test"), "No configuration has the Issuer");
    posted(&good.replace("<saml:NameID>emp-1001</saml:NameID>", ""), "The message has no NameID");
    posted("<a/>", "but a");
    posted("<!DOCTYPE a><a/>", "DTD");
    let sent = |target: &str, why: &str| refused(home.get(target), why);
    let unsigned = query("SAMLRequest", &good);
    sent(&format!("{ENDPOINT}?{unsigned}"), "The query has no Signature");
    sent(&with_signature(&unsigned, &other), "The signature of the query is not valid");
    sent(&with_signature(&unsigned, &signer).replace("RelayState=r", "RelayState=s"), "not valid");
    let hmac = unsigned.replace("rsa-sha256", "hmac-sha256");
    sent(&with_signature(&hmac, &signer), "is not allowed");
    let nothing = home.post(ENDPOINT, &[("x", "y")]);
    assert_eq!(nothing.status, StatusCode::BAD_REQUEST);
}

#[test]
fn a_logout_asks_the_identity_provider_and_ends_at_the_logout_url() {
    let home = home();
    let signer = home.signer(To::Internal);
    let sid = log_in(&home);
    let out = home.get_with_cookie("/secur/logout.jsp", &format!("sid={sid}"));
    let url = location(&out);
    assert!(url.starts_with("https://idp.test/slo?SAMLRequest="), "{url}");
    assert_signed_by_us(&home, &url);
    assert!(!is_open(&home, &sid));
    let answer = post(&home, "SAMLResponse", &signed(&logout_response(), "_lo2", &signer));
    assert_eq!(location(&answer), "https://acme.test/bye");
    let answer = post(&home, "SAMLResponse", &logout_response());
    assert!(text(&answer).contains("The message is not signed"), "{}", text(&answer));
}

#[test]
fn without_single_logout_the_logout_url_is_next() {
    let home = home_with(|org| {
        org.replace(
            "\"userProvisioning\": true",
            "\"userProvisioning\": true, \"logoutUrl\": \"https://acme.test/bye\"",
        )
    });
    let sid = log_in(&home);
    let out = home.get_with_cookie("/secur/logout.jsp", &format!("sid={sid}"));
    assert_eq!(location(&out), "https://acme.test/bye");
    let mut attributes = ADA.to_vec();
    attributes.push(("logoutURL", "https://acme.test/asserted"));
    let response = home.signed(To::Internal, &home.statement(To::Internal, "emp-1001", &attributes));
    let sid = cookie(&home.post("/", &[("SAMLResponse", &response)]), "sid").expect("sid");
    let out = home.get_with_cookie("/secur/logout.jsp", &format!("sid={sid}"));
    assert_eq!(location(&out), "https://acme.test/asserted");
}
