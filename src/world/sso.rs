//! What single sign-on remembers between messages: requests it sent, assertions it took.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::expiring::Expiring;
use crate::assertion::{BadKey, Certificate};
use crate::model::id::Id;

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
/// So many AuthnRequests wait for an answer at once: anybody can ask for one without logging in. Then the oldest are
/// forgotten.
const MOST_REQUESTS: usize = 4096;
/// So many assertions are remembered until they expire; they live for minutes. Then the oldest are forgotten.
const MOST_SEEN: usize = 20_000;
/// Texts of certificates that are kept as they were read; then the cache starts anew.
const MOST_CERTIFICATES: usize = 64;
/// So many federation ids can be locked at once.
const MOST_LOCKS: usize = 1000;

/// The memory of single sign-on.
#[derive(Debug, Clone)]
pub struct Sso {
    requests: RefCell<Expiring<String, AuthnRequest>>,
    /// Assertions by org, issuer and id, until they can no longer be sent again.
    seen: RefCell<Expiring<(Id, String, String), ()>>,
    /// By the configuration's text.
    certificates: RefCell<HashMap<String, Arc<[Certificate]>, FixedState>>,
    /// Federation ids whose creation is locked, by org.
    locks: RefCell<HashSet<(Id, String), FixedState>>,
    /// The last Response that failed, for the validator, and when.
    last_failure: RefCell<Option<(String, i64)>>,
}

impl Default for Sso {
    fn default() -> Sso {
        Sso {
            requests: RefCell::new(Expiring::new(MOST_REQUESTS)),
            seen: RefCell::new(Expiring::new(MOST_SEEN)),
            certificates: RefCell::default(),
            locks: RefCell::default(),
            last_failure: RefCell::default(),
        }
    }
}

impl Sso {
    /// Remembers an AuthnRequest until it is answered.
    pub fn expect(&self, request: AuthnRequest) {
        let (id, now) = (request.id.clone(), request.issued);
        self.requests.borrow_mut().insert(id, request, now + REQUEST_LIFETIME, now);
    }

    /// An AuthnRequest that was made for a configuration and is not yet answered.
    pub fn pending(&self, id: &str, config: Id, now: i64) -> Option<AuthnRequest> {
        let requests = self.requests.borrow();
        let is_open = |known: &&AuthnRequest| known.config == config && now - known.issued < REQUEST_LIFETIME;
        requests.get(id).map(|entry| &entry.value).filter(is_open).cloned()
    }

    /// An AuthnRequest has been answered: a second answer is refused.
    pub fn answered(&self, id: &str) {
        self.requests.borrow_mut().remove(id);
    }

    /// Notes an assertion; `false` when it was noted before. `until` is when it expires.
    pub fn is_first(&self, org: Id, issuer: &str, assertion: &str, until: i64, now: i64) -> bool {
        let key = (org, issuer.to_owned(), assertion.to_owned());
        let before = self.seen.borrow_mut().insert(key, (), until, now);
        before.is_none_or(|before| before.expires <= now)
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
        let mut certificates = self.certificates.borrow_mut();
        if certificates.len() >= MOST_CERTIFICATES {
            certificates.clear();
        }
        certificates.insert(text.to_owned(), read.clone());
        Ok(read)
    }

    /// Holds or releases the lock under which a user is made, as a login that runs at the same time would. `false` when
    /// too many are held already.
    pub fn lock(&self, org: Id, subject: &str, held: bool) -> bool {
        let key = (org, subject.to_owned());
        let mut locks = self.locks.borrow_mut();
        if !held {
            locks.remove(&key);
            return true;
        }
        let has_room = locks.len() < MOST_LOCKS || locks.contains(&key);
        if has_room {
            locks.insert(key);
        }
        has_room
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
