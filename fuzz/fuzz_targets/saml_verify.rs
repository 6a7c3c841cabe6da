//! A signed message, changed in any way: it is refused, or it still says what was signed.
//!
//! The input is a list of changes: two bytes of offset, one of how much is removed, one of how much is inserted, then what
//! is inserted. Its first byte chooses the message.

#![no_main]

use std::sync::LazyLock;

use fauxforce::assertion::issue::{self, Cipher, Sign, Statement};
use fauxforce::assertion::{Verified, examine_xml};
use libfuzzer_sys::fuzz_target;

mod setting;

use setting::{ENTITY, ISSUER, NOW};

struct Message {
    xml: Vec<u8>,
    /// What is before is not signed.
    start: usize,
    says: Verified,
}

static MESSAGES: LazyLock<Vec<Message>> = LazyLock::new(|| {
    let ways =
        [(Sign::Assertion, false), (Sign::Response, false), (Sign::Both, false), (Sign::Assertion, true)];
    let message = |(sign, encrypted): (Sign, bool)| {
        let mut statement = statement();
        statement.sign = sign;
        statement.encrypt = encrypted.then(|| (setting::SERVICE.certificate.clone(), Cipher::Aes256Gcm));
        let xml = issue::response(&statement, &setting::PROVIDER).expect("issued");
        let says = signed_part(believe(&xml).expect("accepted"));
        let start = match sign {
            Sign::Assertion => xml.find("<saml:Assertion").or_else(|| xml.find("<saml:EncryptedAssertion")),
            _ => Some(0),
        };
        Message { start: start.expect("an assertion"), says, xml: xml.into_bytes() }
    };
    ways.into_iter().map(message).collect()
});

fn statement() -> Statement {
    let mut statement = Statement::new(ISSUER, ENTITY, ENTITY, "ada@example.com", NOW);
    statement.response_id = "_r".to_owned();
    statement.assertion_id = "_a".to_owned();
    statement.attributes = vec![("User.Email".to_owned(), vec!["ada@example.com".to_owned()])];
    statement
}

fn believe(xml: &str) -> Option<Verified> {
    examine_xml(xml, NOW, |_| Ok(setting::EXPECTATION.clone())).outcome.ok()
}

/// What only the envelope says is not signed when the Assertion is.
fn signed_part(verified: Verified) -> Verified {
    Verified { response_id: None, in_response_to: None, ..verified }
}

fuzz_target!(|data: &[u8]| {
    let Some((which, mut changes)) = data.split_first() else { return };
    let message = &MESSAGES[usize::from(*which) % MESSAGES.len()];
    let mut xml = message.xml.clone();
    while let [high, low, removed, inserted, rest @ ..] = changes {
        let offset = usize::from(u16::from_be_bytes([*high, *low]));
        let at = message.start + offset % (xml.len() - message.start).max(1);
        let end = (at + usize::from(*removed)).min(xml.len());
        let (text, next) = rest.split_at(usize::from(*inserted).min(rest.len()));
        xml.splice(at.min(end)..end, text.iter().copied());
        if xml.len() <= message.start {
            return;
        }
        changes = next;
    }
    if let Ok(text) = std::str::from_utf8(&xml)
        && let Some(verified) = believe(text)
    {
        assert_eq!(signed_part(verified), message.says);
    }
});
