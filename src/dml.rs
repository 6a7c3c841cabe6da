//! The one pipeline for every write: REST, SOAP, Bulk, SCIM, JIT, the pages and the seed loader all come here.
//!
//! A save goes through: read the sent values ([`convert`]), access, defaults, required fields, references
//! ([`resolve`]), the object's 'before' rules, uniqueness, counters, write, 'after' rules. Each stage reports all its
//! faults before the next begins. A record is saved whole or not at all; with [`Options::all_or_none`] so is the list.

use std::cell::RefCell;
use std::sync::Arc;

use crate::model::fault::{Fault, Rows, faults};
use crate::model::id::Id;
use crate::model::schema::SObject;
use crate::org::Org;

mod call;
pub mod call_context;
mod convert;
pub mod declared_rules;
mod defaults;
mod duplicates;
pub mod injected_fault;
mod matching;
mod merge;
mod mixed_dml;
mod owner_change;
mod pipeline;
mod platform;
pub(crate) mod record_id;
mod recycle_bin;
mod references;
mod remove;
mod resolve;
mod rule_book;
mod run_rules;
mod save;
mod unique;
mod upsert;
mod write;

use call::Failure;
pub(crate) use call::rolled_back_with_others;
pub use call::{Call, Operation, Options, Outcome, RecordInput};
pub(crate) use convert::datetime;
pub use merge::{Merge, Merged};
use mixed_dml::MixedDml;
pub use owner_change::OwnerChange;
pub(crate) use platform::{
    check_values, delete_as_platform, insert_as_platform, insert_given, update_as_platform,
    update_without_rules,
};
pub(crate) use remove::{associated_with, display_name};
pub use rule_book::{Merging, Phase, Rule, RuleBook};
pub use save::Save;
pub(crate) use upsert::several_records;

/// The faults of the pipeline itself.
pub(crate) const PIPELINE_FAULTS: &[Rows] = &[
    FAULTS,
    call::FAULTS,
    mixed_dml::FAULTS,
    declared_rules::FAULTS,
    pipeline::FAULTS,
    resolve::FAULTS,
    upsert::FAULTS,
    remove::FAULTS,
    recycle_bin::FAULTS,
    merge::FAULTS,
    duplicates::FAULTS,
];

impl<'a> Call<'a> {
    /// Inserts one record; the inner error are its faults.
    pub fn insert_one(self, record: &RecordInput) -> Result<Result<Id, Vec<Fault>>, Fault> {
        self.insert(std::slice::from_ref(record)).map(only)
    }

    /// Updates one record by id; the inner error are its faults.
    pub fn update_one(self, record: &RecordInput) -> Result<Result<Id, Vec<Fault>>, Fault> {
        self.update(std::slice::from_ref(record)).map(only)
    }

    /// Deletes one record; the inner error are its faults.
    pub fn delete_one(self, id: Id) -> Result<Result<Id, Vec<Fault>>, Fault> {
        self.delete(&[id.to_string()]).map(only)
    }

    /// Inserts records; one outcome each, in order.
    pub fn insert(self, records: &[RecordInput]) -> Result<Vec<Outcome>, Fault> {
        let mixed_dml = MixedDml::of(self.org);
        let insert = |sent: &RecordInput| {
            mixed_dml.admit(self, sent, Operation::Insert)?;
            pipeline::insert(self, sent).map(|id| Outcome::saved(id, true))
        };
        self.each(records, Operation::Insert.name(), insert)
    }

    /// Updates records by id; one outcome each, in order.
    pub fn update(self, records: &[RecordInput]) -> Result<Vec<Outcome>, Fault> {
        let mixed_dml = MixedDml::of(self.org);
        let update = |sent: &RecordInput| {
            mixed_dml.admit(self, sent, Operation::Update)?;
            pipeline::update(self, sent).map(|id| Outcome::saved(id, false))
        };
        self.each(records, Operation::Update.name(), update)
    }

    /// Inserts or updates records by an external id field, which each record carries among its fields.
    pub fn upsert(self, external_id: &str, records: &[RecordInput]) -> Result<Vec<Outcome>, Fault> {
        let mixed_dml = MixedDml::of(self.org);
        let shared = upsert::shared_keys(external_id, records);
        let upsert = |sent: &RecordInput| {
            mixed_dml.admit(self, sent, Operation::Update)?;
            upsert::upsert(self, external_id, &shared, sent)
        };
        self.each(records, "upsert", upsert)
    }

    /// Deletes records by id, of any object; one outcome each, in order.
    pub fn delete(self, ids: &[String]) -> Result<Vec<Outcome>, Fault> {
        let mixed_dml = MixedDml::of(self.org);
        let delete = |id: &String| {
            mixed_dml.admit_deletion(self, id)?;
            remove::delete(self, id).map(|id| Outcome::saved(id, false))
        };
        self.each(ids, Operation::Delete.name(), delete)
    }

    /// Brings records back from the recycle bin, with what was deleted along with them.
    pub fn undelete(self, ids: &[String]) -> Result<Vec<Outcome>, Fault> {
        let undelete = |id: &String| recycle_bin::undelete(self, id).map(|id| Outcome::saved(id, false));
        self.each(ids, Operation::Undelete.name(), undelete)
    }

    /// Takes records out of the recycle bin for good, with what was deleted along with them. Queries for all rows still
    /// find them, undelete does not.
    pub fn empty_recycle_bin(self, ids: &[String]) -> Result<Vec<Outcome>, Fault> {
        let empty = |id: &String| recycle_bin::empty(self, id).map(|id| Outcome::saved(id, false));
        self.each(ids, "emptyRecycleBin", empty)
    }

    /// Deletes records past the recycle bin.
    pub fn hard_delete(self, ids: &[String]) -> Result<Vec<Outcome>, Fault> {
        let work = |id: &String| {
            let deleted = remove::delete(self, id)?;
            recycle_bin::forget(self, deleted).map_err(save::faults_of)?;
            Ok::<_, Vec<Fault>>(Outcome::saved(deleted, false))
        };
        self.each(ids, "hardDelete", work)
    }

    /// Runs each item in a savepoint of its own, and a list of several in one around it.
    /// The error is a store that failed or a call that has had its time, not a record that failed.
    fn each<T: Item, F: Into<Failure>>(
        self,
        items: &[T],
        operation: &'static str,
        work: impl Fn(&T) -> Result<Outcome, F>,
    ) -> Result<Vec<Outcome>, Fault> {
        let outcomes = RefCell::new(Vec::with_capacity(items.len()));
        let list = || {
            let mut failed = false;
            for item in items {
                self.org.check_deadline().map_err(Stop::Store)?;
                let logged = self.org.save_log.count();
                let outcome =
                    match self.org.savepoint(|| work(item).map_err(|failure| Stop::Failed(failure.into()))) {
                        Ok(outcome) => outcome,
                        // It is no matter of the record: the call ends.
                        Err(Stop::Failed(Failure { mut faults, .. }))
                            if faults.iter().any(Fault::is_out_of_time) =>
                        {
                            faults.retain(Fault::is_out_of_time);
                            return Err(faults.pop().map_or(Stop::RolledBack, Stop::Store));
                        }
                        Err(Stop::Failed(failure)) => {
                            failed = true;
                            let id = item.id(operation);
                            if self.org.save_log.count() == logged {
                                let object = item.object(self.org);
                                self.org.save_log.note_refused(object, id, operation, &failure.faults);
                            }
                            Outcome::failed(id, failure)
                        }
                        Err(Stop::Store(fault)) => return Err(Stop::Store(fault)),
                        Err(Stop::RolledBack) => return Err(Stop::RolledBack),
                    };
                outcomes.borrow_mut().push(outcome);
            }
            if failed && self.options.all_or_none { Err(Stop::RolledBack) } else { Ok(()) }
        };
        let whole = if items.len() > 1 { self.org.savepoint(list) } else { list() };
        let mut outcomes = outcomes.into_inner();
        match whole {
            Ok(()) => {
                self.org.send_mails(self.environment);
                Ok(outcomes)
            }
            Err(Stop::Store(fault)) => Err(fault),
            Err(Stop::Failed(_) | Stop::RolledBack) => {
                for outcome in outcomes.iter_mut().filter(|outcome| outcome.is_success()) {
                    *outcome = outcome.rolled_back();
                }
                Ok(outcomes)
            }
        }
    }
}

/// What a call does something to.
trait Item {
    /// The id of the record that exists already, if it is one.
    fn id(&self, operation: &'static str) -> Option<Id>;
    fn object(&self, org: &Org) -> Option<Arc<SObject>>;
}

impl Item for RecordInput {
    fn id(&self, operation: &'static str) -> Option<Id> {
        if operation == Operation::Insert.name() { None } else { self.addressed() }
    }

    fn object(&self, _: &Org) -> Option<Arc<SObject>> {
        Some(self.object.clone())
    }
}

/// An id.
impl Item for String {
    fn id(&self, _: &'static str) -> Option<Id> {
        Id::parse(self)
    }

    fn object(&self, org: &Org) -> Option<Arc<SObject>> {
        org.schema.by_key_prefix(self.get(..3)?)
    }
}

/// Why a savepoint was undone.
enum Stop {
    Failed(Failure),
    Store(Fault),
    RolledBack,
}

impl From<crate::store::StoreError> for Stop {
    fn from(error: crate::store::StoreError) -> Stop {
        Stop::Store(error.into())
    }
}

/// Whether one call may save records of so many objects: up to ten runs of one object each.
///
/// # Errors
/// `EXCEEDED_MAX_TYPES_LIMIT`
pub fn may_mix(records: &[RecordInput]) -> Result<(), Fault> {
    const MOST_RUNS: usize = 10;
    let runs = records.chunk_by(|one, next| one.object.name == next.object.name).count();
    if runs > MOST_RUNS { Err(too_many_runs(MOST_RUNS)) } else { Ok(()) }
}

/// What became of the only record of a call.
fn only(outcomes: Vec<Outcome>) -> Result<Id, Vec<Fault>> {
    outcomes.into_iter().next().map_or(Err(Vec::new()), Outcome::into_result)
}

faults! {
    /// a call saves more than ten runs of records of one object each; the code is assumed
    too_many_runs(most: usize) = EXCEEDED_MAX_TYPES_LIMIT,
        "Cannot have more than {most} chunks in a single operation. Please rearrange the data to reduce chunking.",
        Quoted;
}
