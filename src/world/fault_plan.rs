//! Injected faults: what load and other users cause, and a test cannot provoke, for the next calls.

use std::cell::{Cell, RefCell};

use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::org::injected_fault::InjectedFault;

/// What can be injected: faults of saves, and of whole calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    Save(InjectedFault),
    /// The org has spent its API calls.
    Quota,
    /// The service is down.
    Unavailable,
}

/// A fault to inject, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct FaultRule {
    pub number: u64,
    pub kind: FaultKind,
    /// Only saves of this object.
    pub object: Option<String>,
    /// Only saves of this record.
    pub id: Option<Id>,
    /// Saves or calls that are let through first.
    pub skip: u32,
    /// How often it is still injected; `None` until it is removed.
    pub times: Option<u32>,
}

/// Maximum number of rules: each save looks through all of them.
const MOST: usize = 1000;

/// All fault rules of a world, oldest first.
#[derive(Debug, Clone, Default)]
pub struct FaultPlan {
    rules: RefCell<Vec<FaultRule>>,
    last: Cell<u64>,
}

impl FaultPlan {
    /// Adds a rule and numbers it; `None` when there are too many already.
    pub fn add(&self, rule: FaultRule) -> Option<u64> {
        let mut all = self.rules.borrow_mut();
        if all.len() >= MOST {
            return None;
        }
        self.last.set(self.last.get() + 1);
        all.push(FaultRule { number: self.last.get(), ..rule });
        Some(self.last.get())
    }

    /// The rules that are not used up.
    pub fn list(&self) -> Vec<FaultRule> {
        self.rules.borrow().clone()
    }

    /// Removes all rules.
    pub fn clear(&self) {
        self.rules.borrow_mut().clear();
    }

    /// Removes a rule; false when it is not there.
    pub fn remove(&self, number: u64) -> bool {
        let mut rules = self.rules.borrow_mut();
        let before = rules.len();
        rules.retain(|rule| rule.number != number);
        rules.len() < before
    }

    /// The fault to inject into the save of a record. Nobody knows the id of a new record.
    pub(super) fn inject_into_save(&self, object: &str, id: Id) -> Option<InjectedFault> {
        let meant = |rule: &FaultRule| {
            let object_fits = rule.object.as_deref().is_none_or(|name| name.eq_ignore_ascii_case(object));
            let id_fits = rule.id.is_none_or(|meant| meant == id);
            matches!(rule.kind, FaultKind::Save(_)) && object_fits && id_fits
        };
        match self.take_due(meant) {
            Some(FaultKind::Save(fault)) => Some(fault),
            _ => None,
        }
    }

    /// Fails an API call that a fault is to be injected into.
    pub(super) fn inject_into_call(&self) -> Result<(), Fault> {
        match self.take_due(|rule| !matches!(rule.kind, FaultKind::Save(_))) {
            Some(FaultKind::Quota) => Err(quota_spent()),
            Some(FaultKind::Unavailable) => Err(unavailable()),
            Some(FaultKind::Save(_)) | None => Ok(()),
        }
    }

    /// Uses up the first matching rule that is due.
    fn take_due(&self, meant: impl Fn(&FaultRule) -> bool) -> Option<FaultKind> {
        let mut rules = self.rules.borrow_mut();
        let rule = rules.iter_mut().find(|rule| meant(rule))?;
        if rule.skip > 0 {
            rule.skip -= 1;
            return None;
        }
        let kind = rule.kind;
        if let Some(times) = &mut rule.times {
            *times = times.saturating_sub(1);
        }
        rules.retain(|rule| rule.times != Some(0));
        Some(kind)
    }
}

faults! {
    /// the org has spent its API calls of the day (403); planted at `/_fauxforce/faults`
    quota_spent() = REQUEST_LIMIT_EXCEEDED, "TotalRequests Limit exceeded.", Quoted;

    /// the service is down (503); planted at `/_fauxforce/faults`
    unavailable() = SERVER_UNAVAILABLE, "The server is temporarily unavailable. Try again later.", Assumed;
}
