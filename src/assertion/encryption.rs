//! Encrypted assertions: XML Encryption's elements read here, its cryptography by bergshamra.
//!
//! Sources: <https://www.w3.org/TR/xmlenc-core1/>, SAML core 2.3.4 and 6.

use super::key::{Certificate, PrivateKey};
use super::xml::{self, DS, Node, SAML, XENC, base64_bytes, child, children};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bergshamra::crypto::keytransport::OaepParams;
use bergshamra::crypto::{cipher, keytransport};

/// MGF1 is named in the namespace of version 1.1.
const XENC11: &str = "http://www.w3.org/2009/xmlenc11#";

/// RSA only: key agreement and shared keys are nothing an SSO configuration has.
const TRANSPORTS: [&str; 3] = [
    "http://www.w3.org/2001/04/xmlenc#rsa-1_5",
    "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
    "http://www.w3.org/2009/xmlenc11#rsa-oaep",
];

/// The XML of the Assertion in an EncryptedAssertion. Its key stands in the data's `KeyInfo`, or beside the data.
pub(super) fn decrypt(encrypted: Node<'_, '_>, key: &PrivateKey) -> Result<String, String> {
    let data =
        child(encrypted, XENC, "EncryptedData").ok_or("The EncryptedAssertion has no EncryptedData")?;
    let inside = children(data, DS, "KeyInfo").flat_map(|info| children(info, XENC, "EncryptedKey"));
    let wrapped = inside
        .chain(children(encrypted, XENC, "EncryptedKey"))
        .next()
        .ok_or("The EncryptedAssertion has no EncryptedKey")?;
    let session_key = unwrap(wrapped, key)?;
    let cipher = cipher::from_uri(algorithm(data)?).map_err(|error| error.to_string())?;
    if session_key.len() != cipher.key_size() {
        return Err("The EncryptedKey has another length than its algorithm".to_owned());
    }
    let plain = cipher.decrypt(&session_key, &value(data)?).map_err(|error| error.to_string())?;
    String::from_utf8(plain).map_err(|_| "The decrypted Assertion is not UTF-8".to_owned())
}

/// The session key.
fn unwrap(wrapped: Node<'_, '_>, key: &PrivateKey) -> Result<Vec<u8>, String> {
    let uri = algorithm(wrapped)?;
    if !TRANSPORTS.contains(&uri) {
        return Err(format!("The key transport {uri:?} is not supported"));
    }
    let parameters = child(wrapped, XENC, "EncryptionMethod").map(oaep_parameters).unwrap_or_default();
    let transport = keytransport::from_uri_with_params(uri, parameters).map_err(|error| error.to_string())?;
    let private = key.key.software_key().ok().flatten().ok_or("The decryption key is not an RSA key")?;
    transport.decrypt(&private, &value(wrapped)?).map_err(|error| error.to_string())
}

fn oaep_parameters(method: Node<'_, '_>) -> OaepParams {
    let algorithm_of = |node: Option<Node<'_, '_>>| node.and_then(|node| xml::attribute(node, "Algorithm"));
    OaepParams {
        digest_uri: algorithm_of(child(method, DS, "DigestMethod")),
        mgf_uri: algorithm_of(child(method, XENC11, "MGF")),
        oaep_params: child(method, XENC, "OAEPparams")
            .and_then(|label| base64_bytes(xml::text(label).as_bytes()).ok()),
    }
}

fn algorithm<'a>(node: Node<'a, '_>) -> Result<&'a str, String> {
    child(node, XENC, "EncryptionMethod")
        .and_then(|method| method.attribute("Algorithm"))
        .ok_or_else(|| format!("The {} has no EncryptionMethod", node.name().1))
}

/// The bytes of `CipherData/CipherValue`; references to them elsewhere are not followed.
fn value(node: Node<'_, '_>) -> Result<Vec<u8>, String> {
    let value = child(node, XENC, "CipherData").and_then(|data| child(data, XENC, "CipherValue"));
    let value = value.ok_or_else(|| format!("The {} has no CipherValue", node.name().1))?;
    base64_bytes(xml::text(value).as_bytes()).map_err(|error| error.to_string())
}

/// How an EncryptedAssertion is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cipher {
    Aes128Cbc,
    Aes256Cbc,
    Aes128Gcm,
    Aes256Gcm,
}

impl Cipher {
    fn uri(self) -> &'static str {
        match self {
            Cipher::Aes128Cbc => "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
            Cipher::Aes256Cbc => "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
            Cipher::Aes128Gcm => "http://www.w3.org/2009/xmlenc11#aes128-gcm",
            Cipher::Aes256Gcm => "http://www.w3.org/2009/xmlenc11#aes256-gcm",
        }
    }
}

/// The EncryptedAssertion of an Assertion, for the owner of a certificate.
pub(super) fn encrypt(assertion: &str, recipient: &Certificate, method: Cipher) -> Result<String, String> {
    let words = |error: bergshamra::Error| error.to_string();
    let cipher = cipher::from_uri(method.uri()).map_err(words)?;
    let mut session_key = vec![0; cipher.key_size()];
    if !crate::system_random::fill(&mut session_key) {
        return Err("the operating system gave no random bytes".to_owned());
    }
    let data = cipher.encrypt(&session_key, assertion.as_bytes()).map_err(words)?;
    let oaep = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
    let public = recipient.key.software_key().ok().flatten().ok_or("The certificate has no RSA key")?;
    let wrapped = keytransport::from_uri(oaep)
        .and_then(|transport| transport.encrypt(&public, &session_key))
        .map_err(words)?;
    Ok(format!(
        "<saml:EncryptedAssertion xmlns:saml=\"{SAML}\">\
         <xenc:EncryptedData xmlns:xenc=\"{XENC}\" Type=\"{XENC}Element\">\
         <xenc:EncryptionMethod Algorithm=\"{}\"/>\
         <ds:KeyInfo xmlns:ds=\"{DS}\"><xenc:EncryptedKey>\
         <xenc:EncryptionMethod Algorithm=\"{oaep}\"><ds:DigestMethod Algorithm=\"{DS}sha1\"/></xenc:EncryptionMethod>\
         <xenc:CipherData><xenc:CipherValue>{}</xenc:CipherValue></xenc:CipherData>\
         </xenc:EncryptedKey></ds:KeyInfo>\
         <xenc:CipherData><xenc:CipherValue>{}</xenc:CipherValue></xenc:CipherData>\
         </xenc:EncryptedData></saml:EncryptedAssertion>",
        method.uri(),
        STANDARD.encode(wrapped),
        STANDARD.encode(data),
    ))
}
