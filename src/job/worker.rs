//! The thread that works on jobs. It comes when there is something to do and goes when all is done.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::cloud::{Background, Cloud, State};
use crate::org::fault::Fault;

/// Works in the background. Dropping it ends the work after the step it is at; the rest is done after the next start.
#[derive(Debug, Default)]
pub struct Worker {
    stop: Arc<AtomicBool>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Worker {
    /// Sees to the work of a cloud, if there is any and nobody is at it. With a deterministic clock it is done at once,
    /// so that what the next request finds does not depend on the speed of a thread.
    pub fn see_to(&self, cloud: &Arc<Cloud>, state: &State) {
        if !state.background.take_on() {
            return;
        }
        if state.clock.is_deterministic() {
            do_at_once(state);
            return;
        }
        let (stop, busy) = (self.stop.clone(), cloud.clone());
        let thread =
            std::thread::Builder::new().name("fauxforce-jobs".to_owned()).spawn(move || work(&stop, &busy));
        match thread {
            Ok(thread) => {
                let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
                threads.retain(|thread| !thread.is_finished());
                threads.push(thread);
            }
            Err(error) => {
                tracing::error!("cannot start a thread for bulk jobs, so they are done at once: {error}");
                do_at_once(state);
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        for thread in self.threads.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            if thread.join().is_err() {
                tracing::error!("the thread for bulk jobs panicked");
            }
        }
    }
}

/// Does all the work that there is. A panic goes on to the caller, and somebody else may take the work on.
fn do_at_once(state: &State) {
    struct Paused<'a>(&'a Background);
    impl Drop for Paused<'_> {
        fn drop(&mut self) {
            self.0.pause();
        }
    }
    let paused = Paused(&state.background);
    while super::step(state) {}
    drop(paused);
}

fn work(stop: &AtomicBool, cloud: &Cloud) {
    while !stop.load(Ordering::SeqCst) {
        let state = cloud.enter_last();
        let more = catch_unwind(AssertUnwindSafe(|| super::step(&state))).unwrap_or_else(|_| {
            tracing::error!("a bulk job panicked; it stays where it is");
            state.background.rest();
            false
        });
        if !more {
            break;
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
