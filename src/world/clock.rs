//! The world's clock: the machine's, or one that moves a second per request.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Where a deterministic clock starts: 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600_000;

/// Tells the time of a world, in milliseconds since 1970 UTC. Clones are the same clock, so that the time can be read
/// without the world's state.
#[derive(Debug, Clone)]
pub struct Clock {
    /// The time of a stepped clock; `None` for the machine's.
    stepped: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's clock.
    pub fn real() -> Clock {
        Clock { stepped: None }
    }

    /// A clock that starts at 2026-01-01 and moves only by [`Clock::tick`].
    pub fn deterministic() -> Clock {
        Clock { stepped: Some(Arc::new(AtomicI64::new(START))) }
    }

    /// Lets a stepped clock begin a second after a time, in milliseconds since 1970 UTC, if it is not there yet.
    pub fn begin_after(&self, time: i64) {
        let after = time - time.rem_euclid(1000) + 1000;
        if let Some(now) = &self.stepped {
            now.fetch_max(after, Ordering::Relaxed);
        }
    }

    /// Whether it moves only with requests.
    pub fn is_deterministic(&self) -> bool {
        self.stepped.is_some()
    }

    /// Milliseconds since 1970 UTC.
    pub fn now(&self) -> i64 {
        match &self.stepped {
            Some(now) => now.load(Ordering::Relaxed),
            None => jiff::Timestamp::now().as_millisecond(),
        }
    }

    /// Called once per request: a stepped clock moves a second.
    pub fn tick(&self) {
        if let Some(now) = &self.stepped {
            now.fetch_add(1000, Ordering::Relaxed);
        }
    }
}
