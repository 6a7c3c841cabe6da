//! When a world was made and last used, by the machine's clock: for those who end worlds that nobody uses.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// When a world was made and last used.
#[derive(Debug)]
pub struct UseTime {
    made: Instant,
    /// Milliseconds after it was made.
    used: AtomicU64,
    ttl: OnceLock<Duration>,
}

impl Default for UseTime {
    fn default() -> UseTime {
        UseTime { made: Instant::now(), used: AtomicU64::new(0), ttl: OnceLock::new() }
    }
}

impl UseTime {
    /// It is used now.
    pub fn note_use(&self) {
        let used = u64::try_from(self.made.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.used.store(used, Ordering::Relaxed);
    }

    /// For how long nobody may use it before it is ended; `None` for ever.
    pub fn ttl(&self) -> Option<Duration> {
        self.ttl.get().copied()
    }

    /// Says for how long nobody may use it. Only the first time counts.
    pub fn set_ttl(&self, ttl: Duration) {
        _ = self.ttl.set(ttl);
    }

    /// For how long it has been there.
    pub fn age(&self) -> Duration {
        self.made.elapsed()
    }

    /// For how long nobody has used it.
    pub fn idle(&self) -> Duration {
        self.age().saturating_sub(Duration::from_millis(self.used.load(Ordering::Relaxed)))
    }
}
