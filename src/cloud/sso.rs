//! What single sign-on remembers between messages: requests it sent, assertions it took, sessions it opened.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::assertion::{BadKey, Certificate};
use crate::org::id::Id;

/// An AuthnRequest that waits for its Response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthnRequest {
    /// `ID` of the message.
    pub id: String,
    /// The row of SamlSsoConfig.
    pub config: Id,
    /// Milliseconds since 1970 UTC.
    pub issued: i64,
}

/// What single logout needs of a session that single sign-on opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SsoSession {
    pub config: Id,
    pub name_id: String,
    pub name_id_format: Option<String>,
    /// The first one, 512 characters at most.
    /// <https://help.salesforce.com/s/articleView?id=xcloud.security_auth_slo_saml_sp_configuring.htm&type=5>
    pub session_index: Option<String>,
    /// Attribute `logoutURL`: where the browser goes after logout.
    pub logout_url: Option<String>,
}

/// How long an AuthnRequest may be answered, in milliseconds.
const REQUEST_LIFETIME: i64 = 60 * 60 * 1000;

/// The memory of single sign-on.
#[derive(Debug, Default)]
pub struct Sso {
    requests: RefCell<HashMap<String, AuthnRequest, FixedState>>,
    /// Assertions by org, issuer and id, and until when they could be sent again.
    seen: RefCell<HashMap<(Id, String, String), i64, FixedState>>,
    /// How many there may be before the expired ones are forgotten.
    sweep_at: Cell<usize>,
    sessions: RefCell<HashMap<String, SsoSession, FixedState>>,
    /// By the configuration's text.
    certificates: RefCell<HashMap<String, Arc<[Certificate]>, FixedState>>,
    /// Federation ids whose creation is locked, by org.
    locks: RefCell<HashSet<(Id, String), FixedState>>,
    /// The last Response that failed, for the validator, and when.
    last_failure: RefCell<Option<(String, i64)>>,
}

impl Sso {
    /// Remembers an AuthnRequest until it is answered.
    pub fn expect(&self, request: AuthnRequest) {
        let mut requests = self.requests.borrow_mut();
        requests.retain(|_, known| request.issued - known.issued < REQUEST_LIFETIME);
        requests.insert(request.id.clone(), request);
    }

    /// An AuthnRequest that was made for a configuration and is not yet answered.
    pub fn pending(&self, id: &str, config: Id, now: i64) -> Option<AuthnRequest> {
        let requests = self.requests.borrow();
        let is_open = |known: &&AuthnRequest| known.config == config && now - known.issued < REQUEST_LIFETIME;
        requests.get(id).filter(is_open).cloned()
    }

    /// An AuthnRequest has been answered: a second answer is refused.
    pub fn answered(&self, id: &str) {
        self.requests.borrow_mut().remove(id);
    }

    /// Notes an assertion; `false` when it was noted before. `until` is when it expires.
    pub fn is_first(&self, org: Id, issuer: &str, assertion: &str, until: i64, now: i64) -> bool {
        let mut seen = self.seen.borrow_mut();
        if seen.len() >= self.sweep_at.get() {
            seen.retain(|_, until| *until > now);
            self.sweep_at.set((seen.len() * 2).max(1024));
        }
        let before = seen.insert((org, issuer.to_owned(), assertion.to_owned()), until);
        before.is_none_or(|until| until <= now)
    }

    /// Remembers what single logout will need, by session token.
    pub fn opened(&self, token: &str, session: SsoSession) {
        self.sessions.borrow_mut().insert(token.to_owned(), session);
    }

    /// What is known of a session that single sign-on opened.
    pub fn session(&self, token: &str) -> Option<SsoSession> {
        self.sessions.borrow().get(token).cloned()
    }

    /// The tokens of the sessions of a subject, of one of its identity provider's sessions or of all.
    pub fn sessions_of(&self, config: Id, name_id: &str, session_index: Option<&str>) -> Vec<String> {
        let sessions = self.sessions.borrow();
        let of = sessions.iter().filter(|(_, session)| {
            session.config == config
                && session.name_id == name_id
                && session_index.is_none_or(|index| session.session_index.as_deref() == Some(index))
        });
        of.map(|(token, _)| token.clone()).collect()
    }

    /// Forgets a session.
    pub fn closed(&self, token: &str) {
        self.sessions.borrow_mut().remove(token);
    }

    /// The certificates of a configuration; each text is read once.
    ///
    /// # Errors
    /// When the text is no certificate.
    pub fn certificates(&self, text: &str) -> Result<Arc<[Certificate]>, BadKey> {
        if let Some(known) = self.certificates.borrow().get(text) {
            return Ok(known.clone());
        }
        let read: Arc<[Certificate]> = Arc::new([Certificate::from_text(text)?]);
        self.certificates.borrow_mut().insert(text.to_owned(), read.clone());
        Ok(read)
    }

    /// Holds or releases the lock under which a user is made, as a login that runs at the same time would.
    pub fn lock(&self, org: Id, subject: &str, held: bool) {
        let key = (org, subject.to_owned());
        let mut locks = self.locks.borrow_mut();
        if held {
            locks.insert(key)
        } else {
            locks.remove(&key)
        };
    }

    /// Whether the creation of a user is locked.
    pub fn is_locked(&self, org: Id, subject: &str) -> bool {
        self.locks.borrow().contains(&(org, subject.to_owned()))
    }

    /// Keeps a Response that failed, as it was sent.
    pub fn failed(&self, response: &str, now: i64) {
        *self.last_failure.borrow_mut() = Some((response.to_owned(), now));
    }

    /// The last Response that failed, and when.
    pub fn last_failure(&self) -> Option<(String, i64)> {
        self.last_failure.borrow().clone()
    }
}
