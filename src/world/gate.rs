//! A gate in front of a state that one call at a time may use. Calls are let in in the order in which they came, and a call
//! that has to wait holds no thread: it lies in a queue, which one thread works off.
//!
//! There are three ways in. [`Gate::try_call`] runs a call on the caller's thread if nobody holds the lock; this is for the
//! threads that serve sockets, which must not wait. [`Gate::queue_call`] queues a call and gives a future of its result.
//! [`Gate::lock`] blocks the caller's thread until it is its turn; this is for threads that serve no sockets.

use std::any::Any;
use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// A state and the gate in front of it. Clones are the same gate.
pub struct Gate<S: Send + 'static> {
    shared: Arc<Shared<S>>,
}

struct Shared<S: Send + 'static> {
    /// Locked for a few instructions at a time, never while a call runs.
    queue: Mutex<Queue<S>>,
    /// Locked by whoever holds the [`Permit`], so nobody ever waits for it. Only safe Rust needs it.
    state: Mutex<S>,
}

struct Queue<S: Send + 'static> {
    /// Somebody holds the permit.
    busy: bool,
    /// No call is queued any more.
    closed: bool,
    waiting: VecDeque<Waiter<S>>,
}

/// What waits to be let in.
enum Waiter<S: Send + 'static> {
    Call(QueuedCall<S>),
    /// A thread that is blocked until it is sent the permit.
    Thread(SyncSender<Permit<S>>),
}

struct QueuedCall<S> {
    run: Box<dyn FnOnce(&mut S) + Send>,
    /// Whose blocking threads run it.
    runtime: Handle,
}

/// The right to be inside. There is one; dropping it hands it to whoever has waited longest.
struct Permit<S: Send + 'static>(Arc<Shared<S>>);

/// The state, for a thread that is inside.
pub struct StateGuard<'a, S: Send + 'static> {
    // Dropped in this order: the state is free before the next one is let in.
    state: MutexGuard<'a, S>,
    _permit: Permit<S>,
}

/// The gate was closed before the call could begin.
#[derive(Debug, PartialEq, Eq)]
pub struct Closed;

impl<S: Send + 'static> Clone for Gate<S> {
    fn clone(&self) -> Gate<S> {
        Gate { shared: self.shared.clone() }
    }
}

impl<S: Send + 'static> Gate<S> {
    pub fn new(state: S) -> Gate<S> {
        let queue = Queue { busy: false, closed: false, waiting: VecDeque::new() };
        Gate { shared: Arc::new(Shared { queue: Mutex::new(queue), state: Mutex::new(state) }) }
    }

    /// Runs a call on this thread if nobody holds the lock. A panic of the call goes on to the caller; the gate stays usable.
    ///
    /// # Errors
    /// Gives the call back when somebody holds the lock.
    pub fn try_call<R, F: FnOnce(&S) -> R>(&self, call: F) -> Result<R, F> {
        let Some(_permit) = self.shared.try_permit() else { return Err(call) };
        let state = lock(&self.shared.state);
        Ok(call(&state))
    }

    /// Queues a call, to be run on a blocking thread of this runtime. It runs whether or not the future is awaited, so also
    /// when the client has gone. A panic of the call goes on in whoever awaits the future; the gate stays usable.
    ///
    /// The future fails with [`Closed`] if the gate was closed before the call could begin.
    pub fn queue_call<R, F>(
        &self,
        runtime: &Handle,
        call: F,
    ) -> impl Future<Output = Result<R, Closed>> + Send + use<R, F, S>
    where
        R: Send + 'static,
        F: FnOnce(&S) -> R + Send + 'static,
    {
        self.queue_change(runtime, |state: &mut S| call(state))
    }

    /// The same for a call that changes the state as a whole.
    pub fn queue_change<R, F>(
        &self,
        runtime: &Handle,
        call: F,
    ) -> impl Future<Output = Result<R, Closed>> + Send + use<R, F, S>
    where
        R: Send + 'static,
        F: FnOnce(&mut S) -> R + Send + 'static,
    {
        let (sender, result) = oneshot::channel::<Result<R, Box<dyn Any + Send>>>();
        let run = Box::new(move |state: &mut S| {
            // Whoever has stopped waiting for the result misses nothing.
            _ = sender.send(catch_unwind(AssertUnwindSafe(|| call(state))));
        });
        Shared::queue_call(&self.shared, QueuedCall { run, runtime: runtime.clone() });
        async move {
            match result.await {
                Ok(Ok(value)) => Ok(value),
                Ok(Err(panic)) => resume_unwind(panic),
                Err(_) => Err(Closed),
            }
        }
    }

    /// Blocks this thread until it is its turn. Not for threads that serve sockets: a call before this one may wait for such
    /// a thread, and then neither goes on. Not for a thread that is inside either.
    pub fn lock(&self) -> StateGuard<'_, S> {
        assert_may_block();
        loop {
            match self.shared.permit_or_turn() {
                Ok(permit) => return self.inside(permit),
                Err(turn) => {
                    if let Ok(permit) = turn.recv() {
                        return self.inside(permit);
                    }
                }
            }
        }
    }

    /// The same, but waits no longer than this; `None` when others were inside for so long.
    pub fn lock_within(&self, limit: Duration) -> Option<StateGuard<'_, S>> {
        assert_may_block();
        let permit = match self.shared.permit_or_turn() {
            Ok(permit) => permit,
            // A permit that is sent too late is dropped with the receiver, and so goes to the next one.
            Err(turn) => turn.recv_timeout(limit).ok()?,
        };
        Some(self.inside(permit))
    }

    /// Refuses the calls that wait, and those that would have to from now on. The one that runs, and calls that find nobody
    /// inside, are not refused; neither are threads that wait.
    pub fn close(&self) {
        let refused: VecDeque<Waiter<S>> = {
            let mut queue = lock(&self.shared.queue);
            queue.closed = true;
            let (threads, calls) = std::mem::take(&mut queue.waiting)
                .into_iter()
                .partition(|waiter| matches!(waiter, Waiter::Thread(_)));
            queue.waiting = threads;
            calls
        };
        // Outside the lock: what a call owns may do anything when it is dropped.
        drop(refused);
    }

    fn inside(&self, permit: Permit<S>) -> StateGuard<'_, S> {
        StateGuard { state: lock(&self.shared.state), _permit: permit }
    }
}

impl<S: Send + 'static> Shared<S> {
    fn try_permit(self: &Arc<Self>) -> Option<Permit<S>> {
        let mut queue = lock(&self.queue);
        if queue.busy {
            return None;
        }
        queue.busy = true;
        Some(Permit(self.clone()))
    }

    /// The permit, or a place in the queue at which it will be received.
    fn permit_or_turn(self: &Arc<Self>) -> Result<Permit<S>, Receiver<Permit<S>>> {
        let mut queue = lock(&self.queue);
        if queue.busy {
            let (sender, turn) = sync_channel(1);
            queue.waiting.push_back(Waiter::Thread(sender));
            return Err(turn);
        }
        queue.busy = true;
        Ok(Permit(self.clone()))
    }

    fn queue_call(shared: &Arc<Self>, call: QueuedCall<S>) {
        let mut queue = lock(&shared.queue);
        if !queue.busy {
            queue.busy = true;
            drop(queue);
            work_off(Permit(shared.clone()), call);
        } else if queue.closed {
            drop(queue);
            drop(call);
        } else {
            queue.waiting.push_back(Waiter::Call(call));
        }
    }
}

impl<S: Send + 'static> Permit<S> {
    /// The call that is next, if one is.
    fn next_call(&self) -> Option<QueuedCall<S>> {
        let mut queue = lock(&self.0.queue);
        match queue.waiting.pop_front()? {
            Waiter::Call(call) => Some(call),
            thread @ Waiter::Thread(_) => {
                queue.waiting.push_front(thread);
                None
            }
        }
    }
}

impl<S: Send + 'static> Drop for Permit<S> {
    fn drop(&mut self) {
        let next = {
            let mut queue = lock(&self.0.queue);
            let next = queue.waiting.pop_front();
            queue.busy = next.is_some();
            next
        };
        let permit = || Permit(self.0.clone());
        match next {
            None => {}
            // If the thread has given up, its permit is dropped here, and goes to the next one.
            Some(Waiter::Thread(thread)) => _ = thread.send(permit()),
            Some(Waiter::Call(call)) => work_off(permit(), call),
        }
    }
}

/// Runs a call and those that wait behind it, on a thread that goes when nothing is left.
fn work_off<S: Send + 'static>(permit: Permit<S>, first: QueuedCall<S>) {
    let runtime = first.runtime.clone();
    // If the runtime is gone, this drops the call, which tells whoever waits for it, and the permit, which goes to the next.
    runtime.spawn_blocking(move || {
        let mut next = Some(first);
        while let Some(call) = next {
            let mut state = lock(&permit.0.state);
            (call.run)(&mut state);
            drop(state);
            next = permit.next_call();
        }
    });
}

impl<S: Send + 'static> Deref for StateGuard<'_, S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.state
    }
}

impl<S: Send + 'static> DerefMut for StateGuard<'_, S> {
    fn deref_mut(&mut self) -> &mut S {
        &mut self.state
    }
}

/// A call that panicked has had its savepoints undone while it unwound, so the poison is of no interest.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The threads of a runtime serve sockets, or are inside already.
fn assert_may_block() {
    debug_assert!(Handle::try_current().is_err(), "a thread of a tokio runtime may not wait for the state");
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::HashSet;
    use std::sync::mpsc;
    use std::thread;

    use proptest::prelude::*;
    use tokio::runtime::{Builder, Runtime};

    use super::*;

    type Numbers = RefCell<Vec<u32>>;

    impl<S: Send + 'static> Gate<S> {
        fn waiting(&self) -> usize {
            lock(&self.shared.queue).waiting.len()
        }
    }

    fn runtime() -> Runtime {
        Builder::new_current_thread().enable_all().build().expect("a runtime")
    }

    fn gate() -> Gate<Numbers> {
        Gate::new(Numbers::default())
    }

    /// Keeps a call inside until the sender is dropped.
    fn hold(gate: &Gate<Numbers>, runtime: &Runtime) -> mpsc::Sender<()> {
        let (release, released) = mpsc::channel();
        let (begin, begun) = mpsc::channel();
        drop(gate.queue_call(runtime.handle(), move |_| {
            begin.send(()).expect("somebody waits");
            _ = released.recv();
        }));
        begun.recv().expect("the call begins");
        release
    }

    #[test]
    fn a_call_runs_on_the_callers_thread_if_nobody_is_inside() {
        let (gate, runtime) = (gate(), runtime());
        let here = thread::current().id();
        assert_eq!(gate.try_call(|_| thread::current().id()).ok(), Some(here));
        let release = hold(&gate, &runtime);
        assert!(gate.try_call(|_| ()).is_err());
        drop(release);
        drop(gate.lock());
        assert!(gate.try_call(|_| ()).is_ok());
    }

    #[test]
    fn all_are_let_in_in_the_order_in_which_they_came() {
        let (gate, runtime) = (gate(), runtime());
        let release = hold(&gate, &runtime);
        let mut threads = Vec::new();
        for number in 0..20 {
            if number % 3 == 0 {
                let entering = gate.clone();
                threads.push(thread::spawn(move || entering.lock().borrow_mut().push(number)));
                while gate.waiting() as u32 <= number {
                    thread::yield_now();
                }
            } else {
                drop(gate.queue_call(runtime.handle(), move |numbers| numbers.borrow_mut().push(number)));
            }
        }
        drop(release);
        for thread in threads {
            thread.join().expect("no panic");
        }
        assert_eq!(*gate.lock().borrow(), (0..20).collect::<Vec<_>>());
    }

    #[test]
    fn all_that_waits_is_run_by_one_thread() {
        let (gate, runtime) = (gate(), runtime());
        let release = hold(&gate, &runtime);
        let calls: Vec<_> =
            (0..600).map(|_| gate.queue_call(runtime.handle(), |_| thread::current().id())).collect();
        drop(release);
        let threads: HashSet<_> =
            calls.into_iter().map(|call| runtime.block_on(call).expect("an answer")).collect();
        assert_eq!(threads.len(), 1);
    }

    #[test]
    fn a_panic_leaves_the_gate_usable_and_goes_on_to_the_caller() {
        let (gate, runtime) = (gate(), runtime());
        let told = |panic: Box<dyn Any + Send>| panic.downcast_ref::<&str>().copied();
        let inline = catch_unwind(AssertUnwindSafe(|| gate.try_call(|_| panic!("inline")).is_ok()));
        assert_eq!(inline.map_err(told), Err(Some("inline")));
        let call = gate.queue_call(runtime.handle(), |_| panic!("queued"));
        let queued = catch_unwind(AssertUnwindSafe(|| runtime.block_on(call).is_ok()));
        assert_eq!(queued.map_err(told), Err(Some("queued")));
        let entering = gate.clone();
        let entered = thread::spawn(move || {
            let _inside = entering.lock();
            panic!("entered");
        });
        assert_eq!(entered.join().map_err(told), Err::<(), _>(Some("entered")));
        assert!(gate.try_call(|_| ()).is_ok());
    }

    #[test]
    fn a_call_that_nobody_waits_for_is_run() {
        let (gate, runtime) = (gate(), runtime());
        drop(gate.queue_call(runtime.handle(), |numbers| numbers.borrow_mut().push(1)));
        assert_eq!(*gate.lock().borrow(), [1]);
    }

    #[test]
    fn a_thread_may_give_up_waiting() {
        let (gate, runtime) = (gate(), runtime());
        let release = hold(&gate, &runtime);
        assert!(gate.lock_within(Duration::ZERO).is_none());
        let behind = gate.queue_call(runtime.handle(), |_| ());
        drop(release);
        assert_eq!(runtime.block_on(behind), Ok(()));
        drop(gate.lock());
        assert!(gate.lock_within(Duration::ZERO).is_some());
    }

    #[test]
    fn a_closed_gate_refuses_what_would_have_to_wait() {
        let (gate, runtime) = (gate(), runtime());
        let release = hold(&gate, &runtime);
        let before = gate.queue_call(runtime.handle(), |_| ());
        gate.close();
        let after = gate.queue_call(runtime.handle(), |_| ());
        assert_eq!([runtime.block_on(before), runtime.block_on(after)], [Err(Closed), Err(Closed)]);
        drop(release);
        drop(gate.lock());
        assert_eq!(runtime.block_on(gate.queue_call(runtime.handle(), |_| 1)), Ok(1));
    }

    #[test]
    fn the_calls_of_a_runtime_that_is_gone_are_refused_and_others_are_let_in() {
        let (gate, runtime, gone) = (gate(), runtime(), self::runtime().handle().clone());
        assert_eq!(runtime.block_on(gate.queue_call(&gone, |_| ())), Err(Closed));
        let inside = gate.lock();
        let refused = gate.queue_call(&gone, |_| ());
        drop(inside);
        assert_eq!(runtime.block_on(refused), Err(Closed));
        assert!(gate.try_call(|_| ()).is_ok());
    }

    proptest! {
        /// However the three ways in are mixed on several threads, every call is run once, and no two at a time.
        #[test]
        fn every_call_is_run_once(ways in proptest::collection::vec(proptest::collection::vec(0..3_u8, 0..40), 1..5)) {
            let (gate, runtime) = (gate(), runtime());
            let add = |numbers: &Numbers| {
                let count = numbers.borrow().len();
                thread::yield_now();
                numbers.borrow_mut().push(count as u32);
            };
            thread::scope(|scope| {
                for ways in &ways {
                    let (gate, runtime) = (&gate, &runtime);
                    scope.spawn(move || {
                        for way in ways {
                            match way {
                                0 => add(&gate.lock()),
                                1 => drop(gate.queue_call(runtime.handle(), add)),
                                _ => {
                                    if let Err(add) = gate.try_call(add) {
                                        drop(gate.queue_call(runtime.handle(), add));
                                    }
                                }
                            }
                        }
                    });
                }
            });
            let calls = ways.iter().map(Vec::len).sum::<usize>() as u32;
            prop_assert_eq!(gate.lock().take(), (0..calls).collect::<Vec<_>>());
            prop_assert_eq!(gate.waiting(), 0);
        }
    }
}
