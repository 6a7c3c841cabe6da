//! Linked sessions: several of one login.

use crate::world::{Session, State};

impl State {
    /// Opens another session of a login, for another domain of the org: it ends when the login's refresh token does.
    pub fn open_linked_session(&self, session: &Session) -> Session {
        let session = Session { token: self.new_token(session.org), ..session.clone() };
        self.sessions.open(session.clone());
        session
    }
}
