//! Internal users.
//! <https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_requirements.htm&type=5>

use super::error::JitError;
use super::fields::{Fields, text};
use super::provisioning::Jit;
use crate::model::id::Id;

/// Finds or makes the internal user of an assertion.
pub(super) fn provision(jit: &Jit) -> Result<Id, JitError> {
    jit.check_names(&[&jit.users])?;
    let user = jit.user_by_federation_id()?;
    let mut keys = keys(jit)?;
    match user.as_ref().and_then(|user| Some((user, user.id("Id")?))) {
        Some((user, id)) => {
            jit.check_username(user)?;
            keys.extend(jit.user_fields());
            jit.update_user(id, keys)?;
            Ok(id)
        }
        None => {
            jit.check_lock()?;
            let mut fields = vec![text("FederationIdentifier", jit.subject)];
            fields.extend(jit.attributes.get("User.Username").map(|username| text("Username", username)));
            fields.extend(keys);
            fields.extend(jit.user_fields());
            jit.add_user_defaults(&mut fields)?;
            jit.insert_user(fields)
        }
    }
}

/// Profile and role.
fn keys(jit: &Jit) -> Result<Fields, JitError> {
    let profile = jit.asserted_profile()?;
    let role = jit.asserted_role()?;
    let mut keys = Fields::new();
    keys.extend(profile.map(|profile| text("ProfileId", profile.id.as_str())));
    keys.extend(role.map(|role| text("UserRoleId", role.as_str())));
    Ok(keys)
}
