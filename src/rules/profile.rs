//! The rules of Profile.

use super::declare::rule;
use crate::dml::{Rule, Save, associated_with, display_name};
use crate::model::fault::Fault;
use crate::model::value::Value;
use crate::org::access::hidden_set_name;

pub(super) const RULES: &[Rule] = &[
    rule!(Default INSERT user_type_follows_license),
    rule!(Before DELETE no_users_are_left),
    rule!(After INSERT profile_owns_a_permission_set),
    rule!(After UPDATE permission_set_follows_profile),
    rule!(After DELETE permission_set_goes_with_the_profile),
];

fn user_type_follows_license(save: &mut Save) -> Result<(), Fault> {
    if let Some(license) = save.parent("UserLicense", "UserLicenseId")? {
        let license = save.call.org.licenses.of(license.text("Name"), None);
        save.set("UserType", license.user_type);
    }
    Ok(())
}

fn no_users_are_left(save: &mut Save) -> Result<(), Fault> {
    let users = save.call.org.standard("User")?;
    let mut names = Vec::new();
    for id in save.call.org.ids_where(&users, "ProfileId", &Value::from(save.id), 100)? {
        names.extend(save.call.org.find(&users, id)?.map(|user| display_name(&user)));
    }
    if names.is_empty() { Ok(()) } else { Err(associated_with(&display_name(&save.old), "users", &names)) }
}

/// Every profile owns a hidden permission set, which says what its users may.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_permissionset.htm>
fn profile_owns_a_permission_set(save: &mut Save) -> Result<(), Fault> {
    let mut fields = vec![
        ("Name", Value::from(hidden_set_name(save.id))),
        ("Label", Value::from(save.id.short())),
        ("LicenseId", save.value("UserLicenseId").clone()),
        ("ProfileId", Value::from(save.id)),
        ("IsOwnedByProfile", Value::from(true)),
        ("IsCustom", Value::from(true)),
        ("Type", Value::from("Profile")),
    ];
    let object = save.object.clone();
    fields.extend(permissions(&object.fields).map(|(name, field)| (name, save.value(field).clone())));
    save.also_insert("PermissionSet", &fields).map(drop)
}

fn permission_set_follows_profile(save: &mut Save) -> Result<(), Fault> {
    let object = save.object.clone();
    let changed = permissions(&object.fields).filter(|(_, field)| save.changes(field));
    let changed: Vec<_> = changed.map(|(name, field)| (name, save.value(field).clone())).collect();
    let set = save.call.org.profile(save.id)?.and_then(|profile| profile.permission_set);
    match set {
        Some(set) if !changed.is_empty() => save.also_update("PermissionSet", set, &changed),
        _ => Ok(()),
    }
}

fn permission_set_goes_with_the_profile(save: &mut Save) -> Result<(), Fault> {
    let sets = save.call.org.standard("PermissionSet")?;
    let name = Value::from(hidden_set_name(save.id));
    for id in save.call.org.ids_where(&sets, "Name", &name, 1)? {
        save.also_delete("PermissionSet", id)?;
    }
    Ok(())
}

/// The permission fields of Profile, with their name on PermissionSet.
fn permissions(fields: &[crate::model::schema::Field]) -> impl Iterator<Item = (&str, &str)> {
    let names = fields.iter().map(|field| field.name.as_str()).filter(|name| name.starts_with("Permissions"));
    names.map(|name| {
        let on_set = match name {
            "PermissionsCreateMultiforce" => "PermissionsCreatePackaging",
            "PermissionsInstallMultiforce" => "PermissionsInstallPackaging",
            "PermissionsPublishMultiforce" => "PermissionsPublishPackaging",
            other => other,
        };
        (on_set, name)
    })
}
