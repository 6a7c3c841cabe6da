//! Encrypted assertions, from the post to the session.

use std::path::Path;

use fauxforce::assertion::Certificate;
use fauxforce::assertion::issue::{Cipher, Sign};
use fauxforce::model::id::Id;

use crate::support::{ADA, Home, To, home, home_with};

fn certificate(name: &str) -> Certificate {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("seed/default/keys").join(name);
    Certificate::from_text(&std::fs::read_to_string(path).expect("a file")).expect("a certificate")
}

/// The default seed with an Assertion Decryption Certificate.
fn decrypting() -> Home {
    home_with(|org| {
        let on = "\"userProvisioning\": true, \"decryptionCertificate\": \"keys/jwt.crt\"";
        org.replace("\"userProvisioning\": true", on)
    })
}

/// Posts an assertion that is encrypted for the owner of a certificate.
fn encrypted(home: &Home, target: &str, recipient: &str, sign: Sign) -> String {
    let mut statement = home.statement(To::Internal, "emp-1001", ADA);
    statement.sign = sign;
    statement.encrypt = Some((certificate(recipient), Cipher::Aes256Gcm));
    let response = home.signed(To::Internal, &statement);
    home.told(|home| home.post(target, &[("SAMLResponse", &response)]))
}

#[test]
fn an_encrypted_assertion_makes_a_user_and_logs_in() {
    let home = decrypting();
    let config = home.id("SamlSsoConfig", "DeveloperName", "Internal");
    let pinned = format!("{}&sc={}", home.acs(To::Internal), config.short());
    let told = encrypted(&home, &pinned, "jwt.crt", Sign::Assertion);
    assert!(told.contains("new User"), "{told}");
    assert!(told.contains("SAML Idp Initiated SSO | Success | ada@acme.test"), "{told}");
    // The Issuer of the Response chooses without `sc`.
    for sign in [Sign::Response, Sign::Both] {
        let told = encrypted(&home, &home.acs(To::Internal), "jwt.crt", sign);
        assert!(told.contains("| Success | ada@acme.test"), "{told}");
    }
}

#[test]
fn what_cannot_be_decrypted_or_is_not_signed_is_refused() {
    let refused = |told: &str, status: &str, why: &str| {
        assert!(told.contains(&format!("| {status} |")), "{told}");
        assert!(told.contains(why), "{why}: {told}");
        assert!(!told.contains("new User"), "{told}");
    };
    let without = home();
    let told = encrypted(&without, "/", "jwt.crt", Sign::Assertion);
    refused(&told, "Failed: Assertion Invalid", "no decryption certificate is configured");
    let home = decrypting();
    let told = encrypted(&home, "/", "idp-internal.crt", Sign::Assertion);
    refused(&told, "Failed: Assertion Invalid", "FAIL verification: Unexpected Exceptions");
    let told = encrypted(&home, "/", "jwt.crt", Sign::Nothing);
    refused(&told, "Failed: Signature Invalid", "Neither the response nor the assertion is signed");
}

#[test]
fn the_metadata_names_the_key_to_encrypt_for() {
    let home = decrypting();
    let config = home.id("SamlSsoConfig", "DeveloperName", "Internal");
    let metadata = crate::support::text(&home.get(&format!("/identity/saml/metadata?sc={config}")));
    let (_, encryption) = metadata.split_once("<md:KeyDescriptor use=\"encryption\">").expect("a key");
    assert!(encryption.contains(&certificate("jwt.crt").base64()), "{metadata}");
    assert!(metadata.contains(Id::numbered("00D", 1).short()), "{metadata}");
}
