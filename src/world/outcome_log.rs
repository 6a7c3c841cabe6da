//! What happened in a world besides its records: logins, mails, refused saves. Only that it happened is kept, and how often,
//! not when and in which order: outcomes tell of it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{CallReport, State};
use crate::model::id::Id;

/// So many different lines are kept; further ones are left out.
const MOST: usize = 10_000;

/// How often each thing has happened, by its line in an outcome.
#[derive(Debug, Clone, Default)]
pub struct OutcomeLog {
    lines: RefCell<BTreeMap<String, u64>>,
    /// Logins of the call that is running: the community's path, the username, the status.
    logins: RefCell<Vec<NotedLogin>>,
}

#[derive(Debug, Clone)]
struct NotedLogin {
    site: Option<String>,
    username: Option<String>,
    status: String,
}

impl OutcomeLog {
    /// The lines, and how often each has happened.
    pub fn lines(&self) -> BTreeMap<String, u64> {
        self.lines.borrow().clone()
    }

    /// A login ended with a status of LoginHistory.
    pub(super) fn note_login(&self, site: Option<&str>, username: Option<&str>, status: &str) {
        self.logins.borrow_mut().push(NotedLogin {
            site: site.map(str::to_owned),
            username: username.map(str::to_owned),
            status: status.to_owned(),
        });
    }

    fn note(&self, line: String) {
        let mut lines = self.lines.borrow_mut();
        if lines.len() < MOST || lines.contains_key(&line) {
            *lines.entry(line).or_default() += 1;
        }
    }
}

impl State {
    /// Ends the notes on a call of a surface: what it did becomes part of the outcome, and is given to the journal.
    pub fn finish_notes(&self, surface: &str) -> CallReport {
        let report = self.call_report();
        let log = &self.outcome_log;
        let trace = report.login.and_then(|number| self.logins.find(&number.to_string()));
        for NotedLogin { site, username, status } in log.logins.take() {
            let subject = trace.as_ref().and_then(|login| login.subject.clone());
            let who = username.or(subject).unwrap_or_else(|| "(unknown)".to_owned());
            let site = site.map(|site| format!("{site} ")).unwrap_or_default();
            let error = trace.as_ref().and_then(|login| login.error.as_ref());
            let error =
                error.map(|(code, description, _)| format!(", {code} {description}")).unwrap_or_default();
            log.note(format!("login {site}{who}: {status}{error}"));
        }
        for mail in &report.mails {
            log.note(format!("mail {} {}", mail.kind, mail.to));
        }
        for (operation, object, code) in report.saves.iter().flat_map(|saves| &saves.refused) {
            log.note(format!("refused {surface} {operation} {object}: {code}"));
        }
        report
    }

    /// The username of a user, for notes.
    pub(super) fn username_of(&self, org: Id, user: Id) -> Option<String> {
        let org = self.orgs.iter().find(|other| other.id == org)?;
        let record = org.find(&org.standard("User").ok()?, user).ok()??;
        record.text("Username").map(str::to_owned)
    }
}
