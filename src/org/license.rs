//! User licences: what the rules ask about them.

use serde::Deserialize;

/// A kind of user licence.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_userlicense.htm>
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct License {
    #[serde(rename = "Name")]
    pub name: String,
    #[serde(rename = "LicenseDefinitionKey")]
    pub key: String,
    /// `User.UserType` of its users.
    #[serde(rename = "UserType")]
    pub user_type: String,
    /// Users may change between licences of one family.
    pub family: String,
    pub contact: ContactNeed,
    /// Whether its users can have a role.
    pub roles: bool,
    #[serde(rename = "ownsAccounts")]
    pub owns_accounts: AccountOwnership,
    /// `UserLicense.TotalLicenses`.
    pub seats: i64,
    /// The org has it only when its seed names it.
    #[serde(default, rename = "onDemand")]
    pub on_demand: bool,
}

/// Whether a licence's users belong to a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ContactNeed {
    None,
    Required,
    Optional,
}

/// Which accounts a licence's users may own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AccountOwnership {
    All,
    NonPartner,
    None,
}

impl License {
    /// True for the licences of partners and customers, whose users live in communities.
    pub fn is_external(&self) -> bool {
        self.contact != ContactNeed::None
    }

    /// The type of the account roles that its users get, where they get any.
    pub fn portal_type(&self) -> Option<&'static str> {
        match (self.is_external() && self.roles, self.user_type.as_str()) {
            (true, "PowerPartner") => Some("Partner"),
            (true, _) => Some("CustomerPortal"),
            _ => None,
        }
    }
}

/// The user licences that an org can have.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Licenses(pub Vec<License>);

impl Licenses {
    /// What the rules ask about a licence, by its name; for a licence that no list knows, by the user type.
    pub fn of(&self, name: Option<&str>, user_type: Option<&str>) -> License {
        if let Some(known) = self.0.iter().find(|license| Some(license.name.as_str()) == name) {
            return known.clone();
        }
        License {
            name: name.unwrap_or_default().to_owned(),
            key: String::new(),
            user_type: user_type.unwrap_or("Standard").to_owned(),
            family: "none".to_owned(),
            contact: ContactNeed::None,
            roles: false,
            owns_accounts: AccountOwnership::None,
            seats: 0,
            on_demand: false,
        }
    }
}
