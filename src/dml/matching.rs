//! Records by the value of an external id.

use std::sync::Arc;

use super::call::Call;
use super::convert;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::{Field, FieldFlag, SObject};
use crate::model::value::{Input, Value};

/// More records with one external id than this are not listed.
const MOST_MATCHES: usize = 200;

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
        self.with_value(object, field, &value)
    }

    /// The live records in which a field has this value. Where several have it, those that the caller does not see are
    /// left out; a single one stays, so that the save is refused and makes no second one.
    pub(super) fn with_value(
        self,
        object: &Arc<SObject>,
        field: &Field,
        value: &Value,
    ) -> Result<Vec<Id>, Fault> {
        let mut found = self.org.ids_where(object, &field.name, value, MOST_MATCHES)?;
        if found.len() > 1 && !self.runner.sees_every_record(object) {
            let mut visible = Vec::new();
            for id in &found {
                if self.org.find_visible(self.runner, object, *id)?.is_some() {
                    visible.push(*id);
                }
            }
            found = visible;
        }
        Ok(found)
    }
}
