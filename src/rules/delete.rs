//! What keeps accounts and contacts from being deleted.

use crate::dml::{Save, associated_with, display_name};
use crate::model::fault::Fault;
use crate::model::value::Value;

/// No user of a portal is linked to the record by this field of User.
/// Source: <https://docs.pingidentity.com/r/en-us/pingone/p1_sf_contacts_known_limitations>
pub(super) fn no_portal_users(save: &Save, field: &str) -> Result<(), Fault> {
    const MOST_NAMED: usize = 100;
    let users = save.call.org.standard("User")?;
    let ids = save.call.org.ids_where(&users, field, &Value::from(save.id), MOST_NAMED)?;
    let mut usernames = Vec::new();
    for id in ids {
        let user = save.call.org.find(&users, id)?;
        usernames.extend(user.and_then(|user| user.text("Username").map(str::to_owned)));
    }
    if usernames.is_empty() {
        return Ok(());
    }
    Err(associated_with(&display_name(&save.old), "portal users", &usernames))
}
