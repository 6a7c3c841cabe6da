//! How a line of an object's table of rules is written.

use crate::dml::Operation;

pub(super) const INSERT: &[Operation] = &[Operation::Insert];
pub(super) const UPDATE: &[Operation] = &[Operation::Update];
pub(super) const SAVE: &[Operation] = &[Operation::Insert, Operation::Update];
pub(super) const DELETE: &[Operation] = &[Operation::Delete];

/// A [`Rule`](crate::dml::Rule) named as its function.
macro_rules! rule {
    ($phase:ident $on:ident $($module:ident)::+) => {
        $crate::dml::Rule {
            name: $crate::rules::declare::last_segment(stringify!($($module)::+)),
            phase: $crate::dml::Phase::$phase,
            on: $crate::rules::declare::$on,
            enforce: $($module)::+,
        }
    };
}
pub(super) use rule;

pub(super) const fn last_segment(path: &'static str) -> &'static str {
    let bytes = path.as_bytes();
    let mut at = bytes.len();
    while at > 0 && bytes[at - 1] != b':' && bytes[at - 1] != b' ' {
        at -= 1;
    }
    path.split_at(at).1
}
