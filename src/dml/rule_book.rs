//! The rules that a save obeys. The pipeline knows none of them: a [`Call`] carries the book, and whoever makes
//! the call hands it in.

use std::sync::Arc;

use super::call::{Call, Operation};
use super::save::Save;
use crate::model::fault::Fault;
use crate::model::record::Record;
use crate::model::schema::SObject;

/// When in a save a rule runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Fills in what was not sent, before required fields are looked at.
    Default,
    /// Checks the record against itself and others, after types and references are right.
    Before,
    /// Uniqueness beyond what the fields themselves say.
    Unique,
    /// Counters (licence seats) and what must exist before the record is stored, after uniqueness.
    Count,
    /// Effects, after the record is stored.
    After,
}

/// One business rule of one object.
#[derive(Debug)]
pub struct Rule {
    /// What it enforces; the name of its function.
    pub name: &'static str,
    pub phase: Phase,
    pub on: &'static [Operation],
    pub enforce: fn(&mut Save) -> Result<(), Fault>,
}

/// What the rules of a merge see: all its records before anything has moved.
pub struct Merging<'a> {
    pub call: Call<'a>,
    pub object: Arc<SObject>,
    pub master: Record,
    pub losers: Vec<Record>,
}

/// All the rules that a call obeys.
pub struct RuleBook {
    /// The rules of an object (by API name), in the order they run.
    pub rules_of: fn(object: &str) -> &'static [Rule],
    /// What keeps records from being merged.
    pub check_merge: fn(&Merging) -> Result<(), Fault>,
    /// Tells the setup audit trail of a save or a deletion that has been done.
    pub note_setup_change: fn(&Save) -> Result<(), Fault>,
    /// Puts the names of an object's missing required fields into the order in which the service lists them.
    pub order_of_missing: fn(object: &str, missing: &mut [&str]),
}

impl RuleBook {
    /// A book without rules: what is left is what the schema says.
    pub const EMPTY: RuleBook = RuleBook {
        rules_of: |_| &[],
        check_merge: |_| Ok(()),
        note_setup_change: |_| Ok(()),
        order_of_missing: |_, _| {},
    };

    /// Whether any rule of an object runs in a phase of an operation.
    pub fn has(&self, object: &str, phase: Phase, operation: Operation) -> bool {
        (self.rules_of)(object).iter().any(|rule| rule.phase == phase && rule.on.contains(&operation))
    }
}
