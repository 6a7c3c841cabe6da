//! Answers that are documents.

use super::encode::Layout;
use crate::message::{Response, StatusCode};

/// A response whose body is a document in this layout.
pub(super) fn document(status: StatusCode, layout: Layout, body: Vec<u8>) -> Response {
    match layout {
        Layout::Xml => Response::xml(status, body),
        Layout::Json | Layout::PrettyJson => Response::json(status, body),
    }
}
