//! Just-in-Time provisioning: what a SAML login makes and changes of users, contacts and accounts.
//!
//! Which kind of provisioning it is: a login at a community, or one with `portal_id`, is an external user's
//! ([`community`]); every other is an internal user's ([`regular`]). A configuration with a handler leaves all but the
//! look-up of the user to it ([`handler`]).
//! <https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_about.htm&type=5>

use std::cell::RefCell;

use crate::model::id::Id;
use crate::org::Org;
use crate::org::access::Runner;
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
mod provisioning;
mod regular;
mod save;
mod user;
mod user_defaults;

pub use attributes::Attributes;
pub(crate) use error::ERRORS;
pub use error::{JitError, JitErrorCode};
pub use provisioning::Provisioning;
use provisioning::{Jit, ProvisioningTarget};
pub(super) use user_defaults::alias;

/// Finds the user of an assertion, and makes or updates what the assertion says. All or nothing is stored.
///
/// # Errors
/// [`JitError`], as the error URL carries it. The trace says why.
pub fn provision(provisioning: &Provisioning, trace: &mut Trace) -> Result<Id, JitError> {
    let Provisioning { org, environment, config, subject, attributes, .. } = *provisioning;
    let place = match (provisioning.network, attributes.get("portal_id")) {
        (Some(network), _) => ProvisioningTarget::Community(network),
        (None, Some(_)) => ProvisioningTarget::Portal,
        (None, None) => ProvisioningTarget::Internal,
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
            None if place == ProvisioningTarget::Internal => regular::provision(&jit),
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
    Err(JitErrorCode::NoAdminContext.into())
}
