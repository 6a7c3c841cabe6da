//! Just-in-Time provisioning: what a SAML login makes and changes of users, contacts and accounts.
//!
//! Which kind of provisioning it is: a login at a community, or one with `portal_id`, is an external user's
//! ([`community`]); every other is an internal user's ([`regular`]). A configuration with a handler leaves all but the
//! look-up of the user to it ([`handler`]).
//! <https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_about.htm&type=5>

use std::cell::RefCell;
use std::sync::Arc;

use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::SObject;
use crate::org::access::Runner;
use crate::org::sso_config::SsoConfig;
use crate::org::{Environment, Org};
use crate::world::{Stage, Trace};

mod account;
mod attributes;
mod community;
mod contact;
mod error;
mod fields;
mod handler;
mod portal_role;
mod profile;
mod regular;
mod save;
mod user;
mod user_defaults;

pub use attributes::Attributes;
pub(crate) use error::ERRORS;
pub use error::{JitError, Kind};
pub(super) use user_defaults::alias;

/// A login that may provision.
pub struct Provisioning<'a> {
    pub org: &'a Org,
    pub environment: &'a dyn Environment,
    pub config: &'a SsoConfig,
    /// The federation id that the assertion names.
    pub subject: &'a str,
    pub attributes: &'a Attributes,
    /// The community that is logged in to.
    pub network: Option<Id>,
    /// Another login holds the lock under which a user is made.
    pub creation_locked: bool,
}

/// Where an external user is provisioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Internal,
    Community(Id),
    /// The way before communities: attributes `portal_id` and `organization_id`.
    Portal,
}

/// Finds the user of an assertion, and makes or updates what the assertion says. All or nothing is stored.
///
/// # Errors
/// [`JitError`], as the error URL carries it. The trace says why.
pub fn provision(provisioning: &Provisioning, trace: &mut Trace) -> Result<Id, JitError> {
    let Provisioning { org, environment, config, subject, attributes, .. } = *provisioning;
    let place = match (provisioning.network, attributes.get("portal_id")) {
        (Some(network), _) => Place::Community(network),
        (None, Some(_)) => Place::Portal,
        (None, None) => Place::Internal,
    };
    let jit = Jit {
        org,
        environment,
        attributes,
        subject,
        place,
        creation_locked: provisioning.creation_locked,
        users: org.standard("User")?,
        contacts: org.standard("Contact")?,
        accounts: org.standard("Account")?,
        platform: Runner::system(automated_process(org, trace)?),
        trace: RefCell::new(trace),
    };
    org.transaction(environment, || {
        jit.check_version()?;
        jit.check_organization()?;
        jit.check_subject()?;
        match config.handler {
            Some(handler) => handler::provision(&jit, config, handler),
            None if place == Place::Internal => regular::provision(&jit),
            None => community::provision(&jit),
        }
    })
}

/// The user in whose name contacts and users are made.
/// <https://salesforce.stackexchange.com/questions/150917>
fn automated_process(org: &Org, trace: &mut Trace) -> Result<Id, JitError> {
    let users = org.standard("User")?;
    let username = format!("autoproc@{}", org.id);
    for id in org.ids_where(&users, "Username", &username.as_str().into(), 2)? {
        if org.find(&users, id)?.is_some_and(|user| user.get("IsActive").is_true()) {
            return Ok(id);
        }
    }
    trace.fail(Stage::User, "no active Automated Process user, in whose name contacts and users are made");
    Err(Kind::NoAdminContext.into())
}

/// One provisioning under way.
struct Jit<'a> {
    org: &'a Org,
    environment: &'a dyn Environment,
    attributes: &'a Attributes,
    subject: &'a str,
    place: Place,
    creation_locked: bool,
    users: Arc<SObject>,
    contacts: Arc<SObject>,
    accounts: Arc<SObject>,
    /// The platform, as Automated Process.
    platform: Runner,
    trace: RefCell<&'a mut Trace>,
}

impl Jit<'_> {
    fn note(&self, stage: Stage, text: impl Into<String>) {
        self.trace.borrow_mut().note(stage, text);
    }

    /// Notes why it ends here, and gives the error.
    fn refuse<T>(&self, stage: Stage, kind: Kind, text: impl Into<String>) -> Result<T, JitError> {
        self.trace.borrow_mut().fail(stage, text);
        Err(kind.into())
    }

    /// `ProvisionVersion`, if given, is 1.0.
    fn check_version(&self) -> Result<(), JitError> {
        match self.attributes.get("ProvisionVersion") {
            None | Some("1.0" | "1") => Ok(()),
            Some(other) => {
                let text = format!("ProvisionVersion is {other:?}, only 1.0 is known");
                self.refuse(Stage::Message, Kind::UnsupportedVersion, text)
            }
        }
    }

    /// `organization_id`, if given, is this org.
    fn check_organization(&self) -> Result<(), JitError> {
        match self.attributes.get("organization_id") {
            Some(given) if Id::parse(given) != Some(self.org.id) => {
                let text = format!("organization_id is {given:?}, the org is {}", self.org.id);
                self.refuse(Stage::Message, Kind::InvalidOrgId, text)
            }
            _ => Ok(()),
        }
    }

    /// The subject is there, and the attribute `User.FederationIdentifier`, if given, is the same.
    fn check_subject(&self) -> Result<(), JitError> {
        if self.subject.is_empty() {
            return self.refuse(
                Stage::User,
                Kind::MissingFederationId,
                "the assertion names no federation id",
            );
        }
        match self.attributes.get("User.FederationIdentifier") {
            Some(given) if given != self.subject => {
                let text =
                    format!("User.FederationIdentifier is {given:?}, the subject is {:?}", self.subject);
                self.refuse(Stage::User, Kind::MismatchFederationId, text)
            }
            _ => Ok(()),
        }
    }

    /// A record that is not in the recycle bin.
    fn live(&self, object: &Arc<SObject>, id: Id) -> Result<Option<Record>, Fault> {
        let found = self.org.find(object, id)?;
        Ok(found.filter(|record| !record.get("IsDeleted").is_true()))
    }

    /// A record of an object by the text of its id; `None` when the text is no id, or another object's, or unknown.
    fn by_id_text(&self, object: &Arc<SObject>, text: &str) -> Result<Option<Record>, Fault> {
        let prefix = object.key_prefix.as_deref();
        match Id::parse(text.trim()).filter(|id| Some(id.key_prefix()) == prefix) {
            Some(id) => self.live(object, id),
            None => Ok(None),
        }
    }
}
