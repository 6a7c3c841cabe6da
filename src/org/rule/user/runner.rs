//! Who may create and change which users.

use super::defaults::profile;
use crate::org::access::manages_external_users;
use crate::org::dml::Save;
use crate::org::fault::Fault;

/// What users may not change about themselves without being an administrator of users.
const NOT_ONES_OWN: &[&str] = &[
    "Username",
    "ProfileId",
    "UserRoleId",
    "IsActive",
    "IsPortalEnabled",
    "FederationIdentifier",
    "ContactId",
];

/// Internal users need "Manage Internal Users", external ones "Manage External Users"; everybody may edit their own
/// user within limits.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_user.htm>
pub(super) fn runner_may_manage_the_user(save: &mut Save) -> Result<(), Fault> {
    let runner = save.call.runner;
    if runner.is_system() {
        return Ok(());
    }
    let external = profile(save)?.is_some_and(|profile| profile.license.is_external());
    let manages = if external {
        manages_external_users(runner) && (!runner.is_external() || save.id_in("AccountId") == runner.account)
    } else {
        runner.may("ManageInternalUsers")
    };
    if manages {
        return Ok(());
    }
    if save.is_insert() {
        let other_kind = external || runner.is_external();
        return Err(if other_kind { Fault::no_access_to_record() } else { cannot_be_inserted(save) });
    }
    let own = save.id == runner.user && !NOT_ONES_OWN.iter().any(|field| save.changes(field));
    if own { Ok(()) } else { Err(Fault::no_access_to_record()) }
}

fn cannot_be_inserted(save: &Save) -> Fault {
    Fault::entity_cannot_be("inserted", &save.object)
}
