//! The world's clock. It runs with the machine's, ahead of it or behind, or it stands and moves a step with each write.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// Where a deterministic clock starts: 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600_000;
/// How far a deterministic clock moves with each write, in milliseconds.
const STEP: i64 = 1000;

/// Tells the time of a world, in milliseconds since 1970 UTC. Clones are the same clock, so that the time can be read
/// without the world's state.
#[derive(Debug, Clone)]
pub struct Clock {
    /// Locked for a few instructions at a time.
    movement: Arc<Mutex<Movement>>,
}

/// How a clock goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Movement {
    /// With the machine's clock, so many milliseconds ahead of it.
    Runs { ahead: i64 },
    /// It stands at a time, and moves so many milliseconds with each write.
    Stands { at: i64, step: i64 },
}

impl Clock {
    /// The machine's clock.
    pub fn real() -> Clock {
        Clock::of(Movement::Runs { ahead: 0 })
    }

    /// A clock that starts at 2026-01-01 and moves a second with each write.
    pub fn deterministic() -> Clock {
        Clock::of(Movement::Stands { at: START, step: STEP })
    }

    fn of(movement: Movement) -> Clock {
        Clock { movement: Arc::new(Mutex::new(movement)) }
    }

    /// Another clock that shows the same and goes in the same way.
    pub(super) fn copy(&self) -> Clock {
        Clock::of(*self.movement())
    }

    /// Shows what another clock shows, and goes as it does.
    pub(super) fn replace_by(&self, other: &Clock) {
        let movement = *other.movement();
        *self.movement() = movement;
    }

    /// Lets a clock that stands begin a second after a time, in milliseconds since 1970 UTC, if it is not there yet.
    pub fn begin_after(&self, time: i64) {
        let after = time - time.rem_euclid(1000) + 1000;
        if let Movement::Stands { at, .. } = &mut *self.movement() {
            *at = after.max(*at);
        }
    }

    /// Whether it moves with the machine's clock.
    pub fn is_running(&self) -> bool {
        matches!(*self.movement(), Movement::Runs { .. })
    }

    /// How far it moves with each write, in milliseconds; `None` for one that runs.
    pub fn step(&self) -> Option<i64> {
        match *self.movement() {
            Movement::Runs { .. } => None,
            Movement::Stands { step, .. } => Some(step),
        }
    }

    /// Milliseconds since 1970 UTC.
    pub fn now(&self) -> i64 {
        match *self.movement() {
            Movement::Runs { ahead } => machine_time().saturating_add(ahead),
            Movement::Stands { at, .. } => at,
        }
    }

    /// Something has been written: a clock that stands moves a step.
    pub fn tick(&self) {
        if let Movement::Stands { at, step } = &mut *self.movement() {
            *at = within_bounds(at.saturating_add(*step));
        }
    }

    /// Sets it to a time, in milliseconds since 1970 UTC. It goes on from there as it did.
    pub fn set(&self, time: i64) {
        let time = within_bounds(time);
        match &mut *self.movement() {
            Movement::Runs { ahead } => *ahead = time - machine_time(),
            Movement::Stands { at, .. } => *at = time,
        }
    }

    /// Moves it forward, or back for a negative span. Days and months are those of the calendar, in UTC.
    ///
    /// # Errors
    /// It would show a time before year 1 or after year 9999.
    pub fn advance(&self, span: Span) -> Result<(), jiff::Error> {
        let now = Timestamp::from_millisecond(self.now())?.to_zoned_datetime(TimeZone::UTC);
        self.set(now.checked_add(span)?.timestamp().as_millisecond());
        Ok(())
    }

    /// Lets it stand, moving so many milliseconds with each write; 0 for one that never moves by itself.
    pub fn stand(&self, step: i64) {
        let at = self.now();
        *self.movement() = Movement::Stands { at, step };
    }

    /// Lets it run on, from the time it shows.
    pub fn run(&self) {
        let ahead = self.now() - machine_time();
        *self.movement() = Movement::Runs { ahead };
    }

    fn movement(&self) -> MutexGuard<'_, Movement> {
        self.movement.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn machine_time() -> i64 {
    Timestamp::now().as_millisecond()
}

/// Keeps a time among those that can be written down, with a good distance to the ends: lifetimes are added to it.
fn within_bounds(time: i64) -> i64 {
    /// 0001-01-01 and 9900-01-01.
    const BOUNDS: (i64, i64) = (-62_135_596_800_000, 250_245_590_400_000);
    time.clamp(BOUNDS.0, BOUNDS.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_stands_moves_with_writes_only() {
        let clock = Clock::deterministic();
        assert_eq!((clock.now(), clock.now()), (START, START));
        clock.tick();
        assert_eq!(clock.now(), START + STEP);
        clock.stand(0);
        clock.tick();
        assert_eq!((clock.now(), clock.step()), (START + STEP, Some(0)));
        clock.advance("P1M".parse().expect("a span")).expect("a time");
        assert_eq!(clock.now(), START + STEP + 31 * 24 * 3_600_000);
        clock.run();
        assert!(clock.is_running() && clock.now() >= START + STEP + 31 * 24 * 3_600_000);
    }

    #[test]
    fn a_running_clock_can_be_set_and_a_copy_goes_its_own_way() {
        let clock = Clock::real();
        clock.set(0);
        assert!((0..60_000).contains(&clock.now()));
        let copy = clock.copy();
        clock.set(START);
        assert!(copy.now() < 60_000);
        copy.replace_by(&clock);
        assert!(copy.now() >= START);
        clock.set(i64::MAX);
        assert!(clock.now() < i64::MAX / 2);
    }
}
