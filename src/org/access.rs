//! What a user may do: object permissions, field-level security and user permissions of the profile and the
//! permission sets.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::Org;
use super::fault::Fault;
use super::id::Id;
use super::record::Record;
use super::schema::{Field, FieldFlag, SObject};

/// Who runs a call, and what they may do.
#[derive(Debug, Clone)]
pub struct Runner {
    /// The user that `CreatedById` and `LastModifiedById` name.
    pub user: Id,
    pub profile: Option<Id>,
    /// `User.UserType`: `Standard`, `PowerPartner`, `CspLitePortal`, …
    pub user_type: String,
    /// The account of an external user.
    pub account: Option<Id>,
    pub time_zone: TimeZone,
    access: Arc<Access>,
}

/// What the profile and the permission sets of a user add up to.
#[derive(Debug, Default)]
pub struct Access {
    /// Nothing is checked: the platform itself (seeds, JIT, effects of a save).
    unlimited: bool,
    /// User permissions by their field name without the prefix: `ApiEnabled`, `ManageUsers`.
    permissions: HashSet<String>,
    objects: HashMap<String, ObjectAccess>,
    /// Fields (`Account.External_Id__c`) that are hidden or read-only though their object is not.
    fields: HashMap<String, FieldAccess>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldAccess {
    pub read: bool,
    pub edit: bool,
}

impl ObjectAccess {
    pub const ALL: ObjectAccess =
        ObjectAccess { read: true, create: true, edit: true, delete: true, view_all: true, modify_all: true };
}

impl Runner {
    /// The platform itself, acting in the name of a user.
    pub fn system(user: Id) -> Runner {
        Runner {
            user,
            profile: None,
            user_type: "AutomatedProcess".to_owned(),
            account: None,
            time_zone: TimeZone::UTC,
            access: Arc::new(Access { unlimited: true, ..Access::default() }),
        }
    }

    /// True when nothing is checked.
    pub fn is_system(&self) -> bool {
        self.access.unlimited
    }

    /// What the user may do, as one thing: runners that share it are alike to whoever compiles for them.
    pub(super) fn access(&self) -> &Arc<Access> {
        &self.access
    }

    /// True for a user of a portal or community licence.
    pub fn is_external(&self) -> bool {
        !matches!(self.user_type.as_str(), "Standard" | "AutomatedProcess")
    }

    /// Whether the user has a user permission, such as `ManageUsers`.
    pub fn may(&self, permission: &str) -> bool {
        self.access.unlimited || self.access.permissions.contains(permission)
    }

    /// The user's object permissions.
    pub fn object(&self, object: &SObject) -> ObjectAccess {
        if self.access.unlimited {
            return ObjectAccess::ALL;
        }
        self.access.objects.get(&object.name).copied().unwrap_or_default()
    }

    /// Whether field-level security shows the field.
    pub fn sees_field(&self, object: &SObject, field: &Field) -> bool {
        self.field(object, field).read
    }

    /// Whether field-level security lets the user write the field.
    pub fn edits_field(&self, object: &SObject, field: &Field) -> bool {
        self.field(object, field).edit
    }

    /// Whether sharing lets the user change this record.
    pub fn edits_record(&self, _org: &Org, _record: &Record) -> Result<bool, Fault> {
        Ok(true)
    }

    fn field(&self, object: &SObject, field: &Field) -> FieldAccess {
        const OPEN: FieldAccess = FieldAccess { read: true, edit: true };
        if self.access.unlimited || !field.is(FieldFlag::Permissionable) {
            return OPEN;
        }
        self.access.fields.get(&format!("{}.{}", object.name, field.name)).copied().unwrap_or(OPEN)
    }
}

/// Access by user, as computed at an epoch of the org.
#[derive(Default)]
pub(super) struct Cache {
    epoch: u64,
    runners: HashMap<Id, Runner>,
}

/// Objects whose records decide what users may do.
pub(super) fn decides_access(object: &str) -> bool {
    matches!(
        object,
        "User"
            | "Profile"
            | "PermissionSet"
            | "PermissionSetAssignment"
            | "PermissionSetGroup"
            | "PermissionSetGroupComponent"
            | "ObjectPermissions"
            | "FieldPermissions"
            | "UserRole"
    )
}
