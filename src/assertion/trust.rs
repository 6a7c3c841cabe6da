//! Which element may be believed: the rules that no signature library enforces by itself.
//!
//! A signature that verifies only says that some bytes are genuine. Wrapping attacks
//! (<https://www.usenix.org/conference/usenixsecurity12/technical-sessions/presentation/somorovsky>) move the genuine
//! bytes aside and put others where the reader looks. So the shape of the document is checked first: one Assertion, at
//! its place, signed by a signature at its place, which refers to that very element and to nothing else.

use std::collections::HashSet;

use foldhash::fast::FixedState;

use super::key::Certificate;
use super::xml::{self, DS, Document, Node, SAML, SAMLP, child, children};

/// The elements of a message that may be read, if the signatures hold.
#[derive(Debug)]
pub(super) struct Shape<'a, 'i> {
    /// The root, unless an Assertion came alone.
    pub(super) response: Option<Node<'a, 'i>>,
    pub(super) content: Content<'a, 'i>,
    /// `ds:Signature` elements that are children of the Response or the Assertion, in document order.
    pub(super) signatures: Vec<Node<'a, 'i>>,
}

/// What a Response is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Content<'a, 'i> {
    Assertion(Node<'a, 'i>),
    Encrypted(Node<'a, 'i>),
    /// A Response that only has a status: something went wrong at the identity provider.
    Nothing,
}

/// Finds the elements that may be read.
pub(super) fn shape<'a, 'i>(document: &'a Document<'i>) -> Result<Shape<'a, 'i>, String> {
    let root = document.root_element();
    let (response, content) = if root.has_name((SAML, "Assertion")) {
        (None, Content::Assertion(root))
    } else {
        root_is_a_response(root)?;
        (Some(root), content_is_a_child_of_the_root(root)?)
    };
    let Walk { stray, repeated, signatures } = Walk::through(document, content);
    nothing_else_is_an_assertion(stray)?;
    ids_occur_once(repeated)?;
    Ok(Shape { response, content, signatures })
}

/// The same for a message that is about no Assertion: its root may be read.
pub(super) fn shape_of_root<'a, 'i>(document: &'a Document<'i>) -> Result<Shape<'a, 'i>, String> {
    let Walk { repeated, signatures, .. } = Walk::through(document, Content::Nothing);
    ids_occur_once(repeated)?;
    Ok(Shape { response: Some(document.root_element()), content: Content::Nothing, signatures })
}

/// What stands anywhere in a document.
#[derive(Default)]
struct Walk<'a, 'i> {
    /// The first Assertion or Response that is neither the root nor the content.
    stray: Option<Node<'a, 'i>>,
    /// The first id that stands there a second time.
    repeated: Option<&'a str>,
    signatures: Vec<Node<'a, 'i>>,
}

impl<'a, 'i> Walk<'a, 'i> {
    fn through(document: &'a Document<'i>, content: Content<'a, 'i>) -> Walk<'a, 'i> {
        let known = match content {
            Content::Assertion(node) | Content::Encrypted(node) => node,
            Content::Nothing => document.root_element(),
        };
        let mut walk = Walk::default();
        let mut ids: HashSet<&str, FixedState> = HashSet::default();
        for node in document.descendants() {
            match node.name() {
                (DS, "Signature") => walk.signatures.push(node),
                (SAML, "Assertion" | "EncryptedAssertion") | (SAMLP, "Response")
                    if node != known && node != document.root_element() =>
                {
                    walk.stray.get_or_insert(node);
                }
                _ => {}
            }
            for (_, name, value) in node.attributes() {
                // Of all attributes that a library may take for an id.
                if matches!(name, "ID" | "Id" | "id" | "AssertionID") && !ids.insert(value) {
                    walk.repeated.get_or_insert(value);
                }
            }
        }
        walk
    }
}

fn root_is_a_response(root: Node<'_, '_>) -> Result<(), String> {
    if root.has_name((SAMLP, "Response")) {
        return Ok(());
    }
    Err(format!("The message is no SAML 2.0 Response, but <{}>", root.name().1))
}

fn content_is_a_child_of_the_root<'a, 'i>(root: Node<'a, 'i>) -> Result<Content<'a, 'i>, String> {
    let mut found = children(root, SAML, "Assertion")
        .map(Content::Assertion)
        .chain(children(root, SAML, "EncryptedAssertion").map(Content::Encrypted));
    match (found.next(), found.next()) {
        (Some(content), None) => Ok(content),
        (None, _) => Ok(Content::Nothing),
        _ => Err("The Response has more than one Assertion".to_owned()),
    }
}

/// An Assertion or a Response elsewhere, whoever signed it, is what wrapping attacks leave behind.
fn nothing_else_is_an_assertion(stray: Option<Node<'_, '_>>) -> Result<(), String> {
    match stray {
        Some(node) => Err(format!("The message has a further {} where none may be", node.name().1)),
        None => Ok(()),
    }
}

fn ids_occur_once(repeated: Option<&str>) -> Result<(), String> {
    match repeated {
        Some(id) => Err(format!("The ID {id} occurs more than once")),
        None => Ok(()),
    }
}

/// Checks that the message's signatures may be believed if they verify. A message has none, one, or one on the
/// Response and one on the Assertion.
pub(super) fn signatures_may_be_believed(shape: &Shape<'_, '_>) -> Result<(), String> {
    let assertion = match shape.content {
        Content::Assertion(node) => Some(node),
        Content::Encrypted(_) | Content::Nothing => None,
    };
    let mut signed = Vec::new();
    for signature in &shape.signatures {
        let parent = signature.parent_element();
        let at_its_place = parent.is_some() && (parent == shape.response || parent == assertion);
        if !at_its_place {
            return Err("A Signature is neither a child of the Response nor of the Assertion".to_owned());
        }
        if signed.contains(&parent) {
            return Err("An element has more than one Signature".to_owned());
        }
        signed.push(parent);
        refers_to_its_parent_only(*signature)?;
    }
    Ok(())
}

const DIGESTS: [&str; 4] = [
    "http://www.w3.org/2000/09/xmldsig#sha1",
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512",
];
/// RSA and ECDSA. HMAC never: its key would be the public key.
pub(super) const SIGNATURES: [&str; 7] = [
    "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
];
const CANONICALIZATIONS: [&str; 6] = [
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
    "http://www.w3.org/2006/12/xml-c14n11",
    "http://www.w3.org/2006/12/xml-c14n11#WithComments",
];
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// One Reference, to the ID of the signature's parent, through transforms that leave nothing of it out.
fn refers_to_its_parent_only(signature: Node<'_, '_>) -> Result<(), String> {
    let info = only_child(signature, "SignedInfo")?;
    only_child(signature, "SignatureValue")?;
    if child(signature, DS, "Object").is_some() {
        return Err("The Signature has an Object".to_owned());
    }
    algorithm_is_allowed(only_child(info, "CanonicalizationMethod")?, &CANONICALIZATIONS)?;
    algorithm_is_allowed(only_child(info, "SignatureMethod")?, &SIGNATURES)?;
    // The library reads attributes by local name.
    if info.descendants().flat_map(|node| node.attributes()).any(|(namespace, ..)| !namespace.is_empty()) {
        return Err("The SignedInfo has attributes of a foreign namespace".to_owned());
    }
    let reference = only_child(info, "Reference")?;
    algorithm_is_allowed(only_child(reference, "DigestMethod")?, &DIGESTS)?;
    only_child(reference, "DigestValue")?;
    let id = signature.parent_element().and_then(|parent| parent.attribute("ID")).unwrap_or_default();
    let uri = reference.attribute("URI").unwrap_or_default();
    if id.is_empty() || uri.strip_prefix('#') != Some(id) {
        return Err(format!("The Reference {uri:?} is not to the element that the Signature is in"));
    }
    transforms_leave_nothing_out(reference)
}

fn transforms_leave_nothing_out(reference: Node<'_, '_>) -> Result<(), String> {
    let transforms = only_child(reference, "Transforms")?;
    let names: Vec<&str> = transforms
        .children()
        .filter(Node::is_element)
        .map(|transform| match transform.has_name((DS, "Transform")) {
            true => transform.attribute("Algorithm").unwrap_or_default(),
            false => transform.name().1,
        })
        .collect();
    match names.as_slice() {
        [ENVELOPED] => Ok(()),
        [ENVELOPED, method] if CANONICALIZATIONS.contains(method) => Ok(()),
        _ => Err(format!("The transforms are not allowed: {}", names.join(", "))),
    }
}

fn only_child<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> Result<Node<'a, 'i>, String> {
    let mut found = children(node, DS, name);
    match (found.next(), found.next()) {
        (Some(child), None) => Ok(child),
        _ => Err(format!("The Signature needs exactly one {name}")),
    }
}

fn algorithm_is_allowed(method: Node<'_, '_>, allowed: &[&str]) -> Result<(), String> {
    let algorithm = method.attribute("Algorithm").unwrap_or_default();
    if allowed.contains(&algorithm) {
        return Ok(());
    }
    Err(format!("The {} {algorithm:?} is not allowed", method.name().1))
}

/// The certificates that a signature names, in base64. They are compared, never used.
pub(super) fn named_certificates(signature: Node<'_, '_>) -> Vec<String> {
    children(signature, DS, "KeyInfo")
        .flat_map(|info| children(info, DS, "X509Data"))
        .flat_map(|data| children(data, DS, "X509Certificate"))
        .map(xml::text)
        .collect()
}

/// Whether one of these certificates is named; white space does not count.
pub(super) fn names_one_of(named: &[String], certificates: &[Certificate]) -> bool {
    let is_it = |named: &str, known: &str| {
        named == known || named.split_ascii_whitespace().flat_map(str::bytes).eq(known.bytes())
    };
    named.iter().any(|named| certificates.iter().any(|known| is_it(named, &known.base64)))
}
