//! `seed/standard`: what every org has, with what `org.json` changes about it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use super::org_file::{OrgFile, PATH};
use super::platform::{Grants, Group, PermissionSet, PermissionSetLicense, Platform, Profile, RecordType};
use super::seed_error::{SeedError, json_error};
use super::seed_files::standard_file;
use super::{data, grants};
use crate::dml::{Call, RecordInput, insert_as_platform, insert_given};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::Schema;
use crate::model::value::Value;
use crate::org::license::License;
use crate::org::{Creation, Org};

#[derive(Deserialize)]
struct LicensesFile {
    licenses: Vec<License>,
}

#[derive(Deserialize)]
struct ProfilesFile {
    profiles: Vec<StandardProfile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StandardProfile {
    #[serde(rename = "Name")]
    name: String,
    #[serde(rename = "fullName")]
    full_name: Option<String>,
    #[serde(rename = "UserLicense")]
    license: String,
    #[serde(rename = "UserType")]
    user_type: String,
    #[serde(default)]
    custom: bool,
    objects: BTreeMap<String, String>,
    permissions: Vec<String>,
}

#[derive(Deserialize)]
struct UsersFile {
    users: Vec<serde_json::Map<String, Json>>,
    groups: Vec<Group>,
    #[serde(rename = "permissionSetLicenses")]
    permission_set_licenses: Vec<PermissionSetLicense>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecordTypesFile {
    record_types: Vec<RecordType>,
}

#[derive(Deserialize)]
struct OrganizationFile {
    organization: serde_json::Map<String, Json>,
}

fn parse<'a, T: Deserialize<'a>>(name: &str) -> Result<T, SeedError> {
    serde_json::from_str(standard_file(name)?).map_err(|error| json_error(name, &error))
}

/// The rows of the platform for an org with this `org.json`.
pub(super) fn platform(org: Id, file: &OrgFile, schema: &Schema) -> Result<Platform, SeedError> {
    let users: UsersFile = parse("users.json")?;
    let mut platform = Platform {
        licenses: licenses(file)?,
        groups: users.groups,
        permission_set_licenses: users.permission_set_licenses,
        packages: file
            .packages
            .iter()
            .map(|package| (package.namespace.clone(), package.seats.map_or(-1, i64::from)))
            .collect(),
        record_types: parse::<RecordTypesFile>("record_types.json")?.record_types,
        ..Platform::of(org)
    };
    let standard: ProfilesFile = parse("profiles.json")?;
    for profile in standard.profiles {
        let objects = grants::objects(profile.objects)
            .ok_or_else(|| SeedError::whole("profiles.json", format!("{}: bad objects", profile.name), ""))?;
        platform.profiles.push(Profile {
            name: profile.name,
            full_name: profile.full_name,
            description: None,
            license: profile.license,
            user_type: profile.user_type,
            custom: profile.custom,
            grants: Grants { permissions: profile.permissions, objects, fields: BTreeMap::new() },
        });
    }
    for clone in &file.profiles {
        let profile = cloned(clone, file, schema, &platform)?;
        platform.profiles.push(profile);
    }
    for set in &file.permission_sets {
        let mut grants = Grants::default();
        grants::apply(&mut grants, file, schema, (&set.permissions, &set.objects, &set.fields), false)?;
        let is_known =
            |name: &str| platform.has_license(name) || platform.permission_set_license_id(name).is_some();
        if let Some(license) = set.license.as_ref().filter(|name| !is_known(name)) {
            return Err(unknown_license(file, license));
        }
        platform.permission_sets.push(PermissionSet {
            name: set.name.clone(),
            label: set.label.clone().unwrap_or_else(|| set.name.clone()),
            description: set.description.clone(),
            license: set.license.clone(),
            grants,
        });
    }
    Ok(platform)
}

impl Platform {
    fn has_license(&self, name: &str) -> bool {
        self.licenses.iter().any(|license| license.name == name)
    }
}

fn licenses(file: &OrgFile) -> Result<Vec<License>, SeedError> {
    let standard: LicensesFile = parse("licenses.json")?;
    let mut licenses = standard.licenses;
    for (name, seats) in &file.licenses {
        let license = licenses.iter_mut().find(|license| license.name == *name);
        let license = license.ok_or_else(|| unknown_license(file, name))?;
        license.seats = i64::from(*seats);
        license.on_demand = false;
    }
    licenses.retain(|license| !license.on_demand);
    Ok(licenses)
}

/// The features under which accounts say whose they are: `IsPartner` is there with the first seat for partners,
/// `IsCustomerPortal` with the first for customers.
/// Source: <https://help.salesforce.com/s/articleView?id=005321769&type=1>
pub(super) fn account_features(file: &OrgFile) -> Result<Vec<String>, SeedError> {
    let licenses = licenses(file)?;
    let seats = |partner: bool| {
        let external = licenses.iter().filter(|license| license.is_external() && license.seats > 0);
        external.into_iter().any(|license| (license.user_type == "PowerPartner") == partner)
    };
    let features = [("PartnerUsers", seats(true)), ("CustomerUsers", seats(false))];
    Ok(features.into_iter().filter(|(_, has)| *has).map(|(feature, _)| feature.to_owned()).collect())
}

fn unknown_license(file: &OrgFile, name: &str) -> SeedError {
    file.mistake(name, format!("there is no licence {name:?}"), "a name of seed/standard/licenses.json")
}

fn cloned(
    clone: &super::org_file::ProfileFile,
    file: &OrgFile,
    schema: &Schema,
    platform: &Platform,
) -> Result<Profile, SeedError> {
    let known = |name: &str| platform.profiles.iter().find(|profile| profile.name == name);
    let source = known(&clone.clone).ok_or_else(|| {
        let what = format!("there is no profile {:?} to clone", clone.clone);
        file.mistake(&clone.clone, what, "a standard profile or one further up")
    })?;
    if known(&clone.name).is_some() {
        let what = format!("there already is a profile {:?}", clone.name);
        return Err(file.mistake(&clone.name, what, "another name"));
    }
    let mut profile = Profile {
        name: clone.name.clone(),
        full_name: None,
        description: clone.description.clone(),
        custom: true,
        ..source.clone()
    };
    let entry = (clone.permissions.as_slice(), &clone.objects, &clone.fields);
    grants::apply(&mut profile.grants, file, schema, entry, true)?;
    Ok(profile)
}

/// The record of Organization.
pub(super) fn organization(call: Call, file: &OrgFile) -> Result<(), SeedError> {
    let mut standard: OrganizationFile = parse("organization.json")?;
    let fields = &mut standard.organization;
    let mut set = |name: &str, value: &str| fields.insert(name.to_owned(), Json::from(value));
    set("Name", &file.org_name);
    set("OrganizationType", file.edition.organization_type());
    set("Country", &file.country);
    set("SignupCountryIsoCode", &file.country);
    set("LanguageLocaleKey", &file.language);
    for (name, value) in &file.organization {
        fields.insert(name.clone(), value.clone());
    }
    let object = call.org.standard("Organization").map_err(|fault| SeedError::of_fault(PATH, 0, &fault))?;
    if let Some(name) = fields.keys().find(|name| object.field(name).is_none()) {
        let what = format!("Organization has no field {name:?}");
        return Err(file.mistake(name, what, "a field's API name"));
    }
    let fields = fields.iter().map(|(name, value)| (name.clone(), data::plain(value))).collect();
    let sent = RecordInput { object, id: Some(call.org.id.as_str().to_owned()), fields };
    insert_given(call, &sent).map(drop).map_err(|faults| {
        let fault = faults.first().cloned().unwrap_or_else(Fault::no_access_to_record);
        let field = fault.fields.first().map_or("organization", |field| field.as_ref());
        let line = file.mistake(field, "", "").line;
        SeedError::of_fault(PATH, line, &fault)
    })
}

/// When and by whom an org that is opened again was made: tables that were not touched before are filled alike.
pub(super) fn creation(org: &Org) -> Result<Creation, Fault> {
    let record = org.find(&org.standard("Organization")?, org.id)?;
    let Some(record) = record else { return Ok(Creation::default()) };
    let at = if let Value::Int(at) = record.get("CreatedDate") { *at } else { 0 };
    Ok(Creation { at, by: record.id("CreatedById") })
}

/// The users of the platform itself.
pub(super) fn system_users(call: Call, platform: &Platform) -> Result<(), SeedError> {
    let file: UsersFile = parse("users.json")?;
    let failed = |fault: Fault| SeedError::of_fault("standard/users.json", 0, &fault);
    let organization = call.org.standard("Organization").map_err(failed)?;
    let organization = call.org.find(&organization, call.org.id).map_err(failed)?;
    let of_org = |field: &str| organization.as_ref().map_or(Value::Null, |record| record.get(field).clone());
    for user in file.users {
        let mut fields = vec![
            ("TimeZoneSidKey", of_org("TimeZoneSidKey")),
            ("LocaleSidKey", of_org("DefaultLocaleSidKey")),
            ("LanguageLocaleKey", of_org("LanguageLocaleKey")),
            ("EmailEncodingKey", Value::from("UTF-8")),
        ];
        for (name, value) in &user {
            match (value.as_str(), value.get("Name").and_then(Json::as_str)) {
                (Some(text), _) => fields.push((name, Value::from(filled_in(call, text)))),
                (None, Some(profile)) => {
                    let id = platform.profile_id(profile);
                    fields.push(("ProfileId", id.map_or(Value::Null, Value::from)));
                }
                _ => {
                    return Err(SeedError::whole(
                        "standard/users.json",
                        format!("{name} is no text"),
                        "a text",
                    ));
                }
            }
        }
        insert_as_platform(call, "User", &fields).map_err(failed)?;
    }
    Ok(())
}

/// `{orgId}` and `{random12}`.
fn filled_in(call: Call, text: &str) -> String {
    let text = text.replace("{orgId}", &call.org.id.as_str().to_ascii_lowercase());
    if !text.contains("{random12}") {
        return text;
    }
    text.replace(
        "{random12}",
        &crate::credentials::password::random_text(
            call.environment,
            12,
            b"abcdefghijklmnopqrstuvwxyz0123456789",
        ),
    )
}
