//! `fauxforce explain`.

use std::process::Command;

fn explained(what: &[&str]) -> (Option<i32>, String, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_fauxforce")).arg("explain").args(what).output().expect("a run");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_code_in_any_case() {
    let (status, told, _) = explained(&["duplicate_username"]);
    assert_eq!(status, Some(0));
    assert!(told.starts_with("DUPLICATE_USERNAME\n  when     another user"), "{told}");
    assert!(told.contains("src/rules/user/identity.rs"), "{told}");
}

#[test]
fn a_message_or_a_piece_of_one() {
    let (status, whole, _) = explained(&["License Limit Exceeded - Customer Community"]);
    assert_eq!(status, Some(0));
    assert!(whole.contains("src/rules/user/seats.rs"), "{whole}");
    let (_, piece, _) = explained(&["portal", "account", "OWNER"]);
    assert!(piece.contains("portal account owner must have a role"), "{piece}");
}

/// Errors of other surfaces than REST and SOAP, and as logs have them.
#[test]
fn errors_of_every_surface() {
    for (what, parts) in [
        ("invalid_grant", &["invalid code verifier", "surface  OAuth", "seen in a real answer"][..]),
        ("InvalidBatch", &["surface  Bulk API 1.0", "surface  the state of a bulk job or batch"]),
        (
            "Failed: Audience Invalid",
            &["LOGIN_SAML_INVALID_AUDIENCE", "surface  the login history", "documented"],
        ),
        ("audience INVALID", &["Failed: Audience Invalid"]),
        ("user is inactive", &["User is Inactive", "src/world/login.rs"]),
        ("MISING PATH", &["surface  SCIM", "(HTTP 400)"]),
        ("InvalidBatch : Field name not found : Foo", &["Field name not found : {name}"]),
        ("BAD_MESSAGE", &["BAD_MESSAGE (HTTP 414)", "before any surface"]),
        ("nothing is planted under 7", &["surface  the control API"]),
    ] {
        let (status, told, _) = explained(&[what]);
        assert_eq!(status, Some(0), "{what}");
        for part in parts {
            assert!(told.contains(part), "{what}: no {part} in {told}");
        }
    }
    let (_, told, _) = explained(&["InvalidBatch : Field name not found : Foo"]);
    assert_eq!(told.matches("code in").count(), 1, "{told}");
}

#[test]
fn an_unknown_code_names_the_nearest() {
    let (status, told, sentence) = explained(&["DUPLICAT_USER"]);
    assert_eq!((status, told.as_str()), (Some(2), ""));
    assert!(sentence.contains("DUPLICATE_USERNAME"), "{sentence}");
}

#[test]
fn an_error_of_provisioning() {
    let (status, told, _) = explained(&["unable to acquire lock"]);
    assert_eq!(status, Some(0));
    assert!(told.contains("ErrorCode=4") && told.contains("USER_CREATION_FAILED_ON_UROG"), "{told}");
    let (_, both, _) = explained(&["license_limit_exceeded"]);
    assert!(both.contains("seats.rs") && both.contains("ErrorCode=11"), "{both}");
}
