//! The profile: who may have which, and what it may change into.

use super::defaults::{old_profile, profile};
use super::disabled::was_disabled;
use crate::dml::Save;
use crate::model::fault::{Fault, faults};
use crate::org::license::License;

/// The platform changes a user on its own; JIT and seeds, which run as the platform, name the profile.
fn is_effect(save: &Save) -> bool {
    save.call.runner.is_system() && !save.was_sent("ProfileId")
}

/// Source: <https://github.com/MicrosoftDocs/azure-docs/issues/43004>
pub(super) fn guests_are_not_inserted(save: &mut Save) -> Result<(), Fault> {
    let is_guest = profile(save)?.is_some_and(|profile| profile.license.user_type == "Guest");
    if is_guest && !is_effect(save) { Err(guest_not_inserted()) } else { Ok(()) }
}

/// Setup > Digital Experiences > Settings; off in orgs since Winter '20.
/// Source: <https://help.salesforce.com/s/articleView?id=000384962&type=1>
pub(super) fn standard_external_profiles_are_allowed(save: &mut Save) -> Result<(), Fault> {
    if save.call.org.settings.allow_standard_external_profiles || is_effect(save) {
        return Ok(());
    }
    let refused = profile(save)?.is_some_and(|profile| profile.license.is_external() && !profile.is_custom);
    if refused { Err(standard_external_profile()) } else { Ok(()) }
}

/// A user's licence changes only within its family, and upwards.
/// Source: <https://www.codeulike.com/2014/05/salesforce-user-license-transitions.html>
pub(super) fn profile_fits_the_license(save: &mut Save) -> Result<(), Fault> {
    if keeps_to_its_license(save)? {
        return Ok(());
    }
    let (Some(old), Some(new)) = (old_profile(save)?, profile(save)?) else { return Ok(()) };
    let to_identity = new.license.family == "identity" && !old.license.is_external();
    Err(if to_identity { identity_profile(&new.name) } else { incompatible_profile() })
}

/// Whether a changed profile is one that the user's licence allows. Where it is not, what else the profile asks of the
/// user is beside the point.
pub(super) fn keeps_to_its_license(save: &Save) -> Result<bool, Fault> {
    if !save.changes("ProfileId") {
        return Ok(true);
    }
    let (Some(old), Some(new)) = (old_profile(save)?, profile(save)?) else { return Ok(true) };
    // A disabled portal user may come back without contact, as a user of External Identity.
    let comes_back = new.license.family == "externalIdentity" && was_disabled(save)?;
    Ok(comes_back || may_become(&old.license, &new.license))
}

fn may_become(old: &License, new: &License) -> bool {
    if old.name == new.name || old.family == new.family {
        return true;
    }
    matches!(
        (old.family.as_str(), new.family.as_str()),
        ("chatterFree", "core")
            | ("chatterExternal", "chatterFree" | "core")
            | ("customerCommunity", "customerCommunityPlus" | "partner")
            | ("customerCommunityPlus", "customerCommunity")
            | ("externalIdentity", "customerCommunity" | "customerCommunityPlus" | "partner")
    )
}

/// Only who modifies all data hands out, or takes away, a profile that does.
/// Source: a public log of an enterprise directory's connector
pub(super) fn admin_profile_is_granted_by_admins(save: &mut Save) -> Result<(), Fault> {
    if !save.changes("ProfileId") || save.call.runner.may("ModifyAllData") {
        return Ok(());
    }
    let involved = [old_profile(save)?, profile(save)?].into_iter().flatten().any(|p| p.modifies_all_data);
    if involved { Err(admin_profile()) } else { Ok(()) }
}

faults! {
    /// a user is created with a guest profile
    guest_not_inserted() = INSUFFICIENT_ACCESS_OR_READONLY,
        "Cannot insert a user of type guest.", Seen "https://github.com/MicrosoftDocs/azure-docs/issues/43004";

    /// a user has an external profile that is no clone, and the org does not allow those
    standard_external_profile() = FIELD_INTEGRITY_EXCEPTION,
        "To create or update users for this profile, go to Setup > Digital Experiences > Settings and select Allow using \
         standard external profiles for self-registration, user creation, and login.",
        Seen "https://help.salesforce.com/s/articleView?id=000384962&type=1";

    /// the new profile's licence is of a family that the user's licence cannot change into
    incompatible_profile() = FIELD_INTEGRITY_EXCEPTION on ["ProfileId"],
        "You can only assign profiles that are compatible with the user's license. For a list of compatible licenses and \
         profiles, see the Salesforce Help.",
        Seen "https://www.codeulike.com/2014/05/salesforce-user-license-transitions.html";

    /// an internal user of another licence gets a profile of the Identity licence
    identity_profile(profile: &str) = FIELD_INTEGRITY_EXCEPTION on ["ProfileId"],
        "User's Profile can't be set to '{profile}' because it's derived from a license that doesn't require the following \
         permission(s): ChatterInternalUser. Select a different profile.",
        Seen "https://life-improver.com/salesforce/salesforce-cant-change-a-users-profile/";

    /// a profile that modifies all data is given or taken by someone who may not modify all data
    admin_profile() = FIELD_INTEGRITY_EXCEPTION,
        "Cannot grant or remove a profile with modify all data, without having the modify all data permission yourself.",
        Seen "a public log of an enterprise directory's connector";
}
