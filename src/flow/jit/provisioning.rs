//! One provisioning under way: for whom, where, and the checks that come before all others.

use std::cell::RefCell;
use std::sync::Arc;

use super::attributes::Attributes;
use super::error::{JitError, JitErrorCode};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::SObject;
use crate::org::access::Runner;
use crate::org::sso_config::SsoConfig;
use crate::org::{Environment, Org};
use crate::world::{Stage, Trace};

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
pub(super) enum ProvisioningTarget {
    Internal,
    Community(Id),
    /// The way before communities: attributes `portal_id` and `organization_id`.
    Portal,
}

/// One provisioning under way.
pub(super) struct Jit<'a> {
    pub(super) org: &'a Org,
    pub(super) environment: &'a dyn Environment,
    pub(super) attributes: &'a Attributes,
    pub(super) subject: &'a str,
    pub(super) place: ProvisioningTarget,
    pub(super) creation_locked: bool,
    pub(super) users: Arc<SObject>,
    pub(super) contacts: Arc<SObject>,
    pub(super) accounts: Arc<SObject>,
    /// The platform, as Automated Process.
    pub(super) platform: Runner,
    pub(super) trace: RefCell<&'a mut Trace>,
}

impl Jit<'_> {
    pub(super) fn note(&self, stage: Stage, text: impl Into<String>) {
        self.trace.borrow_mut().note(stage, text);
    }

    /// Notes why it ends here, and gives the error.
    pub(super) fn refuse<T>(
        &self,
        stage: Stage,
        kind: JitErrorCode,
        text: impl Into<String>,
    ) -> Result<T, JitError> {
        self.trace.borrow_mut().fail(stage, text);
        Err(kind.into())
    }

    /// `ProvisionVersion`, if given, is 1.0.
    pub(super) fn check_version(&self) -> Result<(), JitError> {
        match self.attributes.get("ProvisionVersion") {
            None | Some("1.0" | "1") => Ok(()),
            Some(other) => {
                let text = format!("ProvisionVersion is {other:?}, only 1.0 is known");
                self.refuse(Stage::Message, JitErrorCode::UnsupportedVersion, text)
            }
        }
    }

    /// `organization_id`, if given, is this org.
    pub(super) fn check_organization(&self) -> Result<(), JitError> {
        match self.attributes.get("organization_id") {
            Some(given) if Id::parse(given) != Some(self.org.id) => {
                let text = format!("organization_id is {given:?}, the org is {}", self.org.id);
                self.refuse(Stage::Message, JitErrorCode::InvalidOrgId, text)
            }
            _ => Ok(()),
        }
    }

    /// The subject is there, and the attribute `User.FederationIdentifier`, if given, is the same.
    pub(super) fn check_subject(&self) -> Result<(), JitError> {
        if self.subject.is_empty() {
            return self.refuse(
                Stage::User,
                JitErrorCode::MissingFederationId,
                "the assertion names no federation id",
            );
        }
        match self.attributes.get("User.FederationIdentifier") {
            Some(given) if given != self.subject => {
                let text =
                    format!("User.FederationIdentifier is {given:?}, the subject is {:?}", self.subject);
                self.refuse(Stage::User, JitErrorCode::MismatchFederationId, text)
            }
            _ => Ok(()),
        }
    }

    /// A record that is not in the recycle bin.
    pub(super) fn live(&self, object: &Arc<SObject>, id: Id) -> Result<Option<Record>, Fault> {
        let found = self.org.find(object, id)?;
        Ok(found.filter(|record| !record.get("IsDeleted").is_true()))
    }

    /// A record of an object by the text of its id; `None` when the text is no id, or another object's, or unknown.
    pub(super) fn by_id_text(&self, object: &Arc<SObject>, text: &str) -> Result<Option<Record>, Fault> {
        let prefix = object.key_prefix.as_deref();
        match Id::parse(text.trim()).filter(|id| Some(id.key_prefix()) == prefix) {
            Some(id) => self.live(object, id),
            None => Ok(None),
        }
    }
}
