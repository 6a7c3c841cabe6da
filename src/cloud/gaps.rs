//! What was asked for and is not emulated: logged once, listed at `/_fauxforce/gaps`.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::org::fault::Fault;

/// Something that the real service has and this one does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// `GET /services/data/vNN.0/tooling`, `SOAP describeLayout`, …
    pub what: String,
    pub times: u64,
}

/// The gaps that clients ran into.
#[derive(Default)]
pub struct Gaps {
    met: RefCell<BTreeMap<String, u64>>,
}

impl Gaps {
    /// Notes a gap; the first time it is logged.
    pub fn note(&self, what: &str) {
        let mut met = self.met.borrow_mut();
        let times = met.entry(what.to_owned()).or_insert(0);
        *times += 1;
        if *times == 1 {
            tracing::warn!(what, "not emulated");
        }
    }

    /// Notes what a call was refused for, if it is a gap.
    pub fn note_fault(&self, fault: &Fault) {
        fault.not_emulated().into_iter().for_each(|what| self.note(what));
    }

    /// All gaps met so far, by name.
    pub fn met(&self) -> Vec<Gap> {
        self.met.borrow().iter().map(|(what, times)| Gap { what: what.clone(), times: *times }).collect()
    }
}
