//! What a user may do: object permissions, field-level security and user permissions of the profile and the
//! permission sets.
//!
//! Field-level security is open: a field follows its object unless a FieldPermissions row of the user's profile or
//! permission sets names it. Only a field that was made through the Metadata API is hidden until such a row shows it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::FixedState;
use jiff::tz::TimeZone;

use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::{Field, FieldFlag, SObject};

mod cache;
mod compute;
mod delegated;
mod delegation;
mod profile;
mod profile_facts;
mod setup;
mod user_type;
mod visibility;

pub(crate) use cache::Cache;
pub use delegation::{Assignable, DelegateGroup, Delegated, Delegation};
pub use profile_facts::ProfileFacts;
pub(crate) use profile_facts::hidden_set_name;
pub(crate) use setup::manages_external_users;
pub(crate) use user_type::is_external_type;

/// Who runs a call, and what they may do.
#[derive(Debug, Clone)]
pub struct Runner {
    /// The user that `CreatedById` and `LastModifiedById` name.
    pub user: Id,
    pub profile: Option<Id>,
    /// False for a deactivated user, whose sessions have ended.
    pub is_active: bool,
    /// True while the user is frozen (`UserLogin.IsFrozen`).
    pub is_frozen: bool,
    /// `User.UserType`: `Standard`, `PowerPartner`, `CspLitePortal`, …
    pub user_type: String,
    /// The account of an external user.
    pub account: Option<Id>,
    /// The contact of an external user.
    pub contact: Option<Id>,
    pub time_zone: TimeZone,
    access: Arc<Access>,
    delegated: Option<Arc<Delegated>>,
    /// The API version of the call, the number before `.0`.
    api_version: u8,
}

/// What no API call asks for: the newest version.
const NEWEST: u8 = u8::MAX;

/// What the profile and the permission sets of a user add up to.
#[derive(Debug, Default)]
pub struct Access {
    /// Nothing is checked: the platform itself (seeds, JIT, effects of a save).
    unlimited: bool,
    /// User permissions by their field name on PermissionSet without the prefix: `ApiEnabled`, `ManageUsers`.
    permissions: HashSet<String, FixedState>,
    objects: HashMap<String, ObjectAccess, FixedState>,
    /// Fields (`Account.External_Id__c`) that are hidden or read-only though their object is not.
    fields: HashMap<String, FieldAccess, FixedState>,
}

/// The six object permissions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ObjectAccess {
    pub read: bool,
    pub create: bool,
    pub edit: bool,
    pub delete: bool,
    pub view_all: bool,
    pub modify_all: bool,
}

/// Field-level security of one field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FieldAccess {
    pub read: bool,
    pub edit: bool,
}

impl ObjectAccess {
    pub const ALL: ObjectAccess =
        ObjectAccess { read: true, create: true, edit: true, delete: true, view_all: true, modify_all: true };

    /// Reads the letters of a seed: `c` create, `r` read, `e` edit, `d` delete, `v` view all, `m` modify all.
    pub fn from_letters(letters: &str) -> Option<ObjectAccess> {
        let mut access = ObjectAccess::default();
        for letter in letters.chars() {
            match letter {
                'c' => access.create = true,
                'r' => access.read = true,
                'e' => access.edit = true,
                'd' => access.delete = true,
                'v' => access.view_all = true,
                'm' => access.modify_all = true,
                _ => return None,
            }
        }
        Some(access)
    }

    fn or(self, other: ObjectAccess) -> ObjectAccess {
        ObjectAccess {
            read: self.read || other.read,
            create: self.create || other.create,
            edit: self.edit || other.edit,
            delete: self.delete || other.delete,
            view_all: self.view_all || other.view_all,
            modify_all: self.modify_all || other.modify_all,
        }
    }
}

impl Runner {
    /// The platform itself, acting in the name of a user.
    pub fn system(user: Id) -> Runner {
        Runner {
            user,
            profile: None,
            is_active: true,
            is_frozen: false,
            user_type: "AutomatedProcess".to_owned(),
            account: None,
            contact: None,
            time_zone: TimeZone::UTC,
            access: Arc::new(Access { unlimited: true, ..Access::default() }),
            delegated: None,
            api_version: NEWEST,
        }
    }

    /// The same user in a call of an API version (the number before `.0`): for them only its fields exist.
    pub fn at_version(self, version: u32) -> Runner {
        Runner { api_version: u8::try_from(version).unwrap_or(NEWEST), ..self }
    }

    /// The API version of the call; the largest number when no version was asked for.
    pub(crate) fn api_version(&self) -> u8 {
        self.api_version
    }

    /// Whether the API version of the call has the field.
    pub fn knows_field(&self, field: &Field) -> bool {
        field.versions.contain(self.api_version)
    }

    /// True when nothing is checked.
    pub fn is_system(&self) -> bool {
        self.access.unlimited
    }

    /// What the user may do, as one thing: runners that share it are alike to whoever compiles for them.
    pub(crate) fn access(&self) -> &Arc<Access> {
        &self.access
    }

    /// True for a user of a portal or community licence.
    pub fn is_external(&self) -> bool {
        is_external_type(&self.user_type)
    }

    /// Whether the user has a user permission, such as `ManageUsers`.
    /// `ManageUsers` includes the narrower permissions of user administration.
    pub fn may(&self, permission: &str) -> bool {
        let held = |name: &str| self.access.permissions.contains(name);
        self.access.unlimited
            || held(permission)
            || (IN_MANAGE_USERS.contains(&permission) && held("ManageUsers"))
    }

    /// What is delegated to the user: whom they administer without being an administrator.
    pub fn delegated(&self) -> Option<&Delegated> {
        self.delegated.as_deref()
    }

    /// Whether the user administers another one by delegation.
    pub(crate) fn administers(&self, user: &Record) -> bool {
        self.delegated.as_ref().is_some_and(|delegated| delegated.administers(user))
    }

    /// The user's object permissions.
    pub fn object(&self, object: &SObject) -> ObjectAccess {
        self.object_named(&object.name)
    }

    /// The user's permissions for the object of this name, spelled as it is.
    pub fn object_named(&self, object: &str) -> ObjectAccess {
        if self.access.unlimited {
            return ObjectAccess::ALL;
        }
        let given = self.access.objects.get(object).copied();
        if let Some(access) = setup::access(object, self) {
            return access;
        }
        if self.may("ModifyAllData") {
            return ObjectAccess::ALL;
        }
        let mut access = match given {
            Some(access) => access,
            None if has_object_permissions(object) => ObjectAccess::default(),
            None => setup::follows_user_permissions(object, self),
        };
        if self.may("ViewAllData") {
            access.read = true;
            access.view_all = true;
        }
        access
    }

    /// Whether the API version of the call has the field, and field-level security shows it.
    pub fn sees_field(&self, object: &SObject, field: &Field) -> bool {
        self.field(object, field).read
    }

    /// Whether field-level security lets the user write the field.
    pub fn edits_field(&self, object: &SObject, field: &Field) -> bool {
        self.field(object, field).edit
    }

    fn field(&self, object: &SObject, field: &Field) -> FieldAccess {
        const OPEN: FieldAccess = FieldAccess { read: true, edit: true };
        if !self.knows_field(field) {
            return FieldAccess::default();
        }
        if self.access.unlimited {
            return OPEN;
        }
        if object.name == "User" && !setup::sees_user_field(&field.name, self) {
            return FieldAccess::default();
        }
        let unnamed = if field.is(FieldFlag::OnGrant) { FieldAccess::default() } else { OPEN };
        if !field.is(FieldFlag::Permissionable) {
            return OPEN;
        }
        if self.access.fields.is_empty() {
            return unnamed;
        }
        let given = |object: &str, field: &str| self.access.fields.get(&format!("{object}.{field}")).copied();
        let own = given(&object.name, &field.name);
        // A custom field of a contact is one of a person account as well.
        let of_contact = || {
            let stem = field.name.strip_suffix("__pc").filter(|_| object.name == "Account")?;
            given("Contact", &format!("{stem}__c"))
        };
        own.or_else(of_contact).unwrap_or(unnamed)
    }
}

/// What "Manage Users" includes.
/// Source: <https://salesforce.stackexchange.com/questions/413777>
const IN_MANAGE_USERS: &[&str] = &[
    "ResetPasswords",
    "ViewAllUsers",
    "ManageProfilesPermissionsets",
    "AssignPermissionSets",
    "ManageRoles",
    "ManageIpAddresses",
    "ManageSharing",
    "ViewSetup",
    "ViewRoles",
    "ManageInternalUsers",
    "ManagePasswordPolicies",
    "ManageLoginAccessPolicies",
];

/// Objects whose access is given by ObjectPermissions rows; others follow user permissions.
pub(crate) fn has_object_permissions(object: &str) -> bool {
    object.ends_with("__c") || OBJECTS_WITH_PERMISSIONS.contains(&object)
}

/// The standard objects that profiles list object permissions for.
pub(crate) const OBJECTS_WITH_PERMISSIONS: &[&str] = &[
    "Account",
    "Campaign",
    "Case",
    "Contact",
    "Document",
    "Employee",
    "Employee2",
    "Individual",
    "Lead",
    "Opportunity",
    "Product2",
];
