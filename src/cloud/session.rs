//! Sessions: what an access token opens.

use std::cell::RefCell;
use std::collections::HashMap;

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
    /// The refresh token this access token came from: revoking that ends this.
    pub refresh_token: Option<String>,
    /// Only `setPassword` works in it: the password has expired.
    pub password_expired: bool,
    /// Milliseconds since 1970 at which it ends unless used.
    pub expires: i64,
    /// Milliseconds it lives without use.
    pub timeout: i64,
}

/// All open sessions of a cloud, by token.
#[derive(Default)]
pub struct Sessions {
    open: RefCell<HashMap<String, Session>>,
}

impl Sessions {
    /// Opens a session.
    pub fn open(&self, session: Session) {
        self.open.borrow_mut().insert(session.token.clone(), session);
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

    /// Ends the sessions that a test picks; gives their number.
    pub fn end(&self, ends: impl Fn(&Session) -> bool) -> usize {
        let mut open = self.open.borrow_mut();
        let before = open.len();
        open.retain(|_, session| !ends(session));
        before - open.len()
    }
}
