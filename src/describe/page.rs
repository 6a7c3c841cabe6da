//! Which fields the pages of an object have, in which sections and under which labels. Objects that are not named here have one
//! section of all their fields.

use crate::model::schema::{Field, FieldFlag, FieldType, SObject};
use crate::org::access::Runner;

/// Fields under a heading.
pub struct Section<'a> {
    pub heading: &'static str,
    pub fields: Vec<&'a Field>,
}

type Sections = &'static [(&'static str, &'static [&'static str])];

#[rustfmt::skip]
const ACCOUNT: Sections = &[
    ("Account Information", &[
        "Name", "ParentId", "AccountNumber", "Site", "Type", "Industry", "AnnualRevenue", "NumberOfEmployees", "Rating",
        "Ownership", "Phone", "Fax", "Website", "TickerSymbol", "OwnerId", "IsPartner", "IsCustomerPortal",
    ]),
    ("Person Account", &[
        "Salutation", "FirstName", "LastName", "PersonEmail", "PersonTitle", "PersonMobilePhone", "IsPersonAccount",
    ]),
    ("Address Information", &[
        "BillingStreet", "BillingCity", "BillingState", "BillingPostalCode", "BillingCountry",
        "ShippingStreet", "ShippingCity", "ShippingState", "ShippingPostalCode", "ShippingCountry",
    ]),
    ("Additional Information", &["Description"]),
];

#[rustfmt::skip]
const CONTACT: Sections = &[
    ("Contact Information", &[
        "Salutation", "FirstName", "LastName", "AccountId", "Title", "Department", "Email", "Phone", "MobilePhone",
        "HomePhone", "Fax", "ReportsToId", "LeadSource", "Birthdate", "OwnerId",
    ]),
    ("Address Information", &[
        "MailingStreet", "MailingCity", "MailingState", "MailingPostalCode", "MailingCountry",
        "OtherStreet", "OtherCity", "OtherState", "OtherPostalCode", "OtherCountry",
    ]),
    ("Additional Information", &["Description"]),
];

#[rustfmt::skip]
const USER: Sections = &[
    ("General Information", &[
        "FirstName", "LastName", "Alias", "Email", "Username", "CommunityNickname", "Title", "CompanyName", "Department",
        "Division", "UserRoleId", "ProfileId", "IsActive", "ContactId", "AccountId", "PortalRole", "EmployeeNumber",
        "UserPermissionsMarketingUser", "UserPermissionsInteractionUser", "UserPermissionsKnowledgeUser",
        "UserPermissionsSupportUser", "UserPermissionsSFContentUser", "ForecastEnabled",
        "Phone", "Extension", "Fax", "MobilePhone",
    ]),
    ("Mailing Address", &["Street", "City", "State", "PostalCode", "Country"]),
    ("Single Sign On Information", &["FederationIdentifier"]),
    ("Locale Settings", &["TimeZoneSidKey", "LocaleSidKey", "LanguageLocaleKey", "EmailEncodingKey"]),
    ("Approver Settings", &["DelegatedApproverId", "ManagerId"]),
    ("Logins", &["LastLoginDate", "LastPasswordChangeDate", "NumberOfFailedLogins"]),
];

const SYSTEM: (&str, &[&str]) =
    ("System Information", &["CreatedById", "CreatedDate", "LastModifiedById", "LastModifiedDate"]);

/// What pages show and never change: buttons do.
const SHOWN_ONLY: &[(&str, &str)] = &[
    ("Account", "IsPartner"),
    ("Account", "IsCustomerPortal"),
    ("User", "ContactId"),
    ("User", "PortalRole"),
];

/// Labels of pages that are not those of describe.
const LABELS: &[(&str, &str, &str)] = &[
    ("User", "UserRoleId", "Role"),
    ("User", "ProfileId", "Profile"),
    ("User", "CommunityNickname", "Nickname"),
    ("User", "CompanyName", "Company"),
    ("User", "FederationIdentifier", "Federation ID"),
    ("User", "MobilePhone", "Mobile"),
    ("User", "UserPermissionsInteractionUser", "Flow User"),
    ("User", "NumberOfFailedLogins", "Failed Login Attempts"),
    ("User", "LastLoginDate", "Last Login"),
    ("User", "LastPasswordChangeDate", "Last Password Change or Reset"),
    ("User", "ManagerId", "Manager"),
    ("User", "DelegatedApproverId", "Delegated Approver"),
    ("User", "ContactId", "Contact"),
    ("User", "AccountId", "Account"),
    ("Contact", "AccountId", "Account Name"),
    ("Contact", "ReportsToId", "Reports To"),
    ("Account", "ParentId", "Parent Account"),
    ("Account", "IsPartner", "Partner Account"),
];

/// The label of a field on pages: a reference is named by what it refers to.
pub fn label(object: &SObject, field: &Field) -> String {
    let known = LABELS.iter().find(|(of, name, _)| *of == object.name && *name == field.name);
    match (known, field.name.as_str()) {
        (Some((_, _, label)), _) => (*label).to_owned(),
        (None, "OwnerId") => format!("{} Owner", object.label),
        (None, "CreatedById") => "Created By".to_owned(),
        (None, "LastModifiedById") => "Last Modified By".to_owned(),
        (None, _) if field.kind == FieldType::Reference => {
            field.label.strip_suffix(" ID").unwrap_or(&field.label).to_owned()
        }
        (None, _) => field.label.clone(),
    }
}

/// The sections of an object's page, with the fields that a user sees.
pub fn sections<'a>(object: &'a SObject, runner: &Runner) -> Vec<Section<'a>> {
    let seen = |name: &&str| object.field(name).filter(|field| runner.sees_field(object, field));
    let curated = match object.name.as_str() {
        "Account" => ACCOUNT,
        "Contact" => CONTACT,
        "User" => USER,
        _ => &[],
    };
    let custom = object.fields.iter().filter(|field| {
        field.name.ends_with("__c") && !field.is_compound() && runner.sees_field(object, field)
    });
    let mut sections: Vec<Section> = curated
        .iter()
        .map(|(heading, names)| Section { heading, fields: names.iter().filter_map(seen).collect() })
        .collect();
    if sections.is_empty() {
        let system = |field: &&Field| {
            !field.is_compound()
                && !SYSTEM.1.contains(&field.name.as_str())
                && !matches!(field.name.as_str(), "Id" | "IsDeleted" | "SystemModstamp")
                && field.kind != FieldType::Base64
        };
        let fields = object.fields.iter().filter(|field| runner.sees_field(object, field)).filter(system);
        sections.push(Section { heading: "Information", fields: fields.collect() });
    } else {
        let custom: Vec<&Field> = custom.collect();
        if !custom.is_empty() {
            sections.push(Section { heading: "Custom Fields", fields: custom });
        }
    }
    let (heading, names) = SYSTEM;
    sections.push(Section { heading, fields: names.iter().filter_map(seen).collect() });
    sections.retain(|section| !section.fields.is_empty());
    sections
}

/// Whether forms have a field for it.
pub fn is_edited(object: &SObject, field: &Field, runner: &Runner, is_new: bool) -> bool {
    let flag = if is_new { FieldFlag::Createable } else { FieldFlag::Updateable };
    field.is(flag)
        && runner.edits_field(object, field)
        && !SHOWN_ONLY.contains(&(object.name.as_str(), field.name.as_str()))
}

/// The columns of an object's lists, as paths of SOQL.
pub fn columns(object: &SObject) -> Vec<&'static str> {
    match object.name.as_str() {
        "Account" => vec!["Name", "Phone", "Type", "BillingCity", "Owner.Name"],
        "Contact" => vec!["Name", "Account.Name", "Title", "Phone", "Email", "Owner.Name"],
        "User" => {
            vec!["Name", "Alias", "Username", "LastLoginDate", "UserRole.Name", "IsActive", "Profile.Name"]
        }
        _ => Vec::new(),
    }
}
