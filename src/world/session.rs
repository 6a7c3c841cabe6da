//! Sessions: what an access token opens.

use std::cell::RefCell;

use aws_lc_rs::digest;

use super::expiring::Expiring;
use super::sso::SsoSession;
use crate::model::id::Id;
use crate::org::OpenSession;

/// How a session came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    Oauth,
    Soap,
    Browser,
}

/// An open session.
#[derive(Debug, Clone)]
pub struct Session {
    /// `<org id, 15 characters>!<96 characters>`.
    pub token: String,
    pub org: Id,
    pub user: Id,
    pub kind: SessionKind,
    /// The connected app's client id, for OAuth sessions.
    pub client_id: Option<String>,
    /// Granted OAuth scopes; empty for sessions that know none (SOAP).
    pub scopes: Vec<String>,
    /// The family of the refresh token that this came from: revoking that ends this.
    pub refresh_token: Option<String>,
    /// Only `setPassword` works in it: the password has expired.
    pub password_expired: bool,
    /// Milliseconds since 1970 at which it was opened.
    pub opened: i64,
    /// Milliseconds since 1970 at which it ends unless used.
    pub expires: i64,
    /// Milliseconds it lives without use.
    pub timeout: i64,
}

impl Session {
    /// The session as AuthSession shows it.
    fn shown(&self) -> OpenSession {
        let (login_type, session_type) = match self.kind {
            SessionKind::Oauth => ("Remote Access 2.0", "Oauth2"),
            SessionKind::Soap => ("Other Apex API", "API"),
            SessionKind::Browser => ("Application", "UI"),
        };
        // Nothing but the token tells one session from another, and that may not be shown.
        let digest = digest::digest(&digest::SHA256, self.token.as_bytes());
        let number = digest.as_ref().iter().take(5).fold(0, |number, byte| number << 8 | u64::from(*byte));
        OpenSession {
            id: self.org.in_org("0Ak", number),
            user: self.user,
            opened: self.opened,
            used: self.expires - self.timeout,
            seconds: self.timeout / 1000,
            login_type,
            session_type,
        }
    }
}

/// So many sessions are kept; of more, those that were used longest ago end. The bound is our own, far above what a test
/// has open at once: a client that logs in for each call would else keep a megabyte for every thousand calls, for hours.
const MOST: usize = 10_000;

/// A session, with what single logout needs of one that single sign-on opened: both end together.
#[derive(Debug, Clone)]
struct Open {
    session: Session,
    sso: Option<Box<SsoSession>>,
    /// The token of the session of an administrator who has logged in as the user, and goes back to it.
    under: Option<Box<str>>,
}

/// All open sessions of a world, by token.
#[derive(Clone)]
pub struct Sessions {
    open: RefCell<Expiring<String, Open>>,
}

impl Default for Sessions {
    fn default() -> Sessions {
        Sessions { open: RefCell::new(Expiring::new(MOST)) }
    }
}

impl Sessions {
    /// Opens a session.
    pub fn open(&self, session: Session) {
        let (token, expires, now) = (session.token.clone(), session.expires, session.opened);
        self.open.borrow_mut().insert(token, Open { session, sso: None, under: None }, expires, now);
    }

    /// The session of a token, unless it has expired. Use in its second half extends it.
    pub fn find(&self, token: &str, now: i64) -> Option<Session> {
        let mut open = self.open.borrow_mut();
        let entry = open.get_mut(token)?;
        let session = &mut entry.value.session;
        if session.expires <= now {
            open.remove(token);
            return None;
        }
        if session.expires - now < session.timeout / 2 {
            session.expires = now + session.timeout;
            entry.expires = session.expires;
        }
        Some(session.clone())
    }

    /// The session of a token, unless it has expired. Looking does not extend it.
    pub fn look_at(&self, token: &str, now: i64) -> Option<Session> {
        let open = self.open.borrow();
        open.get(token).map(|entry| &entry.value.session).filter(|session| session.expires > now).cloned()
    }

    /// The password of the session's user is good again: the session is good for everything.
    pub fn password_changed(&self, token: &str) {
        if let Some(entry) = self.open.borrow_mut().get_mut(token) {
            entry.value.session.password_expired = false;
        }
    }

    /// Ends the session of a token; `false` when there is none.
    pub fn close(&self, token: &str) -> bool {
        self.open.borrow_mut().remove(token).is_some()
    }

    /// Ends the sessions that a test picks; gives their number.
    pub fn end(&self, ends: impl Fn(&Session) -> bool) -> usize {
        self.open.borrow_mut().retain(|open| !ends(&open.session))
    }

    /// Keeps what single logout will need of the session of a token, as long as that is open.
    pub fn opened_by_sso(&self, token: &str, sso: SsoSession) {
        if let Some(entry) = self.open.borrow_mut().get_mut(token) {
            entry.value.sso = Some(Box::new(sso));
        }
    }

    /// What single logout needs of the session of a token, if single sign-on opened it.
    pub fn sso(&self, token: &str) -> Option<SsoSession> {
        self.open.borrow().get(token)?.value.sso.as_deref().cloned()
    }

    /// Lays the session of a token over another's, which is gone back to.
    pub fn lay_over(&self, token: &str, under: &str) {
        if let Some(entry) = self.open.borrow_mut().get_mut(token) {
            entry.value.under = Some(under.into());
        }
    }

    /// The token of the session that is below the session of a token.
    pub fn under(&self, token: &str) -> Option<String> {
        self.open.borrow().get(token)?.value.under.as_deref().map(str::to_owned)
    }

    /// The open sessions of an org, oldest first, as its records show them.
    pub fn of_org(&self, org: Id, now: i64) -> Vec<OpenSession> {
        let open = self.open.borrow();
        let sessions = open.iter().map(|(_, open)| &open.session);
        let sessions = sessions.filter(|session| session.org == org && session.expires > now);
        let mut shown: Vec<OpenSession> = sessions.map(Session::shown).collect();
        shown.sort_by_key(|session| (session.opened, session.id));
        shown
    }

    /// The tokens of the sessions of a subject, of one of its identity provider's sessions or of all.
    pub fn of_subject(&self, config: Id, name_id: &str, session_index: Option<&str>) -> Vec<String> {
        let open = self.open.borrow();
        let is_of = |sso: &SsoSession| {
            sso.config == config
                && sso.name_id == name_id
                && session_index.is_none_or(|index| sso.session_index.as_deref() == Some(index))
        };
        let of = open.iter().filter(|(_, open)| open.sso.as_deref().is_some_and(is_of));
        of.map(|(token, _)| token.clone()).collect()
    }
}
