//! The attributes of resources, and the fields of records that they are.
//!
//! Sources: <https://help.salesforce.com/s/articleView?id=xcloud.identity_scim_implementation.htm>,
//! <https://github.com/salesforceidentity/scimv2-pilot>

use crate::model::id::Id;
use crate::model::schema::SObject;

pub const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub const CORE_V1: &str = "urn:scim:schemas:core:1.0";
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub const ENTERPRISE_V1: &str = "urn:scim:schemas:extension:enterprise:1.0";
/// Each of Salesforce's own has two spellings; the first is the one that answers have.
pub const EXTERNAL: [&str; 2] =
    ["urn:salesforce:schemas:extension:external:1.0", "urn:salesforce:schemas:extension:2.0:external"];
pub const OTHER: [&str; 2] = ["urn:salesforce:schemas:extension:1.0", "urn:salesforce:schemas:extension:2.0"];
pub const COMMUNITIES: &str = "urn:salesforce:schemas:extension:communities:1.0";
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub const ENTITLEMENT: [&str; 2] =
    ["urn:salesforce:schemas:extension:1.0:Entitlement", "urn:salesforce:schemas:extension:2.0:Entitlement"];
pub const ROLE: [&str; 2] =
    ["urn:salesforce:schemas:extension:1.0:Role", "urn:salesforce:schemas:extension:2.0:Role"];

/// The extension for the custom fields of an org.
pub fn custom_extension(org: Id) -> String {
    format!("urn:salesforce:schemas:extension:{org}")
}

/// What an attribute is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// A field, or that of a parent.
    Field(&'static str),
    /// Any of these fields.
    AnyOf(&'static [&'static str]),
    /// A profile or a permission set.
    Entitlement,
    /// Rows of `object` whose field `has` is the value lead to the resource by their field `gives`.
    Membership { object: &'static str, has: &'static str, gives: &'static str },
    /// Parts, or what can be shown but not asked for.
    Whole,
}

use Means::{AnyOf, Entitlement, Field, Membership, Whole};

/// The attributes of one kind of resource.
pub type Table = &'static [(&'static str, Means)];

const PHONES: Means = AnyOf(&["Phone", "MobilePhone", "Fax"]);
const GROUPS: Means = Membership { object: "GroupMember", has: "GroupId", gives: "UserOrGroupId" };

#[rustfmt::skip]
pub const USER: Table = &[
    ("id",                      Field("Id")),
    ("userName",                Field("Username")),
    ("externalId",              Field("FederationIdentifier")),
    ("name",                    Whole),
    ("name.formatted",          Field("Name")),
    ("name.familyName",         Field("LastName")),
    ("name.givenName",          Field("FirstName")),
    ("displayName",             Field("Name")),
    ("nickName",                Field("CommunityNickname")),
    ("profileUrl",              Whole),
    ("emails",                  Field("Email")),
    ("emails.value",            Field("Email")),
    ("addresses",               Whole),
    ("addresses.streetAddress", Field("Street")),
    ("addresses.locality",      Field("City")),
    ("addresses.region",        Field("State")),
    ("addresses.postalCode",    Field("PostalCode")),
    ("addresses.country",       Field("Country")),
    ("phoneNumbers",            PHONES),
    ("phoneNumbers.value",      PHONES),
    ("photos",                  Whole),
    ("userType",                Field("UserType")),
    ("title",                   Field("Title")),
    ("preferredLanguage",       Field("LanguageLocaleKey")),
    ("emailEncodingKey",        Field("EmailEncodingKey")),
    ("locale",                  Field("LocaleSidKey")),
    ("timezone",                Field("TimeZoneSidKey")),
    ("active",                  Field("IsActive")),
    ("entitlements",            Entitlement),
    ("entitlements.value",      Entitlement),
    ("groups",                  GROUPS),
    ("groups.value",            GROUPS),
    ("roles",                   Field("UserRoleId")),
    ("roles.value",             Field("UserRoleId")),
    ("meta.created",            Field("CreatedDate")),
    ("meta.lastModified",       Field("LastModifiedDate")),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", Whole),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization", Whole),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber", Field("EmployeeNumber")),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division", Field("Division")),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", Field("Department")),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", Whole),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value", Field("ManagerId")),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName", Field("Manager.Name")),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:delegatedApprover", Whole),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:delegatedApprover.delegatedApproverId", Field("DelegatedApproverId")),
    ("urn:salesforce:schemas:extension:external:1.0", Whole),
    ("urn:salesforce:schemas:extension:external:1.0:accountId", Field("AccountId")),
    ("urn:salesforce:schemas:extension:external:1.0:contactId", Field("ContactId")),
    ("urn:salesforce:schemas:extension:communities:1.0", Whole),
    ("urn:salesforce:schemas:extension:1.0", Whole),
    ("urn:salesforce:schemas:extension:1.0:alias", Field("Alias")),
];

#[rustfmt::skip]
pub const GROUPS_OF_USERS: Table = &[
    ("id",                Field("Id")),
    ("displayName",       Field("Name")),
    ("type",              Field("Type")),
    ("members",           Membership { object: "GroupMember", has: "UserOrGroupId", gives: "GroupId" }),
    ("members.value",     Membership { object: "GroupMember", has: "UserOrGroupId", gives: "GroupId" }),
    ("meta.created",      Field("CreatedDate")),
    ("meta.lastModified", Field("LastModifiedDate")),
];

#[rustfmt::skip]
pub const PROFILE: Table = &[
    ("id",                Field("Id")),
    ("displayName",       Field("Name")),
    ("type",              Whole),
    ("members",           Membership { object: "User", has: "Id", gives: "ProfileId" }),
    ("members.value",     Membership { object: "User", has: "Id", gives: "ProfileId" }),
    ("meta.created",      Field("CreatedDate")),
    ("meta.lastModified", Field("LastModifiedDate")),
];

const HOLDERS: Means =
    Membership { object: "PermissionSetAssignment", has: "AssigneeId", gives: "PermissionSetId" };

#[rustfmt::skip]
pub const PERMISSION_SET: Table = &[
    ("id",                Field("Id")),
    ("displayName",       Field("Name")),
    ("type",              Whole),
    ("members",           HOLDERS),
    ("members.value",     HOLDERS),
    ("meta.created",      Field("CreatedDate")),
    ("meta.lastModified", Field("LastModifiedDate")),
];

#[rustfmt::skip]
pub const ROLE_OF_USERS: Table = &[
    ("id",                Field("Id")),
    ("displayName",       Field("Name")),
    ("members",           Membership { object: "User", has: "Id", gives: "UserRoleId" }),
    ("members.value",     Membership { object: "User", has: "Id", gives: "UserRoleId" }),
    ("meta.lastModified", Field("LastModifiedDate")),
];

/// What names mean for one kind of resource in one org.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    pub table: Table,
    pub object: &'a SObject,
    pub org: Id,
}

/// An attribute that was asked for: one of the table, or a custom field.
pub enum Meaning<'a> {
    Of(Means),
    Custom(&'a str),
}

impl<'a> Names<'a> {
    pub fn knows(&self, name: &str) -> bool {
        self.meaning(name).is_some() || self.is_custom_extension(name)
    }

    /// What a name means, in any case (RFC 7643, 2.1), with or without the schema of the core.
    pub fn meaning(&self, name: &str) -> Option<Meaning<'a>> {
        let bare = name.strip_prefix(CORE).and_then(|rest| rest.strip_prefix(':')).unwrap_or(name);
        let second = |urns: [&str; 2]| {
            let rest = bare.strip_prefix(urns[1])?;
            Some(format!("{}{rest}", urns[0]))
        };
        let bare = second(EXTERNAL).or_else(|| second(OTHER)).unwrap_or_else(|| bare.to_owned());
        let found = self.table.iter().find(|(known, _)| known.eq_ignore_ascii_case(&bare));
        if let Some((_, means)) = found {
            return Some(Meaning::Of(*means));
        }
        let (extension, field) = name.rsplit_once(':')?;
        let field = self.object.field(field).filter(|field| field.name.ends_with("__c"))?;
        self.is_custom_extension(extension).then_some(Meaning::Custom(&field.name))
    }

    fn is_custom_extension(&self, name: &str) -> bool {
        let org = name.strip_prefix("urn:salesforce:schemas:extension:").and_then(Id::parse);
        org == Some(self.org)
    }
}
