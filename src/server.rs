//! A running fauxforce: a world made from a seed, behind a port.

use std::fs::{self, File};
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::app::{App, is_origin};
use crate::http::listen::{self, BindError};
use crate::http::server::{Config, StartError as HttpError};
use crate::http::{IoThreads, Limits, Server as HttpServer};
use crate::job;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::seed::{Seed, SeedError, clash, stored_org};
use crate::store::{Store, StoreError};
use crate::world::{ApiVersion, Clock, Random, ServerSettings, State, World as ServedWorld};

mod earlier_runs;
mod hosting;
mod ready;
mod world;

use hosting::Hosting;
use ready::Keys;
pub use ready::{Ready, ReadyOrg, ReadySaml};
pub use world::{Fork, World, WorldError};

/// A server that runs until it is stopped or dropped.
///
/// ```
/// let server = fauxforce::Server::builder().deterministic().start()?;
/// assert!(server.url.starts_with("http://127.0.0.1:"));
/// server.stop();
/// # Ok::<(), fauxforce::StartError>(())
/// ```
pub struct Server {
    /// `http://host:port`
    pub url: String,
    /// `https://host:port`, the same port; `None` after [`Builder::without_https`].
    pub https_url: Option<String>,
    /// The certificate that HTTPS clients are to trust. Those that address the server by another name, of
    /// [`Builder::host`] or [`Builder::public_url`], find theirs in [`Ready::other_ca_file`].
    pub ca_file: Option<PathBuf>,
    /// What a client needs to log in.
    pub ready: Ready,
    world: Arc<ServedWorld>,
    hosting: Arc<Hosting>,
    http: HttpServer,
}

/// How a server is to start.
#[derive(Debug, Clone)]
pub struct Builder {
    host: String,
    port: u16,
    seed: Option<PathBuf>,
    database: Option<PathBuf>,
    deterministic: bool,
    https: bool,
    proxy: bool,
    ca_dir: Option<PathBuf>,
    io_threads: Option<Arc<IoThreads>>,
    world_ports: Option<RangeInclusive<u16>>,
    settings: ServerSettings,
}

/// Why a server did not start, in one sentence.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Bind(#[from] BindError),
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error("cannot load the seed: {0}")]
    Seed(SeedError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{}: {}", .0.code, .0.message)]
    Fault(Fault),
    #[error("{0:?} is not a public URL; expected something like https://sf.example.com:8443, without a path")]
    PublicUrl(String),
    #[error("the control token is empty; give one that nobody guesses, or none")]
    ControlToken,
    #[error(
        "{0}.0 is not an API version to begin with; expected {oldest} to {newest}",
        oldest = ApiVersion::OLDEST.number(),
        newest = ApiVersion::NEWEST.number()
    )]
    MinApiVersion(u32),
    #[error("two of the databases hold the same org, {0}; move one of them away")]
    SameOrg(Id),
    #[error("cannot write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
}

impl Server {
    /// A server on 127.0.0.1 and a free port, with the built-in seed, in memory.
    pub fn builder() -> Builder {
        Builder {
            host: "127.0.0.1".to_owned(),
            port: 0,
            seed: None,
            database: None,
            deterministic: false,
            https: true,
            proxy: true,
            ca_dir: None,
            io_threads: None,
            world_ports: None,
            settings: ServerSettings::default(),
        }
    }

    /// The world behind the port.
    pub fn world(&self) -> &ServedWorld {
        &self.world
    }

    /// The main world, as tests use it: to be forked, put back and moved in time.
    pub fn main(&self) -> World {
        World::new(self.world.clone(), self.hosting.clone(), self.ready.clone())
    }

    /// Stops accepting, refuses the requests that wait for others, gives those that run half a second to finish, and returns
    /// when the port is free: within a second, whatever is going on.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.http.begin_end();
        self.hosting.end_all();
        self.http.end();
        hosting::end(&self.world, None);
    }
}

impl Builder {
    /// A name or address of this machine to listen on.
    pub fn host(mut self, host: impl Into<String>) -> Builder {
        self.host = host.into();
        self
    }

    /// A port; 0 takes a free one.
    pub fn port(mut self, port: u16) -> Builder {
        self.port = port;
        self
    }

    /// A seed's folder, instead of the built-in one.
    pub fn seed(mut self, folder: impl Into<PathBuf>) -> Builder {
        self.seed = Some(folder.into());
        self
    }

    /// A database file, instead of memory. A file that has an org in it keeps its records. Each further org of the seed
    /// has a file beside it: `orgs.emea.db` for `orgs.db` and `orgs/emea`.
    pub fn database(mut self, file: impl Into<PathBuf>) -> Builder {
        self.database = Some(file.into());
        self
    }

    /// Ids, tokens and times that are the same in every run: the clock starts at 2026-01-01 and moves a second with each call
    /// that writes something. Over a database of an earlier run it starts behind that one's records, and gives other tokens.
    pub fn deterministic(mut self) -> Builder {
        self.deterministic = true;
        self
    }

    /// Bulk jobs are done within the call that brings them, so that the next call finds them done.
    pub fn jobs_at_once(mut self) -> Builder {
        self.settings.jobs_at_once = true;
        self
    }

    /// Worlds that are made later get their ports from this range, not from all that are free.
    pub fn world_ports(mut self, ports: RangeInclusive<u16>) -> Builder {
        self.world_ports = Some(ports);
        self
    }

    /// Has no "Log in as" on the login pages.
    pub fn no_quick_login(mut self) -> Builder {
        self.settings.quick_login = false;
        self
    }

    /// Answers 501 to what is not emulated.
    pub fn strict(mut self) -> Builder {
        self.settings.strict = true;
        self
    }

    /// The oldest API version that is not retired; the real service's is 31.
    pub fn min_api_version(mut self, version: u32) -> Builder {
        self.settings.min_api_version = version;
        self
    }

    /// `scheme://host[:port]` to write into absolute URLs, instead of what the client addressed.
    pub fn public_url(mut self, url: impl Into<String>) -> Builder {
        self.settings.public_url = Some(url.into());
        self
    }

    /// A token that requests to the control API (`/_fauxforce/`, but for `health`) must bear: `Authorization: Bearer
    /// TOKEN`. With it they may address the server by every host name; without it only by `localhost`, a loopback
    /// address, or the names of [`Builder::host`] and [`Builder::public_url`].
    pub fn control_token(mut self, token: impl Into<String>) -> Builder {
        self.settings.control_token = Some(token.into());
        self
    }

    /// How long a call may compute: what takes longer is ended as the service would, and undone. 120 s else.
    pub fn call_timeout(mut self, limit: Duration) -> Builder {
        self.settings.call_timeout = limit;
        self
    }

    /// How many requests the journal of each world keeps, 1,000 else; 0 switches it off.
    pub fn journal(mut self, entries: usize) -> Builder {
        self.settings.journal = entries;
        self
    }

    /// The directory of the certificate authority, instead of the user's own (`$XDG_DATA_HOME/fauxforce`).
    pub fn ca_dir(mut self, directory: impl Into<PathBuf>) -> Builder {
        self.ca_dir = Some(directory.into());
        self
    }

    /// No proxy for clients that have Salesforce's host names built in.
    pub fn without_proxy(mut self) -> Builder {
        self.proxy = false;
        self
    }

    /// Serves the port on one of these threads, with the servers of other worlds. Without them the server has a thread of its
    /// own.
    pub fn io_threads(mut self, threads: Arc<IoThreads>) -> Builder {
        self.io_threads = Some(threads);
        self
    }

    /// Plain HTTP only. A proxy needs HTTPS.
    pub fn without_https(mut self) -> Builder {
        self.https = false;
        self
    }

    /// Binds the port, makes the world, serves, and reads or makes the certificate authority. When this returns,
    /// connections are answered and all files that [`Server::ready`] names are there. Plain HTTP is answered before the
    /// authority is there; TLS handshakes wait for it.
    ///
    /// # Errors
    /// [`StartError`], in one sentence that says what to do.
    pub fn start(self) -> Result<Server, StartError> {
        self.check()?;
        // First the port: whoever connects from now on waits, instead of being refused.
        let listener = listen::bind(&self.host, self.port)?;
        let ca_dir = self.https.then(|| self.usable_ca_dir());
        let config = Config {
            host: self.host.clone(),
            port: self.port,
            limits: Limits::default(),
            certificates: ca_dir.clone(),
            public_host: self.settings.public_url.as_deref().and_then(host_of),
            proxy: self.proxy,
        };
        let world = Arc::new(self.world()?);
        let threads = self.io_threads.clone().unwrap_or_default();
        let hosting = Arc::new(Hosting::new(self.clone(), self.world_ports.clone()));
        let app = App::hosted(world.clone(), hosting.clone());
        let at_main_port = app.at_port_of(world.clone());
        let mut http = HttpServer::start_on(&threads, listener, config, at_main_port)?;
        let (url, https_url, ca_file) = (http.url.clone(), http.https_url.clone(), http.ca_file.clone());
        let keys = Keys { seed: self.seed.as_deref(), beside: ca_dir.as_deref() };
        let ready = {
            let state = world.lock();
            job::see_to(&world, &state, Some(http.runtime()));
            let ready = Ready::of(&state, &http, keys)?;
            world.settle(&state)?;
            ready
        };
        hosting.begin(&world, &http, app, ready.clone());
        // Last: plain HTTP is answered already. The files that `ready` names must be there when the caller has it.
        http.begin_https().map_err(HttpError::from)?;
        Ok(Server { url, https_url, ca_file, ready, world, hosting, http })
    }

    fn check(&self) -> Result<(), StartError> {
        let versions = ApiVersion::OLDEST.number()..=ApiVersion::NEWEST.number();
        if !versions.contains(&self.settings.min_api_version) {
            return Err(StartError::MinApiVersion(self.settings.min_api_version));
        }
        if self.settings.control_token.as_deref().is_some_and(|token| token.trim().is_empty()) {
            return Err(StartError::ControlToken);
        }
        match &self.settings.public_url {
            Some(url) if !is_origin(url) => Err(StartError::PublicUrl(url.clone())),
            _ => Ok(()),
        }
    }

    /// A world with the orgs of the seed.
    fn world(&self) -> Result<ServedWorld, StartError> {
        let seed = match &self.seed {
            Some(folder) => Seed::folder(folder).map_err(|error| self.mistake(error))?,
            None => Seed::built_in(),
        };
        self.world_of(seed)
    }

    /// A world with the orgs of another seed, in memory, and what a client needs to use it; `main` is what it needs for the
    /// main world.
    fn world_of_seed(&self, seed: Seed, main: &Ready) -> Result<(ServedWorld, Ready), StartError> {
        let builder = Builder { database: None, seed: Some(PathBuf::new()), ..self.clone() };
        let world = builder.world_of(seed)?;
        let keys = Keys { seed: None, beside: None };
        let ready = main.with_orgs(&world.lock(), keys)?;
        Ok((world, ready))
    }

    fn world_of(&self, seed: Seed) -> Result<ServedWorld, StartError> {
        let (clock, random) = match self.deterministic {
            true => (Clock::deterministic(), Random::deterministic()),
            false => (Clock::real(), Random::real()),
        };
        let world = ServedWorld::new(Vec::new(), clock, random);
        {
            let mut state = world.lock();
            state.settings = ServerSettings { host: Some(self.host.clone()), ..self.settings.clone() };
            self.load_orgs(&mut state, seed)?;
            job::resume(&state).map_err(StartError::Fault)?;
            state.random.settle();
            // What comes after the seed is younger.
            state.clock.tick();
        }
        Ok(world)
    }

    /// A mistake in the seed, with the path of the file from where the server was started.
    fn mistake(&self, error: SeedError) -> StartError {
        StartError::Seed(self.located(error))
    }

    fn located(&self, error: SeedError) -> SeedError {
        let folder = self.seed.as_deref().unwrap_or(Path::new("seed/default"));
        let file = match error.file.as_str() {
            "" => folder.to_owned(),
            file => folder.join(file),
        };
        let file = file.display().to_string();
        SeedError { file, ..error }
    }

    /// All mistakes of the seed, with paths from where the program was started; none if it can be loaded.
    #[doc(hidden)]
    pub fn seed_mistakes(&self) -> Vec<SeedError> {
        let seed = match &self.seed {
            Some(folder) => Seed::folder(folder),
            None => Ok(Seed::built_in()),
        };
        let seed = match seed {
            Ok(seed) => seed.noting(),
            Err(mistake) => return vec![self.located(mistake)],
        };
        let last = match self.world_of(seed.clone()) {
            Err(StartError::Seed(mistake)) => Some(mistake),
            Err(other) => Some(SeedError {
                file: "the seed".to_owned(),
                line: 0,
                what: other.to_string(),
                expected: String::new(),
            }),
            Ok(_) => None,
        };
        let mut mistakes: Vec<_> =
            seed.noted().into_iter().map(|mistake| self.located(mistake)).chain(last).collect();
        // Users that were refused are missed elsewhere; what is empty follows from another.
        let is_of_records = |mistake: &SeedError| mistake.file.contains("data/") && mistake.line > 0;
        let refused_records = mistakes.iter().any(is_of_records);
        let follows = ["there is no user ", "no record of data/ is "];
        mistakes.retain(|mistake| {
            let follows = refused_records && follows.iter().any(|words| mistake.what.starts_with(words));
            !follows && !mistake.what.is_empty()
        });
        mistakes.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        mistakes.dedup();
        mistakes
    }

    fn load_orgs(&self, state: &mut State, seed: Seed) -> Result<(), StartError> {
        let failed = |error: SeedError| self.mistake(error);
        let mut places = Vec::new();
        for (index, seed) in seed.orgs().map_err(failed)?.into_iter().enumerate() {
            let store = self.store(seed.name().filter(|_| index > 0))?;
            let id = stored_org(&store)?;
            places.push((seed, store, id));
        }
        if self.deterministic && self.database.is_some() {
            earlier_runs::begin_after(state, places.iter().map(|(_, store, _)| store))?;
        }
        let mut ids: Vec<Id> = places.iter().filter_map(|(.., id)| *id).collect();
        for (seed, store, stored) in places {
            let id = match stored {
                Some(id) if state.org(id).is_some() => return Err(StartError::SameOrg(id)),
                Some(id) => id,
                // The first that no database holds.
                None => (0..).map(Id::of_org).find(|id| !ids.contains(id)).unwrap_or_else(|| Id::of_org(0)),
            };
            ids.push(id);
            let org = seed.load(&state.environment(id), id, store).map_err(failed)?;
            if let Some(clash) = clash(&state.orgs, &org) {
                return Err(failed(clash));
            }
            state.add_org(org);
        }
        Ok(())
    }

    /// The database of an org: the file asked for, or for a named org one beside it.
    fn store(&self, name: Option<&str>) -> Result<Store, StoreError> {
        match (&self.database, name) {
            (None, _) => Store::in_memory(),
            (Some(file), None) => Ok(Store::file(file)?.0),
            (Some(file), Some(name)) => Ok(Store::file(&beside(file, name))?.0),
        }
    }

    /// The directory asked for, or the user's own; a temporary one where that cannot be written.
    fn usable_ca_dir(&self) -> PathBuf {
        if let Some(directory) = &self.ca_dir {
            // Who reads the ready file may stand elsewhere.
            return std::path::absolute(directory).unwrap_or_else(|_| directory.clone());
        }
        let own = default_ca_dir().filter(|directory| can_hold_ca(directory));
        own.unwrap_or_else(|| {
            let directory = std::env::temp_dir().join(format!("fauxforce-{}", std::process::id()));
            tracing::warn!(
                "the certificate authority is in {}, for this run only; name a directory that can be written with \
                 --ca-dir",
                directory.display()
            );
            directory
        })
    }
}

/// `orgs.emea.db` for `orgs.db` and `emea`.
fn beside(file: &Path, name: &str) -> PathBuf {
    let mut own = file.file_stem().unwrap_or_default().to_owned();
    own.push(".");
    own.push(name);
    if let Some(extension) = file.extension() {
        own.push(".");
        own.push(extension);
    }
    file.with_file_name(own)
}

/// Where the certificate authority is kept, unless [`Builder::ca_dir`] says otherwise: `$XDG_DATA_HOME/fauxforce`,
/// `%LOCALAPPDATA%\fauxforce` or `~/.local/share/fauxforce`.
pub fn default_ca_dir() -> Option<PathBuf> {
    let from =
        |variable: &str| std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = from("XDG_DATA_HOME").or_else(|| from("LOCALAPPDATA"));
    let data = data.or_else(|| from("HOME").map(|home| home.join(".local/share")));
    data.map(|data| data.join("fauxforce")).filter(|directory| directory.is_absolute())
}

fn can_hold_ca(directory: &Path) -> bool {
    directory.join("ca.pem").exists()
        || (fs::create_dir_all(directory).is_ok() && File::create(directory.join("ca.lock")).is_ok())
}

/// `sf.example.com` of `https://sf.example.com:8443`
fn host_of(url: &str) -> Option<String> {
    let uri: crate::message::Uri = url.parse().ok()?;
    uri.host().map(str::to_owned)
}
