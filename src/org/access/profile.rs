//! What the rules ask about a profile.

use std::sync::Arc;

use crate::org::Org;
use crate::org::fault::Fault;
use crate::org::id::Id;
use crate::org::license::License;
use crate::store::quoted;

/// A profile with its licence.
#[derive(Debug)]
pub struct ProfileFacts {
    pub id: Id,
    pub name: String,
    /// The row of UserLicense.
    pub license_id: Option<Id>,
    pub license: License,
    /// False for the profiles of the platform, true for clones.
    pub is_custom: bool,
    /// The hidden permission set that the profile owns.
    pub permission_set: Option<Id>,
    pub modifies_all_data: bool,
}

impl Org {
    /// A profile with its licence. `None` for an unknown id.
    pub fn profile(&self, id: Id) -> Result<Option<Arc<ProfileFacts>>, Fault> {
        if let Some(facts) = self.access.borrow().profiles.get(&id) {
            return Ok(Some(facts.clone()));
        }
        let Some(facts) = self.read_profile(id)?.map(Arc::new) else { return Ok(None) };
        self.access.borrow_mut().profiles.insert(id, facts.clone());
        Ok(Some(facts))
    }

    fn read_profile(&self, id: Id) -> Result<Option<ProfileFacts>, Fault> {
        for object in ["Profile", "UserLicense", "PermissionSet"] {
            self.standard(object)?;
        }
        let sql = format!(
            "SELECT p.\"Name\", p.\"UserLicenseId\", l.\"Name\", p.\"UserType\", s.\"Id\", \
             ifnull(s.\"IsCustom\", s.\"Id\" IS NULL), \
             s.{modify_all} \
             FROM \"Profile\" p LEFT JOIN \"UserLicense\" l ON l.\"Id\" = p.\"UserLicenseId\" \
             LEFT JOIN \"PermissionSet\" s ON s.\"ProfileId\" = p.\"Id\" AND s.\"IsOwnedByProfile\" \
             WHERE p.\"Id\" = ?1",
            modify_all = quoted("PermissionsModifyAllData"),
        );
        type Columns =
            (String, Option<String>, Option<String>, Option<String>, Option<String>, bool, Option<bool>);
        let read = |row: &rusqlite::Row| -> rusqlite::Result<Columns> {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?))
        };
        let Some((name, license_id, license, user_type, set, is_custom, modifies_all_data)) =
            self.store.row(&sql, [id.as_str()], read)?
        else {
            return Ok(None);
        };
        let license = self.platform.license(license.as_deref(), user_type.as_deref());
        Ok(Some(ProfileFacts {
            id,
            name,
            license_id: license_id.as_deref().and_then(Id::parse),
            license,
            is_custom,
            permission_set: set.as_deref().and_then(Id::parse),
            modifies_all_data: modifies_all_data.unwrap_or(false),
        }))
    }
}
