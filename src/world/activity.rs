//! Tells those who wait that something may have changed in a world, without the lock of the world.

use std::time::Instant;

use tokio::sync::watch;

/// How much has happened.
#[derive(Debug, Clone, Copy)]
pub struct Activity {
    /// Calls that have begun or ended, without those of the control API.
    pub calls: u64,
    /// Rows that were written.
    pub writes: u64,
    /// When a call has last begun or ended.
    pub last: Instant,
    /// The server stops: nothing will happen any more.
    pub is_over: bool,
}

/// The activity of a world.
#[derive(Debug)]
pub(super) struct ActivityFeed(watch::Sender<Activity>);

impl Default for ActivityFeed {
    fn default() -> ActivityFeed {
        let none = Activity { calls: 0, writes: 0, last: Instant::now(), is_over: false };
        ActivityFeed(watch::Sender::new(none))
    }
}

impl ActivityFeed {
    /// A call has begun or ended; so many rows have been written since the world was made.
    pub fn note(&self, writes: u64) {
        self.0.send_modify(|activity| {
            activity.calls += 1;
            activity.writes = writes;
            activity.last = Instant::now();
        });
    }

    /// The server stops.
    pub fn end(&self) {
        self.0.send_modify(|activity| activity.is_over = true);
    }

    /// Follows the activity from now on.
    pub fn follow(&self) -> watch::Receiver<Activity> {
        self.0.subscribe()
    }
}
