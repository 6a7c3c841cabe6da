//! What clients asked for and is not emulated.

use serde_json::{Value, json};

use super::document;
use super::routes::Asked;
use crate::message::Response;

/// An array of `{"what", "times"}`, by name.
pub fn list(asked: &Asked) -> Response {
    let gaps = asked.state.gaps.met();
    let gaps = gaps.iter().map(|gap| json!({ "what": gap.what, "times": gap.times }));
    document(&Value::Array(gaps.collect()))
}
