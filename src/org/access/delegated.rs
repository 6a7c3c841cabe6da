//! What is delegated to a user.

use std::sync::Arc;

use super::Runner;
use super::delegation::{Delegated, Delegation};
use crate::model::fault::Fault;
use crate::model::value::Value;
use crate::org::{NO_LIMIT, Org};

impl Org {
    /// What is delegated to a user; `None` for most.
    pub(super) fn delegated_to(&self, runner: &Runner) -> Result<Option<Arc<Delegated>>, Fault> {
        let delegation = &self.seeded.delegation;
        let delegated = if runner.is_external() {
            self.delegated_to_external(runner, delegation)?
        } else {
            self.delegated_to_employee(runner, delegation)?
        };
        Ok(delegated.map(Arc::new))
    }

    /// "Delegated External User Administrator" reaches the users of the same account. Licences without roles do not
    /// carry it.
    fn delegated_to_external(
        &self,
        runner: &Runner,
        delegation: &Delegation,
    ) -> Result<Option<Delegated>, Fault> {
        let profile = runner.profile.map(|id| self.profile(id)).transpose()?.flatten();
        let (Some(profile), Some(account)) = (profile, runner.account) else { return Ok(None) };
        if profile.license.portal_type().is_none() || !runner.may("DelegatedPortalUserAdmin") {
            return Ok(None);
        }
        let listed = delegation.external.iter().find(|(known, _)| *known == profile.id);
        let assignable = listed.map(|(_, assignable)| assignable.clone()).unwrap_or_default();
        Ok(Some(Delegated { roles: Vec::new(), account: Some(account), assignable }))
    }

    /// What all groups that the user is in give together.
    fn delegated_to_employee(
        &self,
        runner: &Runner,
        delegation: &Delegation,
    ) -> Result<Option<Delegated>, Fault> {
        let mut groups =
            delegation.groups.iter().filter(|group| group.administrators.contains(&runner.user)).peekable();
        if groups.peek().is_none() || !runner.may("ViewSetup") {
            return Ok(None);
        }
        let mut all = Delegated::default();
        for group in groups {
            all.roles.extend(&group.roles);
            all.assignable.profiles.extend(&group.assignable.profiles);
            all.assignable.permission_sets.extend(&group.assignable.permission_sets);
            all.assignable.groups.extend(&group.assignable.groups);
        }
        let roles = self.standard("UserRole")?;
        let mut at = 0;
        while let Some(role) = all.roles.get(at).copied() {
            let below = self.ids_where(&roles, "ParentRoleId", &Value::from(role), NO_LIMIT)?;
            all.roles.extend(below.into_iter().filter(|role| !all.roles.contains(role)).collect::<Vec<_>>());
            at += 1;
        }
        Ok(Some(all))
    }
}
