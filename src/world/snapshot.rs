//! States of a world to make worlds of and to come back to.
//!
//! A snapshot is a state that nobody calls. A copy of it costs little, but a copy's first statement costs a millisecond, for
//! SQLite has to read the schema. So a snapshot that was copied keeps spare copies in which that is done.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{CallNotes, State, World};
use crate::deadline::Deadline;
use crate::model::fault::Fault;
use crate::store::StoreError;

/// So many spare copies are kept.
const SPARES: usize = 2;
/// Of larger states no spare copies are kept: they would take too much memory.
const LARGEST_SPARE: u64 = 4 * 1024 * 1024;
/// Database files of this size together, and larger ones, are not copied at the start.
const LARGEST_FILE: u64 = 256 * 1024 * 1024;
/// So many checkpoints a world has.
const MOST_CHECKPOINTS: usize = 100;

/// A state of a world at one moment. It never changes.
pub struct Snapshot {
    /// Nobody calls it; it is only copied and looked at.
    state: Mutex<State>,
    spares: Mutex<Vec<State>>,
    keeps_spares: bool,
    /// Somebody is making spare copies.
    is_filling: AtomicBool,
    /// Bytes of its databases.
    bytes: u64,
}

impl Snapshot {
    /// The state as it is now.
    fn of(state: &State) -> Result<Snapshot, StoreError> {
        let copy = state.copy()?;
        let bytes = copy.bytes()?;
        Ok(Snapshot {
            state: Mutex::new(copy),
            spares: Mutex::default(),
            keeps_spares: bytes <= LARGEST_SPARE,
            is_filling: AtomicBool::new(false),
            bytes,
        })
    }

    /// A state like this one: a spare copy if there is one, which takes microseconds; else one that is made now.
    ///
    /// # Errors
    /// SQLite's, of too little memory.
    pub fn copy(&self) -> Result<State, StoreError> {
        match self.take_spare() {
            Some(spare) => Ok(spare),
            None => lock(&self.state).copy(),
        }
    }

    /// A spare copy, if there is one.
    pub fn take_spare(&self) -> Option<State> {
        lock(&self.spares).pop()
    }

    /// Whether copies are large enough that making one is not for a thread that serves sockets.
    pub fn is_large(&self) -> bool {
        !self.keeps_spares
    }

    /// Bytes of its databases.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Makes the spare copies that are missing. Takes milliseconds.
    pub fn make_spares(&self) {
        if !self.keeps_spares || self.is_filling.swap(true, Ordering::AcqRel) {
            return;
        }
        while lock(&self.spares).len() < SPARES {
            let copy = lock(&self.state).copy().map_err(Fault::from);
            match copy.and_then(|copy| copy.warm_up().map(|()| copy)) {
                Ok(copy) => lock(&self.spares).push(copy),
                Err(fault) => {
                    tracing::warn!("no spare copy of a world can be made: {}", fault.message);
                    break;
                }
            }
        }
        self.is_filling.store(false, Ordering::Release);
    }

    /// Looks at the state.
    pub fn look<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        look(&lock(&self.state))
    }
}

/// A named snapshot of a world.
#[derive(Clone)]
pub struct Checkpoint {
    pub snapshot: Arc<Snapshot>,
    /// The world's time when it was made, in milliseconds since 1970 UTC.
    pub at: i64,
}

/// The snapshots that a world has.
#[derive(Default)]
pub(super) struct Snapshots {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// How the world was when it was made.
    origin: Option<Arc<Snapshot>>,
    /// The last one that was taken, and the number of calls before it.
    latest: Option<(u64, Arc<Snapshot>)>,
    checkpoints: BTreeMap<String, Checkpoint>,
}

impl Snapshots {
    /// Lets go of all of them.
    pub fn forget(&self) {
        let kept = std::mem::take(&mut *lock(&self.kept));
        drop(kept);
    }
}

impl World {
    /// A new world with a state that was made for it.
    pub fn of_snapshot(name: String, state: State, origin: Arc<Snapshot>) -> World {
        state.orgs.iter().for_each(|org| org.store.set_deadline(state.deadline.clone()));
        let world = World::of(name, state);
        // Nobody else knows it yet.
        _ = world.try_call(|state| world.note_my_domains(state));
        lock(&world.snapshots.kept).origin = Some(origin);
        world
    }

    /// How the world was when it was made: what a reset leads back to. `None` before [`World::settle`], and for a database
    /// file that is too large to be copied.
    pub fn origin(&self) -> Option<Arc<Snapshot>> {
        lock(&self.snapshots.kept).origin.clone()
    }

    /// The world is made: it is as a reset is to make it again.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn settle(&self, state: &State) -> Result<(), StoreError> {
        if state.orgs.iter().any(|org| !org.store.is_in_memory()) && state.bytes()? > LARGEST_FILE {
            return Ok(());
        }
        let snapshot = self.snapshot(state)?;
        lock(&self.snapshots.kept).origin = Some(snapshot);
        Ok(())
    }

    /// The state as it is now. What was taken before serves as long as nobody has called the world since.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn snapshot(&self, state: &State) -> Result<Arc<Snapshot>, StoreError> {
        if let Some(known) = self.known_snapshot(state) {
            return Ok(known);
        }
        let calls = state.calls.get();
        let snapshot = Arc::new(Snapshot::of(state)?);
        lock(&self.snapshots.kept).latest = Some((calls, snapshot.clone()));
        Ok(snapshot)
    }

    /// The last snapshot, if nobody has called the world since.
    pub fn known_snapshot(&self, state: &State) -> Option<Arc<Snapshot>> {
        let kept = lock(&self.snapshots.kept);
        let (calls, latest) = kept.latest.as_ref()?;
        (*calls == state.calls.get()).then(|| latest.clone())
    }

    /// Keeps a snapshot under a name; `false` when there are too many.
    pub fn keep_checkpoint(&self, name: &str, checkpoint: Checkpoint) -> bool {
        let checkpoints = &mut lock(&self.snapshots.kept).checkpoints;
        let has_room = checkpoints.len() < MOST_CHECKPOINTS || checkpoints.contains_key(name);
        if has_room {
            checkpoints.insert(name.to_owned(), checkpoint);
        }
        has_room
    }

    /// A checkpoint by its name.
    pub fn checkpoint(&self, name: &str) -> Option<Checkpoint> {
        lock(&self.snapshots.kept).checkpoints.get(name).cloned()
    }

    /// All checkpoints, by name.
    pub fn checkpoints(&self) -> Vec<(String, Checkpoint)> {
        let kept = lock(&self.snapshots.kept);
        kept.checkpoints.iter().map(|(name, checkpoint)| (name.clone(), checkpoint.clone())).collect()
    }

    /// Forgets a checkpoint; `false` when there is none.
    pub fn forget_checkpoint(&self, name: &str) -> bool {
        lock(&self.snapshots.kept).checkpoints.remove(name).is_some()
    }

    /// Puts another state in the place of this world's; to be called inside its gate. Gives the old one back. A database
    /// file stays, and gets what the other state has, in one transaction for each org.
    ///
    /// # Errors
    /// A file cannot be written. Then that org and those after it are as they were.
    pub fn put_back(&self, state: &mut State, mut other: State) -> Result<State, StoreError> {
        for (old, new) in state.orgs.iter_mut().zip(&mut other.orgs) {
            if !old.store.is_in_memory() {
                old.store.replace_by(&new.store)?;
                std::mem::swap(&mut old.store, &mut new.store);
            }
        }
        self.clock.replace_by(&other.clock);
        self.metadata_jobs.replace_by(&other.metadata_jobs);
        other.clock = self.clock.clone();
        other.metadata_jobs = self.metadata_jobs.clone();
        other.deadline = self.deadline.clone();
        other.orgs.iter().for_each(|org| org.store.set_deadline(self.deadline.clone()));
        other.writes.set(other.count_writes());
        // Numbers are not given twice: a snapshot is found by its number.
        other.calls.set(state.calls.get() + 1);
        Ok(std::mem::replace(state, other))
    }
}

impl State {
    /// A state to which nothing happens that happens to this one, and the other way round.
    ///
    /// # Errors
    /// A store cannot be read.
    fn copy(&self) -> Result<State, StoreError> {
        let orgs: Result<Vec<_>, _> = self.orgs.iter().map(crate::org::Org::copy).collect();
        Ok(State {
            orgs: orgs?,
            clock: self.clock.copy(),
            random: self.random.clone(),
            sessions: self.sessions.clone(),
            outbox: self.outbox.clone(),
            gaps: self.gaps.clone(),
            background: self.background.copy(),
            locators: self.locators.clone(),
            metadata_jobs: self.metadata_jobs.copy(),
            settings: self.settings.clone(),
            authorizations: self.authorizations.clone(),
            sso: self.sso.clone(),
            logins: self.logins.clone(),
            fault_plan: self.fault_plan.clone(),
            call_notes: CallNotes::default(),
            outcome_log: self.outcome_log.clone(),
            deadline: Arc::new(Deadline::default()),
            api_calls: self.api_calls.clone(),
            calls: self.calls.clone(),
            writes: std::cell::Cell::default(),
        })
    }

    /// Bytes of the databases.
    ///
    /// # Errors
    /// A store cannot be read.
    pub fn bytes(&self) -> Result<u64, StoreError> {
        self.orgs.iter().map(|org| org.store.bytes()).sum()
    }

    /// Does what the first calls of a state have to do, and would have to wait for: has SQLite read the schemas, prepares
    /// statements that every client needs, and works out what the administrators may do.
    fn warm_up(&self) -> Result<(), Fault> {
        for org in &self.orgs {
            org.store.table_names()?;
            if let Some(admin) = org.seeded.admin {
                org.find(&org.standard("User")?, admin)?;
                org.runner(admin)?;
            }
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
