//! What the rules ask about a profile.

use std::sync::Arc;

use super::profile_facts::ProfileFacts;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::org::Org;

impl Org {
    /// A profile with its licence. `None` for an unknown id.
    pub fn profile(&self, id: Id) -> Result<Option<Arc<ProfileFacts>>, Fault> {
        if let Some(facts) = self.access.borrow().profiles.get(&id) {
            return Ok(Some(facts.clone()));
        }
        let Some(facts) = self.read_profile(id)?.map(Arc::new) else { return Ok(None) };
        self.access.borrow_mut().make_room();
        self.access.borrow_mut().profiles.insert(id, facts.clone());
        Ok(Some(facts))
    }

    fn read_profile(&self, id: Id) -> Result<Option<ProfileFacts>, Fault> {
        let Some(profile) = self.profile_row(id)? else { return Ok(None) };
        let (name, license_id, license, user_type) = profile;
        let set = self.hidden_set(id)?;
        Ok(Some(ProfileFacts {
            id,
            name,
            license_id,
            license: self.licenses.of(license.as_deref(), user_type.as_deref()),
            is_custom: set.is_none_or(|set| set.is_custom),
            permission_set: set.map(|set| set.id),
            modifies_all_data: set.is_some_and(|set| set.modifies_all_data),
        }))
    }

    /// Name, id and name of the licence, user type.
    fn profile_row(&self, id: Id) -> Result<Option<ProfileRow>, Fault> {
        for object in ["Profile", "UserLicense"] {
            self.standard(object)?;
        }
        let sql = "SELECT p.\"Name\", p.\"UserLicenseId\", l.\"Name\", p.\"UserType\" FROM \"Profile\" p \
                   LEFT JOIN \"UserLicense\" l ON l.\"Id\" = p.\"UserLicenseId\" WHERE p.\"Id\" = ?1";
        Ok(self.store.row(sql, [id.as_str()], |row| {
            let license = row.get::<_, Option<String>>(1)?;
            Ok((row.get(0)?, license.as_deref().and_then(Id::parse), row.get(2)?, row.get(3)?))
        })?)
    }

    fn hidden_set(&self, profile: Id) -> Result<Option<HiddenSet>, Fault> {
        self.standard("PermissionSet")?;
        let sql = "SELECT \"Id\", \"IsCustom\", \"PermissionsModifyAllData\" FROM \"PermissionSet\" \
                   WHERE \"ProfileId\" = ?1 AND \"IsOwnedByProfile\"";
        let read = |row: &rusqlite::Row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?));
        let found = self.store.row(sql, [profile.as_str()], read)?;
        Ok(found.and_then(|(id, is_custom, modifies_all_data)| {
            Some(HiddenSet { id: Id::parse(&id)?, is_custom, modifies_all_data })
        }))
    }
}

type ProfileRow = (String, Option<Id>, Option<String>, Option<String>);

/// The permission set that a profile owns.
#[derive(Clone, Copy)]
struct HiddenSet {
    id: Id,
    is_custom: bool,
    modifies_all_data: bool,
}
