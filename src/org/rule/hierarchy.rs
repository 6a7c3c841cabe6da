//! Hierarchies have no circles.

use crate::org::dml::Save;
use crate::org::fault::Fault;

pub(super) const MESSAGE: &str = "attempt to violate hierarchy constraints";

/// Whether following a lookup to the record's own object from its new value leads back to the record.
pub(super) fn leads_back(save: &Save, field: &str) -> Result<bool, Fault> {
    if !save.changes(field) {
        return Ok(false);
    }
    let mut next = save.id_in(field);
    // Stored chains have no circle, for this rule kept them from it.
    while let Some(id) = next {
        if id == save.id {
            return Ok(true);
        }
        next = save.call.org.find(&save.object, id)?.and_then(|record| record.id(field));
    }
    Ok(false)
}
