//! The worlds of a server: made, served at ports of their own, and ended.

use std::collections::HashMap;
use std::net::TcpListener;
use std::ops::RangeInclusive;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::{JoinError, spawn_blocking};

use super::ready::Ready;
use super::{Builder, StartError};
use crate::app::App;
use crate::control::host::{WorldHost, WorldOrder, WorldPort, WorldSource};
use crate::control::worlds::{check_name, name_taken, no_free_port, no_port, seed_mistake, store_failed};
use crate::error_entry::Declared;
use crate::http::Server as HttpServer;
use crate::http::listen::{self, BindError};
use crate::http::server::Common;
use crate::job;
use crate::model::fault::Fault;
use crate::store::StoreError;
use crate::world::{MAIN, Snapshot, State, World, Worlds};

/// How long the end of a world waits for a call that runs for nobody, a step of a job for example; and how long for its end
/// after it has been cancelled.
const LAST_CALL: Duration = Duration::from_millis(100);
const CANCELLED_CALL: Duration = Duration::from_millis(400);
/// Between two looks at whether a world is still used.
const SHORTEST_LOOK: Duration = Duration::from_millis(100);

/// Makes and ends the worlds of a server.
pub struct Hosting {
    worlds: Worlds,
    hosted: Mutex<HashMap<String, Hosted>>,
    /// How worlds are made from seeds.
    builder: Builder,
    ports: Option<RangeInclusive<u16>>,
    /// What there is while the main port is served. The service in it knows this host, so that both would stay for ever if it
    /// was not taken out at the end.
    main: Mutex<Option<Arc<MainPort>>>,
    /// Worlds that were given a name so far.
    named: AtomicU64,
}

/// What every other world has from the main one.
struct MainPort {
    common: Common,
    /// The service at the main port.
    app: App,
    runtime: Handle,
    port: u16,
}

/// What is served for a world.
struct Hosted {
    ready: Ready,
    /// The port of its own, if it has one. That of the main world is not here.
    http: Option<HttpServer>,
}

impl Hosting {
    pub fn new(builder: Builder, ports: Option<RangeInclusive<u16>>) -> Hosting {
        Hosting {
            worlds: Worlds::default(),
            hosted: Mutex::default(),
            builder,
            ports,
            main: Mutex::default(),
            named: AtomicU64::new(0),
        }
    }

    /// The main world is served: others can be made.
    pub fn begin(&self, main: &Arc<World>, http: &HttpServer, app: App, ready: Ready) {
        let (runtime, port) = (http.runtime().clone(), http.port);
        let main_port = MainPort { common: http.common(), app, runtime, port };
        *lock(&self.main) = Some(Arc::new(main_port));
        main.set_authority(authority(&ready.url));
        self.worlds.add(main.clone());
        self.hosted().insert(MAIN.to_owned(), Hosted { ready, http: None });
    }

    /// What a client needs to use a world.
    pub fn ready(&self, world: &World) -> Option<Ready> {
        self.hosted().get(world.name()).map(|hosted| hosted.ready.clone())
    }

    /// Makes a world on this thread, which must not serve sockets.
    ///
    /// # Errors
    /// As the control API words them.
    pub fn make_here(self: &Arc<Self>, order: WorldOrder) -> Result<Arc<World>, Declared> {
        let WorldOrder { name, source, port, ttl } = order;
        let (state, origin, ready) = match source {
            WorldSource::World(parent) => {
                let snapshot = parent.snapshot(&parent.lock()).map_err(of_store)?;
                (snapshot.copy().map_err(of_store)?, snapshot, self.ready(&parent))
            }
            WorldSource::Snapshot(parent, snapshot) => {
                (snapshot.copy().map_err(of_store)?, snapshot, self.ready(&parent))
            }
            WorldSource::Seed(seed) => self.seeded(seed)?,
        };
        let world = self.take_in(name, state, origin.clone(), ready, port, ttl)?;
        self.make_spares(origin);
        Ok(world)
    }

    /// Has the spare copies of a snapshot made, on a thread that serves no sockets.
    pub fn make_spares(&self, snapshot: Arc<Snapshot>) {
        if let Some(main) = &*lock(&self.main) {
            main.runtime.spawn_blocking(move || snapshot.make_spares());
        }
    }

    /// A state made of a seed, and what a client needs to use it.
    fn seeded(&self, seed: crate::seed::Seed) -> Result<(State, Arc<Snapshot>, Option<Ready>), Declared> {
        let main = self.ready_of_main().unwrap_or_default();
        let (world, ready) = self.builder.world_of_seed(seed, &main).map_err(|why| match why {
            StartError::Seed(mistake) => seed_mistake(&mistake.to_string()),
            other => seed_mistake(&other.to_string()),
        })?;
        let snapshot = world.snapshot(&world.lock()).map_err(of_store)?;
        Ok((snapshot.copy().map_err(of_store)?, snapshot, Some(ready)))
    }

    fn ready_of_main(&self) -> Option<Ready> {
        self.hosted().get(MAIN).map(|hosted| hosted.ready.clone())
    }

    /// Gives a state a name and a port, and begins to serve it.
    fn take_in(
        self: &Arc<Self>,
        name: Option<String>,
        state: State,
        origin: Arc<Snapshot>,
        ready: Option<Ready>,
        port: WorldPort,
        ttl: Option<Duration>,
    ) -> Result<Arc<World>, Declared> {
        let main = lock(&self.main).clone().ok_or_else(|| store_failed("the server is not running"))?;
        let listener = self.listener(port)?;
        let name = match name {
            Some(name) => name,
            None => self.free_name(),
        };
        let world = Arc::new(World::of_snapshot(name.clone(), state, origin));
        if let Some(ttl) = ttl {
            world.use_time().set_ttl(ttl);
        }
        if !self.worlds.add(world.clone()) {
            return Err(name_taken(&name));
        }
        let http = listener.map(|listener| {
            HttpServer::start_beside(main.common.clone(), listener, main.app.at_port_of(world.clone()))
        });
        let http = http.transpose().map_err(|why| {
            self.worlds.remove(&name);
            no_port(&why.to_string())
        })?;
        let host = match main.app.public_authority() {
            Some(public) => format!("{name}.{public}"),
            None => format!("{name}.localhost:{}", main.port),
        };
        let ready = ready.unwrap_or_default().of_world(&name, &host, http.as_ref());
        world.set_authority(match &http {
            Some(http) => authority(&http.url),
            None => host,
        });
        self.hosted().insert(name, Hosted { ready, http });
        if ttl.is_some() {
            main.runtime.spawn(end_when_unused(self.clone(), world.clone()));
        }
        Ok(world)
    }

    fn free_name(&self) -> String {
        loop {
            let name = format!("w{}", self.named.fetch_add(1, Ordering::Relaxed) + 1);
            if check_name(self, &name).is_ok() {
                return name;
            }
        }
    }

    fn listener(&self, port: WorldPort) -> Result<Option<TcpListener>, Declared> {
        let bind = |port| listen::bind(&self.builder.host, port);
        match (port, &self.ports) {
            (WorldPort::None, _) => Ok(None),
            (WorldPort::This(port), _) => bind(port).map(Some).map_err(|why| no_port(&why.to_string())),
            (WorldPort::Free, None) => bind(0).map(Some).map_err(|why| no_port(&why.to_string())),
            (WorldPort::Free, Some(ports)) => {
                for port in ports.clone() {
                    match bind(port) {
                        Ok(listener) => return Ok(Some(listener)),
                        Err(BindError::InUse { .. }) => {}
                        Err(why) => return Err(no_port(&why.to_string())),
                    }
                }
                Err(no_free_port(*ports.start(), *ports.end()))
            }
        }
    }

    /// Ends a world on this thread, which must not serve sockets. Nothing happens when it has been ended.
    pub fn end_here(&self, world: &World) {
        if let Some(hosted) = self.take_out(world) {
            end(world, hosted.http);
        }
    }

    /// Takes a world off the list, and closes its port: both are free soon. `None` when it has been ended, though another one
    /// may have its name by now.
    fn take_out(&self, world: &World) -> Option<Hosted> {
        let known = self.worlds.find(world.name())?;
        if !std::ptr::eq(&*known, world) {
            return None;
        }
        let mut hosted = self.hosted().remove(world.name())?;
        self.worlds.remove(world.name());
        if let Some(http) = &mut hosted.http {
            http.begin_end();
        }
        Some(hosted)
    }

    /// Ends all worlds but the main one, side by side. For the end of a server.
    pub fn end_all(&self) {
        drop(lock(&self.main).take());
        let others = self.worlds.all().into_iter().filter(|world| world.name() != MAIN);
        let ending: Vec<_> = others.filter_map(|world| Some((self.take_out(&world)?, world))).collect();
        for (hosted, world) in ending {
            end(&world, hosted.http);
        }
        self.worlds.remove(MAIN);
    }

    fn hosted(&self) -> MutexGuard<'_, HashMap<String, Hosted>> {
        lock(&self.hosted)
    }

    async fn make_later(self: Arc<Self>, order: WorldOrder) -> Result<Value, Declared> {
        let WorldOrder { name, source, port, ttl } = order;
        let (parent, snapshot) = match source {
            WorldSource::Seed(seed) => {
                let order = WorldOrder { name, source: WorldSource::Seed(seed), port, ttl };
                let host = self.clone();
                let world = on_a_thread(move || host.make_here(order)).await?;
                return Ok(self.facts(&world));
            }
            WorldSource::Snapshot(parent, snapshot) => (parent, snapshot),
            WorldSource::World(parent) => {
                let snapshot = snapshot_of(&parent).await.map_err(of_store)?;
                (parent, snapshot)
            }
        };
        let state = match snapshot.take_spare() {
            Some(spare) => spare,
            None if snapshot.is_large() => {
                let snapshot = snapshot.clone();
                on_a_blocking_thread(move || snapshot.copy().map_err(of_store)).await?
            }
            None => snapshot.copy().map_err(of_store)?,
        };
        let ready = self.ready(&parent);
        let world = self.take_in(name, state, snapshot.clone(), ready, port, ttl)?;
        spawn_blocking(move || snapshot.make_spares());
        // What its parent has left to do is left to do here.
        let at_work = world.clone();
        if world.try_call(|state| state.background.is_due()).unwrap_or(true) {
            let runtime = Handle::current();
            let see_to =
                move |state: &State| job::see_to(&at_work, state, Handle::try_current().ok().as_ref());
            drop(world.queue_call(&runtime, see_to));
        }
        Ok(self.facts(&world))
    }
}

impl WorldHost for Hosting {
    fn worlds(&self) -> &Worlds {
        &self.worlds
    }

    fn make(
        self: Arc<Self>,
        order: WorldOrder,
    ) -> Pin<Box<dyn Future<Output = Result<Value, Declared>> + Send>> {
        Box::pin(self.make_later(order))
    }

    fn end(self: Arc<Self>, world: Arc<World>) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let hosted = self.take_out(&world);
        Box::pin(async move {
            let Some(mut hosted) = hosted else { return };
            if let Some(http) = &mut hosted.http {
                http.port_closed().await;
            }
            // Who asks may have come by the port that is closed, and waits for this answer. It locks the state, for which a thread
            // of the runtime may not wait.
            let ending = move || end(&world, hosted.http);
            if let Err(error) = thread::Builder::new().name("fauxforce-end".to_owned()).spawn(ending) {
                tracing::warn!("a world that has been ended still takes memory: {error}");
            }
        })
    }

    fn facts(&self, world: &World) -> Value {
        self.ready(world).and_then(|ready| serde_json::to_value(ready).ok()).unwrap_or_default()
    }
}

/// The state of a world as it is now; at once, if nobody is inside.
async fn snapshot_of(world: &Arc<World>) -> Result<Arc<Snapshot>, StoreError> {
    // Large ones are copied on a thread that serves no sockets.
    let at_once = world.try_call(|state| world.known_snapshot(state));
    if let Ok(Some(snapshot)) = at_once {
        return Ok(snapshot);
    }
    let inside = world.clone();
    let taken = world.queue_call(&Handle::current(), move |state| inside.snapshot(state));
    taken.await.unwrap_or_else(|_closed| Err(StoreError::Lost))
}

/// Ends a world that nobody has used for its time.
async fn end_when_unused(hosting: Arc<Hosting>, world: Arc<World>) {
    let Some(ttl) = world.use_time().ttl() else { return };
    loop {
        let left = ttl.saturating_sub(world.use_time().idle());
        if left.is_zero() {
            return hosting.end(world).await;
        }
        tokio::time::sleep(left.max(SHORTEST_LOOK)).await;
    }
}

/// Stops serving a world, and lets go of its orgs.
pub(super) fn end(world: &World, http: Option<HttpServer>) {
    world.close();
    drop(http);
    if world.drop_orgs(LAST_CALL) {
        return;
    }
    world.cancel_calls();
    if !world.drop_orgs(CANCELLED_CALL) {
        tracing::warn!("a call still runs, and is left behind");
    }
}

/// Runs what blocks on a thread that is no runtime's, so that it may lock the states of worlds.
async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Declared> + Send + 'static,
) -> Result<T, Declared> {
    let (sender, result) = oneshot::channel();
    let run = move || {
        // Whoever has stopped waiting misses nothing.
        _ = sender.send(work());
    };
    let started = thread::Builder::new().name("fauxforce-seed".to_owned()).spawn(run);
    started.map_err(|why| store_failed(&why.to_string()))?;
    result.await.unwrap_or_else(|_panicked| Err(store_failed("a thread panicked")))
}

async fn on_a_blocking_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Declared> + Send + 'static,
) -> Result<T, Declared> {
    match spawn_blocking(work).await.map_err(JoinError::try_into_panic) {
        Ok(result) => result,
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        Err(Err(_stopped)) => Err(of_store(StoreError::Lost)),
    }
}

fn of_store(error: StoreError) -> Declared {
    store_failed(&Fault::from(error).message)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `host:port` of a URL without path.
fn authority(url: &str) -> String {
    url.split_once("://").map_or(url, |(_, authority)| authority).to_owned()
}
