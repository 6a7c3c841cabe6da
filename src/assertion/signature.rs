//! XML signatures: canonicalization, digests and keys by bergshamra. Together with `tree`, `key` and `encryption` the only
//! module that names that library.
//!
//! The library would find the parts of a signature by itself, and its key by what the message says of it. Here it is given
//! the elements whose shape [`super::trust`] has checked, and the keys of the configuration.
//!
//! Sources: <https://www.w3.org/TR/xmldsig-core1/>, <https://www.w3.org/TR/xml-exc-c14n/>.

use bergshamra::DsigContext;
use bergshamra::c14n::{C14nMode, canonicalize_doc};
use bergshamra::crypto::{digest, sign};
use bergshamra::keys::KeysManager;
use bergshamra::xml::NodeSet;
use bergshamra::xml::nodeset::{NodeIdSet, NodeSetType};

use super::key::{Certificate, PrivateKey};
use super::xml::{self, DS, Document, MAX_DEPTH, Node, child};

/// `ec:`, of the parameters of exclusive canonicalization.
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// For a Reference whose transforms name none (XML signature core 4.4.3.2).
const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";

/// Why a signature is not valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Invalid {
    pub(super) why: String,
    /// What it refers to is not what was signed, whoever signed it.
    pub(super) by_reference: bool,
}

impl Invalid {
    /// The reference is not to the element that the signature is in, or that element says something else than was signed.
    pub(super) fn reference(why: String) -> Invalid {
        Invalid { why, by_reference: true }
    }
}

/// Whether each of these signatures of a document verifies over its parent element with one of the keys, or why not.
/// [`super::trust::signatures_may_be_believed`] was asked before.
pub(super) fn verify(
    document: &Document<'_>,
    signatures: &[Node<'_, '_>],
    certificates: &[Certificate],
) -> Vec<Result<(), Invalid>> {
    let verdict = |signature: &Node<'_, '_>| {
        // Canonicalization goes down the tree by recursion.
        if document.depth() > MAX_DEPTH {
            return Err(Invalid::reference(format!("Elements are nested deeper than {MAX_DEPTH}")));
        }
        let lacks = || Invalid::reference("The signature lacks a part".to_owned());
        let parts = Parts::of(*signature).ok_or_else(lacks)?;
        parts.digest_is_right().map_err(Invalid::reference)?;
        let value = parts.value_is_right(certificates);
        value.map_err(|why| Invalid { why, by_reference: false })
    };
    signatures.iter().map(verdict).collect()
}

/// What verification takes from a signature.
struct Parts<'a, 'i> {
    signature: Node<'a, 'i>,
    /// The element it is in, which it refers to.
    signed: Node<'a, 'i>,
    info: Node<'a, 'i>,
    reference: Node<'a, 'i>,
}

impl<'a, 'i> Parts<'a, 'i> {
    fn of(signature: Node<'a, 'i>) -> Option<Parts<'a, 'i>> {
        let info = child(signature, DS, "SignedInfo")?;
        let reference = child(info, DS, "Reference")?;
        Some(Parts { signature, signed: signature.parent_element()?, info, reference })
    }

    /// The element without comments and without the signature, said by what is not covered: so nothing is left out by
    /// mistake, and it is little, where the element is most of the message.
    fn covered(&self) -> NodeSet {
        let mut left_out: NodeIdSet = self.signature.descendants().map(Node::index).collect();
        left_out.extend(self.signed.descendants().filter(Node::is_comment).map(Node::index));
        let mut inside = self.signed;
        while let Some(around) = inside.parent() {
            left_out.insert(around.index());
            let others = around.children().filter(|other| *other != inside);
            left_out.extend(others.flat_map(Node::descendants).map(Node::index));
            inside = around;
        }
        NodeSet::from_ids(left_out, NodeSetType::Invert)
    }

    /// The element says what it said when it was signed.
    fn digest_is_right(&self) -> Result<(), String> {
        let transforms = child(self.reference, DS, "Transforms");
        let mut transforms =
            transforms.into_iter().flat_map(|transforms| xml::children(transforms, DS, "Transform"));
        let canonical = Canonicalization::of(transforms.nth(1));
        let canonical = canonical.bytes(self.signed, &self.covered())?;
        let found = digest::digest(algorithm(self.reference, "DigestMethod"), &canonical);
        let uri = self.reference.attribute("URI").unwrap_or_default();
        if found.map_err(unusable)? == base64_of(self.reference, "DigestValue")? {
            return Ok(());
        }
        Err(format!("Reference digest failed: URI={uri}: expected digest does not match computed digest"))
    }

    /// The owner of a key has signed that.
    fn value_is_right(&self, certificates: &[Certificate]) -> Result<(), String> {
        let (tree, info) = self.info.of_library();
        let covered = NodeSet::tree_without_comments(info, tree);
        let canonical = Canonicalization::of(child(self.info, DS, "CanonicalizationMethod"));
        let canonical = canonical.bytes(self.info, &covered)?;
        let value = base64_of(self.signature, "SignatureValue")?;
        match verify_bytes(certificates, algorithm(self.info, "SignatureMethod"), &canonical, &value) {
            true => Ok(()),
            false => Err("signature value verification failed".to_owned()),
        }
    }
}

/// How elements become bytes.
struct Canonicalization<'a> {
    uri: &'a str,
    /// Namespaces that exclusive canonicalization treats as the inclusive one does.
    prefixes: Vec<&'a str>,
}

impl<'a> Canonicalization<'a> {
    /// What a `CanonicalizationMethod` or a `Transform` says.
    fn of(method: Option<Node<'a, '_>>) -> Canonicalization<'a> {
        let prefixes = method.and_then(|method| child(method, EXCLUSIVE, "InclusiveNamespaces"));
        let prefixes = prefixes.and_then(|prefixes| prefixes.attribute("PrefixList")).unwrap_or_default();
        Canonicalization {
            uri: method.and_then(|method| method.attribute("Algorithm")).unwrap_or(INCLUSIVE),
            prefixes: prefixes.split_ascii_whitespace().collect(),
        }
    }

    fn bytes(&self, element: Node<'_, '_>, covered: &NodeSet) -> Result<Vec<u8>, String> {
        let mode = C14nMode::from_uri(self.uri).ok_or("The canonicalization is not known")?;
        let (tree, _) = element.of_library();
        canonicalize_doc(tree, mode, Some(covered), &self.prefixes).map_err(unusable)
    }
}

/// The algorithm that a child of this name has.
fn algorithm<'a>(node: Node<'a, '_>, name: &'static str) -> &'a str {
    child(node, DS, name).and_then(|method| method.attribute("Algorithm")).unwrap_or_default()
}

/// The bytes that a child of this name has.
fn base64_of(node: Node<'_, '_>, name: &'static str) -> Result<Vec<u8>, String> {
    let text = child(node, DS, name).map(xml::text).unwrap_or_default();
    xml::base64_bytes(text.as_bytes()).map_err(|unreadable| format!("{name}: {unreadable}"))
}

fn unusable(error: bergshamra::Error) -> String {
    error.to_string()
}

/// Fills the signature template of a document: the first `ds:Signature`, whose digest and value are empty.
pub(super) fn fill(template: String, key: &PrivateKey) -> Result<String, String> {
    let mut keys = KeysManager::new();
    keys.add_key(key.key.clone());
    bergshamra::dsig::sign::sign_owned(&DsigContext::new(keys), template).map_err(|error| error.to_string())
}

/// A signature over bytes, as the redirect binding has it over its query (SAML bindings 3.4.4.1).
pub(super) fn sign_bytes(key: &PrivateKey, algorithm: &str, bytes: &[u8]) -> Result<Vec<u8>, String> {
    let method = sign::from_uri(algorithm).map_err(|error| error.to_string())?;
    let key = key.key.software_key().ok().flatten().ok_or("The key cannot sign")?;
    method.sign(&key, bytes).map_err(|error| error.to_string())
}

/// Whether one of the certificates' keys made a signature over bytes.
pub(super) fn verify_bytes(
    certificates: &[Certificate],
    algorithm: &str,
    bytes: &[u8],
    signature: &[u8],
) -> bool {
    certificates.iter().any(|certificate| match certificate.rsa_key(algorithm) {
        Some(key) => key.verify_sig(bytes, signature).is_ok(),
        None => verified_by_library(certificate, algorithm, bytes, signature),
    })
}

fn verified_by_library(certificate: &Certificate, algorithm: &str, bytes: &[u8], signature: &[u8]) -> bool {
    let Ok(method) = sign::from_uri(algorithm) else { return false };
    sign::key_algorithm_matches_signature_uri(algorithm, certificate.key.data.algorithm())
        && matches!(certificate.key.software_key(), Ok(Some(key)) if method.verify(&key, bytes, signature).unwrap_or(false))
}
