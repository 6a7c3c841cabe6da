//! `User.PortalRole`: the place of an external user among the roles of the account.

use super::error::{JitError, JitErrorCode};
use super::profile::Profile;
use super::provisioning::Jit;
use crate::model::id::Id;
use crate::world::Stage;

/// From the lowest: an account has as many as the org sets.
const LEVELS: [&str; 3] = ["Worker", "Manager", "Executive"];

impl Jit<'_> {
    /// The level that `User.PortalRole` names: itself, or by the id or name of a role of the account. `None` without
    /// the attribute, and for licences without roles.
    pub(super) fn asserted_portal_role(
        &self,
        profile: &Profile,
        account: Id,
    ) -> Result<Option<&'static str>, JitError> {
        let Some(given) = self.attributes.get("User.PortalRole") else { return Ok(None) };
        if !profile.has_portal_roles() {
            let text =
                format!("User.PortalRole {given:?} is ignored: users of {} have no role", profile.name);
            self.note(Stage::Role, text);
            return Ok(None);
        }
        let count = usize::from(self.org.settings.portal_roles_per_account);
        let levels = LEVELS.get(..count).unwrap_or(&LEVELS);
        if let Some(level) = levels.iter().find(|level| level.eq_ignore_ascii_case(given.trim())) {
            self.note(Stage::Role, format!("User.PortalRole is {level}"));
            return Ok(Some(level));
        }
        if let Some(level) = self.level_of_role(given, account)? {
            self.note(Stage::Role, format!("User.PortalRole {given:?} is the role {level} of the account"));
            return Ok(Some(level));
        }
        let text =
            format!("User.PortalRole {given:?} is none of {}, nor a role of the account", levels.join(", "));
        self.refuse(Stage::Role, JitErrorCode::InvalidPortalRole, text)
    }

    fn level_of_role(&self, given: &str, account: Id) -> Result<Option<&'static str>, JitError> {
        let roles = self.org.standard("UserRole")?;
        for id in self.org.ids_where(&roles, "PortalAccountId", &account.into(), 20)? {
            let Some(role) = self.live(&roles, id)? else { continue };
            let is_it = Id::parse(given) == Some(id) || role.text("Name") == Some(given);
            if let Some(level) = role.text("PortalRole").filter(|_| is_it) {
                return Ok(LEVELS.into_iter().find(|known| *known == level));
            }
        }
        Ok(None)
    }
}
