//! Who may not be deactivated.
//! Source: <https://help.salesforce.com/s/articleView?id=000384586>

use super::defaults::profile;
use super::manager::is_hierarchy_field;
use crate::dml::Save;
use crate::model::fault::{Fault, faults};
use crate::model::value::Value;

fn is_deactivated(save: &Save) -> bool {
    save.old.get("IsActive").is_true() && !save.value("IsActive").is_true()
}

/// An org keeps one active user whose profile modifies all data.
pub(super) fn last_administrator_stays(save: &mut Save) -> Result<(), Fault> {
    if !(is_deactivated(save) || (save.changes("ProfileId") && save.value("IsActive").is_true())) {
        return Ok(());
    }
    let org = save.call.org;
    let modifies_all = |id| Ok::<_, Fault>(org.profile(id)?.is_some_and(|profile| profile.modifies_all_data));
    let was_admin = save.old.id("ProfileId").map(modifies_all).transpose()?.unwrap_or(false);
    let stays_admin =
        !is_deactivated(save) && save.id_in("ProfileId").map(modifies_all).transpose()?.unwrap_or(false);
    if !was_admin || stays_admin {
        return Ok(());
    }
    let sql = "SELECT 1 FROM \"PermissionSet\" s JOIN \"User\" u ON u.\"ProfileId\" = s.\"ProfileId\" \
               WHERE s.\"IsOwnedByProfile\" AND s.\"PermissionsModifyAllData\" AND u.\"IsActive\" AND u.\"Id\" <> ?1 LIMIT 1";
    match org.store.row(sql, [save.id.as_str()], |_| Ok(()))? {
        Some(()) => Ok(()),
        None => Err(last_administrator()),
    }
}

pub(super) fn nobody_deactivates_themselves(save: &mut Save) -> Result<(), Fault> {
    let own = save.id == save.call.runner.user && !save.call.runner.is_system();
    if own && is_deactivated(save) { Err(own_user(save.label("IsActive"))) } else { Ok(()) }
}

/// A custom hierarchy field (a lookup from User to User) of another user holds on to its value.
pub(super) fn hierarchy_field_values_stay_active(save: &mut Save) -> Result<(), Fault> {
    if !is_deactivated(save) {
        return Ok(());
    }
    for field in save.object.fields.iter().filter(|field| is_hierarchy_field(field)) {
        let others = save.call.org.ids_where(&save.object, &field.name, &Value::from(save.id), 1)?;
        if let Some(other) =
            others.first().map(|id| save.call.org.find(&save.object, *id)).transpose()?.flatten()
        {
            return Err(value_of_hierarchy_field(&field.label, other.text("Name").unwrap_or_default()));
        }
    }
    Ok(())
}

/// Users whom Setup names for the org's own work stay active.
/// Source: as for the module
pub(super) fn users_with_duties_stay_active(save: &mut Save) -> Result<(), Fault> {
    if !is_deactivated(save) {
        return Ok(());
    }
    let setup_users = &save.call.org.seeded.setup_users;
    let user = save.id;
    let duty = [
        (setup_users.default_case_owner == Some(user), default_case_owner as fn() -> Fault),
        (setup_users.default_workflow_user == Some(user), default_workflow_user),
        (setup_users.web_to_lead_creator == Some(user), web_to_lead_creator),
        (setup_users.portal_administrators.contains(&user), portal_administrator),
        (setup_users.case_rule_users.contains(&user), case_rule_user),
    ];
    match duty.into_iter().find(|(has, _)| *has) {
        Some((_, refusal)) => Err(refusal()),
        None => Ok(()),
    }
}

/// "Edit Self-Service Users" is what "Manage Customer Users" was called.
/// Source: <https://github.com/sfdx-isv/sfdx-falcon/issues/16>
pub(super) fn portal_administrator_keeps_the_permission(save: &mut Save) -> Result<(), Fault> {
    let administers = save.call.org.seeded.setup_users.portal_administrators.contains(&save.id);
    if !administers || !save.changes("ProfileId") {
        return Ok(());
    }
    let set = profile(save)?.and_then(|profile| profile.permission_set);
    let held = set.map(|set| save.call.org.user_permissions(set)).transpose()?;
    match held.is_some_and(|held| held.contains("ManageCssUsers")) {
        true => Ok(()),
        false => Err(portal_administrator_profile()),
    }
}

faults! {
    /// the last active user whose profile modifies all data is deactivated or gets another profile
    last_administrator() = CANNOT_DISABLE_LAST_ADMIN on ["IsActive"],
        "You cannot deactivate or change the profile of the last active system administrator",
        Assumed "the code: https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm";

    /// users deactivate themselves
    own_user(label: &str) = FIELD_INTEGRITY_EXCEPTION on ["IsActive"],
        "Cannot de-activate self: {label}", Seen "public issues of provisioning tools";

    /// a user is deactivated whom a custom hierarchy field of another user names
    value_of_hierarchy_field(label: &str, other: &str) = FIELD_INTEGRITY_EXCEPTION on ["IsActive"],
        "Cannot complete this operation. Cannot inactivate user that is the value of a hierarchy field: {label}. : {other}",
        Documented "https://help.salesforce.com/s/articleView?id=000384962&type=1";

    /// the default owner of cases is deactivated (`settings.duties` of a seed says who that is)
    default_case_owner() = FIELD_INTEGRITY_EXCEPTION on ["IsActive"],
        "You cannot deactivate a user who is the default owner of cases",
        Documented "https://help.salesforce.com/s/articleView?id=000384586&type=1";

    /// the default workflow user is deactivated
    default_workflow_user() = FIELD_INTEGRITY_EXCEPTION on ["IsActive"],
        "You cannot deactivate the Default Workflow User",
        Documented "https://help.salesforce.com/s/articleView?id=000384586&type=1";

    /// the default creator of web-to-lead is deactivated
    web_to_lead_creator() = FIELD_INTEGRITY_EXCEPTION on ["IsActive"],
        "You cannot disable the Web to Lead Default Creator",
        Documented "https://help.salesforce.com/s/articleView?id=000384761&type=1";

    /// an administrator of a portal is deactivated
    portal_administrator() = FIELD_INTEGRITY_EXCEPTION on ["IsActive"],
        "You cannot deactivate a user who is a portal administrator",
        Documented "https://help.salesforce.com/s/articleView?id=000386638&type=1";

    /// a user whom case assignment or escalation rules name is deactivated
    case_rule_user() = FIELD_INTEGRITY_EXCEPTION on ["IsActive"],
        "You cannot deactivate a User who is receiving cases or notifications as part of your Case Assignment or Escalation rules",
        Documented "https://help.salesforce.com/s/articleView?id=000383178&type=1";

    /// an administrator of a portal gets a profile without "Manage Customer Users"
    portal_administrator_profile() = FIELD_INTEGRITY_EXCEPTION,
        "This user is a portal administrator and must have a profile with the \"Edit Self-Service Users\" permission.",
        Seen "https://github.com/sfdx-isv/sfdx-falcon/issues/16";
}
