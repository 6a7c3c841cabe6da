//! One call of the pipeline: who calls, what is done to which records, and how they fared.

use std::sync::Arc;

use super::owner_change::OwnerChange;
use super::rule_book::RuleBook;
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::schema::SObject;
use crate::model::value::Input;
use crate::org::access::Runner;
use crate::org::{Environment, Org};

/// What is done to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Insert,
    Update,
    Delete,
    Undelete,
}

impl Operation {
    /// As the journal calls it.
    pub fn name(self) -> &'static str {
        match self {
            Operation::Insert => "insert",
            Operation::Update => "update",
            Operation::Delete => "delete",
            Operation::Undelete => "undelete",
        }
    }
}

/// How a list of records is saved.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// One failure undoes all.
    pub all_or_none: bool,
    /// Too long texts are cut instead of refused (SOAP `AllowFieldTruncationHeader`).
    pub truncate: bool,
    /// Duplicate rules in alert mode do not stop the save.
    pub allow_duplicates: bool,
    /// What duplicate rules find is shown with its compared fields, not by id alone.
    pub duplicate_details: bool,
    /// What is done besides when records change their owner (SOAP `OwnerChangeOptions`).
    pub owner_changes: Vec<OwnerChange>,
    /// Mails to users go out (SOAP `EmailHeader.triggerUserEmail`).
    pub user_mail: bool,
    /// A procedure of the platform: it may save setup objects and others in one transaction, whatever the org says.
    pub mixes: bool,
}

/// A record as it was sent: fields by API name in any case.
#[derive(Debug, Clone)]
pub struct RecordInput {
    pub object: Arc<SObject>,
    /// The addressed record; `None` for an insert.
    pub id: Option<String>,
    pub fields: Vec<(String, Input)>,
}

impl RecordInput {
    /// The id that it carries, if it is one.
    pub(super) fn addressed(&self) -> Option<Id> {
        self.id.as_deref().and_then(Id::parse)
    }
}

/// How one record fared.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The record's id, when there is one: after a failed update too.
    pub id: Option<Id>,
    /// Whether the record is new, or would have been had it been saved.
    pub created: bool,
    /// Empty on success.
    pub faults: Vec<Fault>,
}

impl Outcome {
    pub fn is_success(&self) -> bool {
        self.faults.is_empty()
    }

    pub(super) fn saved(id: Id, created: bool) -> Outcome {
        Outcome { id: Some(id), created, faults: Vec::new() }
    }

    /// The id of a saved record, else why it was not saved.
    pub fn into_result(self) -> Result<Id, Vec<Fault>> {
        match self {
            Outcome { id: Some(id), faults, .. } if faults.is_empty() => Ok(id),
            Outcome { faults, .. } => Err(faults),
        }
    }

    /// What became of a record that had to go back with others.
    pub fn rolled_back(&self) -> Outcome {
        let failure = Failure { faults: vec![rolled_back_with_others()], creates: self.created };
        Outcome::failed(None, failure)
    }

    pub(super) fn failed(id: Option<Id>, failure: Failure) -> Outcome {
        Outcome { id, created: failure.creates, faults: failure.faults }
    }
}

/// Why a record was not saved.
pub(super) struct Failure {
    pub faults: Vec<Fault>,
    /// Whether it would have been a new one.
    pub creates: bool,
}

impl From<Vec<Fault>> for Failure {
    fn from(faults: Vec<Fault>) -> Failure {
        Failure { faults, creates: false }
    }
}

/// One call: the org, its world, who calls, and how lists are treated.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    pub org: &'a Org,
    pub environment: &'a dyn Environment,
    pub runner: &'a Runner,
    pub options: &'a Options,
    pub rules: &'a RuleBook,
}

faults! {
    /// a record of an all-or-none call is right, but another is not
    pub(crate) rolled_back_with_others() = ALL_OR_NONE_OPERATION_ROLLED_BACK,
        "Record rolled back because not all records were valid and the request was using AllOrNone header",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_create.htm";
}
