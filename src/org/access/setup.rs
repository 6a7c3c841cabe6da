//! Objects without object permissions: administration follows user permissions, the rest is open to employees.
//!
//! Sources: <https://salesforce.stackexchange.com/questions/413777>,
//! <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_user.htm>

use super::{Assignable, ObjectAccess, Runner};
use crate::model::id::Id;

/// The access to an object of administration; `None` for other objects.
pub(super) fn access(object: &str, runner: &Runner) -> Option<ObjectAccess> {
    let users = || runner.may("ManageUsers");
    let setup = || runner.may("ViewSetup");
    let customize = || runner.may("CustomizeApplication");
    Some(match object {
        // Everybody sees users and may edit themselves: which of them, the rules of User decide.
        "User" => ObjectAccess { edit: true, ..open(creates_users(runner), true) },
        "UserRole" => read_write(sees_roles(runner), runner.may("ManageRoles")),
        "Profile" => read_write(true, runner.may("ManageProfilesPermissionsets")),
        "UserLicense" | "Organization" => read_write(true, customize()),
        "PermissionSet"
        | "PermissionSetGroup"
        | "PermissionSetGroupComponent"
        | "PermissionSetLicense"
        | "ObjectPermissions"
        | "FieldPermissions"
        | "MutingPermissionSet"
        | "SetupEntityAccess"
        | "PermissionSetTabSetting" => {
            read_write(!runner.is_external() || delegated(runner), runner.may("ManageProfilesPermissionsets"))
        }
        "PermissionSetAssignment" | "PermissionSetLicenseAssign" => {
            let assigns =
                runner.may("AssignPermissionSets") || delegates(runner, |given| &given.permission_sets);
            read_write(!runner.is_external() || assigns, assigns)
        }
        "Group" | "GroupMember" => {
            let manages = users() || (delegated(runner) && !runner.is_external());
            read_write(!runner.is_external(), manages)
        }
        "PackageLicense" => read_write(!runner.is_external(), false),
        "UserPackageLicense" => read_write(!runner.is_external(), users()),
        "DelegateGroup" | "DelegateGroupMember" => read_write(setup(), false),
        "Territory2" | "Territory2Model" | "Territory2Type" | "UserTerritory2Association" => {
            read_write(!runner.is_external(), customize() || users())
        }
        "QueueSobject" => read_write(!runner.is_external(), users()),
        "UserLogin" => {
            let may = users() || runner.may("FreezeUsers") || delegated(runner);
            read_write(may, may)
        }
        "LoginHistory"
        | "LoginEvent"
        | "LoginIp"
        | "LoginGeo"
        | "AuthSession"
        | "TwoFactorMethodsInfo"
        | "VerificationHistory" => read_write(users(), users()),
        "Network" | "NetworkMember" | "NetworkMemberGroup" => read_write(true, runner.may("ManageNetworks")),
        "DuplicateRule" | "MatchingRule" | "MatchingRuleItem" => read_write(setup(), false),
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
        "ActivityHistory" | "OpenActivity" => read_write(runner.may("ActivitiesAccess"), false),
        _ => read_write(true, !runner.is_external()),
    }
}

/// `ProfileId` needs "View Setup and Configuration", `UserRoleId` "View Roles and Role Hierarchy".
/// Source: <https://salesforce.stackexchange.com/questions/413777>
pub(super) fn sees_user_field(field: &str, runner: &Runner) -> bool {
    match field {
        "ProfileId" => runner.may("ViewSetup") || delegated(runner),
        "UserRoleId" => sees_roles(runner),
        _ => true,
    }
}

fn creates_users(runner: &Runner) -> bool {
    let kinds = ["PowerPartner", "PowerCustomerSuccess"];
    runner.may("ManageInternalUsers")
        || kinds.iter().any(|kind| manages_external_users(runner, kind))
        || delegates(runner, |given| &given.profiles)
}

/// Whether an employee may create and change external users of a `UserType`. "Manage External Users" and "Manage
/// Customer Users" are `ManagePartners` and `ManageCssUsers` in the API.
/// Source: <https://help.salesforce.com/apex/HTViewHelpDoc?id=platform.users_contactless_users_create_users.htm>
pub(crate) fn manages_external_users(runner: &Runner, user_type: &str) -> bool {
    let customer = user_type != "PowerPartner";
    !runner.is_external()
        && (runner.may("ManageUsers")
            || runner.may("ManagePartners")
            || (customer && runner.may("ManageCssUsers")))
}

fn delegated(runner: &Runner) -> bool {
    runner.delegated().is_some()
}

fn delegates(runner: &Runner, what: impl Fn(&Assignable) -> &Vec<Id>) -> bool {
    runner.delegated().is_some_and(|delegated| !what(&delegated.assignable).is_empty())
}

/// A delegated external user administrator is given "View Roles and Role Hierarchy" along with it.
/// Source: <https://help.salesforce.com/HTViewHelpDoc?id=networks_DPUA.htm>
fn sees_roles(runner: &Runner) -> bool {
    runner.may("ViewRoles") || (runner.is_external() && delegated(runner))
}

fn open(create: bool, read: bool) -> ObjectAccess {
    ObjectAccess { read, create, view_all: read, ..ObjectAccess::default() }
}

fn read_write(read: bool, write: bool) -> ObjectAccess {
    ObjectAccess { read, create: write, edit: write, delete: write, view_all: read, modify_all: write }
}
