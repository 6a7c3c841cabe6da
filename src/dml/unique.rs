//! Unique fields: `DUPLICATE_VALUE`.

use super::save::Save;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::Field;

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
            let fault = match is_visible(save, other)? {
                true => Fault::duplicate_value(field, other),
                false => Fault::duplicate_of_hidden_record(),
            };
            faults.push(fault.because(holder(field, other)));
        }
    }
    Ok(faults)
}

fn holder(field: &Field, other: Id) -> String {
    format!("{} is unique, and {other} has the value", field.name)
}

fn is_visible(save: &Save, id: Id) -> Result<bool, Fault> {
    let (org, runner) = (save.call.org, save.call.runner);
    match org.find(&save.object, id)? {
        Some(record) => runner.sees_record(org, &record),
        None => Ok(false),
    }
}
