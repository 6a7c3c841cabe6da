//! Answers without a charset in their type.

use crate::message::{Response, StatusCode};

/// An answer of this type, which clients compare letter by letter: without a charset.
pub(super) fn typed(status: StatusCode, media_type: &'static str, body: impl Into<bytes::Bytes>) -> Response {
    Response::with_body(status, media_type, body)
}
