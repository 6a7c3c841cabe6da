//! Records by the value of an external id.

use std::sync::Arc;

use super::{Call, convert};
use crate::org::fault::Fault;
use crate::org::id::Id;
use crate::org::schema::{Field, FieldFlag, SObject};
use crate::org::value::Input;

/// More records with one external id than this are not listed.
pub(super) const MOST_MATCHES: usize = 200;

impl SObject {
    /// The field of this name, if records can be named by it: an external id, or a standard field for look-ups.
    pub fn external_id(&self, name: &str) -> Option<&Field> {
        self.field(name).filter(|field| field.is(FieldFlag::ExternalId) || field.is(FieldFlag::IdLookup))
    }
}

impl Call<'_> {
    /// The live records in which a field has this value, oldest first.
    ///
    /// # Errors
    /// As when a record with that value is saved.
    pub fn matching(self, object: &Arc<SObject>, field: &Field, value: &Input) -> Result<Vec<Id>, Fault> {
        let value = convert::value(field, value, false)?;
        if value.is_null() {
            return Ok(Vec::new());
        }
        self.org.ids_where(object, &field.name, &value, MOST_MATCHES)
    }
}
