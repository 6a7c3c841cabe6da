//! Certificates and private keys, read once from what a configuration holds.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING,
    EcdsaKeyPair, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bergshamra::Key;
use bergshamra::keys::loader;
use x509_cert::der::{Decode as _, Encode as _};

/// Why a certificate or a key cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadKey(pub(super) String);

/// The algorithms of RSA by their URIs (RFC 4051, 2.3). bergshamra's provider is the same library; but it reads the key, and
/// computes what verifying with it needs, anew for each signature.
const RSA: [(&str, &dyn VerificationAlgorithm); 4] = [
    ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", &RSA_PKCS1_2048_8192_SHA256),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", &RSA_PKCS1_2048_8192_SHA384),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", &RSA_PKCS1_2048_8192_SHA512),
];

/// An X.509 certificate of an identity provider, with its public key.
#[derive(Clone)]
pub struct Certificate {
    pub(super) key: Key,
    /// An RSA key, ready to verify, by signature algorithm.
    rsa: Arc<[(&'static str, ParsedPublicKey)]>,
    pub(super) base64: String,
    subject: String,
    not_before: i64,
    not_after: i64,
}

impl Certificate {
    /// Reads a PEM file, or the bare base64 that `SamlSsoConfig.ValidationCert` holds. RSA of at least 2048 bits, or
    /// ECDSA on P-256, P-384 or P-521.
    ///
    /// # Errors
    /// When it is no certificate, or its key is of another kind.
    pub fn from_text(text: &str) -> Result<Certificate, BadKey> {
        Certificate::from_der(decode(text, &["CERTIFICATE"])?)
    }

    /// Reads a certificate as it is inside the base64.
    ///
    /// # Errors
    /// When it is no certificate, or its key is of another kind.
    pub fn from_der(der: Vec<u8>) -> Result<Certificate, BadKey> {
        let none = |error: x509_cert::der::Error| BadKey(format!("not a certificate: {error}"));
        let parsed = x509_cert::Certificate::from_der(&der).map_err(none)?;
        let parsed = parsed.tbs_certificate();
        let spki = parsed.subject_public_key_info().to_der().map_err(none)?;
        let key = loader::load_spki_der(&spki).map_err(unusable)?;
        let ready = |(uri, algorithm)| Some((uri, ParsedPublicKey::new(algorithm, &spki).ok()?));
        let rsa = RSA.into_iter().filter_map(ready).collect();
        let subject: Vec<String> = parsed.subject().iter_rdn().map(ToString::to_string).collect();
        let subject = subject.join(", ");
        let not_before = milliseconds(parsed.validity().not_before);
        let not_after = milliseconds(parsed.validity().not_after);
        Ok(Certificate { key, rsa, base64: STANDARD.encode(&der), subject, not_before, not_after })
    }

    /// The base64 that `SamlSsoConfig.ValidationCert` and `ds:X509Certificate` hold.
    pub fn base64(&self) -> String {
        self.base64.clone()
    }

    /// Its RSA key, for signatures of this algorithm.
    pub(super) fn rsa_key(&self, algorithm: &str) -> Option<&ParsedPublicKey> {
        self.rsa.iter().find(|(uri, _)| *uri == algorithm).map(|(_, key)| key)
    }

    /// The subject's distinguished name.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// First and last moment of its validity, in milliseconds since 1970 UTC. Signatures are accepted outside, too.
    pub fn validity(&self) -> (i64, i64) {
        (self.not_before, self.not_after)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Certificate").field(&self.subject).finish()
    }
}

/// A private key, for signing and for decrypting.
#[derive(Clone)]
pub struct PrivateKey {
    pub(super) key: Key,
}

impl PrivateKey {
    /// Reads a PEM file: PKCS#8, or PKCS#1 for RSA, or SEC 1 for ECDSA; not encrypted.
    ///
    /// # Errors
    /// When it is no such key.
    pub fn from_pem(text: &str) -> Result<PrivateKey, BadKey> {
        let der = decode(text, &["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"])?;
        let pkcs8 = as_pkcs8(der);
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            STANDARD
                .encode(pkcs8)
                .as_bytes()
                .chunks(64)
                .map(String::from_utf8_lossy)
                .collect::<Vec<_>>()
                .join("\n")
        );
        loader::load_pem_auto(pem.as_bytes(), None).map(|key| PrivateKey { key }).map_err(unusable)
    }

    /// A shared key, as HMAC takes it: no identity provider has one.
    pub(super) fn shared(bytes: &[u8]) -> Result<PrivateKey, BadKey> {
        loader::load_hmac_key(bytes).map(|key| PrivateKey { key }).map_err(unusable)
    }

    /// True for ECDSA, false for RSA.
    pub(super) fn is_elliptic(&self) -> bool {
        self.key.data.algorithm_name().starts_with("EC")
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PrivateKey").field(&self.key.data.algorithm_name()).finish()
    }
}

/// Since 1970 UTC.
fn milliseconds(time: x509_cert::time::Time) -> i64 {
    i64::try_from(time.to_unix_duration().as_millis()).unwrap_or(i64::MAX)
}

fn unusable(error: bergshamra::Error) -> BadKey {
    BadKey(error.to_string())
}

/// The bytes of the first PEM block of one of these labels, or of bare base64.
fn decode(text: &str, labels: &[&str]) -> Result<Vec<u8>, BadKey> {
    let body = match text.split_once("-----BEGIN ") {
        None => text,
        Some(_) => {
            let block = labels.iter().find_map(|label| {
                let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
                rest.split_once(&format!("-----END {label}-----")).map(|(body, _)| body)
            });
            block.ok_or_else(|| BadKey(format!("no PEM block of {}", labels.join(" or "))))?
        }
    };
    let body: String = body.split_ascii_whitespace().collect();
    STANDARD.decode(body).map_err(|error| BadKey(format!("not base64: {error}")))
}

/// PKCS#1 and SEC 1 keys in the PKCS#8 form that the signature library reads; anything else as it is.
fn as_pkcs8(der: Vec<u8>) -> Vec<u8> {
    if rsa::KeyPair::from_pkcs8(&der).is_ok() {
        return der;
    }
    if let Some(wrapped) = rsa::KeyPair::from_der(&der).ok().and_then(|pair| pair.as_der().ok()) {
        return wrapped.as_ref().to_vec();
    }
    let curves =
        [&ECDSA_P256_SHA256_ASN1_SIGNING, &ECDSA_P384_SHA384_ASN1_SIGNING, &ECDSA_P521_SHA512_ASN1_SIGNING];
    let pair = curves.into_iter().find_map(|curve| EcdsaKeyPair::from_private_key_der(curve, &der).ok());
    match pair.and_then(|pair| pair.to_pkcs8v1().ok()) {
        Some(wrapped) => wrapped.as_ref().to_vec(),
        None => der,
    }
}
