//! Managers.

use crate::dml::Save;
use crate::model::fault::Fault;
use crate::rules::hierarchy;

/// Code and field are a choice; the text is that of the account hierarchy.
pub(super) fn managers_form_no_circle(save: &mut Save) -> Result<(), Fault> {
    if hierarchy::leads_back(save, "ManagerId")? {
        return Err(hierarchy::hierarchy_violated("ManagerId"));
    }
    Ok(())
}
