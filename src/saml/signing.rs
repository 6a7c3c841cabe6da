//! Signatures on what the org sends: AuthnRequests, logout messages.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::assertion::issue::{self, Hash, Signer, Style};

/// The key pair of "Request Signing Certificate": public by design, as everything here is for tests.
const KEY: &str = include_str!("../../seed/standard/keys/request-signing.key");
const CERTIFICATE: &str = include_str!("../../seed/standard/keys/request-signing.crt");

pub(super) const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

fn signer() -> Option<Signer> {
    Signer::from_pem(KEY, CERTIFICATE).ok()
}

/// Base64 of the certificate.
pub(super) fn certificate() -> String {
    signer().map(|signer| signer.certificate.base64()).unwrap_or_default()
}

/// Base64 of the signature of a query string.
pub(super) fn signature(query: &str) -> String {
    let signed = signer().and_then(|signer| issue::sign_query(query, &signer.key, Hash::Sha256).ok());
    STANDARD.encode(signed.unwrap_or_default())
}

/// A message with a signature after its Issuer. The key pair is ours and whole, so that this does not fail.
pub(super) fn signed(id: &str, xml: &str) -> String {
    let signed = signer().and_then(|signer| {
        let style = Style { key_info: true, ..Style::default() };
        issue::sign_element(xml, id, &signer, style).ok()
    });
    signed.unwrap_or_else(|| xml.to_owned())
}
