//! Writes answers: one tree, three layouts.
//!
//! Whoever writes an answer names every member and every item of a list once; JSON uses the names of members,
//! XML those of items too.

mod json;
mod record_url;
mod row;
mod value;
mod writer;
mod xml;

pub(super) use json::string as json_string;
pub use record_url::record_url;
pub use row::{result, row};
pub use writer::{Layout, Writer};
