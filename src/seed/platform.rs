//! What the platform and the seed's `org.json` put into an org: licences, profiles, permission sets, groups.
//!
//! These rows obey no rules and there are hundreds of them, so they are written straight into their tables, when a
//! table is first touched. Their ids follow from their place in the lists.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use serde::Deserialize;

use super::duplicate_rule_rows;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::SObject;
use crate::model::value::Value;
use crate::org::access::{OBJECTS_WITH_PERMISSIONS, ObjectAccess, hidden_set_name};
use crate::org::license::License;
use crate::org::standard_rows::StandardRows;
use crate::org::{Creation, Org, storage};

/// The lists that the rows are made from.
pub struct Platform {
    /// Whose rows they are.
    pub org: Id,
    /// When the org was made, and by whom.
    pub created: Creation,
    pub licenses: Vec<License>,
    pub profiles: Vec<Profile>,
    pub permission_sets: Vec<PermissionSet>,
    pub groups: Vec<Group>,
    pub permission_set_licenses: Vec<PermissionSetLicense>,
    /// Namespaces of the installed managed packages, and their seats; -1 for any number.
    pub packages: Vec<(String, i64)>,
    pub record_types: Vec<RecordType>,
}

/// A profile: a standard one, or a clone that `org.json` asks for.
#[derive(Debug, Clone)]
pub struct Profile {
    pub name: String,
    /// What metadata calls it where that is another name.
    pub full_name: Option<String>,
    pub description: Option<String>,
    pub license: String,
    pub user_type: String,
    pub custom: bool,
    pub grants: Grants,
}

#[derive(Debug, Clone)]
pub struct PermissionSet {
    pub name: String,
    pub label: String,
    pub description: Option<String>,
    /// Name of a user licence.
    pub license: Option<String>,
    pub grants: Grants,
}

/// What a profile or a permission set gives.
#[derive(Debug, Clone, Default)]
pub struct Grants {
    /// Fields `Permissions*` of PermissionSet, without that prefix.
    pub permissions: Vec<String>,
    /// By object; `*` for every object that is not named.
    pub objects: BTreeMap<String, ObjectAccess>,
    /// By `Object.Field`: whether it may be read and edited.
    pub fields: BTreeMap<String, (bool, bool)>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    #[serde(rename = "Type")]
    pub kind: String,
    #[serde(rename = "DeveloperName")]
    pub developer_name: String,
    /// The feature that brings it.
    pub when: Option<String>,
}

/// A record type that a feature brings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct RecordType {
    pub sobject_type: String,
    pub name: String,
    pub developer_name: String,
    #[serde(default)]
    pub is_person_type: bool,
    #[serde(rename = "when")]
    pub when: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionSetLicense {
    #[serde(rename = "DeveloperName")]
    pub developer_name: String,
    #[serde(rename = "MasterLabel")]
    pub label: String,
    #[serde(rename = "TotalLicenses")]
    pub total: i64,
}

/// Objects that have rows of the platform.
const FILLED: &[&str] = &[
    "UserLicense",
    "Profile",
    "PermissionSet",
    "ObjectPermissions",
    "FieldPermissions",
    "Group",
    "PermissionSetLicense",
    "PackageLicense",
    "RecordType",
    "DuplicateRule",
    "MatchingRule",
    "MatchingRuleItem",
];

/// Shared by the org, whose tables begin with the rows, and the seed, which looks up what they are called.
impl StandardRows for Platform {
    fn has_rows(&self, object: &str) -> bool {
        FILLED.contains(&object)
    }

    fn fill(&self, org: &Org, object: &SObject, layout: &storage::Layout) -> Result<(), Fault> {
        if !self.has_rows(&object.name) {
            return Ok(());
        }
        let mut next = 1;
        for row in self.rows(org, object) {
            let values = layout.values(|at| row.get(at).unwrap_or(&Value::Null));
            org.store.insert(&layout.insert, values)?;
            next += 1;
        }
        match &object.key_prefix {
            Some(prefix) => org.reserve_ids(prefix, next),
            None => Ok(()),
        }
    }
}

pub(super) type Row = Vec<Value>;

impl Platform {
    /// Nothing yet.
    pub fn of(org: Id) -> Platform {
        Platform {
            org,
            created: Creation::default(),
            licenses: Vec::new(),
            profiles: Vec::new(),
            permission_sets: Vec::new(),
            groups: Vec::new(),
            permission_set_licenses: Vec::new(),
            packages: Vec::new(),
            record_types: Vec::new(),
        }
    }

    /// The id of a row by its place in its list.
    pub(super) fn numbered(&self, prefix: &str, index: usize) -> Id {
        self.org.in_org(prefix, index as u64 + 1)
    }

    pub fn profile_id(&self, name: &str) -> Option<Id> {
        let index = self.profiles.iter().position(|profile| profile.name == name)?;
        Some(self.numbered(PROFILE, index))
    }

    /// What metadata calls the profiles that have another name there, by their name.
    pub fn metadata_names(&self) -> HashMap<String, String> {
        let names = |profile: &Profile| Some((profile.name.clone(), profile.full_name.clone()?));
        self.profiles.iter().filter_map(names).collect()
    }

    /// The row of a user licence.
    pub fn license_id(&self, name: &str) -> Option<Id> {
        let index = self.licenses.iter().position(|license| license.name == name)?;
        Some(self.numbered(USER_LICENSE, index))
    }

    /// The row of a permission set licence, by its developer name.
    pub fn permission_set_license_id(&self, name: &str) -> Option<Id> {
        let index = self.permission_set_licenses.iter().position(|license| license.developer_name == name)?;
        Some(self.numbered(PERMISSION_SET_LICENSE, index))
    }

    /// Of a user licence, or of a permission set licence.
    fn license_value(&self, name: Option<&str>) -> Value {
        let id = |name| self.license_id(name).or_else(|| self.permission_set_license_id(name));
        name.and_then(id).map_or(Value::Null, Value::from)
    }

    /// One after the other: a profile's row takes ten kilobytes.
    fn rows<'a>(&'a self, org: &'a Org, object: &'a SObject) -> Box<dyn Iterator<Item = Row> + 'a> {
        match object.name.as_str() {
            "Profile" => {
                let places = places(object);
                let profiles = self.profiles.iter().enumerate();
                Box::new(
                    profiles.map(move |(index, profile)| self.profile_row(object, &places, index, profile)),
                )
            }
            "PermissionSet" => Box::new(self.permission_set_rows(object)),
            _ => Box::new(self.few_rows(org, object).into_iter()),
        }
    }

    fn few_rows(&self, org: &Org, object: &SObject) -> Vec<Row> {
        match object.name.as_str() {
            "UserLicense" => {
                self.licenses.iter().enumerate().map(|(n, l)| self.license_row(object, n, l)).collect()
            }
            "ObjectPermissions" => self.object_permission_rows(org, object),
            "FieldPermissions" => self.field_permission_rows(object),
            "Group" => self.group_rows(org, object),
            "PermissionSetLicense" => self.permission_set_license_rows(object),
            "PackageLicense" => self.package_license_rows(object),
            "RecordType" => self.record_type_rows(org, object),
            "DuplicateRule" => {
                duplicate_rule_rows::duplicate_rule_rows(self, &org.settings.duplicate_rules, object)
            }
            "MatchingRule" => {
                duplicate_rule_rows::matching_rule_rows(self, &org.settings.duplicate_rules, object)
            }
            "MatchingRuleItem" => {
                duplicate_rule_rows::matching_rule_item_rows(self, &org.settings.duplicate_rules, object)
            }
            _ => Vec::new(),
        }
    }

    /// A row with its id and system fields.
    pub(super) fn row(&self, object: &SObject, index: usize) -> Row {
        let mut row = vec![Value::Null; object.fields.len()];
        let prefix = object.key_prefix.as_deref().unwrap_or("000");
        put(object, &mut row, "Id", self.numbered(prefix, index));
        for name in ["CreatedDate", "LastModifiedDate", "SystemModstamp"] {
            put(object, &mut row, name, self.created.at);
        }
        for name in ["CreatedById", "LastModifiedById"] {
            put(object, &mut row, name, self.created.by.map_or(Value::Null, Value::from));
        }
        row
    }

    fn license_row(&self, object: &SObject, index: usize, license: &License) -> Row {
        let mut row = self.row(object, index);
        put(object, &mut row, "Name", license.name.as_str());
        put(object, &mut row, "MasterLabel", license.name.as_str());
        put(object, &mut row, "LicenseDefinitionKey", license.key.as_str());
        put(object, &mut row, "TotalLicenses", license.seats);
        put(object, &mut row, "Status", if license.seats == 0 { "Disabled" } else { "Active" });
        put(object, &mut row, "UsedLicenses", 0);
        put(object, &mut row, "UsedLicensesLastUpdated", self.created.at);
        row
    }

    fn profile_row(&self, object: &SObject, places: &Places, index: usize, profile: &Profile) -> Row {
        let mut row = self.row(object, index);
        put(object, &mut row, "Name", profile.name.as_str());
        put(object, &mut row, "Description", text(&profile.description));
        put(object, &mut row, "UserLicenseId", self.license_value(Some(&profile.license)));
        put(object, &mut row, "UserType", profile.user_type.as_str());
        for permission in &profile.grants.permissions {
            put_permission(places, &mut row, on_profile(permission));
        }
        row
    }

    /// Those that profiles own, then the others.
    fn permission_set_rows<'a>(&'a self, object: &'a SObject) -> impl Iterator<Item = Row> + 'a {
        let places = Rc::new(places(object));
        let own_places = places.clone();
        let of_profiles = self.profiles.iter().enumerate();
        let of_profiles =
            of_profiles.map(move |(index, profile)| self.hidden_set_row(object, &own_places, index, profile));
        let others = self.permission_sets.iter().enumerate();
        let others = others.map(move |(index, set)| {
            self.permission_set_row(object, &places, self.profiles.len() + index, set)
        });
        of_profiles.chain(others)
    }

    fn hidden_set_row(&self, object: &SObject, places: &Places, index: usize, profile: &Profile) -> Row {
        let mut row = self.row(object, index);
        let profile_id = self.numbered(PROFILE, index);
        put(object, &mut row, "Name", hidden_set_name(profile_id));
        put(object, &mut row, "Label", profile_id.short());
        put(object, &mut row, "LicenseId", self.license_value(Some(&profile.license)));
        put(object, &mut row, "ProfileId", profile_id);
        put(object, &mut row, "IsOwnedByProfile", true);
        put(object, &mut row, "IsCustom", profile.custom);
        put(object, &mut row, "Type", "Profile");
        for permission in &profile.grants.permissions {
            put_permission(places, &mut row, permission);
        }
        row
    }

    fn permission_set_row(
        &self,
        object: &SObject,
        places: &Places,
        index: usize,
        set: &PermissionSet,
    ) -> Row {
        let mut row = self.row(object, index);
        put(object, &mut row, "Name", set.name.as_str());
        put(object, &mut row, "Label", set.label.as_str());
        put(object, &mut row, "Description", text(&set.description));
        put(object, &mut row, "LicenseId", self.license_value(set.license.as_deref()));
        put(object, &mut row, "IsCustom", true);
        put(object, &mut row, "Type", "Regular");
        for permission in &set.grants.permissions {
            put_permission(places, &mut row, permission);
        }
        row
    }

    /// Every profile and permission set with the id of its permission set.
    fn grants(&self) -> impl Iterator<Item = (Id, &Grants)> {
        let profiles = self.profiles.iter().map(|profile| &profile.grants);
        let sets = self.permission_sets.iter().map(|set| &set.grants);
        profiles
            .chain(sets)
            .enumerate()
            .map(move |(index, grants)| (self.numbered(PERMISSION_SET, index), grants))
    }

    fn object_permission_rows(&self, org: &Org, object: &SObject) -> Vec<Row> {
        let custom = org.schema.custom_objects();
        let mut rows = Vec::new();
        for (set, grants) in self.grants() {
            let every = OBJECTS_WITH_PERMISSIONS.iter().copied().chain(custom.iter().map(String::as_str));
            let star = every.filter_map(|name| {
                let given = grants.objects.get("*").filter(|_| !grants.objects.contains_key(name));
                given.map(|access| (name, *access))
            });
            let named = grants.objects.iter().filter(|(name, _)| *name != "*");
            for (name, access) in star.chain(named.map(|(name, access)| (name.as_str(), *access))) {
                if access == ObjectAccess::default() {
                    continue;
                }
                let mut row = self.row(object, rows.len());
                put(object, &mut row, "ParentId", set);
                put(object, &mut row, "SobjectType", name);
                put(object, &mut row, "PermissionsCreate", access.create);
                put(object, &mut row, "PermissionsRead", access.read);
                put(object, &mut row, "PermissionsEdit", access.edit);
                put(object, &mut row, "PermissionsDelete", access.delete);
                put(object, &mut row, "PermissionsViewAllRecords", access.view_all);
                put(object, &mut row, "PermissionsModifyAllRecords", access.modify_all);
                rows.push(row);
            }
        }
        rows
    }

    fn field_permission_rows(&self, object: &SObject) -> Vec<Row> {
        let mut rows = Vec::new();
        for (set, grants) in self.grants() {
            for (field, (read, edit)) in &grants.fields {
                let mut row = self.row(object, rows.len());
                put(object, &mut row, "ParentId", set);
                put(object, &mut row, "SobjectType", field.split('.').next().unwrap_or_default());
                put(object, &mut row, "Field", field.as_str());
                put(object, &mut row, "PermissionsRead", *read);
                put(object, &mut row, "PermissionsEdit", *edit);
                rows.push(row);
            }
        }
        rows
    }

    fn group_rows(&self, org: &Org, object: &SObject) -> Vec<Row> {
        let present =
            |group: &&Group| group.when.as_deref().is_none_or(|feature| org.schema.has_feature(feature));
        let groups = self.groups.iter().filter(present).enumerate();
        groups
            .map(|(index, group)| {
                let mut row = self.row(object, index);
                put(object, &mut row, "Type", group.kind.as_str());
                put(object, &mut row, "DeveloperName", group.developer_name.as_str());
                put(object, &mut row, "OwnerId", org.id);
                row
            })
            .collect()
    }

    fn record_type_rows(&self, org: &Org, object: &SObject) -> Vec<Row> {
        let present = self.record_types.iter().filter(|kind| org.schema.has_feature(&kind.when));
        let row = |(index, kind): (usize, &RecordType)| {
            let mut row = self.row(object, index);
            put(object, &mut row, "SobjectType", kind.sobject_type.as_str());
            put(object, &mut row, "Name", kind.name.as_str());
            put(object, &mut row, "DeveloperName", kind.developer_name.as_str());
            put(object, &mut row, "IsPersonType", kind.is_person_type);
            put(object, &mut row, "IsActive", true);
            row
        };
        present.enumerate().map(row).collect()
    }

    fn package_license_rows(&self, object: &SObject) -> Vec<Row> {
        let packages = self.packages.iter().enumerate();
        let row = |(index, (namespace, seats)): (usize, &(String, i64))| {
            let mut row = self.row(object, index);
            put(object, &mut row, "NamespacePrefix", namespace.as_str());
            put(object, &mut row, "Status", "Active");
            put(object, &mut row, "IsProvisioned", true);
            put(object, &mut row, "AllowedLicenses", *seats);
            put(object, &mut row, "UsedLicenses", 0);
            row
        };
        packages.map(row).collect()
    }

    fn permission_set_license_rows(&self, object: &SObject) -> Vec<Row> {
        let licenses = self.permission_set_licenses.iter().enumerate();
        licenses
            .map(|(index, license)| {
                let mut row = self.row(object, index);
                put(object, &mut row, "DeveloperName", license.developer_name.as_str());
                put(object, &mut row, "PermissionSetLicenseKey", license.developer_name.as_str());
                put(object, &mut row, "MasterLabel", license.label.as_str());
                put(object, &mut row, "TotalLicenses", license.total);
                put(object, &mut row, "UsedLicenses", 0);
                put(object, &mut row, "Status", if license.total == 0 { "Disabled" } else { "Active" });
                row
            })
            .collect()
    }
}

const USER_LICENSE: &str = "100";
const PERMISSION_SET_LICENSE: &str = "0PL";
const PROFILE: &str = "00e";
const PERMISSION_SET: &str = "0PS";

pub(super) fn put(object: &SObject, row: &mut Row, field: &str, value: impl Into<Value>) {
    if let Some(slot) = object.field_index(field).and_then(|index| row.get_mut(index)) {
        *slot = value.into();
    }
}

/// Where an object has its permission fields, by name without prefix.
type Places<'a> = HashMap<&'a str, usize>;

fn places(object: &SObject) -> Places<'_> {
    let fields = object.fields.iter().enumerate();
    fields.filter_map(|(index, field)| Some((field.name.strip_prefix("Permissions")?, index))).collect()
}

/// A permission that the org does not have waits for its feature.
fn put_permission(places: &Places, row: &mut Row, permission: &str) {
    if let Some(slot) = places.get(permission).and_then(|index| row.get_mut(*index)) {
        *slot = Value::from(true);
    }
}

/// Profile spells three permissions differently from PermissionSet.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_profile.htm>
fn on_profile(permission: &str) -> &str {
    match permission {
        "CreatePackaging" => "CreateMultiforce",
        "InstallPackaging" => "InstallMultiforce",
        "PublishPackaging" => "PublishMultiforce",
        other => other,
    }
}

fn text(text: &Option<String>) -> Value {
    text.as_deref().map_or(Value::Null, Value::from)
}
