//! Profiles and roles, which assertions name by id or by name.

use std::sync::Arc;

use super::error::{JitError, JitErrorCode};
use super::provisioning::{Jit, ProvisioningTarget};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::SObject;
use crate::world::Stage;

/// A profile, as far as provisioning looks at it.
pub(super) struct Profile {
    pub id: Id,
    pub name: String,
    /// `PowerPartner`, `CspLitePortal`, …
    pub user_type: String,
}

impl Profile {
    /// For partners or customers.
    pub fn is_external(&self) -> bool {
        self.has_portal_roles() || self.user_type.eq_ignore_ascii_case("CspLitePortal")
    }

    /// Its users have a role of their account.
    pub fn has_portal_roles(&self) -> bool {
        matches!(self.user_type.as_str(), "PowerPartner" | "PowerCustomerSuccess" | "CustomerSuccess")
    }
}

impl Jit<'_> {
    /// The profile that `User.ProfileId` names by id or by a unique name. `None` without the attribute.
    pub(super) fn asserted_profile(&self) -> Result<Option<Profile>, JitError> {
        let Some(given) = self.attributes.get("User.ProfileId") else { return Ok(None) };
        let profiles = self.org.standard_object("Profile")?;
        let id = self.by_id_or_name(&profiles, given)?;
        let Some(profile) = id.map(|id| self.profile(id)).transpose()?.flatten() else {
            let text = format!("{given:?} is neither the id nor the unique name of a profile");
            return self.refuse(Stage::Profile, JitErrorCode::ProfileNotFound, text);
        };
        let is_internal = !profile.is_external();
        if self.place == ProvisioningTarget::Portal && is_internal {
            let text = format!("profile {} is none of a portal", profile.name);
            return self.refuse(Stage::Profile, JitErrorCode::ProfileNotFound, text);
        }
        if self.place != ProvisioningTarget::Internal && is_internal {
            let text = format!("profile {} is for internal users", profile.name);
            return self.refuse(Stage::Profile, JitErrorCode::InvalidPortalProfile, text);
        }
        self.note(
            Stage::Profile,
            format!("User.ProfileId {given:?} is profile {} {}", profile.name, profile.id),
        );
        Ok(Some(profile))
    }

    /// The profile that the community gives to those who register themselves.
    pub(super) fn default_profile(&self) -> Result<Option<Profile>, JitError> {
        let ProvisioningTarget::Community(network) = self.place else { return Ok(None) };
        let networks = self.org.standard("Network")?;
        let community = self.live(&networks, network)?;
        let Some(id) = community.as_ref().and_then(|community| community.id("SelfRegProfileId")) else {
            return Ok(None);
        };
        let profile = self.profile(id)?;
        if let Some(profile) = &profile {
            let text = format!("without User.ProfileId it is the self-registration profile {}", profile.name);
            self.note(Stage::Profile, text);
        }
        Ok(profile)
    }

    pub(super) fn profile(&self, id: Id) -> Result<Option<Profile>, Fault> {
        let facts = self.org.profile(id)?;
        Ok(facts.map(|facts| Profile {
            id,
            name: facts.name.clone(),
            user_type: facts.license.user_type.clone(),
        }))
    }

    /// The role that `User.UserRoleId` names by id or by a unique name. `None` without the attribute.
    pub(super) fn asserted_role(&self) -> Result<Option<Id>, JitError> {
        let Some(given) = self.attributes.any(&["User.UserRoleId", "User.Role"]) else { return Ok(None) };
        let roles = self.org.standard("UserRole")?;
        match self.by_id_or_name(&roles, given)? {
            Some(id) => {
                self.note(Stage::Role, format!("User.UserRoleId {given:?} is role {id}"));
                Ok(Some(id))
            }
            None => {
                let text = format!("{given:?} is neither the id nor the unique name of a role");
                self.refuse(Stage::Role, JitErrorCode::RoleNotFound, text)
            }
        }
    }

    fn by_id_or_name(&self, object: &Arc<SObject>, given: &str) -> Result<Option<Id>, Fault> {
        let prefix = object.key_prefix.as_deref();
        let id = Id::parse(given.trim()).filter(|id| Some(id.key_prefix()) == prefix);
        if let Some(id) = id
            && self.org.exists(object, id)? == Some(false)
        {
            return Ok(Some(id));
        }
        match self.org.ids_where(object, "Name", &given.trim().into(), 2)?.as_slice() {
            [only] => Ok(Some(*only)),
            _ => Ok(None),
        }
    }
}
