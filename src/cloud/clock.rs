//! The cloud's clock: the machine's, or one that moves a second per request.

use std::cell::Cell;

/// Where a deterministic clock starts: 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600_000;

/// Tells the time of a cloud, in milliseconds since 1970 UTC.
#[derive(Debug)]
pub struct Clock {
    /// The time of a stepped clock; `None` for the machine's.
    stepped: Cell<Option<i64>>,
}

impl Clock {
    /// The machine's clock.
    pub fn real() -> Clock {
        Clock { stepped: Cell::new(None) }
    }

    /// A clock that starts at 2026-01-01 and moves only by [`Clock::tick`].
    pub fn deterministic() -> Clock {
        Clock { stepped: Cell::new(Some(START)) }
    }

    /// Lets a stepped clock begin a second after a time, in milliseconds since 1970 UTC, if it is not there yet.
    pub fn begin_after(&self, time: i64) {
        let after = time - time.rem_euclid(1000) + 1000;
        self.stepped.set(self.stepped.get().map(|now| now.max(after)));
    }

    /// Whether it moves only with requests.
    pub fn is_deterministic(&self) -> bool {
        self.stepped.get().is_some()
    }

    /// Milliseconds since 1970 UTC.
    pub fn now(&self) -> i64 {
        self.stepped.get().unwrap_or_else(|| jiff::Timestamp::now().as_millisecond())
    }

    /// Called once per request: a stepped clock moves a second.
    pub fn tick(&self) {
        self.stepped.set(self.stepped.get().map(|now| now + 1000));
    }
}
