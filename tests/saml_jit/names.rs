//! An org is known by several names: all of them are right in an assertion, whatever address the client has used.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fauxforce::assertion::issue::{self, Sign, Statement};
use fauxforce::message::Method;
use fauxforce::model::id::Id;

use crate::support::{ADA, CUSTOMER, Home, To, form, home, location, text};

const HOSTS: [&str; 4] =
    ["localhost:7332", "fauxforce.localhost:7332", "fauxforce.my.salesforce.com", "127.0.0.1:7332"];

fn post(home: &Home, host: &str, target: &str, fields: &[(&str, &str)]) -> fauxforce::message::Response {
    home.request(Method::POST, target, form(fields), &[("host", host)])
}

#[test]
fn a_recipient_by_any_name_of_the_org_is_right() {
    let home = home();
    let so = Id::numbered("00D", 1).short().to_owned();
    home.contact("Acme Customers", "Holt", "cora@acme.test");
    let cora: crate::support::Attributes = &[
        ("Contact.LastName", "Holt"),
        ("Contact.Email", "cora@acme.test"),
        ("User.Username", "cora@acme.test"),
        ("User.Email", "cora@acme.test"),
        ("User.LastName", "Holt"),
        ("User.ProfileId", CUSTOMER),
    ];
    for (to, recipients) in [
        (
            To::Internal,
            vec![
                "https://fauxforce.my.salesforce.com".to_owned(),
                format!("https://fauxforce.my.salesforce.com?so={so}"),
                format!("https://fauxforce.my.salesforce.com/services/oauth2/token?so={so}"),
                "http://fauxforce.localhost:7332".to_owned(),
                "http://localhost:7332/".to_owned(),
            ],
        ),
        (
            To::Customers,
            vec![
                format!("https://fauxforce.my.site.com/customers/login?so={so}"),
                "https://fauxforce.my.site.com/customers/login".to_owned(),
                format!("https://fauxforce.force.com/customers/login?so={so}"),
                format!("https://fauxforce.my.salesforce.com/customers/login?so={so}"),
            ],
        ),
    ] {
        for recipient in recipients {
            for host in HOSTS {
                // Over a proxy the server is not known by the names of this machine.
                if host.ends_with("salesforce.com") && recipient.starts_with("http://") {
                    continue;
                }
                let (subject, attributes) =
                    if to == To::Internal { ("emp-1001", ADA) } else { ("cora", cora) };
                let mut statement = home.statement(to, subject, attributes);
                statement.recipient.clone_from(&recipient);
                statement.destination = Some(recipient.clone());
                let response = home.signed(to, &statement);
                let answer = post(&home, host, &home.acs(to), &[("SAMLResponse", &response)]);
                assert!(
                    location(&answer).contains("/secur/frontdoor.jsp"),
                    "{host} {recipient}: {}",
                    location(&answer)
                );
            }
        }
    }
}

#[test]
fn a_recipient_of_another_is_not() {
    let home = home();
    for recipient in [
        "https://other.my.salesforce.com",
        "https://fauxforce.my.salesforce.com.evil.test",
        "https://fauxforce.evil.test",
        "https://fauxforce.my.site.com/customers/login",
        "http://fauxforce.my.salesforce.com",
        "http://localhost:7333",
    ] {
        let mut statement = home.statement(To::Internal, "emp-1001", ADA);
        statement.recipient = recipient.to_owned();
        statement.destination = None;
        let response = home.signed(To::Internal, &statement);
        let told = home.told(|home| post(home, "localhost:7332", "/", &[("SAMLResponse", &response)]));
        assert!(told.contains("| Failed: Recipient Mismatched |"), "{recipient}: {told}");
    }
}

fn bearer(home: &Home, host: &str, path: &str, change: impl Fn(&mut Statement)) -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("seed/default/keys");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a key file");
    let signer = issue::Signer::from_pem(&read("jwt.key"), &read("jwt.crt")).expect("a key pair");
    let mut statement = home.statement(To::Internal, "admin@fauxforce.test", &[]);
    statement.issuer = "fauxforce-client-id".to_owned();
    statement.audience = "https://login.salesforce.com".to_owned();
    statement.recipient = "https://login.salesforce.com/services/oauth2/token".to_owned();
    statement.sign = Sign::Nothing;
    change(&mut statement);
    let xml = issue::assertion(&statement);
    let xml = issue::sign_element(&xml, &statement.assertion_id, &signer, statement.style).expect("signed");
    let assertion = URL_SAFE_NO_PAD.encode(xml);
    let fields =
        [("grant_type", "urn:ietf:params:oauth:grant-type:saml2-bearer"), ("assertion", assertion.as_str())];
    text(&post(home, host, path, &fields))
}

#[test]
fn a_bearer_assertion_names_the_org_or_a_site() {
    let home = home();
    for host in HOSTS {
        for name in [
            "https://fauxforce.my.salesforce.com",
            "https://fauxforce.my.site.com/customers",
            "https://test.salesforce.com",
        ] {
            let told = bearer(&home, host, "/services/oauth2/token", |statement| {
                statement.audience = name.to_owned();
                statement.recipient = format!("{name}/services/oauth2/token");
            });
            assert!(told.contains("\"access_token\""), "{host} {name}: {told}");
        }
    }
    for name in [
        "https://other.my.salesforce.com",
        "https://fauxforce.my.site.com/nowhere",
        "https://fauxforce.evil.test",
    ] {
        let told = bearer(&home, "localhost:7332", "/services/oauth2/token", |statement| {
            name.clone_into(&mut statement.audience)
        });
        assert!(told.contains("Audience validation failed"), "{name}: {told}");
    }
}

#[test]
fn the_time_of_a_bearer_assertion_is_told_as_that_of_a_code() {
    let home = home();
    for (issued, before, after) in
        [(-3_600_000, 30_000, 300_000), (3_600_000, 30_000, 300_000), (0, 30_000, -240_000)]
    {
        let told = bearer(&home, "localhost:7332", "/services/oauth2/token", |statement| {
            statement.issued += issued;
            statement.valid_before = before;
            statement.valid_after = after;
        });
        assert_eq!(
            told, r#"{"error":"invalid_grant","error_description":"expired authorization code"}"#,
            "{issued} {after}"
        );
    }
    let told = bearer(&home, "localhost:7332", "/services/oauth2/token", |statement| {
        statement.recipient = "https://elsewhere.test/services/oauth2/token".to_owned();
    });
    assert_eq!(told, r#"{"error":"invalid_grant","error_description":"invalid assertion"}"#);
}

#[test]
fn the_type_of_an_assertion_is_looked_at_first() {
    let home = home();
    for kind in ["urn:oasis:names:tc:SAML:1.1:profiles:SSO:browser", "saml", ""] {
        let fields = [("grant_type", "assertion"), ("assertion_type", kind), ("assertion", "x")];
        let answer = home.post("/services/oauth2/token", &fields);
        assert_eq!(answer.status.as_u16(), 400);
        assert!(text(&answer).contains("\"error\":\"invalid_assertion_type\""), "{}", text(&answer));
    }
}
