//! Self-registration at a community: what the page `CommunitiesSelfReg` does by `Site.createExternalUser`.
//!
//! Everything is saved by the platform in the name of the community's guest user, and whole or not at all.
//! Sources: <https://developer.salesforce.com/docs/atlas.en-us.apexref.meta/apexref/apex_classes_sites.htm>,
//! <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_networkselfregistration.htm>

use crate::credentials::password;
use crate::dml::{Call, Options, RecordInput};
use crate::error_entry::{Entry, declare_errors};
use crate::flow::jit::alias;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::{Input, Value};
use crate::org::NO_LIMIT;
use crate::org::access::Runner;
use crate::org::{Environment, Link, Mail, Org};
use crate::store::StoreError;

declare_errors! {
    rows as Page "page";

    /// self-registration: the form is sent outside a live community that lets visitors register
    not_in_a_site() = "" 200,
        "That operation is only allowed from within an active site.",
        Seen "https://grindskills.com/is-a-mechanism-like-site-createportaluser-available-where-the-contact-already-exists/";

    /// self-registration: the user is not saved, whatever the reason; a mail tells it to the community's administrator
    cannot_be_processed() = "" 200,
        "Your request cannot be processed at this time. The site administrator has been alerted.",
        Seen "https://carvingintheclouds.blogspot.com/2014/09/your-request-cannot-be-processed-at.html";

    /// a new password is typed twice, in different ways (label `site.passwords_dont_match`)
    passwords_differ() = "" 200,
        "Passwords do not match.",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.apexref.meta/apexref/apex_classes_sites.htm";
}

/// What the Site methods throw outside a live community (`System.TypeException`).
pub static NOT_IN_A_SITE: &Entry = &error_rows::not_in_a_site;
/// Two passwords that should be one, on any page.
pub static PASSWORDS_DIFFER: &Entry = &error_rows::passwords_differ;

/// More contacts with one address than this are as many as these.
const SEVERAL: usize = 2;

/// What a visitor has filled in. An empty text is one that was left empty.
#[derive(Debug, Clone, Default)]
pub struct Applicant<'a> {
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub nickname: &'a str,
    /// Becomes the username, too.
    pub email: &'a str,
    pub password: &'a str,
    pub confirmed_password: &'a str,
}

/// Why nobody was registered.
#[derive(Debug, Clone, PartialEq)]
pub struct NotRegistered {
    /// As `Site.ExternalUserCreateException.getMessage()`: of the save that failed.
    pub message: String,
    /// As `getDisplayMessages()`: for the visitor.
    pub display: String,
}

impl NotRegistered {
    /// The visitor is told what the exception says.
    fn with_text(text: &str) -> NotRegistered {
        NotRegistered { message: text.to_owned(), display: text.to_owned() }
    }
}

/// Whether visitors may register themselves at a community.
pub fn is_open(org: &Org, network: Id) -> Result<bool, Fault> {
    let found = org.find(&org.standard("Network")?, network)?;
    Ok(found.is_some_and(|network| network.get("OptionsSelfRegistrationEnabled").is_true()))
}

/// Registers a visitor of a community: makes a user on a contact that was there, or on a new one.
///
/// # Errors
/// [`NotRegistered`]; the community's administrator has been told by mail unless the username is taken.
pub fn register(
    org: &Org,
    environment: &dyn Environment,
    network: Id,
    applicant: &Applicant,
) -> Result<Id, NotRegistered> {
    if applicant.password != applicant.confirmed_password {
        return Err(NotRegistered::with_text(PASSWORDS_DIFFER.text));
    }
    let outcome = org.transaction(environment, || {
        let registration = Registration::of(org, environment, network)?;
        registration.run(applicant)
    });
    outcome.map_err(|stop| match stop {
        Stop::NoSite => NotRegistered::with_text(NOT_IN_A_SITE.text),
        Stop::Password(message) => NotRegistered { display: message.clone(), message },
        Stop::Save(fault) => {
            if fault.code.as_str() != "DUPLICATE_USERNAME"
                && let Err(error) = alert(org, environment, network, &fault.message)
            {
                tracing::error!(message = error.message, "the administrator cannot be told");
            }
            NotRegistered { message: fault.message, display: error_rows::cannot_be_processed.text.to_owned() }
        }
    })
}

enum Stop {
    NoSite,
    Password(String),
    Save(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop::Save(fault)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Save(error.into())
    }
}

struct Registration<'a> {
    org: &'a Org,
    environment: &'a dyn Environment,
    network: Id,
    profile: Id,
    /// The platform, in the name of the site's guest user.
    runner: Runner,
    /// The account that an administrator has chosen for those who register themselves.
    account: Option<Record>,
}

impl<'a> Registration<'a> {
    /// Whoever registers does so at a live community that lets them.
    fn of(org: &'a Org, environment: &'a dyn Environment, network: Id) -> Result<Registration<'a>, Stop> {
        let record = org.find(&org.standard("Network")?, network)?;
        let open = record.filter(|network| {
            network.text("Status") == Some("Live") && network.get("OptionsSelfRegistrationEnabled").is_true()
        });
        let profile = open.as_ref().and_then(|network| network.id("SelfRegProfileId"));
        let prefix = open.as_ref().and_then(|network| network.text("UrlPathPrefix"));
        let sites = org.standard("Site")?;
        let site = match prefix {
            Some(prefix) => org.ids_where(&sites, "UrlPathPrefix", &prefix.into(), 1)?.first().copied(),
            None => None,
        };
        let site = site.map(|id| org.find(&sites, id)).transpose()?.flatten();
        let (Some(profile), Some(guest)) = (profile, site.and_then(|site| site.id("GuestUserId"))) else {
            return Err(Stop::NoSite);
        };
        let rows = org.standard("NetworkSelfRegistration")?;
        let row = org.ids_where(&rows, "NetworkId", &Value::from(network), 1)?.first().copied();
        let row = row.map(|id| org.find(&rows, id)).transpose()?.flatten();
        let account = row.and_then(|row| row.id("AccountId"));
        let account = account.map(|id| org.find(&org.standard("Account")?, id)).transpose()?.flatten();
        Ok(Registration { org, environment, network, profile, runner: Runner::system(guest), account })
    }

    fn run(&self, applicant: &Applicant) -> Result<Id, Stop> {
        // Elsewhere one is made up.
        if applicant.nickname.is_empty() {
            return Err(Fault::required_field_missing(&["CommunityNickname"]).into());
        }
        let contact = self.contact(applicant)?;
        let user = self.user(applicant, contact)?;
        let record = self.org.find(&self.org.standard("User")?, user)?;
        match record {
            Some(record) if !applicant.password.is_empty() => {
                let set = password::set(self.org, self.environment, &record, applicant.password);
                set.map_err(|fault| Stop::Password(fault.message))?;
            }
            Some(record) => self.send_link(user, &record)?,
            None => {}
        }
        Ok(user)
    }

    /// The one contact of the account with the applicant's address; whether another user has it is for the rules to
    /// say. Without one, or with several, a new contact.
    fn contact(&self, applicant: &Applicant) -> Result<Id, Stop> {
        let Some(account) = &self.account else { return self.contact_of_a_person(applicant) };
        let id = account.id("Id");
        let contacts = self.org.standard("Contact")?;
        let mut known = Vec::new();
        for contact in self.org.ids_where(&contacts, "Email", &applicant.email.into(), NO_LIMIT)? {
            if self.org.find(&contacts, contact)?.and_then(|contact| contact.id("AccountId")) == id {
                known.push(contact);
            }
            if known.len() >= SEVERAL {
                break;
            }
        }
        if let [only] = known.as_slice() {
            return Ok(*only);
        }
        let mut fields = person(applicant, "Email");
        fields.extend(id.map(|id| field("AccountId", id.as_str())));
        fields.extend(account.text("OwnerId").map(|owner| field("OwnerId", owner)));
        self.insert("Contact", fields)
    }

    /// Without an account a person account is made, where the org has them; else a contact that belongs to none.
    fn contact_of_a_person(&self, applicant: &Applicant) -> Result<Id, Stop> {
        let admin = self.org.seeded.admin;
        let owner = admin.map(|admin| field("OwnerId", admin.as_str()));
        let accounts = self.org.standard("Account")?;
        if accounts.field("PersonContactId").is_none() {
            let mut fields = person(applicant, "Email");
            fields.extend(owner);
            return self.insert("Contact", fields);
        }
        let mut fields = person(applicant, "PersonEmail");
        fields.extend(owner);
        let account = self.insert("Account", fields)?;
        let contact = self.org.find(&accounts, account)?.and_then(|account| account.id("PersonContactId"));
        contact.ok_or_else(|| Fault::invalid_cross_reference().into())
    }

    fn user(&self, applicant: &Applicant, contact: Id) -> Result<Id, Stop> {
        let organization = self.org.find(&self.org.standard("Organization")?, self.org.id)?;
        let of_org = |name: &str| {
            organization.as_ref().and_then(|organization| organization.text(name)).unwrap_or_default()
        };
        let mut fields = person(applicant, "Email");
        fields.extend(alias(&fields).map(|alias| field("Alias", &alias)));
        fields.extend([
            field("Username", applicant.email),
            field("CommunityNickname", applicant.nickname),
            field("ProfileId", self.profile.as_str()),
            field("ContactId", contact.as_str()),
            field("TimeZoneSidKey", of_org("TimeZoneSidKey")),
            field("LocaleSidKey", of_org("DefaultLocaleSidKey")),
            field("LanguageLocaleKey", of_org("LanguageLocaleKey")),
            field("EmailEncodingKey", "UTF-8"),
        ]);
        self.insert("User", fields)
    }

    /// A link to set the first password, unless the welcome mail has it.
    fn send_link(&self, user: Id, record: &Record) -> Result<(), Fault> {
        if password::has_link(self.org, self.environment, user)? {
            return Ok(());
        }
        let token = password::new_link(self.org, self.environment, user, password::RESET_LINK_LASTS)?;
        let username = record.text("Username").unwrap_or_default();
        self.org.mail(Mail {
            kind: "password_reset",
            to: record.text("Email").unwrap_or_default().to_owned(),
            user: Some(user),
            subject: "Finish resetting your Salesforce password".to_owned(),
            body: format!("Follow the link and set a password. Username: {username}"),
            link: Some(Link::SetPassword { token, network: Some(self.network) }),
        });
        Ok(())
    }

    fn insert(&self, object: &'static str, fields: Vec<(String, Input)>) -> Result<Id, Stop> {
        let options = Options { mixes: true, ..Options::default() };
        let call = Call {
            org: self.org,
            environment: self.environment,
            runner: &self.runner,
            options: &options,
            rules: &crate::rules::BOOK,
        };
        let sent = RecordInput { object: self.org.standard(object)?, id: None, fields };
        call.insert_one(&sent)?.map_err(|faults| {
            Stop::Save(faults.into_iter().next().unwrap_or_else(Fault::invalid_cross_reference))
        })
    }
}

/// First name, last name and address, as far as they are filled in.
fn person(applicant: &Applicant, email: &str) -> Vec<(String, Input)> {
    let values =
        [("FirstName", applicant.first_name), ("LastName", applicant.last_name), (email, applicant.email)];
    values
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| field(name, value))
        .collect()
}

fn field(name: &str, value: &str) -> (String, Input) {
    (name.to_owned(), Input::from(value))
}

/// Tells the community's administrator.
/// Seen: <https://salesforce.stackexchange.com/questions/211076>
fn alert(org: &Org, environment: &dyn Environment, network: Id, why: &str) -> Result<(), Fault> {
    let Some(network) = org.find(&org.standard("Network")?, network)? else { return Ok(()) };
    let name = network.text("Name").unwrap_or_default();
    org.mail(Mail {
        kind: "registration_failed",
        to: network.text("EmailSenderAddress").unwrap_or_default().to_owned(),
        user: None,
        subject: format!("Error in registering a user in site {name}"),
        body: format!(
            "There was an error in registering a user in site {name}. The error message is: {}.",
            why.trim_end_matches('.')
        ),
        link: None,
    });
    org.send_mails(environment);
    Ok(())
}
