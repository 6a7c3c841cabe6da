//! Secrets in what the journal shows: of tokens, passwords and signatures only the beginning is left, enough to tell one from
//! another.

use std::borrow::Cow;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use regex_lite::{Captures, Regex};

/// Names of form parameters, JSON members and XML elements whose values are secrets, in lower case.
const SECRET_NAMES: &str = "password|newpassword|oldpassword|pw|client_secret|refresh_token|access_token|id_token|code|\
    code_verifier|device_code|subject_token|assertion|client_assertion|sessionid|passwd|sid|signaturevalue|token";
/// Characters that stay.
const KEPT: usize = 4;

/// `00D…!…`, wherever it stands.
static SESSION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(00D[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?!)([A-Za-z0-9._]{4})[A-Za-z0-9._]+").ok()
});
/// The signature of a JSON Web Token.
static JWT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.)([A-Za-z0-9_-]{4})[A-Za-z0-9_-]+").ok()
});
static JSON_MEMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r#"(?i)("(?:{SECRET_NAMES})"\s*:\s*")((?:[^"\\]|\\.)*)(")"#)).ok());
static XML_ELEMENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(r"(?i)(<(?:[A-Za-z0-9_.-]+:)?(?:{SECRET_NAMES})(?:\s[^<>]*)?>)([^<]*)(<)")).ok()
});
static PARAMETER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"(?i)((?:^|[?&])(?:{SECRET_NAMES})=)([^&\s]*)()")).ok());

/// Shortens the secrets in a text: JSON, XML, a URL.
pub fn secrets(text: &str) -> String {
    let mut text = Cow::Borrowed(text);
    for pattern in [&JSON_MEMBER, &XML_ELEMENT, &PARAMETER] {
        text = replaced(text, pattern, |found| format!("{}{}{}", &found[1], beginning(&found[2]), &found[3]));
    }
    for pattern in [&SESSION, &JWT] {
        text = replaced(text, pattern, |found| format!("{}{}…", &found[1], &found[2]));
    }
    text.into_owned()
}

/// The same in a form; of a SAML message the signature is shortened within.
pub fn form(text: &str) -> String {
    let pairs = form_urlencoded::parse(text.as_bytes()).map(|(name, value)| {
        let value = match &*name {
            "SAMLResponse" | "SAMLRequest" => saml(&value),
            _ => value.into_owned(),
        };
        (name.into_owned(), value)
    });
    let whole = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    // What was not touched stays as it was sent.
    secrets(if text.contains("SAML") { &whole } else { text })
}

/// A header's value.
pub fn header(name: &str, value: &str) -> String {
    match name {
        "authorization" | "proxy-authorization" => match value.split_once(' ') {
            Some((scheme, token)) => format!("{scheme} {}", beginning_of_token(token)),
            None => beginning(value),
        },
        "x-sfdc-session" => beginning_of_token(value),
        _ => secrets(value),
    }
}

fn beginning_of_token(token: &str) -> String {
    let shortened = secrets(token);
    if shortened == token { beginning(token) } else { shortened }
}

fn beginning(secret: &str) -> String {
    match secret.char_indices().nth(KEPT) {
        Some((end, _)) => format!("{}…", secret.get(..end).unwrap_or_default()),
        None if secret.is_empty() => String::new(),
        None => "…".to_owned(),
    }
}

fn saml(message: &str) -> String {
    let xml = STANDARD.decode(message.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    xml.map_or_else(|| message.to_owned(), |xml| STANDARD.encode(secrets(&xml)))
}

fn replaced<'t>(
    text: Cow<'t, str>,
    pattern: &LazyLock<Option<Regex>>,
    by: impl Fn(&Captures) -> String,
) -> Cow<'t, str> {
    match pattern.as_ref().map(|pattern| pattern.replace_all(&text, by)) {
        Some(Cow::Owned(changed)) => Cow::Owned(changed),
        Some(Cow::Borrowed(_)) | None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patterns_are_right() {
        for pattern in [&SESSION, &JWT, &JSON_MEMBER, &XML_ELEMENT, &PARAMETER] {
            assert!(pattern.is_some());
        }
    }

    #[test]
    fn of_secrets_the_beginning_is_left() {
        let token = "00D000000000001AAA!AQEAQabcdefgh.ijkl";
        assert_eq!(header("authorization", &format!("Bearer {token}")), "Bearer 00D000000000001AAA!AQEA…");
        assert_eq!(header("authorization", "Basic c2VjcmV0"), "Basic c2Vj…");
        assert_eq!(secrets(r#"{"access_token":"abcdefgh","x":"y"}"#), r#"{"access_token":"abcd…","x":"y"}"#);
        assert_eq!(secrets("<n:password>fauxforce1</n:password><a/>"), "<n:password>faux…</n:password><a/>");
        assert_eq!(
            form("grant_type=password&username=a%40b.c&password=fauxforce1"),
            "grant_type=password&username=a%40b.c&password=faux…"
        );
        assert_eq!(secrets("/x?sid=12345678&y=1"), "/x?sid=1234…&y=1");
        assert_eq!(secrets("eyJhbGciOiJ9.eyJzdWIiOiJ9.c2lnbmF0dXJl"), "eyJhbGciOiJ9.eyJzdWIiOiJ9.c2ln…");
        assert_eq!(secrets("nothing secret: passwords"), "nothing secret: passwords");
    }

    #[test]
    fn a_saml_message_loses_the_end_of_its_signature() {
        let xml = "<R><ds:SignatureValue>abcdefgh</ds:SignatureValue></R>";
        let sent = crate::message::form_of(&[("SAMLResponse", &STANDARD.encode(xml)), ("RelayState", "/x")]);
        let shown = form(&sent);
        let (_, message) = form_urlencoded::parse(shown.as_bytes()).next().expect("a parameter");
        let message = String::from_utf8(STANDARD.decode(&*message).expect("base64")).expect("text");
        assert_eq!(message, "<R><ds:SignatureValue>abcd…</ds:SignatureValue></R>");
    }
}
