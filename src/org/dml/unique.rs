//! Unique fields: `DUPLICATE_VALUE`.

use super::Save;
use crate::org::fault::Fault;
use crate::org::schema::FieldFlag;

/// No other live record has the value of a unique field.
pub(super) fn faults(save: &Save) -> Result<Vec<Fault>, Fault> {
    let mut faults = Vec::new();
    for (index, field) in save.object.fields.iter().enumerate() {
        let value = save.new.at(index);
        if !field.is(FieldFlag::Unique) || value.is_null() || value == save.old.at(index) {
            continue;
        }
        let found = save.call.org.ids_where(&save.object, &field.name, value, 2)?;
        if let Some(other) = found.into_iter().find(|id| *id != save.id) {
            faults.push(Fault::duplicate_value(field, other));
        }
    }
    Ok(faults)
}
