//! Sessions: what an access token opens.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::org::id::Id;

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
    /// Whether APIs may be called with it: a connected app's needs the scope `api` or `full`.
    pub fn opens_apis(&self) -> bool {
        self.kind != SessionKind::Oauth || self.scopes.iter().any(|scope| scope == "api" || scope == "full")
    }

    /// Whether a browser may go on with it: a connected app's needs the scope `web` or `full`.
    /// <https://help.salesforce.com/s/articleView?id=xcloud.security_frontdoorjsp.htm>
    pub fn opens_pages(&self) -> bool {
        self.client_id.is_none() || self.scopes.iter().any(|scope| scope == "web" || scope == "full")
    }
}

/// All open sessions of a cloud, by token.
#[derive(Default)]
pub struct Sessions {
    open: RefCell<HashMap<String, Session, FixedState>>,
    /// How many there may be before the expired ones are looked for.
    sweep_at: Cell<usize>,
}

impl Sessions {
    /// Opens a session.
    pub fn open(&self, session: Session) {
        let mut open = self.open.borrow_mut();
        if open.len() >= self.sweep_at.get() {
            let now = session.opened;
            open.retain(|_, session| session.expires > now);
            self.sweep_at.set((open.len() * 2).max(1024));
        }
        open.insert(session.token.clone(), session);
    }

    /// The session of a token, unless it has expired. Use in its second half extends it.
    pub fn find(&self, token: &str, now: i64) -> Option<Session> {
        let mut open = self.open.borrow_mut();
        let session = open.get_mut(token)?;
        if session.expires <= now {
            open.remove(token);
            return None;
        }
        if session.expires - now < session.timeout / 2 {
            session.expires = now + session.timeout;
        }
        Some(session.clone())
    }

    /// The session of a token, unless it has expired. Looking does not extend it.
    pub fn look_at(&self, token: &str, now: i64) -> Option<Session> {
        self.open.borrow().get(token).filter(|session| session.expires > now).cloned()
    }

    /// The password of the session's user is good again: the session is good for everything.
    pub fn password_changed(&self, token: &str) {
        if let Some(session) = self.open.borrow_mut().get_mut(token) {
            session.password_expired = false;
        }
    }

    /// Ends the session of a token; `false` when there is none.
    pub fn close(&self, token: &str) -> bool {
        self.open.borrow_mut().remove(token).is_some()
    }

    /// Ends the sessions that a test picks; gives their number.
    pub fn end(&self, ends: impl Fn(&Session) -> bool) -> usize {
        let mut open = self.open.borrow_mut();
        let before = open.len();
        open.retain(|_, session| !ends(session));
        before - open.len()
    }
}
