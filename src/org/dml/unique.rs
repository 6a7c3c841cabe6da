//! Unique fields: `DUPLICATE_VALUE`.

use super::Save;
use crate::org::fault::Fault;

/// No other live record has the value of a unique field.
pub(super) fn faults(save: &Save) -> Result<Vec<Fault>, Fault> {
    let mut faults = Vec::new();
    for index in save.object.places().unique() {
        let value = save.new.at(index);
        let Some(field) = save.object.fields.get(index) else { continue };
        if value.is_null() || value == save.old.at(index) {
            continue;
        }
        let found = save.call.org.ids_where(&save.object, &field.name, value, 2)?;
        if let Some(other) = found.into_iter().find(|id| *id != save.id) {
            faults.push(Fault::duplicate_value(field, other));
        }
    }
    Ok(faults)
}
