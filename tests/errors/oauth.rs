//! What the OAuth endpoints and identity URLs can be refused for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::fixture::default_seed;
use crate::scene::{PARTNER, Scenario};
use crate::surroundings::{CLIENT, FORM, Got, PASSWORD, Surroundings, form};

const TOKEN: &str = "/services/oauth2/token";
const ADMIN: &str = "admin@fauxforce.test";
const CALLBACK: &str = "http://localhost:3000/callback";
const APPROVAL_PAGE: &str = "/setup/secur/RemoteAccessAuthorizationPage.apexp";
const CREDENTIALS: &[(&str, &str)] = &[("grant_type", "client_credentials")];
const EXCHANGE: &[(&str, &str)] = &[
    ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
    ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
];
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-as-rfc-7636-says";
/// Later than any clock.
const LATE: i64 = 4_102_444_800;

pub const SCENARIOS: &[Scenario] = &[
    ("oauth.must_post", |rig| rig.send("GET", TOKEN, &[], "")),
    ("oauth.must_get", |rig| rig.send("DELETE", "/services/oauth2/authorize", &[], "")),
    ("oauth.too_large", |rig| rig.announce(TOKEN, FORM[0].1, 2 << 20)),
    ("oauth.missing", |rig| rig.form(TOKEN, &[CLIENT, &[("grant_type", "authorization_code")]])),
    ("oauth.unsupported_response_type", |rig| authorize(rig, &[("response_type", "magic")])),
    ("oauth.redirect_uri_missing", |rig| authorize(rig, &[("redirect_uri", "")])),
    ("oauth.redirect_uri_mismatch", |rig| authorize(rig, &[("redirect_uri", "http://localhost:3000/")])),
    ("oauth.missing_code_challenge", |rig| {
        let rig = &app(rig, |app| app["isPkceRequired"] = json!(true));
        authorize(rig, &[])
    }),
    ("oauth.unsupported_challenge_method", |rig| {
        authorize(rig, &[("code_challenge", VERIFIER), ("code_challenge_method", "plain")])
    }),
    ("oauth.invalid_code_verifier", |rig| {
        let code = code(rig, &[("code_challenge", VERIFIER)]);
        exchange(rig, &code)
    }),
    ("oauth.invalid_authorization_code", |rig| exchange(rig, "aPrxx")),
    ("oauth.expired_authorization_code", |rig| {
        let code = code(rig, &[]);
        assert_eq!(exchange(rig, &code).status, 200);
        exchange(rig, &code)
    }),
    ("oauth.end_user_denied", |rig| {
        let sid = browser_session(rig, ADMIN, PASSWORD);
        let place = authorize(rig, &[("prompt", "consent")]);
        let page = browse_in(rig, &sid, "GET", place.header("location").expect("the page"), "");
        let hidden: Vec<_> = page.body.split("<input type=\"hidden\" ").skip(1).map(name_and_value).collect();
        let mut pairs: Vec<_> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        pairs.push(("cancel", " Deny "));
        browse_in(rig, &sid, "POST", APPROVAL_PAGE, &form(&[&pairs]))
    }),
    ("oauth.immediate_unsuccessful", |rig| {
        let cli = [("client_id", "PlatformCLI"), ("redirect_uri", "http://localhost:1717/OauthRedirect")];
        authorize(rig, &[cli[0], cli[1], ("immediate", "true")])
    }),
    ("oauth.app_access_denied", |rig| authorize(&restricted(rig), &[])),
    ("oauth.not_installed", |rig| {
        app(rig, |app| app["isInstalled"] = json!(false)).form(TOKEN, &[CLIENT, CREDENTIALS])
    }),
    ("oauth.approval_error", |rig| {
        let page = browse(rig, "GET", APPROVAL_PAGE, "");
        browse(rig, "GET", page.header("location").expect("the page of errors"), "")
    }),
    ("oauth.token_validity_expired", |rig| {
        let rig = &app(rig, |app| app["refreshTokenPolicy"] = json!("specific_lifetime:1:HOURS"));
        let code = code(rig, &[]);
        let token = exchange(rig, &code).field("refresh_token");
        rig.only_on_an_emulator().wait(3_700);
        refresh(rig, &token)
    }),
    ("oauth.authorization_pending", |rig| poll(rig, &device(rig).0)),
    ("oauth.slow_down", |rig| {
        let rig = &rig.only_on_an_emulator().on_the_machines_clock();
        let code = device(rig).0;
        poll(rig, &code);
        poll(rig, &code)
    }),
    ("oauth.expired_device_code", |rig| {
        let code = device(rig).0;
        rig.only_on_an_emulator().wait(600);
        poll(rig, &code)
    }),
    ("oauth.invalid_device_code", |rig| poll(rig, "x")),
    ("oauth.flow_disabled", |rig| {
        rig.form(TOKEN, &[CLIENT, EXCHANGE, &[("subject_token", "foreign-token")]])
    }),
    ("oauth.wrong_request_type", |rig| {
        let rig = &app(rig, |app| app["isCodeCredentialEnabled"] = json!(true));
        let basic = format!("Basic {}", STANDARD.encode(format!("{ADMIN}:{PASSWORD}")));
        let request = [("response_type", "code_credentials"), ("client_id", "fauxforce-client-id")];
        let body = form(&[&request, &[("redirect_uri", CALLBACK)]]);
        rig.send("POST", "/partners/services/oauth2/authorize", &[FORM[0], ("authorization", &basic)], body)
    }),
    ("oauth.invalid_subject_token", |rig| exchange_token(rig, &[("subject_token", "x")])),
    ("oauth.unknown_token_handler", |rig| {
        exchange_token(rig, &[("subject_token", "foreign-token"), ("token_handler", "Other")])
    }),
    ("oauth.unsupported_token_type", |rig| rig.form("/services/oauth2/revoke", &[])),
    ("oauth.unsupported_grant_type", |rig| rig.form(TOKEN, &[CLIENT, &[("grant_type", "magic")]])),
    ("oauth.invalid_client_id", |rig| rig.form(TOKEN, &[CREDENTIALS, &[("client_id", "x")]])),
    ("oauth.invalid_client", |rig| {
        rig.form(TOKEN, &[CREDENTIALS, &CLIENT[..1], &[("client_secret", "wrong")]])
    }),
    ("oauth.authentication_failure", |rig| password(rig, ADMIN, "wrong")),
    ("oauth.inactive_user", |rig| {
        let user = rig.user("norole.owner");
        rig.updated("User", &user, json!({ "IsActive": false }));
        bearer(rig, &claims("sub", json!("norole.owner@fauxforce.test")))
    }),
    ("oauth.expired_token", |rig| refresh(rig, "unknown")),
    ("oauth.not_admin_approved", |rig| password(&restricted(rig), ADMIN, PASSWORD)),
    ("oauth.not_approved", |rig| bearer(rig, &claims("sub", json!("nobody@fauxforce.test")))),
    ("oauth.invalid_assertion", |rig| {
        rig.form(TOKEN, &[&[("grant_type", JWT_BEARER), ("assertion", "nonsense")]])
    }),
    ("oauth.expired_authorization_code", |rig| bearer(rig, &claims("exp", json!(1_700_000_000)))),
    ("oauth.invalid_assertion_type", |rig| {
        rig.form(TOKEN, &[&[("grant_type", "assertion"), ("assertion_type", "saml"), ("assertion", "x")]])
    }),
    ("oauth.audience_validation_failed", |rig| crate::saml::bearer_for_another_audience(rig)),
    ("oauth.invalid_audience", |rig| bearer(rig, &claims("aud", json!("https://example.com")))),
    ("oauth.no_client_credentials_user", |rig| {
        let rig = &app(rig, |app| _ = app.as_object_mut().expect("an app").remove("clientCredentialsUser"));
        rig.form(TOKEN, &[CLIENT, CREDENTIALS])
    }),
    ("oauth.not_on_this_domain", |rig| {
        let headers = [("authorization", ""), FORM[0], ("host", "login.salesforce.com")];
        rig.send("POST", TOKEN, &headers, form(&[CLIENT, CREDENTIALS]))
    }),
    ("oauth.no_scopes", |rig| password(&app(rig, |app| app["scopes"] = json!([])), ADMIN, PASSWORD)),
    ("oauth.scope_not_allowed", |rig| rig.form(TOKEN, &[CLIENT, CREDENTIALS, &[("scope", "wave_api")]])),
    ("oauth.invalid_token", |rig| rig.form("/services/oauth2/revoke", &[&[("token", "unknown")]])),
    // Identity URLs.
    ("identity.missing_token", |rig| {
        rig.send("GET", "/services/oauth2/userinfo", &[("authorization", "")], "")
    }),
    ("identity.bad_token", |rig| {
        rig.send("GET", "/services/oauth2/userinfo", &[("authorization", "Bearer x")], "")
    }),
    ("identity.wrong_org", |rig| {
        rig.send("GET", &format!("/id/00D000000000999AAA/{}", rig.user("admin")), &[], "")
    }),
    ("identity.no_access", |rig| {
        let (org, admin) = (rig.ids("SELECT Id FROM Organization").concat(), rig.user("admin"));
        rig.a_portal_user(PARTNER, "Acme Partners", "Doe");
        rig.run_by("doe@example.com");
        rig.send("GET", &format!("/id/{org}/{admin}"), &[], "")
    }),
    ("identity.bad_id", |rig| identity(rig, "nonsense")),
    ("identity.user_is_inactive", |rig| {
        let user = rig.user("norole.owner");
        rig.updated("User", &user, json!({ "IsActive": false }));
        identity(rig, &user)
    }),
    ("identity.insufficient_scope", |rig| {
        let rig = &app(rig, |app| app["scopes"] = json!(["api"]));
        rig.send("POST", "/services/oauth2/singleaccess", &[], "")
    }),
    // The page of the device flow.
    ("page.wrong_device_code", |rig| {
        browse(rig, "POST", "/setup/connect", &form(&[&[("user_code", "NONSENSE"), ("connect", "Connect")]]))
    }),
    ("page.no_access_to_app", |rig| {
        let rig = &restricted(rig);
        let answer = rig.form(TOKEN, &[&CLIENT[..1], &[("response_type", "device_code")]]);
        let typed = form(&[&[("user_code", &*answer.field("user_code")), ("connect", "Connect")]]);
        browse(rig, "POST", "/setup/connect", &typed)
    }),
    ("login.not_approved", |rig| {
        let rig = &restricted(rig);
        password(rig, ADMIN, PASSWORD);
        rig.query("SELECT Status FROM LoginHistory")
    }),
];

/// The default seed with another connected app.
fn app(rig: &Surroundings, change: impl Fn(&mut Value)) -> Surroundings {
    rig.only_on_an_emulator().seeded(
        |org| {
            let mut org: Value = serde_json::from_str(&org).expect("JSON");
            change(&mut org["connectedApps"][0]);
            org.to_string()
        },
        &[],
    )
}

/// The app is for standard users only.
fn restricted(rig: &Surroundings) -> Surroundings {
    app(rig, |app| {
        app["permittedUsers"] = json!("AdminApprovedPreAuthorized");
        app["profiles"] = json!(["Standard User"]);
    })
}

fn password(rig: &Surroundings, username: &str, password: &str) -> Got {
    rig.form(TOKEN, &[CLIENT, &[("grant_type", "password"), ("username", username), ("password", password)]])
}

fn refresh(rig: &Surroundings, token: &str) -> Got {
    rig.form(TOKEN, &[CLIENT, &[("grant_type", "refresh_token"), ("refresh_token", token)]])
}

fn exchange(rig: &Surroundings, code: &str) -> Got {
    let grant = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK)];
    rig.form(TOKEN, &[CLIENT, &grant])
}

fn exchange_token(rig: &Surroundings, more: &[(&str, &str)]) -> Got {
    let rig = app(rig, |app| {
        app["tokenExchange"] =
            json!({ "handler": "Exchange", "subjects": { "foreign-token": "integration@fauxforce.test" } });
    });
    rig.form(TOKEN, &[CLIENT, EXCHANGE, more])
}

/// Device code and user code.
fn device(rig: &Surroundings) -> (String, String) {
    let answer = rig.form(TOKEN, &[&[("client_id", "PlatformCLI"), ("response_type", "device_code")]]);
    (answer.field("device_code"), answer.field("user_code"))
}

fn poll(rig: &Surroundings, code: &str) -> Got {
    rig.form(TOKEN, &[&[("client_id", "PlatformCLI"), ("grant_type", "device"), ("code", code)]])
}

fn claims(name: &str, value: Value) -> Value {
    let audience = "https://login.salesforce.com";
    let mut claims = json!({ "iss": "fauxforce-client-id", "sub": ADMIN, "aud": audience, "exp": LATE });
    claims[name] = value;
    claims
}

fn bearer(rig: &Surroundings, claims: &Value) -> Got {
    let key = std::fs::read(default_seed().join("keys/jwt.key")).expect("a key");
    let key = EncodingKey::from_rsa_pem(&key).expect("a key");
    let assertion = jsonwebtoken::encode(&Header::new(Algorithm::RS256), claims, &key).expect("a token");
    rig.form(TOKEN, &[&[("grant_type", JWT_BEARER), ("assertion", &assertion)]])
}

fn identity(rig: &Surroundings, user: &str) -> Got {
    let org = rig.ids("SELECT Id FROM Organization").concat();
    rig.send("GET", &format!("/id/{org}/{user}"), &[], "")
}

/// An authorization request of the administrator's browser: the app's, changed by `more`; an empty value leaves one out.
fn authorize(rig: &Surroundings, more: &[(&str, &str)]) -> Got {
    let mut pairs =
        vec![("response_type", "code"), ("client_id", "fauxforce-client-id"), ("redirect_uri", CALLBACK)];
    pairs.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    pairs.extend(more.iter().filter(|(_, value)| !value.is_empty()));
    browse(rig, "GET", &format!("/services/oauth2/authorize?{}", form(&[&pairs])), "")
}

fn code(rig: &Surroundings, more: &[(&str, &str)]) -> String {
    let got = authorize(rig, more);
    let place = got.header("location").unwrap_or_default();
    let query = place.split_once('?').map_or("", |(_, query)| query);
    let code = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "code");
    code.unwrap_or_else(|| panic!("no code: {}", got.told())).1.into_owned()
}

/// A request of the administrator's browser.
pub fn browse(rig: &Surroundings, method: &str, target: &str, body: &str) -> Got {
    let sid = browser_session(rig, ADMIN, PASSWORD);
    browse_in(rig, &sid, method, target, body)
}

pub fn browse_in(rig: &Surroundings, sid: &str, method: &str, target: &str, body: &str) -> Got {
    let cookie = format!("sid={sid}");
    rig.send(method, target, &[("authorization", ""), ("cookie", &cookie), FORM[0]], body)
}

/// The session that the login page opens, or nothing.
pub fn browser_session(rig: &Surroundings, username: &str, password: &str) -> String {
    let got = rig.form("/login", &[&[("username", username), ("pw", password)]]);
    let cookie = got.header("set-cookie").unwrap_or_default();
    cookie.trim_start_matches("sid=").split(';').next().unwrap_or_default().to_owned()
}

fn name_and_value(input: &str) -> (String, String) {
    let attribute = |name: &str| {
        let value = input.split_once(&format!("{name}=\"")).map_or("", |(_, rest)| rest);
        let value = value.split('"').next().unwrap_or_default();
        quick_xml::escape::unescape(value).map_or_else(|_| value.to_owned(), |value| value.into_owned())
    };
    (attribute("name"), attribute("value"))
}
