//! The token against forged requests: each form of the console bears one that only pages of its session can know.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest;

use crate::web::posted_form::PostedForm;
use crate::world::Session;

/// The name of the field, as the service's forms have it.
pub(super) const FIELD: &str = "_CONFIRMATIONTOKEN";

/// The token of a session. It is made of the session's own, which cannot be worked out from it.
pub(super) fn token(session: &Session) -> String {
    let digest = digest::digest(&digest::SHA256, format!("console {}", session.token).as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a form was sent by a page of the session.
pub(super) fn is_ours(session: &Session, form: &PostedForm) -> bool {
    let sent = form.get(FIELD).unwrap_or_default();
    verify_slices_are_equal(sent.as_bytes(), token(session).as_bytes()).is_ok()
}
