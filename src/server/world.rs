//! A world as a test uses it: forked, put back, moved in time.

use std::sync::Arc;
use std::time::Duration;

use super::hosting::Hosting;
use super::ready::Ready;
use crate::control::clock::{ClockRequest, StepRequest, change};
use crate::control::host::{WorldOrder, WorldPort, WorldSource};
use crate::control::worlds::check_name;
use crate::error_entry::Declared;
use crate::model::fault::Fault;
use crate::outcome::Outcome;
use crate::store::StoreError;
use crate::world::{Checkpoint, Clock, MAIN, Snapshot, StateGuard, World as ServedWorld};

/// A world of a [`Server`](super::Server), which must live longer. One that was forked ends when this is dropped.
///
/// ```
/// let server = fauxforce::Server::builder().deterministic().start()?;
/// let world = server.main().fork()?;
/// assert_ne!(world.url(), server.url);
/// world.advance("36h")?;
/// world.reset()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Its functions block their thread: they are not for a thread of a tokio runtime.
pub struct World {
    /// What a client needs to use it.
    pub ready: Ready,
    world: Arc<ServedWorld>,
    hosting: Arc<Hosting>,
}

/// Why a world cannot be made or changed, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WorldError(String);

impl From<Declared> for WorldError {
    fn from(error: Declared) -> WorldError {
        WorldError(error.message)
    }
}

impl From<StoreError> for WorldError {
    fn from(error: StoreError) -> WorldError {
        WorldError(format!("the world cannot be copied or written: {}", Fault::from(error).message))
    }
}

/// How a fork is to be. Without more it gets a name (`w1`, …) and a free port.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fork {
    /// A label of a host name: it is reached at `NAME.localhost` on the main port, too.
    pub name: Option<String>,
    /// One of this world, to begin with instead of what the world is now.
    pub checkpoint: Option<String>,
    /// No port of its own: it is reached on the main port only.
    pub no_port: bool,
    /// It ends when nobody has used it for so long.
    pub ttl: Option<Duration>,
}

impl World {
    pub(super) fn new(world: Arc<ServedWorld>, hosting: Arc<Hosting>, ready: Ready) -> World {
        World { ready, world, hosting }
    }

    /// Its name among the worlds of the server.
    pub fn name(&self) -> &str {
        self.world.name()
    }

    /// `http://…`: where all its absolute URLs lead.
    pub fn url(&self) -> &str {
        &self.ready.url
    }

    /// The same by HTTPS; `None` after [`Builder::without_https`](super::Builder::without_https).
    pub fn https_url(&self) -> Option<&str> {
        self.ready.https_url.as_deref()
    }

    /// A copy of this world, with a name and a port of its own. Neither sees what happens in the other.
    ///
    /// # Errors
    /// No port is free, or there is too little memory.
    pub fn fork(&self) -> Result<World, WorldError> {
        self.fork_as(Fork::default())
    }

    /// The same, with a choice.
    ///
    /// # Errors
    /// The name is taken, or cannot be part of a host name; there is no such checkpoint; no port is free.
    pub fn fork_as(&self, fork: Fork) -> Result<World, WorldError> {
        let Fork { name, checkpoint, no_port, ttl } = fork;
        if let Some(name) = &name {
            check_name(&*self.hosting, name)?;
        }
        let source = match checkpoint {
            Some(name) => WorldSource::Snapshot(self.world.clone(), self.checkpoint_named(&name)?.snapshot),
            None => WorldSource::World(self.world.clone()),
        };
        let port = if no_port { WorldPort::None } else { WorldPort::Free };
        let world = self.hosting.make_here(WorldOrder { name, source, port, ttl })?;
        let ready = self.hosting.ready(&world).unwrap_or_default();
        Ok(World::new(world, self.hosting.clone(), ready))
    }

    /// Makes it again what it was when it was made.
    ///
    /// # Errors
    /// Its database file cannot be written, or was too large to be copied at the start.
    pub fn reset(&self) -> Result<(), WorldError> {
        self.put_back(self.origin()?)?;
        self.world.journal().begin_anew();
        Ok(())
    }

    /// Keeps the state as it is now under a name, instead of one that had it.
    ///
    /// # Errors
    /// There is too little memory, or there are too many checkpoints.
    pub fn checkpoint(&self, name: &str) -> Result<(), WorldError> {
        let checkpoint = {
            let state = self.world.lock();
            Checkpoint { snapshot: self.world.snapshot(&state)?, at: state.clock.now() }
        };
        match self.world.keep_checkpoint(name, checkpoint) {
            true => Ok(()),
            false => Err(WorldError("this world has too many checkpoints".into())),
        }
    }

    /// Makes it what it was at a checkpoint.
    ///
    /// # Errors
    /// There is no such checkpoint, or the database file cannot be written.
    pub fn restore(&self, name: &str) -> Result<(), WorldError> {
        self.put_back(self.checkpoint_named(name)?.snapshot)
    }

    /// What provisioning has led to since the world was made.
    ///
    /// # Errors
    /// The store has failed, or the database file was too large to be copied at the start.
    pub fn outcome(&self) -> Result<Outcome, WorldError> {
        let origin = self.origin()?;
        self.outcome_of(&origin)
    }

    /// The same since a checkpoint.
    ///
    /// # Errors
    /// There is no such checkpoint, or the store has failed.
    pub fn outcome_since(&self, checkpoint: &str) -> Result<Outcome, WorldError> {
        let checkpoint = self.checkpoint_named(checkpoint)?;
        self.outcome_of(&checkpoint.snapshot)
    }

    fn outcome_of(&self, since: &Snapshot) -> Result<Outcome, WorldError> {
        let state = self.world.lock();
        let outcome = since.look(|then| Outcome::between(then, &state, &[]));
        outcome.map_err(|fault| WorldError(format!("the outcome cannot be told: {}", fault.message)))
    }

    fn origin(&self) -> Result<Arc<Snapshot>, WorldError> {
        let origin = self.world.origin();
        origin.ok_or_else(|| WorldError("the database file was too large to be copied at the start".into()))
    }

    /// The clock, to be read. It is changed by the functions below.
    pub fn clock(&self) -> &Clock {
        self.world.clock()
    }

    /// Sets the clock, such as to `2026-03-01T00:00:00Z`. It goes on from there.
    ///
    /// # Errors
    /// The text is no time.
    pub fn set_now(&self, time: &str) -> Result<(), WorldError> {
        self.change_clock(ClockRequest { now: Some(time.to_owned()), ..ClockRequest::default() })
    }

    /// Moves the clock, such as by `90s`, `36h`, `7d` or `P1M`.
    ///
    /// # Errors
    /// The text is no duration.
    pub fn advance(&self, duration: &str) -> Result<(), WorldError> {
        self.change_clock(ClockRequest { advance: Some(duration.to_owned()), ..ClockRequest::default() })
    }

    /// Stops the clock, or lets it run on.
    ///
    /// # Errors
    /// None so far.
    pub fn set_frozen(&self, frozen: bool) -> Result<(), WorldError> {
        self.change_clock(ClockRequest { frozen: Some(frozen), ..ClockRequest::default() })
    }

    /// Lets the clock stand, and move by so much with each call that writes something.
    ///
    /// # Errors
    /// The text is no duration.
    pub fn set_step(&self, step: &str) -> Result<(), WorldError> {
        let step = Some(StepRequest::Duration(step.to_owned()));
        self.change_clock(ClockRequest { step, ..ClockRequest::default() })
    }

    /// What is in it. Waits until no call is running; calls wait meanwhile.
    pub fn lock(&self) -> StateGuard<'_, crate::world::State> {
        self.world.lock()
    }

    fn change_clock(&self, request: ClockRequest) -> Result<(), WorldError> {
        Ok(change(&self.world.lock().clock, &request)?)
    }

    fn checkpoint_named(&self, name: &str) -> Result<Checkpoint, WorldError> {
        self.world
            .checkpoint(name)
            .ok_or_else(|| WorldError(format!("there is no checkpoint {name} in this world")))
    }

    fn put_back(&self, snapshot: Arc<Snapshot>) -> Result<(), WorldError> {
        let copy = snapshot.copy()?;
        let old = {
            let mut state = self.world.lock();
            self.world.put_back(&mut state, copy)?
        };
        drop(old);
        self.hosting.make_spares(snapshot);
        Ok(())
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if self.world.name() != MAIN {
            self.hosting.end_here(&self.world);
        }
    }
}
