//! The pages of a community: what its members see of accounts, contacts and themselves.

use std::sync::Arc;

use super::trouble::{PageResult, Trouble};
use super::visit::Visit;
use super::{list, record};
use crate::model::schema::SObject;

/// The word in a path for an object.
const OBJECTS: &[(&str, &str)] = &[("account", "Account"), ("contact", "Contact"), ("profile", "User")];

fn object(visit: &Visit) -> Result<Arc<SObject>, Trouble> {
    let word = visit.captures.get("object");
    let known = OBJECTS.iter().find(|(known, _)| word.eq_ignore_ascii_case(known));
    visit.object_named(known.ok_or(Trouble::NoPage)?.1)
}

/// `/customers/s/account`
pub(super) fn list(visit: &Visit) -> PageResult {
    list::show(visit, &object(visit)?, Vec::new())
}

/// `/customers/s/contact/003…`
pub(super) fn view(visit: &Visit) -> PageResult {
    let object = object(visit)?;
    let id = visit.id_in_path()?;
    if object.key_prefix.as_deref() != Some(id.key_prefix()) {
        return Err(Trouble::NoRecord);
    }
    record::view_of(visit, id)
}

/// `/customers/s/profile/005…/edit`
pub(super) fn edit(visit: &Visit) -> PageResult {
    object(visit)?;
    record::edit_of(visit, visit.id_in_path()?)
}
