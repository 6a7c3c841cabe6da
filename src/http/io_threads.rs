//! The threads that serve sockets. Each has a runtime of its own, so that listeners on two of them do not wait for each
//! other; a listener stays on one with all its connections.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// More threads than this would wait for the calls, not for sockets.
const MOST: usize = 4;
/// How long the end waits for blocking calls that still run, which cannot be interrupted.
const SHUTDOWN: Duration = Duration::from_millis(50);

/// A set of threads, each started when it is first needed. Dropping it ends them.
#[derive(Debug)]
pub struct IoThreads {
    limit: usize,
    running: Mutex<Vec<IoThread>>,
}

#[derive(Debug)]
struct IoThread {
    runtime: Handle,
    listeners: Arc<AtomicUsize>,
    /// Dropping it is the signal to end.
    stop: Option<oneshot::Sender<()>>,
    /// Its sender is dropped at the end.
    ended: Receiver<()>,
    thread: Option<JoinHandle<()>>,
}

/// The thread that a listener was assigned to, until this is dropped.
#[derive(Debug)]
pub struct Assigned {
    pub runtime: Handle,
    listeners: Arc<AtomicUsize>,
}

impl Default for IoThreads {
    /// As many as there are processors, but no more than four.
    fn default() -> IoThreads {
        IoThreads::new(thread::available_parallelism().map_or(1, usize::from).min(MOST))
    }
}

impl IoThreads {
    /// At most so many threads, but at least one.
    pub fn new(limit: usize) -> IoThreads {
        IoThreads { limit: limit.max(1), running: Mutex::default() }
    }

    /// Assigns a listener to the thread that has the fewest; to a new one while all have some and the limit allows.
    ///
    /// # Errors
    /// The system gives no thread, or no means to wait for sockets.
    pub fn assign(&self) -> io::Result<Assigned> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let count = |thread: &IoThread| thread.listeners.load(Ordering::Relaxed);
        let has_room = running.len() < self.limit && running.iter().all(|thread| count(thread) > 0);
        if has_room {
            let started = IoThread::start(running.len())?;
            running.push(started);
        }
        let fewest = running.iter().min_by_key(|thread| count(thread));
        let thread = fewest.ok_or_else(|| io::Error::other("no thread serves sockets"))?;
        thread.listeners.fetch_add(1, Ordering::Relaxed);
        Ok(Assigned { runtime: thread.runtime.clone(), listeners: thread.listeners.clone() })
    }
}

impl Drop for Assigned {
    fn drop(&mut self) {
        self.listeners.fetch_sub(1, Ordering::Relaxed);
    }
}

impl IoThread {
    fn start(number: usize) -> io::Result<IoThread> {
        let runtime = Builder::new_current_thread().enable_all().thread_name("fauxforce-calls").build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let (end, ended) = channel();
        let serve = move || {
            // The listeners and their connections are tasks of the runtime.
            _ = runtime.block_on(stopped);
            // Merely dropping it would wait for the blocking calls without limit.
            runtime.shutdown_timeout(SHUTDOWN);
            drop(end);
        };
        let thread = thread::Builder::new().name(format!("fauxforce-io-{number}")).spawn(serve)?;
        let listeners = Arc::default();
        Ok(IoThread { runtime: handle, listeners, stop: Some(stop), ended, thread: Some(thread) })
    }
}

impl Drop for IoThreads {
    fn drop(&mut self) {
        let running = self.running.get_mut().unwrap_or_else(PoisonError::into_inner);
        for thread in &mut *running {
            drop(thread.stop.take());
        }
        let latest = Instant::now() + 2 * SHUTDOWN;
        for thread in running {
            let wait = latest.saturating_duration_since(Instant::now());
            if thread.ended.recv_timeout(wait) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                tracing::warn!("a thread that serves sockets does not end, and is left behind");
                continue;
            }
            if thread.thread.take().is_some_and(|thread| thread.join().is_err()) {
                tracing::error!("a thread that serves sockets panicked");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listeners_are_spread_over_the_threads() {
        let threads = IoThreads::new(2);
        let assign = || threads.assign().expect("a thread");
        let [first, second, third] = [assign(), assign(), assign()];
        assert_ne!(first.runtime.id(), second.runtime.id());
        assert_eq!(first.runtime.id(), third.runtime.id());
        drop((first, third));
        assert_ne!(assign().runtime.id(), second.runtime.id());
    }

    #[test]
    fn a_blocking_call_does_not_keep_the_threads_from_ending() {
        let threads = IoThreads::new(1);
        let (release, released) = channel::<()>();
        let runtime = threads.assign().expect("a thread").runtime.clone();
        runtime.spawn_blocking(move || released.recv());
        drop(threads);
        drop(release);
    }
}
