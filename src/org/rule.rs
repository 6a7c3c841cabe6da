//! The business rules, by object. A rule is one small function named after what it enforces.

use super::dml::{Operation, Save};
use super::fault::Fault;

/// When in a save a rule runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Fills in what was not sent, before required fields are looked at.
    Default,
    /// Checks the record against itself and others, after types and references are right.
    Before,
    /// Counters (licence seats), after uniqueness.
    Count,
    /// Effects, after the record is stored.
    After,
}

/// One business rule of one object.
pub struct Rule {
    /// What it enforces; the name of its function.
    pub name: &'static str,
    pub phase: Phase,
    pub on: &'static [Operation],
    pub enforce: fn(&mut Save) -> Result<(), Fault>,
}

/// The rules of an object, in the order they run.
pub fn of(object: &str) -> &'static [Rule] {
    match object {
        _ => &[],
    }
}

/// Puts the names of missing required fields into the order in which the service lists them.
pub fn order_of_missing(_object: &str, _missing: &mut Vec<&str>) {}
