//! Ids of records as callers write them, where no field of a record takes them.

use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::org::Org;

/// Reads the id of a record.
///
/// # Errors
/// `MALFORMED_ID`. An id that is well formed, but whose counter no org has reached, is refused in the words for the
/// object that its key prefix names.
pub(crate) fn parse(org: &Org, text: &str) -> Result<Id, Fault> {
    Id::parse(text).ok_or_else(|| {
        let object = Id::spelled(text).and_then(|id| org.schema.by_key_prefix(id.key_prefix()));
        match object.as_ref().and_then(|object| object.field("Id")) {
            Some(field) => Fault::malformed_id(field, text),
            None => Fault::no_record_id(text),
        }
    })
}
