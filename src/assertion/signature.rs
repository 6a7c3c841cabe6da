//! XML signatures, by bergshamra. Together with `key` and `encryption` the only module that names that library.
//!
//! Sources: <https://www.w3.org/TR/xmldsig-core1/>, <https://www.w3.org/TR/xml-exc-c14n/>.

use bergshamra::crypto::sign;
use bergshamra::dsig::verify::verify_all_document_with_source;
use bergshamra::keys::KeysManager;
use bergshamra::xml::uppsala::Parser;
use bergshamra::xml::{Document as Tree, NodeId, NodeKind};
use bergshamra::{DsigContext, VerifyResult};
use roxmltree::Node;

use super::key::{Certificate, PrivateKey};
use super::xml::{DS, MAX_DEPTH};

/// Verifies the signatures of a document: for each of `signatures`, which are all `ds:Signature` elements of it in
/// document order, whether it verifies over its parent element with one of the keys, or why not.
///
/// What may be believed was checked before; what is read afterwards is compared, node by node, with what the library
/// digested, so that no difference between two parsers can come between the two.
pub(super) fn verify(
    text: &str,
    signatures: &[Node<'_, '_>],
    certificates: &[Certificate],
) -> Vec<Result<(), String>> {
    let failed = |why: String| signatures.iter().map(|_| Err(why.clone())).collect();
    let parser = Parser::new().with_forbid_dtd(true).with_max_depth(MAX_DEPTH);
    let tree = match parser.parse(text) {
        Ok(tree) => tree,
        Err(error) => return failed(error.to_string()),
    };
    let mut keys = KeysManager::new();
    keys.add_keys(certificates.iter().map(|certificate| certificate.key.clone()));
    let results = match verify_all_document_with_source(&DsigContext::new(keys), &tree, Some(text)) {
        Ok(results) => results,
        Err(error) => return failed(error.to_string()),
    };
    if results.len() != signatures.len() {
        return failed("The signatures of the document are ambiguous".to_owned());
    }
    signatures.iter().zip(results).map(|(signature, result)| believe(*signature, &tree, result)).collect()
}

/// What the library said, if it spoke of the parent of this signature.
fn believe(signature: Node<'_, '_>, tree: &Tree<'_>, result: VerifyResult) -> Result<(), String> {
    let (found, references) = match result {
        VerifyResult::Valid { signature_node, references, .. } => (signature_node, references),
        VerifyResult::Invalid { reason } => return Err(reason),
    };
    let parent = signature.parent_element().and_then(|parent| Some((parent, counterpart(parent, tree)?)));
    let (Some((parent, twin)), [reference]) = (parent, references.as_slice()) else {
        return Err("The signature covers something else".to_owned());
    };
    let covers = reference.digest_verified
        && reference.resolved_node == Some(twin)
        && tree.parent(found) == Some(twin)
        && counterpart(signature, tree) == Some(found);
    if !covers {
        return Err("The signature covers something else".to_owned());
    }
    if !reads_alike(parent, tree, twin) {
        return Err("The signed element can be read in two ways".to_owned());
    }
    Ok(())
}

/// The element at the same place in the other tree.
fn counterpart(node: Node<'_, '_>, tree: &Tree<'_>) -> Option<NodeId> {
    match node.parent_element() {
        None => tree.document_element(),
        Some(parent) => {
            let place = node.prev_siblings().skip(1).filter(Node::is_element).count();
            elements(tree, counterpart(parent, tree)?).nth(place)
        }
    }
}

fn elements<'t>(tree: &'t Tree<'_>, parent: NodeId) -> impl Iterator<Item = NodeId> + 't {
    tree.children_iter(parent).filter(|id| tree.element(*id).is_some())
}

/// True when both trees have the same names, attributes and texts below an element.
fn reads_alike(node: Node<'_, '_>, tree: &Tree<'_>, twin: NodeId) -> bool {
    let mut ours = String::with_capacity(node.range().len());
    outline(node, &mut ours);
    let mut rest = ours.as_str();
    follows(tree, twin, &mut rest).is_some() && rest.is_empty()
}

/// Marks what no XML text can contain.
const START: &str = "\u{1}";
const NAME: &str = "\u{2}";
const END: &str = "\u{3}";

/// Names, attributes and texts in document order; comments and processing instructions are nothing, and signatures
/// are left out, since nothing is read from them.
fn outline(node: Node<'_, '_>, into: &mut String) {
    if node.is_text() {
        into.push_str(node.text().unwrap_or_default());
    }
    if !node.is_element() || node.has_tag_name((DS, "Signature")) {
        return;
    }
    let name = node.tag_name();
    into.extend([START, name.namespace().unwrap_or_default(), NAME, name.name(), NAME]);
    for attribute in node.attributes() {
        let namespace = attribute.namespace().unwrap_or_default();
        into.extend([NAME, namespace, NAME, attribute.name(), NAME, attribute.value()]);
    }
    into.push_str(NAME);
    node.children().for_each(|child| outline(child, into));
    into.push_str(END);
}

/// Takes the outline of the library's tree from the beginning of ours; `None` when it is another.
fn follows(tree: &Tree<'_>, twin: NodeId, ours: &mut &str) -> Option<()> {
    match tree.node_kind(twin)? {
        NodeKind::Text(text) | NodeKind::CData(text) => take(ours, [text]),
        NodeKind::Element(element) if !element.matches_name_ns(DS, "Signature") => {
            let namespace = element.name.namespace_uri.as_deref().unwrap_or_default();
            take(ours, [START, namespace, NAME, &element.name.local_name, NAME])?;
            for attribute in &element.attributes {
                let namespace = attribute.name.namespace_uri.as_deref().unwrap_or_default();
                take(ours, [NAME, namespace, NAME, &attribute.name.local_name, NAME, &attribute.value])?;
            }
            take(ours, [NAME])?;
            tree.children_iter(twin).try_for_each(|child| follows(tree, child, ours))?;
            take(ours, [END])
        }
        _ => Some(()),
    }
}

fn take<const N: usize>(from: &mut &str, pieces: [&str; N]) -> Option<()> {
    for piece in pieces {
        *from = from.strip_prefix(piece)?;
    }
    Some(())
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
    let Ok(method) = sign::from_uri(algorithm) else { return false };
    certificates.iter().any(|certificate| {
        sign::key_algorithm_matches_signature_uri(algorithm, certificate.key.data.algorithm())
            && matches!(certificate.key.software_key(), Ok(Some(key)) if method.verify(&key, bytes, signature).unwrap_or(false))
    })
}
