//! Unique fields: `DUPLICATE_VALUE`.

use super::Save;
use crate::org::fault::Fault;
use crate::org::id::Id;

/// No other live record has the value of a unique field.
pub(super) fn faults(save: &Save) -> Result<Vec<Fault>, Fault> {
    let org = save.call.org;
    let layout = org.layout(&save.object)?;
    let mut faults = Vec::new();
    for (index, holders) in &layout.holders {
        let value = save.new.at(*index);
        let Some(field) = save.object.fields.get(*index) else { continue };
        if value.is_null() || value == save.old.at(*index) {
            continue;
        }
        let id = |row: &rusqlite::Row| Ok(row.get_ref(0)?.as_str().ok().and_then(Id::parse));
        let holders = org.store.rows(holders, [value], id)?;
        if let Some(other) = holders.into_iter().flatten().find(|id| *id != save.id) {
            faults.push(Fault::duplicate_value(field, other));
        }
    }
    Ok(faults)
}
