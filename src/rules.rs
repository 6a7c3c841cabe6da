//! The business rules, by object. A rule is one small function named after what it enforces.

use crate::dml::{Rule, RuleBook};
use crate::model::fault::Rows;

mod account;
mod activity;
mod address;
mod blob;
mod collaboration_group;
mod confirm_email_change;
mod contact;
mod declare;
mod delegation;
mod delete;
mod employee;
mod group;
mod hierarchy;
mod lead;
pub(crate) mod merge;
pub(crate) mod names;
mod network;
mod object_permissions;
mod owner;
mod permission_set;
mod permission_set_assignment;
mod permission_set_group;
mod portal;
mod profile;
mod record_type;
mod saml_sso_config;
mod setup_audit;
mod transfer;
mod unique_row;
mod user;
mod user_login;
mod user_package_license;
mod user_role;

pub use confirm_email_change::confirm_email_change;

/// The rules of the service.
pub const BOOK: RuleBook = RuleBook {
    rules_of: of,
    check_merge: merge::check,
    note_setup_change: setup_audit::note,
    order_of_missing,
};

/// The rules of an object, in the order they run.
pub fn of(object: &str) -> &'static [Rule] {
    match object {
        "Account" => account::RULES,
        "Contact" => contact::RULES,
        "CollaborationGroup" => collaboration_group::RULES,
        "CollaborationGroupMember" => collaboration_group::MEMBER_RULES,
        "EntitySubscription" | "UserTerritory2Association" => unique_row::RULES,
        "UserPackageLicense" => user_package_license::RULES,
        "Group" => group::RULES,
        "GroupMember" => group::member::RULES,
        "QueueSobject" => group::queue::RULES,
        "FieldPermissions" | "PermissionSetGroupComponent" => unique_row::RULES,
        "ObjectPermissions" => object_permissions::RULES,
        "PermissionSet" => permission_set::RULES,
        "PermissionSetAssignment" => permission_set_assignment::RULES,
        "PermissionSetGroup" => permission_set_group::RULES,
        "PermissionSetLicenseAssign" => permission_set_assignment::license::RULES,
        "Employee2" => employee::RULES,
        "Profile" => profile::RULES,
        "SamlSsoConfig" => saml_sso_config::RULES,
        "Event" => activity::EVENT_RULES,
        "Task" => activity::TASK_RULES,
        "User" => user::RULES,
        "UserLogin" => user_login::RULES,
        "UserRole" => user_role::RULES,
        "Lead" => lead::RULES,
        "Network" => network::RULES,
        "NetworkMemberGroup" => network::GROUP_RULES,
        "Case" | "Opportunity" => owner::RULES,
        "Attachment" | "Document" | "StaticResource" => blob::RULES,
        _ => &[],
    }
}

/// The faults that rules give, by what they are about.
pub(crate) const FAULTS: &[(&str, &[Rows])] = &[
    ("Users", user::FAULTS),
    ("External users", user::EXTERNAL_FAULTS),
    (
        "Accounts, contacts, leads",
        &[
            account::FAULTS,
            account::person::FAULTS,
            account::marriage::FAULTS,
            address::FAULTS,
            record_type::FAULTS,
            merge::FAULTS,
            contact::FAULTS,
            lead::FAULTS,
            owner::FAULTS,
            transfer::FAULTS,
            hierarchy::FAULTS,
        ],
    ),
    (
        "Permission sets, groups, roles, queues",
        &[
            object_permissions::FAULTS,
            permission_set_assignment::FAULTS,
            permission_set_assignment::license::FAULTS,
            permission_set_assignment::user_license::FAULTS,
            group::member::FAULTS,
            group::queue::FAULTS,
            names::FAULTS,
            user_package_license::FAULTS,
            unique_row::FAULTS,
            user_role::FAULTS,
        ],
    ),
    ("Single sign-on configurations", &[saml_sso_config::FAULTS]),
];

/// Puts the names of missing required fields into the order in which the service lists them.
fn order_of_missing(object: &str, missing: &mut [&str]) {
    if object == "User" {
        user::order_of_missing(missing);
    }
}
