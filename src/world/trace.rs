//! Why a login ended as it did: every step, kept per login.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use serde_json::{Value, json};

use crate::assertion;
use crate::model::id::Id;

/// What a step of a login is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Message,
    Configuration,
    Verification,
    User,
    Profile,
    Role,
    Contact,
    Account,
    Handler,
    Save,
    Session,
}

impl Stage {
    /// The name in JSON and on pages.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Message => "message",
            Stage::Configuration => "configuration",
            Stage::Verification => "verification",
            Stage::User => "user",
            Stage::Profile => "profile",
            Stage::Role => "role",
            Stage::Contact => "contact",
            Stage::Account => "account",
            Stage::Handler => "handler",
            Stage::Save => "save",
            Stage::Session => "session",
        }
    }
}

/// One step: what was looked at or done, and how it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub stage: Stage,
    /// False for the step that ended the login.
    pub ok: bool,
    what: What,
}

/// What a step has to say. Few look at the checks of a login that went well: their texts are made for those.
#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Told(String),
    Checked(assertion::Step),
}

impl Step {
    /// In words, for people.
    pub fn text(&self) -> Cow<'_, str> {
        match &self.what {
            What::Told(text) => text.into(),
            What::Checked(step) => {
                let empty = step.detail.is_empty() && step.verdict != assertion::Verdict::Failed;
                let detail = if empty { step.verdict.text() } else { &step.detail };
                format!("{}: {detail}", step.check.heading()).into()
            }
        }
    }
}

/// The steps of one login, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    pub steps: Vec<Step>,
}

impl Trace {
    /// Notes something that was found or done.
    pub fn note(&mut self, stage: Stage, text: impl Into<String>) {
        self.steps.push(Step { stage, ok: true, what: What::Told(text.into()) });
    }

    /// Notes what ended the login.
    pub fn fail(&mut self, stage: Stage, text: impl Into<String>) {
        self.steps.push(Step { stage, ok: false, what: What::Told(text.into()) });
    }

    /// Notes a check of the assertion; one that failed ended the login.
    pub fn check(&mut self, step: assertion::Step) {
        let ok = step.verdict != assertion::Verdict::Failed;
        self.steps.push(Step { stage: Stage::Verification, ok, what: What::Checked(step) });
    }
}

/// A login with its trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Counts the logins of the world from 1.
    pub number: u64,
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    pub org: Option<Id>,
    /// The row of SamlSsoConfig that was used.
    pub config: Option<Id>,
    /// What the assertion names the user by.
    pub subject: Option<String>,
    pub user: Option<Id>,
    /// The row of LoginHistory.
    pub history: Option<Id>,
    /// As in `LoginHistory.Status`.
    pub status: String,
    /// `ErrorCode`, `ErrorDescription` and `ErrorDetails` of a provisioning error.
    pub error: Option<(u16, String, Option<String>)>,
    pub trace: Trace,
}

impl Login {
    /// The form of `/_fauxforce/logins/{number}`.
    pub fn to_json(&self) -> Value {
        let text = |id: Option<Id>| id.map(|id| id.to_string());
        let steps = self
            .trace
            .steps
            .iter()
            .map(|step| json!({"stage": step.stage.name(), "ok": step.ok, "text": step.text()}));
        let error = self.error.as_ref().map(|(code, description, details)| {
            json!({"ErrorCode": code, "ErrorDescription": description, "ErrorDetails": details})
        });
        json!({
            "id": self.number,
            "at": self.at,
            "orgId": text(self.org),
            "samlSsoConfigId": text(self.config),
            "subject": self.subject,
            "userId": text(self.user),
            "loginHistoryId": text(self.history),
            "status": self.status,
            "error": error,
            "steps": steps.collect::<Vec<_>>(),
        })
    }
}

/// How many logins are kept.
const KEPT: usize = 1000;

/// The last logins of a world.
#[derive(Debug, Clone, Default)]
pub struct Logins {
    kept: RefCell<VecDeque<Login>>,
    /// The row of LoginHistory that was written last.
    history: Cell<Option<Id>>,
    /// When old rows of LoginHistory were last deleted, in milliseconds since 1970 UTC.
    swept: Cell<i64>,
}

impl Logins {
    /// The number that the next login gets.
    pub fn next_number(&self) -> u64 {
        self.kept.borrow().back().map_or(1, |login| login.number + 1)
    }

    /// Remembers the row of LoginHistory that was just written.
    pub(super) fn note_history(&self, row: Id) {
        self.history.set(Some(row));
    }

    /// The row of LoginHistory that was written since this was last called.
    pub fn take_history(&self) -> Option<Id> {
        self.history.take()
    }

    /// Whether a day has passed since this last said yes.
    pub(super) fn is_sweep_due(&self, now: i64) -> bool {
        let due = now - self.swept.get() >= 24 * 3_600_000;
        if due {
            self.swept.set(now);
        }
        due
    }

    /// Keeps a login; the oldest makes room.
    pub fn keep(&self, mut login: Login) {
        login.trace.steps.shrink_to_fit();
        for step in &mut login.trace.steps {
            match &mut step.what {
                What::Told(text) => text.shrink_to_fit(),
                What::Checked(step) => step.detail.shrink_to_fit(),
            }
        }
        let mut kept = self.kept.borrow_mut();
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(login);
    }

    /// A login by its number, or by the id of its row of LoginHistory.
    pub fn find(&self, id: &str) -> Option<Login> {
        let history = Id::parse(id);
        let is_it = |login: &&Login| {
            login.number.to_string() == id || (history.is_some() && login.history == history)
        };
        self.kept.borrow().iter().find(is_it).cloned()
    }

    /// All kept logins, the youngest first.
    pub fn all(&self) -> Vec<Login> {
        self.kept.borrow().iter().rev().cloned().collect()
    }
}
