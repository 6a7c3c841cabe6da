//! OpenID Connect: discovery, keys, id tokens; clients that prove themselves with a JWT.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde_json::{Value, json};

use crate::assert_outcomes;
use crate::browser::Browser;
use crate::emulator::{Answer, CLIENT, Emulator, Form};
use crate::fixture::default_seed;
use crate::web_server::{CALLBACK, authorize};

fn tokens(emulator: &Emulator, at: &str, more: Form) -> Answer {
    let browser = Browser::of_admin(emulator);
    let app: Form = &[
        ("response_type", "code"),
        ("client_id", "fauxforce-client-id"),
        ("redirect_uri", CALLBACK),
        ("nonce", "n-0S6_WzA2Mj"),
    ];
    let page = browser.open(&format!("{at}{}", authorize(&[app])));
    let code = page.parameter("code").unwrap_or_else(|| panic!("no code: {page:?}"));
    let grant: Form = &[("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", CALLBACK)];
    emulator.form(&format!("{at}/services/oauth2/token"), &[grant, more])
}

/// The claims of an id token that the published keys verify.
fn verified(emulator: &Emulator, token: &str) -> (Header, Value) {
    let keys = emulator.get("/id/keys", &[]).body;
    let keys: JwkSet = serde_json::from_str(&keys).expect("keys");
    let header = jsonwebtoken::decode_header(token).expect("a header");
    let key = keys.find(header.kid.as_deref().expect("a key id")).expect("the key");
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&["fauxforce-client-id"]);
    // The clock of the emulator stands in 2026.
    validation.validate_exp = false;
    let key = DecodingKey::from_jwk(key).expect("a key");
    (header, jsonwebtoken::decode(token, &key, &validation).expect("a good signature").claims)
}

#[test]
fn an_id_token_is_verified_by_the_published_key_and_bound_to_the_access_token() {
    let emulator = Emulator::start();
    for at in ["", "/customers"] {
        let answer = tokens(&emulator, at, CLIENT);
        let (header, claims) = verified(&emulator, &answer.field("id_token"));
        assert_eq!((header.alg, header.typ.as_deref()), (Algorithm::RS256, Some("JWT")));
        let hash = digest(&SHA256, answer.field("access_token").as_bytes());
        assert_eq!(claims["at_hash"], URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]));
        assert_eq!(claims["sub"], answer.field("id"));
        assert_eq!(claims["iss"], format!("{}{at}", emulator.server.url));
        assert_eq!(claims["nonce"], "n-0S6_WzA2Mj");
        assert_eq!(claims["exp"].as_i64(), claims["iat"].as_i64().map(|iat| iat + 120));
        let discovery = emulator.get(&format!("{at}/.well-known/openid-configuration"), &[]);
        assert_eq!(claims["iss"], discovery.field("issuer"));
        let user = emulator.get(
            &format!("{at}/services/oauth2/userinfo"),
            &[("authorization", &format!("Bearer {}", answer.field("access_token")))],
        );
        assert_eq!(user.field("sub"), answer.field("id"));
    }
}

#[test]
fn discovery_names_the_address_that_was_asked() {
    let emulator = Emulator::start();
    let keys = emulator.get("/id/keys", &[]);
    let own = emulator.get("/.well-known/openid-configuration", &[]);
    let site = emulator.get("/customers/.well-known/openid-configuration", &[]);
    let proxied = emulator.get("/.well-known/openid-configuration", &[("host", "acme.my.salesforce.com")]);
    assert_eq!(proxied.field("issuer"), "https://acme.my.salesforce.com");
    let pretty = |answer: &Answer| format!("{} {:#}", answer.content_type, answer.json());
    assert_outcomes!(
        "oauth_discovery",
        format!("{}\n{}\n{}", pretty(&own), pretty(&keys), site.field("token_endpoint"))
    );
}

fn assertion(claims: &Value) -> String {
    let key = std::fs::read(default_seed().join("keys/jwt.key")).expect("the key of the seed");
    let key = EncodingKey::from_rsa_pem(&key).expect("a key");
    jsonwebtoken::encode(&Header::new(Algorithm::RS256), claims, &key).expect("a token")
}

#[test]
fn a_client_may_prove_itself_with_a_jwt() {
    let emulator = Emulator::start();
    let audience = format!("{}/services/oauth2/token", emulator.server.url);
    let claims =
        |iss: &str, sub: &str| json!({ "iss": iss, "sub": sub, "aud": audience, "exp": 1_800_000_000 });
    let id = "fauxforce-client-id";
    let kind = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    let right = assertion(&claims(id, id));
    assert_eq!(tokens(&emulator, "", &[kind, ("client_assertion", &right)]).status, 200);
    let credentials: Form = &[("grant_type", "client_credentials")];
    let ask = |more: Form| emulator.token(&[credentials, more]);
    assert_eq!(ask(&[kind, ("client_assertion", &right), ("client_id", id)]).status, 200);
    let lines = [
        ("another subject", ask(&[kind, ("client_assertion", &assertion(&claims(id, "x")))])),
        (
            "another issuer",
            ask(&[kind, ("client_assertion", &assertion(&claims("x", "x"))), ("client_id", id)]),
        ),
        ("unknown client", ask(&[kind, ("client_assertion", &assertion(&claims("x", "x")))])),
        ("no such client of the body", ask(&[kind, ("client_assertion", &right), ("client_id", "x")])),
        ("built-in client", ask(&[kind, ("client_assertion", &right), ("client_id", "PlatformCLI")])),
        ("no type", ask(&[("client_assertion", &right)])),
        ("nonsense", ask(&[kind, ("client_assertion", "x")])),
        (
            "expired",
            ask(&[
                kind,
                ("client_assertion", &assertion(&json!({ "iss": id, "sub": id, "aud": audience, "exp": 1 }))),
            ]),
        ),
    ];
    let lines = lines.map(|(case, answer)| format!("{case}: {}", answer.line()));
    assert_outcomes!("oauth_client_assertion", lines.join("\n"));
}
