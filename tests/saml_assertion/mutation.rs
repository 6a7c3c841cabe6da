//! Whatever is changed in a signed message: it is refused, or it still says what was signed.

use std::sync::LazyLock;

use fauxforce::assertion::Verified;
use fauxforce::assertion::issue::{self, Sign};
use proptest::prelude::*;

use super::{check, provider, statement};

/// What attackers put into XML.
const SNIPPETS: [&str; 14] = [
    "<!---->",
    "<?x y?>",
    "<![CDATA[]]>",
    "<x/>",
    "&#x61;",
    "&amp;",
    " ",
    "\n",
    "\"",
    " xmlns=\"urn:x\"",
    " ID=\"_other\"",
    "</saml:NameID>",
    "<saml:NameID>evil</saml:NameID>",
    "evil-",
];

#[derive(Debug, Clone)]
enum Mutation {
    Replace(u8),
    Remove(usize),
    Insert(usize),
    /// Moves what follows to another place.
    Move(usize, f64),
    /// Repeats what follows.
    Repeat(usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        (0x20_u8..0x7f).prop_map(Mutation::Replace),
        (1_usize..200).prop_map(Mutation::Remove),
        (0..SNIPPETS.len()).prop_map(Mutation::Insert),
        (1_usize..400, 0.0..1.0).prop_map(|(length, to)| Mutation::Move(length, to)),
        (1_usize..400).prop_map(Mutation::Repeat),
    ]
}

fn apply(bytes: &mut Vec<u8>, at: usize, mutation: &Mutation) {
    let end = |length: usize, bytes: &[u8]| (at + length).min(bytes.len());
    match mutation {
        Mutation::Replace(byte) => bytes[at] = *byte,
        Mutation::Remove(length) => drop(bytes.drain(at..end(*length, bytes))),
        Mutation::Insert(snippet) => drop(bytes.splice(at..at, SNIPPETS[*snippet].bytes())),
        Mutation::Move(length, to) => {
            let moved: Vec<u8> = bytes.drain(at..end(*length, bytes)).collect();
            let to = (bytes.len() as f64 * to) as usize;
            drop(bytes.splice(to..to, moved));
        }
        Mutation::Repeat(length) => {
            let again = bytes[at..end(*length, bytes)].to_vec();
            drop(bytes.splice(at..at, again));
        }
    }
}

/// What only the envelope says is not signed when the Assertion is.
fn signed_part(verified: Verified) -> Verified {
    Verified { response_id: None, in_response_to: None, ..verified }
}

/// A message, and what it says.
struct Original {
    xml: String,
    says: Verified,
}

fn original(sign: Sign) -> Original {
    let mut statement = statement();
    statement.sign = sign;
    let xml = issue::response(&statement, &provider()).expect("issued");
    let says = signed_part(check(&xml).outcome.expect("accepted"));
    Original { xml, says }
}

static SIGNED_ASSERTION: LazyLock<Original> = LazyLock::new(|| original(Sign::Assertion));
static SIGNED_RESPONSE: LazyLock<Original> = LazyLock::new(|| original(Sign::Response));

/// Makes the mutations at a place between `start` and the end.
fn holds(original: &Original, start: usize, place: f64, mutations: &[Mutation]) -> Result<(), TestCaseError> {
    let mut bytes = original.xml.as_bytes().to_vec();
    for mutation in mutations {
        let at = start + ((bytes.len() - 1 - start) as f64 * place) as usize;
        apply(&mut bytes, at, mutation);
    }
    let Ok(mutated) = String::from_utf8(bytes) else { return Ok(()) };
    if let Ok(verified) = check(&mutated).outcome {
        prop_assert_eq!(&signed_part(verified), &original.says);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_assertion_never_says_anything_else(
        place in 0.0..1.0,
        mutations in prop::collection::vec(mutation(), 1..3),
    ) {
        let start = SIGNED_ASSERTION.xml.find("<saml:Assertion").expect("an assertion");
        holds(&SIGNED_ASSERTION, start, place, &mutations)?;
    }

    #[test]
    fn a_changed_response_never_says_anything_else(
        place in 0.0..1.0,
        mutations in prop::collection::vec(mutation(), 1..3),
    ) {
        holds(&SIGNED_RESPONSE, 0, place, &mutations)?;
    }
}

/// Every letter of every text and attribute value of the Assertion matters.
#[test]
fn each_byte_of_each_value_is_covered() {
    let xml = issue::response(&statement(), &provider()).expect("issued");
    let start = xml.find("<saml:Subject>").expect("a subject");
    let end = xml.rfind("</saml:Assertion>").expect("an end");
    let mut bytes = xml.clone().into_bytes();
    for at in start..end {
        let kept = bytes[at];
        if kept.is_ascii_alphanumeric() {
            bytes[at] = if kept == b'x' { b'y' } else { b'x' };
            if let Ok(mutated) = std::str::from_utf8(&bytes) {
                assert!(check(mutated).outcome.is_err(), "byte {at}: {mutated}");
            }
            bytes[at] = kept;
        }
    }
}
