//! Proof Key for Code Exchange (RFC 7636).

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The challenge of a code verifier: S256, the only method there is (RFC 7636, 4.2). A verifier has at least 43
/// characters; the service asks for 128 random bytes, whose base64url is longer than the 128 characters of the RFC.
/// <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm>
pub fn challenge(verifier: &str) -> Option<String> {
    (verifier.len() >= 43).then(|| URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes())))
}
