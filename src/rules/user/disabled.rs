//! Portal users that are disabled, not just deactivated: for good, as far as their contact is concerned.
//! Source: <https://help.salesforce.com/s/articleView?id=sf.networks_disable_users.htm>

use crate::dml::Save;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;
use crate::org::NO_LIMIT;

/// Who has been disabled. Made for the first: most orgs never need it.
const TABLE: &str = "_disabled_portal_user";
const LONGEST_USERNAME: usize = 80;

/// Whether the save disables a portal user: `IsPortalEnabled` is set to false, as the button on the contact does.
fn disables(save: &Save) -> bool {
    save.old.get("IsPortalEnabled").is_true() && !save.value("IsPortalEnabled").is_true()
}

/// A user who has been disabled before.
pub(super) fn was_disabled(save: &Save) -> Result<bool, Fault> {
    let store = &save.call.org.store;
    if save.is_insert() || !store.has_table(TABLE)? {
        return Ok(false);
    }
    let sql = format!("SELECT 1 FROM \"{TABLE}\" WHERE \"user\" = ?1");
    Ok(store.row(&sql, [save.id.as_str()], |_| Ok(()))?.is_some())
}

/// The user loses contact, account and role, and the username is made invalid, which leaves it to others.
pub(super) fn disabled_portal_user_is_unlinked(save: &mut Save) -> Result<(), Fault> {
    if !disables(save) {
        return Ok(());
    }
    save.set("IsActive", false);
    for field in ["ContactId", "AccountId", "UserRoleId", "PortalRole"] {
        save.set(field, Value::Null);
    }
    if let Some(username) = save.text("Username").filter(|_| !save.changes("Username")) {
        let invalid = invalid_username(username, save.id);
        save.set("Username", invalid);
    }
    Ok(())
}

/// The form is a choice, for the service's is not public: the username with the id of its user behind it, and the id in
/// place of a name that leaves no room for it.
fn invalid_username(username: &str, id: Id) -> String {
    let id = id.short().to_lowercase();
    let with_id = format!("{username}.{id}");
    if with_id.chars().count() <= LONGEST_USERNAME { with_id } else { format!("{id}@disabled.invalid") }
}

/// The user leaves groups and teams, and loses permission sets and what was shared with them. Their own records stay theirs.
pub(super) fn disabled_portal_user_loses_access(save: &mut Save) -> Result<(), Fault> {
    if !disables(save) {
        return Ok(());
    }
    remember(save)?;
    // Licences of permission sets go after the sets that need them.
    for object in ["PermissionSetAssignment", "PermissionSetLicenseAssign"] {
        if save.call.org.has_table(object)? {
            lose(save, object, "AssigneeId")?;
        }
    }
    for child in save.call.org.children_with_table(&save.object)?.iter() {
        let shares = child.field == "UserOrGroupId";
        let team = child.child.ends_with("TeamMember") && child.field == "UserId";
        if shares || team {
            lose(save, &child.child, &child.field)?;
        }
    }
    Ok(())
}

/// Deletes the rows of an object that give the user something.
fn lose(save: &Save, object: &str, field: &str) -> Result<(), Fault> {
    let org = save.call.org;
    let Some(object) = org.object(object)? else { return Ok(()) };
    for id in org.ids_where(&object, field, &Value::from(save.id), NO_LIMIT)? {
        let Some(row) = org.find(&object, id)? else { continue };
        if is_given(save, &row)? {
            save.also_delete_from(&object, id)?;
        }
    }
    Ok(())
}

/// Whether a row gives what can be taken away: not the set of the profile, nor the right to one's own records.
fn is_given(save: &Save, row: &Record) -> Result<bool, Fault> {
    if row.text("RowCause") == Some("Owner") {
        return Ok(false);
    }
    let sets = save.call.org.standard("PermissionSet")?;
    let set = row.id("PermissionSetId").map(|set| save.call.org.find(&sets, set)).transpose()?.flatten();
    Ok(!set.is_some_and(|set| set.get("IsOwnedByProfile").is_true()))
}

fn remember(save: &Save) -> Result<(), Fault> {
    let store = &save.call.org.store;
    store.execute(
        &format!("CREATE TABLE IF NOT EXISTS \"{TABLE}\" (\"user\" TEXT PRIMARY KEY NOT NULL)"),
        [],
    )?;
    store.execute(&format!("INSERT OR IGNORE INTO \"{TABLE}\" VALUES (?1)"), [save.id.as_str()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::email_address::is_email_address;

    #[test]
    fn an_invalid_username_is_still_one_by_its_form() {
        let id = Id::numbered("005", 61);
        let long = format!("{}@example.com", "x".repeat(60));
        for username in ["doe@example.com", &long] {
            let invalid = invalid_username(username, id);
            assert!(is_email_address(&invalid) && invalid.chars().count() <= LONGEST_USERNAME, "{invalid}");
            assert_eq!(invalid, invalid.to_lowercase());
        }
    }
}
