//! When the work on jobs is done: step by step between other calls.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use tokio::runtime::Handle;

use super::step::step;
use crate::model::fault::Fault;
use crate::world::{Background, JournalEntry, State, World};

/// Sees to the work of a world, if there is any and nobody is at it. Each step is a call in the world's queue, run on a
/// blocking thread of this runtime, and the next step goes behind the calls that came meanwhile. So nobody waits for more
/// than one step; what is left when the world is closed is done after the next start.
///
/// With [`ServerSettings::jobs_at_once`](crate::world::ServerSettings::jobs_at_once) the work is done within the call, so that
/// what the next request finds does not depend on the speed of a thread; without a runtime, too.
pub fn see_to(world: &Arc<World>, state: &State, runtime: Option<&Handle>) {
    if !state.background.take_on() {
        return;
    }
    match runtime.filter(|_| !state.settings.jobs_at_once) {
        Some(runtime) => queue_step(world, runtime),
        None => {
            let _paused = PausedInPanic(&state.background);
            while step(state) {}
        }
    }
}

fn queue_step(world: &Arc<World>, runtime: &Handle) {
    let (again, its_runtime) = (world.clone(), runtime.clone());
    let step = move |state: &State| {
        let _paused = PausedInPanic(&state.background);
        let goes_on = journaled(&again, state, || step(state));
        state.tick_after_writes();
        if goes_on {
            queue_step(&again, &its_runtime);
        }
    };
    // Nobody waits for it.
    drop(world.queue_call(runtime, step));
}

/// Does a piece of work in the background, which has an entry in the journal if it saves anything.
fn journaled<T>(world: &World, state: &State, work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    state.start_notes();
    let done = work();
    let report = state.finish_notes("Bulk");
    if world.journal().is_on() && !report.saves.is_empty() {
        world.journal().add(JournalEntry {
            at: state.clock.now(),
            took: begun.elapsed(),
            surface: "Bulk",
            operation: |_| Cow::Borrowed(""),
            exchange: None,
            report,
        });
    }
    world.note_activity(state);
    done
}

/// After a panic somebody else may take the work on.
struct PausedInPanic<'a>(&'a Background);

impl Drop for PausedInPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.pause();
        }
    }
}

/// Notes that jobs were left undone when the server stopped.
///
/// # Errors
/// The store has failed.
pub fn resume(state: &State) -> Result<(), Fault> {
    for org in &state.orgs {
        if org.store.has_table("_job")? && org.jobs()?.due()?.is_some() {
            state.background.ask();
        }
    }
    Ok(())
}
