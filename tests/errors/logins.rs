//! What the login history says of logins that failed, and what pages say.

use serde_json::json;

use crate::envelopes::{login, without_api};
use crate::oauth::{browse, browse_in, browser_session};
use crate::scene::{CUSTOMER, Scenario};
use crate::surroundings::{CLIENT, Got, PASSWORD, Surroundings};

const USERNAME: &str = "norole.owner@fauxforce.test";
const SOAP: &str = "/services/Soap/u/59.0";

pub const SCENARIOS: &[Scenario] = &[
    ("login.wrong_password", |rig| after(rig, |rig| password(rig, "", "wrong"))),
    ("login.locked", |rig| {
        let policy =
            "\"passwordPolicy\": { \"expiresAfterDays\": 0, \"lockoutAfter\": 3, \"lockoutMinutes\": 15 }";
        let other = |org: String| org.replace("\"passwordPolicy\": { \"expiresAfterDays\": 0 }", policy);
        let rig = &rig.only_on_an_emulator().seeded(other, &[]);
        for _ in 0..3 {
            password(rig, "", "wrong");
        }
        after(rig, |rig| password(rig, "", PASSWORD))
    }),
    ("login.inactive", |rig| {
        rig.updated("User", &rig.user("norole.owner"), json!({ "IsActive": false }));
        after(rig, |rig| password(rig, "", PASSWORD))
    }),
    ("login.frozen", |rig| {
        let row = rig.id("UserLogin", "UserId", &rig.user("norole.owner"));
        rig.updated("UserLogin", &row, json!({ "IsFrozen": true }));
        after(rig, |rig| password(rig, "", PASSWORD))
    }),
    ("login.wrong_site", |rig| after(rig, |rig| password(rig, "/partners", PASSWORD))),
    ("login.wrong_org", |rig| {
        let scope = "<LoginScopeHeader><organizationId>00D000000000999</organizationId></LoginScopeHeader>";
        after(rig, |rig| rig.envelope(SOAP, scope, &login(USERNAME, PASSWORD)))
    }),
    ("login.needs_security_token", |rig| {
        let rig = &rig.only_on_an_emulator().with_settings("\"requireSecurityToken\": true");
        after(rig, |rig| password(rig, "", PASSWORD))
    }),
    ("login.password_expired", |rig| {
        let user = rig.user("norole.owner");
        let reset = rig.delete(&format!("v59.0/sobjects/User/{user}/password"));
        after(rig, |rig| password(rig, "", &reset.field("NewPassword")))
    }),
    ("login.method_disabled", |rig| {
        let rig = &rig.only_on_an_emulator().with_settings("\"oauthPasswordFlow\": false");
        after(rig, |rig| password(rig, "", PASSWORD))
    }),
    ("login.api_disabled", |rig| {
        let rig = &without_api(rig);
        rig.token_of("doe@example.com", &[]);
        let call = login("doe@example.com", "another-pass1");
        after(rig, |rig| rig.envelope("/customers/services/Soap/u/59.0", "", &call))
    }),
    // Pages.
    ("page.wrong", |rig| rig.form("/login", &[&[("username", "nobody@example.com"), ("pw", "x")]])),
    ("page.wrong_at_site", |rig| {
        rig.form("/customers/login", &[&[("username", "nobody@example.com"), ("pw", "x")]])
    }),
    ("page.passwords_differ", |rig| {
        let passwords =
            [("currentpassword", PASSWORD), ("newpassword", "one-pass1"), ("confirmpassword", "x")];
        let body = crate::surroundings::form(&[&passwords]);
        browse(rig, "POST", "/_ui/system/security/ChangePassword", &body)
    }),
    ("page.passwords_differ", |rig| {
        let passwords = [("password", "one-pass1"), ("confirmPassword", "another-pass1")];
        register(&registering(rig), "/customers/CommunitiesSelfReg", &passwords)
    }),
    ("page.link_is_over", |rig| rig.send("GET", "/login?c=nonsense", &[("authorization", "")], "")),
    ("page.no_sign_on", |rig| rig.send("GET", "/_nc_external/identity/saml/SamlError", &[], "")),
    ("page.no_logout", |rig| {
        rig.form("/services/auth/sp/saml2/logout", &[&[("SAMLRequest", "bm9uc2Vuc2U=")]])
    }),
    ("page.no_logout_message", |rig| rig.form("/services/auth/sp/saml2/logout", &[])),
    ("page.invalid_page_redirection", |rig| {
        let pairs = [("sid", &*rig.session()), ("retURL", "https://elsewhere.example")];
        let query = crate::surroundings::form(&[&pairs]);
        rig.send("GET", &format!("/secur/frontdoor.jsp?{query}"), &[("authorization", "")], "")
    }),
    ("page.no_record", |rig| browse(rig, "GET", "/001Ff00000000zz", "")),
    ("page.insufficient", |rig| {
        let sid = browser_session(rig, "readonly.owner@fauxforce.test", PASSWORD);
        browse_in(rig, &sid, "GET", "/lightning/o/Account/new", "")
    }),
    ("page.forged", |rig| browse(rig, "POST", "/lightning/o/Account/new", "Name=Forged")),
    ("page.no_page", |rig| browse(rig, "GET", "/lightning/setup/Nothing/home", "")),
    ("page.not_found", |rig| rig.send("GET", "/nothing", &[], "")),
    ("page.not_in_a_site", |rig| register(rig, "/CommunitiesSelfReg", &[])),
    ("page.cannot_be_processed", |rig| {
        register(&registering(rig), "/customers/CommunitiesSelfReg", &[("email", "admin@fauxforce.test")])
    }),
];

/// What the login history says after a login.
fn after(rig: &Surroundings, log_in: impl Fn(&Surroundings) -> Got) -> Got {
    let got = log_in(rig);
    assert_ne!(got.status, 200, "{}", got.body);
    rig.query("SELECT Status FROM LoginHistory ORDER BY LoginTime DESC")
}

fn password(rig: &Surroundings, place: &str, password: &str) -> Got {
    let grant = [("grant_type", "password"), ("username", USERNAME), ("password", password)];
    rig.form(&format!("{place}/services/oauth2/token"), &[CLIENT, &grant])
}

#[test]
pub fn who_registers_takes_the_one_unused_contact() {
    let rig = registering(&Surroundings::emulator());
    let path = "/customers/CommunitiesSelfReg";
    let contact_of = |username: &str| {
        let users = rig.query(&format!("SELECT ContactId FROM User WHERE Username = '{username}'")).json();
        users["records"][0]["ContactId"].as_str().map(str::to_owned)
    };
    let account = rig.account("Acme Customers");
    let contact =
        |email: &str| rig.made("Contact", json!({ "AccountId": account, "LastName": "Doe", "Email": email }));
    let (one, several) =
        (contact("one@example.com"), [contact("two@example.com"), contact("two@example.com")]);
    register(&rig, path, &[("email", "one@example.com"), ("communityNickname", "one")]);
    assert_eq!(contact_of("one@example.com"), Some(one));
    for email in ["two@example.com", "none@example.com"] {
        register(&rig, path, &[("email", email), ("communityNickname", email)]);
        let made = contact_of(email).expect("a user on a contact of its own");
        assert!(!several.contains(&made), "{email}");
    }
}

/// Visitors of the community for customers may register themselves.
fn registering(rig: &Surroundings) -> Surroundings {
    let open = format!(
        "\"selfRegistrationProfile\": {CUSTOMER:?}, \"selfRegistrationAccount\": \"Acme Customers\","
    );
    let path = "\"urlPathPrefix\": \"customers\",";
    rig.only_on_an_emulator().seeded(|org| org.replace(path, &format!("{path} {open}")), &[])
}

/// Sends the form with which visitors register.
fn register(rig: &Surroundings, target: &str, more: &[(&str, &str)]) -> Got {
    let mut pairs = vec![
        ("firstName", "Jo"),
        ("lastName", "Doe"),
        ("communityNickname", "jo"),
        ("email", "jo@example.com"),
    ];
    pairs.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    pairs.extend(more);
    rig.form(target, &[&pairs])
}
