//! What is to go wrong: faults of load and of other people, which a test cannot provoke, planted for the next calls.

use std::cell::{Cell, RefCell};

use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::org::injected_fault::InjectedFault;

/// What can be injected: faults of saves, and of whole calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    OfSave(InjectedFault),
    /// The org has spent its API calls.
    Quota,
    /// The service is down.
    Unavailable,
}

/// One planted trouble.
#[derive(Debug, Clone, PartialEq)]
pub struct Planted {
    pub number: u64,
    pub trouble: Trouble,
    /// Only saves of this object.
    pub object: Option<String>,
    /// Only saves of this record.
    pub id: Option<Id>,
    /// Saves or calls that are let through first.
    pub skip: u32,
    /// How often it strikes still; `None` until it is taken back.
    pub times: Option<u32>,
}

/// So much can be planted at once: each save looks through all of it.
const MOST: usize = 1000;

/// All that is planted in a cloud, oldest first.
#[derive(Debug, Default)]
pub struct FaultPlan {
    planted: RefCell<Vec<Planted>>,
    last: Cell<u64>,
}

impl FaultPlan {
    /// Plants a trouble and numbers it; `None` when too much is planted already.
    pub fn plant(&self, planted: Planted) -> Option<u64> {
        let mut all = self.planted.borrow_mut();
        if all.len() >= MOST {
            return None;
        }
        self.last.set(self.last.get() + 1);
        all.push(Planted { number: self.last.get(), ..planted });
        Some(self.last.get())
    }

    /// What is planted and has not struck as often as it may.
    pub fn list(&self) -> Vec<Planted> {
        self.planted.borrow().clone()
    }

    /// Takes everything back.
    pub fn clear(&self) {
        self.planted.borrow_mut().clear();
    }

    /// Takes one back; false when it is not there.
    pub fn remove(&self, number: u64) -> bool {
        let mut planted = self.planted.borrow_mut();
        let before = planted.len();
        planted.retain(|one| one.number != number);
        planted.len() < before
    }

    /// What strikes the save of a record. A record that is new has no id that anyone knows.
    pub(super) fn strike_save(&self, object: &str, id: Id) -> Option<InjectedFault> {
        let meant = |one: &Planted| {
            let object_fits = one.object.as_deref().is_none_or(|name| name.eq_ignore_ascii_case(object));
            let id_fits = one.id.is_none_or(|meant| meant == id);
            matches!(one.trouble, Trouble::OfSave(_)) && object_fits && id_fits
        };
        match self.strike(meant) {
            Some(Trouble::OfSave(fault)) => Some(fault),
            _ => None,
        }
    }

    /// What strikes an API call.
    pub(super) fn strike_call(&self) -> Result<(), Fault> {
        match self.strike(|one| !matches!(one.trouble, Trouble::OfSave(_))) {
            Some(Trouble::Quota) => Err(quota_spent()),
            Some(Trouble::Unavailable) => Err(unavailable()),
            Some(Trouble::OfSave(_)) | None => Ok(()),
        }
    }

    /// The first one that is meant and is due.
    fn strike(&self, meant: impl Fn(&Planted) -> bool) -> Option<Trouble> {
        let mut planted = self.planted.borrow_mut();
        let one = planted.iter_mut().find(|one| meant(one))?;
        if one.skip > 0 {
            one.skip -= 1;
            return None;
        }
        let trouble = one.trouble;
        if let Some(times) = &mut one.times {
            *times = times.saturating_sub(1);
        }
        planted.retain(|one| one.times != Some(0));
        Some(trouble)
    }
}

faults! {
    /// the org has spent its API calls of the day (403); planted at `/_fauxforce/faults`
    quota_spent() = REQUEST_LIMIT_EXCEEDED, "TotalRequests Limit exceeded.", Quoted;

    /// the service is down (503); planted at `/_fauxforce/faults`
    unavailable() = SERVER_UNAVAILABLE, "The server is temporarily unavailable. Try again later.", Assumed;
}
