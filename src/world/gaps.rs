//! What was asked for and is not emulated: logged once, listed at `/_fauxforce/gaps`.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::model::fault::Fault;

/// Something that the real service has and this one does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// `GET /services/data/vNN.0/tooling`, `SOAP describeLayout`, …
    pub what: String,
    pub times: u64,
}

/// So many different gaps are listed: names come from clients. Further ones count as [`OTHER`].
const MOST: usize = 500;
/// Characters of a name that are kept.
const LONGEST: usize = 120;
/// So many gaps of one call are told.
const MOST_OF_CALL: usize = 20;
/// What gaps beyond [`MOST`] count as.
const OTHER: &str = "other";

/// The gaps that clients ran into.
#[derive(Clone, Default)]
pub struct Gaps {
    met: RefCell<BTreeMap<String, u64>>,
    /// By the call that is running.
    of_call: RefCell<Vec<String>>,
}

impl Gaps {
    /// Notes a gap; the first time it is logged.
    pub fn note(&self, what: &str) {
        let mut met = self.met.borrow_mut();
        let what = what.char_indices().nth(LONGEST).and_then(|(end, _)| what.get(..end)).unwrap_or(what);
        let what = if met.len() < MOST || met.contains_key(what) { what } else { OTHER };
        let times = met.entry(what.to_owned()).or_insert(0);
        *times += 1;
        let mut of_call = self.of_call.borrow_mut();
        if of_call.len() < MOST_OF_CALL && !of_call.iter().any(|gap| gap == what) {
            of_call.push(what.to_owned());
        }
        if *times == 1 {
            tracing::warn!(what, "not emulated");
        }
    }

    /// Notes what a call was refused for, if it is a gap.
    pub fn note_fault(&self, fault: &Fault) {
        fault.not_emulated().into_iter().for_each(|what| self.note(what));
    }

    /// The gaps that were met since this was last called.
    pub(super) fn take_of_call(&self) -> Vec<String> {
        self.of_call.take()
    }

    /// All gaps met so far, by name.
    pub fn met(&self) -> Vec<Gap> {
        self.met.borrow().iter().map(|(what, times)| Gap { what: what.clone(), times: *times }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_clients_do_not_fill_the_memory() {
        let gaps = Gaps::default();
        (0..10_000).for_each(|number| gaps.note(&format!("{number} {}", "é".repeat(1000))));
        gaps.note("0 met before");
        let met = gaps.met();
        assert_eq!(met.len(), MOST + 1);
        assert!(met.iter().all(|gap| gap.what.chars().count() <= LONGEST));
        assert_eq!(met.iter().map(|gap| gap.times).sum::<u64>(), 10_001);
        assert!(met.iter().any(|gap| gap.what == OTHER && gap.times > 9000));
    }
}
