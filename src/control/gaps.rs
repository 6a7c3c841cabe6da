//! What clients asked for and is not emulated.

use serde_json::{Value, json};

use super::document;
use crate::message::Response;
use crate::world::State;

/// An array of `{"what", "times"}`, by name.
pub fn list(state: &State) -> Response {
    let gaps = state.gaps.met();
    let gaps = gaps.iter().map(|gap| json!({ "what": gap.what, "times": gap.times }));
    document(&Value::Array(gaps.collect()))
}
