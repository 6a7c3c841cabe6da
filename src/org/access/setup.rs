//! Objects without object permissions: administration follows user permissions, the rest is open to employees.
//!
//! Sources: <https://salesforce.stackexchange.com/questions/413777>,
//! <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_user.htm>

use super::{ObjectAccess, Runner};

/// The access to an object of administration; `None` for other objects.
pub(super) fn access(object: &str, runner: &Runner) -> Option<ObjectAccess> {
    let users = || runner.may("ManageUsers");
    let setup = || runner.may("ViewSetup");
    let customize = || runner.may("CustomizeApplication");
    Some(match object {
        // Everybody sees users and may edit themselves: which of them, the rules of User decide.
        "User" => ObjectAccess { edit: true, ..open(creates_users(runner), true) },
        "UserRole" => read_write(runner.may("ViewRoles"), runner.may("ManageRoles")),
        "Profile" => read_write(true, runner.may("ManageProfilesPermissionsets")),
        "UserLicense" | "Organization" => read_write(true, customize()),
        "PermissionSet"
        | "PermissionSetGroup"
        | "PermissionSetGroupComponent"
        | "PermissionSetLicense"
        | "ObjectPermissions"
        | "FieldPermissions"
        | "SetupEntityAccess"
        | "PermissionSetTabSetting" => {
            read_write(!runner.is_external(), runner.may("ManageProfilesPermissionsets"))
        }
        "PermissionSetAssignment" | "PermissionSetLicenseAssign" => {
            read_write(!runner.is_external(), runner.may("AssignPermissionSets"))
        }
        "Group" | "GroupMember" | "QueueSobject" => read_write(!runner.is_external(), users()),
        "UserLogin" => {
            let may = users() || runner.may("FreezeUsers");
            read_write(may, may)
        }
        "LoginHistory" | "LoginIp" | "LoginGeo" | "AuthSession" | "VerificationHistory" => {
            read_write(users(), users())
        }
        "Network" | "NetworkMember" | "NetworkMemberGroup" => read_write(true, runner.may("ManageNetworks")),
        "ConnectedApplication" | "SamlSsoConfig" | "AuthProvider" | "SetupAuditTrail" | "OauthToken" => {
            read_write(setup(), customize())
        }
        _ => return None,
    })
}

/// Activities, notes and whatever else has no permissions of its own.
pub(super) fn follows_user_permissions(object: &str, runner: &Runner) -> ObjectAccess {
    match object {
        "Task" => read_write(runner.may("ActivitiesAccess"), runner.may("EditTask")),
        "Event" => read_write(runner.may("ActivitiesAccess"), runner.may("EditEvent")),
        _ => read_write(true, !runner.is_external()),
    }
}

/// `ProfileId` needs "View Setup and Configuration", `UserRoleId` "View Roles and Role Hierarchy".
/// Source: <https://salesforce.stackexchange.com/questions/413777>
pub(super) fn sees_user_field(field: &str, runner: &Runner) -> bool {
    match field {
        "ProfileId" => runner.may("ViewSetup"),
        "UserRoleId" => runner.may("ViewRoles"),
        _ => true,
    }
}

fn creates_users(runner: &Runner) -> bool {
    runner.may("ManageInternalUsers") || manages_external_users(runner)
}

/// Whether the user may create and change users of portals and communities (delegated administrators: of their account).
/// "Manage External Users" and "Manage Customer Users" are `ManagePartners` and `ManageCssUsers` in the API.
pub(in crate::org) fn manages_external_users(runner: &Runner) -> bool {
    let permissions = ["ManageUsers", "ManagePartners", "ManageCssUsers", "DelegatedPortalUserAdmin"];
    permissions.iter().any(|permission| runner.may(permission))
}

fn open(create: bool, read: bool) -> ObjectAccess {
    ObjectAccess { read, create, view_all: read, ..ObjectAccess::default() }
}

fn read_write(read: bool, write: bool) -> ObjectAccess {
    ObjectAccess { read, create: write, edit: write, delete: write, view_all: read, modify_all: write }
}
