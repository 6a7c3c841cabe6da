//! How long a call may compute: until a point in time, or until somebody cancels it.
//!
//! A world has one [`Deadline`]. The function that serves a call starts it; the call's loops over records look at it, and
//! SQLite does while it reads. What finds it passed ends the call with an error, which undoes what the call has written.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The deadline of the call that is running, if one is. Threads that do not run the call may look at it and cancel it.
#[derive(Debug)]
pub struct Deadline {
    /// What `until` counts from.
    origin: Instant,
    /// Nanoseconds; [`NEVER`] while no call is running.
    until: AtomicU64,
    cancelled: AtomicBool,
}

const NEVER: u64 = u64::MAX;

impl Default for Deadline {
    fn default() -> Deadline {
        Deadline { origin: Instant::now(), until: AtomicU64::new(NEVER), cancelled: AtomicBool::new(false) }
    }
}

impl Deadline {
    /// A call begins that may take so long. It ends when the guard is dropped; work inside it that has a deadline of its own
    /// starts another, after which the outer one holds again.
    pub fn start(&self, limit: Duration) -> CallTime<'_> {
        let until = self.origin.elapsed().saturating_add(limit).as_nanos();
        let until = u64::try_from(until).unwrap_or(NEVER);
        CallTime { deadline: self, outer: self.until.swap(until, Ordering::Relaxed) }
    }

    /// Ends the call that is running at its next look at the deadline, and all that come after it: for a world that is
    /// being shut down.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the world is being shut down: calls end, and what they leave undone is done after the next start.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Whether the call has had its time, or was cancelled. Always `false` while no call is running, unless cancelled.
    pub fn has_passed(&self) -> bool {
        let until = self.until.load(Ordering::Relaxed);
        let over = until != NEVER && self.origin.elapsed().as_nanos() >= u128::from(until);
        over || self.is_cancelled()
    }
}

/// A call that has a deadline.
#[derive(Debug)]
#[must_use = "the call has a deadline as long as this lives"]
pub struct CallTime<'a> {
    deadline: &'a Deadline,
    outer: u64,
}

impl Drop for CallTime<'_> {
    fn drop(&mut self) {
        self.deadline.until.store(self.outer, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn only_a_running_call_has_a_deadline() {
        let deadline = Deadline::default();
        assert!(!deadline.has_passed());
        {
            let _call = deadline.start(Duration::ZERO);
            assert!(deadline.has_passed());
            {
                let _inner = deadline.start(HOUR);
                assert!(!deadline.has_passed());
            }
            assert!(deadline.has_passed());
        }
        assert!(!deadline.has_passed());
        let _call = deadline.start(Duration::MAX);
        assert!(!deadline.has_passed());
    }

    #[test]
    fn another_thread_can_cancel() {
        let deadline = Deadline::default();
        let _call = deadline.start(HOUR);
        std::thread::scope(|scope| scope.spawn(|| deadline.cancel()).join()).expect("a thread");
        assert!(deadline.has_passed());
    }
}
