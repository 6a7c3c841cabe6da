//! What becomes known about a call while it runs: who calls, with which app, and what it meets that is not emulated. The
//! journal tells of it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::State;
use crate::model::id::Id;
use crate::org::Mail;
use crate::org::save_log::{CallSaves, SaveEnd};

/// So many usernames are remembered.
const MOST_NAMES: usize = 1000;

/// Notes on the call that is running.
#[derive(Debug, Default)]
pub(super) struct CallNotes {
    caller: Cell<Option<Caller>>,
    client_id: RefCell<Option<String>>,
    /// What the outbox held, and how many logins there had been, when the call began.
    mails: Cell<usize>,
    logins: Cell<u64>,
    /// Usernames that were looked up, by user. A call that saves users empties it.
    usernames: RefCell<HashMap<Id, Arc<str>, FixedState>>,
}

/// A user and their org.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Caller {
    org: Id,
    user: Id,
}

/// What was noted on a call, for the journal.
#[derive(Debug, Clone, Default)]
pub struct CallReport {
    pub org: Option<Id>,
    pub user: Option<Id>,
    pub username: Option<Arc<str>>,
    /// The connected app whose token was used.
    pub client_id: Option<String>,
    /// What was asked for and is not emulated.
    pub gaps: Vec<String>,
    /// By org, for those that have saved anything.
    pub saves: Vec<CallSaves>,
    pub mails: Vec<Mail>,
    /// The login by single sign-on that the call was, as `/_fauxforce/logins` numbers it.
    pub login: Option<u64>,
}

impl CallNotes {
    /// Who calls, in which org.
    pub fn note_caller(&self, org: Id, user: Id) {
        self.caller.set(Some(Caller { org, user }));
    }

    /// The connected app whose token is used.
    pub fn note_client(&self, client_id: Option<&String>) {
        if client_id.is_some() {
            *self.client_id.borrow_mut() = client_id.cloned();
        }
    }
}

impl State {
    /// Notes what the call that begins does, for [`State::finish_notes`].
    pub fn start_notes(&self) {
        let notes = &self.call_notes;
        notes.caller.set(None);
        notes.client_id.take();
        self.gaps.take_of_call();
        notes.mails.set(self.outbox.borrow().len());
        notes.logins.set(self.logins.next_number());
        self.orgs.iter().for_each(|org| org.save_log.start());
    }

    /// What was noted since the call began. No more saves are noted then.
    pub(super) fn call_report(&self) -> CallReport {
        let notes = &self.call_notes;
        let saves: Vec<CallSaves> = self.orgs.iter().map(|org| org.save_log.take()).collect();
        let saves: Vec<CallSaves> = saves.into_iter().filter(|saves| !saves.is_empty()).collect();
        if saves.iter().flat_map(|saves| &saves.saves).any(changes_users) {
            notes.usernames.borrow_mut().clear();
        }
        let caller = notes.caller.get();
        let outbox = self.outbox.borrow();
        let login = notes.logins.get();
        CallReport {
            org: caller.map(|caller| caller.org),
            user: caller.map(|caller| caller.user),
            username: caller.and_then(|caller| self.username(caller)),
            client_id: notes.client_id.take(),
            gaps: self.gaps.take_of_call(),
            saves,
            mails: outbox.get(notes.mails.get()..).unwrap_or_default().to_vec(),
            login: (self.logins.next_number() > login).then_some(login),
        }
    }

    fn username(&self, Caller { org, user }: Caller) -> Option<Arc<str>> {
        let names = &self.call_notes.usernames;
        if let Some(name) = names.borrow().get(&user) {
            return Some(name.clone());
        }
        let name: Arc<str> = self.username_of(org, user)?.into();
        let mut names = names.borrow_mut();
        if names.len() >= MOST_NAMES {
            names.clear();
        }
        names.insert(user, name.clone());
        Some(name)
    }
}

fn changes_users(save: &crate::org::save_log::LoggedSave) -> bool {
    matches!(save.end, SaveEnd::Saved) && save.object.as_ref().is_some_and(|object| object.name == "User")
}
