//! External users made by hand: what the buttons of a contact and of an account offer, what the form for a new user is filled with,
//! and the saves behind them.
//!
//! Sources: <https://help.salesforce.com/s/articleView?id=000213565&type=1> (which button is shown when),
//! <https://help.salesforce.com/s/articleView?id=networks_partner_community_create_users>,
//! <https://help.salesforce.com/s/articleView?id=adding_new_users>

use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;
use crate::org::access::{Runner, manages_external_users};
use crate::org::license::License;
use crate::org::{Environment, Org};

/// The kind of external user that a button makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExternalKind {
    Customer,
    Partner,
}

impl ExternalKind {
    pub fn name(self) -> &'static str {
        match self {
            ExternalKind::Customer => "customer",
            ExternalKind::Partner => "partner",
        }
    }

    pub fn named(name: &str) -> Option<ExternalKind> {
        [ExternalKind::Customer, ExternalKind::Partner].into_iter().find(|kind| kind.name() == name)
    }

    /// Whether its users have this licence.
    pub fn has(self, license: &License) -> bool {
        license.is_external() && (license.user_type == "PowerPartner") == (self == ExternalKind::Partner)
    }

    /// The kind of a user.
    pub fn of(user: &Record) -> ExternalKind {
        match user.text("UserType") {
            Some("PowerPartner") => ExternalKind::Partner,
            _ => ExternalKind::Customer,
        }
    }
}

/// What "Manage External User" offers on a contact.
#[derive(Debug, Clone, Default)]
pub struct ContactMenu {
    pub enable: Vec<ExternalKind>,
    /// The user of the contact, active or not: to view, to disable.
    pub user: Option<Record>,
    /// The user may be logged in as, if the runner may.
    pub logs_in: bool,
}

/// What "Manage External Account" offers on an account.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccountMenu {
    pub enable_as_partner: bool,
    pub disable_partner: bool,
}

/// Whether a user manages the external users of an account: by permission and sight of the account, or by delegation.
fn manages(org: &Org, runner: &Runner, account: Id, kind: ExternalKind) -> Result<bool, Fault> {
    let user_type = match kind {
        ExternalKind::Customer => "CspLitePortal",
        ExternalKind::Partner => "PowerPartner",
    };
    if runner.delegated().is_some_and(|delegated| delegated.account() == Some(account)) {
        return Ok(true);
    }
    let sees = org.find_visible(runner, &org.standard("Account")?, account)?.is_some();
    Ok(sees && manages_external_users(runner, user_type))
}

/// What is offered on a contact. A contact without an account has no menu, nor has one whose account the runner does not see.
pub fn contact_menu(org: &Org, runner: &Runner, contact: &Record) -> Result<ContactMenu, Fault> {
    let (Some(id), Some(account)) = (contact.id("Id"), contact.id("AccountId")) else {
        return Ok(ContactMenu::default());
    };
    let users = org.standard("User")?;
    if users.field("ContactId").is_none() || !org.schema.has_feature("Communities") {
        return Ok(ContactMenu::default());
    }
    let may_customer = manages(org, runner, account, ExternalKind::Customer)?;
    let may_partner = manages(org, runner, account, ExternalKind::Partner)?;
    if !may_customer && !may_partner {
        return Ok(ContactMenu::default());
    }
    let linked = org.ids_where(&users, "ContactId", &Value::from(id), 1)?.first().copied();
    if let Some(user) = linked.map(|user| org.find(&users, user)).transpose()?.flatten() {
        let logs_in = user.get("IsActive").is_true();
        return Ok(ContactMenu { enable: Vec::new(), user: Some(user), logs_in });
    }
    let account = org.find(&org.standard("Account")?, account)?;
    let is = |flag: &str| account.as_ref().is_some_and(|account| account.get(flag).is_true());
    let mut enable = Vec::new();
    if may_customer {
        enable.push(ExternalKind::Customer);
    }
    if may_partner && is("IsPartner") && !is("IsPersonAccount") {
        enable.push(ExternalKind::Partner);
    }
    Ok(ContactMenu { enable, user: None, logs_in: false })
}

/// What is offered on an account. A person account is never a partner.
pub fn account_menu(org: &Org, runner: &Runner, account: &Record) -> Result<AccountMenu, Fault> {
    let Some(id) = account.id("Id") else { return Ok(AccountMenu::default()) };
    let has_flag = account.object.field("IsPartner").is_some() && org.schema.has_feature("Communities");
    if !has_flag
        || account.get("IsPersonAccount").is_true()
        || !manages(org, runner, id, ExternalKind::Partner)?
    {
        return Ok(AccountMenu::default());
    }
    let is_partner = account.get("IsPartner").is_true();
    Ok(AccountMenu { enable_as_partner: !is_partner, disable_partner: is_partner })
}

/// The profiles that a new user of a kind can have, by id: those of licences with a free seat, without the standard ones where
/// the org does not allow them.
pub fn profiles(org: &Org, kind: ExternalKind) -> Result<Vec<Id>, Fault> {
    let licenses = org.standard("UserLicense")?;
    let mut found = Vec::new();
    let profiles = org.standard("Profile")?;
    let sql = "SELECT \"Id\" FROM \"Profile\"";
    for id in org.store.rows(sql, [], |row| row.get::<_, String>(0))?.iter().filter_map(|id| Id::parse(id)) {
        let Some(profile) = org.profile(id)? else { continue };
        let is_allowed = profile.is_custom || org.settings.allow_standard_external_profiles;
        let is_guest = org.find(&profiles, id)?.is_some_and(|row| row.text("UserType") == Some("Guest"));
        if !kind.has(&profile.license) || !is_allowed || is_guest {
            continue;
        }
        let license = profile.license_id.map(|id| org.find(&licenses, id)).transpose()?.flatten();
        let number = |field: &str| match license.as_ref().map(|license| license.get(field)) {
            Some(Value::Int(number)) => *number,
            _ => 0,
        };
        if license.is_none() || number("TotalLicenses") > number("UsedLicenses") {
            found.push(id);
        }
    }
    Ok(found)
}

/// What the form for a new user of a contact is filled with.
pub fn prefill(org: &Org, contact: &Record) -> Result<Vec<(String, String)>, Fault> {
    const LONGEST_NICKNAME: usize = 40;
    let text = |field: &str| contact.text(field).unwrap_or_default().to_owned();
    let email = text("Email");
    let initial = text("FirstName").chars().next();
    let alias: String = initial.into_iter().chain(text("LastName").chars().take(4)).collect();
    let nickname: String =
        email.split('@').next().unwrap_or_default().chars().take(LONGEST_NICKNAME).collect();
    let organization = org.find(&org.standard("Organization")?, org.id)?;
    let of_org =
        |name: &str| organization.as_ref().and_then(|row| row.text(name)).unwrap_or_default().to_owned();
    let pairs = [
        ("FirstName", text("FirstName")),
        ("LastName", text("LastName")),
        ("Alias", alias.to_lowercase()),
        ("Email", email.clone()),
        ("Username", email),
        ("CommunityNickname", nickname),
        ("Title", text("Title")),
        ("Department", text("Department")),
        ("Phone", text("Phone")),
        ("MobilePhone", text("MobilePhone")),
        ("Fax", text("Fax")),
        ("Street", text("MailingStreet")),
        ("City", text("MailingCity")),
        ("State", text("MailingState")),
        ("PostalCode", text("MailingPostalCode")),
        ("Country", text("MailingCountry")),
        ("TimeZoneSidKey", of_org("TimeZoneSidKey")),
        ("LocaleSidKey", of_org("DefaultLocaleSidKey")),
        ("LanguageLocaleKey", of_org("LanguageLocaleKey")),
        ("EmailEncodingKey", "UTF-8".to_owned()),
        ("IsActive", "true".to_owned()),
    ];
    Ok(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// What a new internal user's form is filled with.
pub fn prefill_internal(org: &Org, environment: &dyn Environment) -> Result<Vec<(String, String)>, Fault> {
    let organization = org.find(&org.standard("Organization")?, org.id)?;
    let of_org =
        |name: &str| organization.as_ref().and_then(|row| row.text(name)).unwrap_or_default().to_owned();
    // The service writes the milliseconds and seven digits at random.
    let nickname = format!("User{:013}{:07}", environment.now(), environment.now() % 9_999_991);
    let pairs = [
        ("CommunityNickname", nickname),
        ("TimeZoneSidKey", of_org("TimeZoneSidKey")),
        ("LocaleSidKey", of_org("DefaultLocaleSidKey")),
        ("LanguageLocaleKey", of_org("LanguageLocaleKey")),
        ("EmailEncodingKey", "UTF-8".to_owned()),
        ("IsActive", "true".to_owned()),
    ];
    Ok(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// A role that a new user of an account can have: its id, or its level while the account has none yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleChoice {
    pub value: String,
    pub label: String,
}

/// The account's roles of a kind, the lowest first; those that the first user of the kind will make.
pub fn roles(org: &Org, account: &Record, kind: ExternalKind) -> Result<Vec<RoleChoice>, Fault> {
    const LEVELS: [(&str, &str); 3] =
        [("Worker", "User"), ("Manager", "Manager"), ("Executive", "Executive")];
    let (portal_type, word) = match kind {
        ExternalKind::Customer => ("CustomerPortal", "Customer"),
        ExternalKind::Partner => ("Partner", "Partner"),
    };
    let Some(id) = account.id("Id") else { return Ok(Vec::new()) };
    let object = org.standard("UserRole")?;
    let mut found = Vec::new();
    for role in org.ids_where(&object, "PortalAccountId", &Value::from(id), 20)? {
        if let Some(role) =
            org.find(&object, role)?.filter(|role| role.text("PortalType") == Some(portal_type))
        {
            let level = LEVELS.iter().position(|(level, _)| role.text("PortalRole") == Some(level));
            let text = |field: &str| role.text(field).unwrap_or_default().to_owned();
            found.push((level, RoleChoice { value: text("Id"), label: text("Name") }));
        }
    }
    found.sort_by_key(|(level, _)| *level);
    if !found.is_empty() {
        return Ok(found.into_iter().map(|(_, choice)| choice).collect());
    }
    let count = usize::from(org.settings.portal_roles_per_account.clamp(1, 3));
    let name = account.text("Name").unwrap_or_default();
    let choice = |(level, ending): &(&str, &str)| RoleChoice {
        value: (*level).to_owned(),
        label: format!("{name} {word} {ending}"),
    };
    Ok(LEVELS.iter().take(count).map(choice).collect())
}
