//! Which surface answers which path.

mod address;
mod body_limit;
mod journaling;
mod read_ahead;
mod refusal_log;
mod surface;

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::JoinError;

use crate::control::host::WorldHost;
use crate::error_entry::{Declared, Rows};
use crate::http::{BodyLimit, Reply, Service, TransportError};
use crate::message::header::{DATE, HOST, HeaderName, SERVER, X_CONTENT_TYPE_OPTIONS};
use crate::message::{GAP, HeaderValue, Method, Request, Response, StatusCode, Uri};
use crate::model::fault::Fault;
use crate::router::CallClass;
use crate::world::{MAIN, Site, State, World};
use crate::{control, job, rest, web};

mod control_guard;
mod control_page;

use address::{Address, origin};
use control_guard::ControlGuard;

/// The rows of this module in the table of errors.
pub(crate) const ERRORS: &[Rows] = &[address::ERRORS, control_guard::ERRORS];

/// The whole emulator as an HTTP service, at one port.
pub struct App {
    /// The world whose port it is.
    own: Arc<Shared>,
}

/// What calls of a world need that outlive the request's turn at the socket.
struct Shared {
    world: Arc<World>,
    front: Arc<Front>,
}

/// What all worlds of a server have in common.
struct Front {
    address: Address,
    control: ControlGuard,
    /// One permit for each archive that may be [read ahead](read_ahead).
    archives: Semaphore,
    /// Who makes and ends worlds, and knows them; `None` where there is one only.
    host: Option<Arc<dyn WorldHost>>,
}

/// A longer body makes a call [`CallClass::Slow`], for its length decides what it costs.
const LONGEST_QUICK_BODY: usize = 64 * 1024;
/// A quick call that takes longer than this is no quick call.
const LONGEST_QUICK_CALL: Duration = Duration::from_millis(20);

/// Paths of the real service, which are a gap when no surface answers them.
const REAL: &[&str] = &["/services/", "/.well-known/", "/id/", "/secur/", "/setup/", "/login"];

impl App {
    /// A service over one world. A public URL in its settings is `scheme://host[:port]`; another is not heeded.
    pub fn new(world: Arc<World>) -> App {
        App::over(world, None)
    }

    /// The same over the main world of a host of worlds.
    pub fn hosted(world: Arc<World>, host: Arc<dyn WorldHost>) -> App {
        App::over(world, Some(host))
    }

    fn over(world: Arc<World>, host: Option<Arc<dyn WorldHost>>) -> App {
        let settings = {
            let state = world.lock();
            world.note_my_domains(&state);
            world.journal().keep(state.settings.journal);
            state.settings.clone()
        };
        let front = Front {
            address: Address::new(settings.public_url.as_deref()),
            control: ControlGuard::new(&settings),
            archives: Semaphore::new(read_ahead::AT_A_TIME),
            host,
        };
        App { own: Arc::new(Shared { world, front: Arc::new(front) }) }
    }

    /// The same service at the port of another world of the same host.
    pub fn at_port_of(&self, world: Arc<World>) -> App {
        App { own: self.shared_of(world) }
    }

    /// `host[:port]` below which worlds have names of their own, if it is not `localhost`.
    pub fn public_authority(&self) -> Option<&str> {
        self.own.front.address.public_authority()
    }

    fn shared_of(&self, world: Arc<World>) -> Arc<Shared> {
        Arc::new(Shared { world, front: self.own.front.clone() })
    }

    /// Answers a request on this thread, when it is its turn. For threads that serve no sockets: what acts on a world as a
    /// whole, or waits, is not answered.
    pub fn respond(&self, mut request: Request) -> Response {
        let shared = match self.admit(&mut request) {
            Ok(shared) => shared,
            Err(why) => return self.own.dressed(control::refused(&why)),
        };
        if read_ahead::is_wanted(&request) {
            read_ahead::read(&shared.world, &mut request);
        }
        let state = shared.world.lock();
        shared.respond(&state, request)
    }

    /// Lets a request in: finds the world that it is for, asks whether it may use the control API, and makes it look as the
    /// client meant it.
    fn admit(&self, request: &mut Request) -> Result<Arc<Shared>, Declared> {
        without_empty_segments(request);
        let (own, front) = (&self.own.world, &self.own.front);
        // It wants the request as the client has sent it.
        if let Some(why) = front.control.refusal(request) {
            return Err(why);
        }
        let named = match &front.host {
            Some(host) => front.address.named_world(request, own, host.worlds()),
            None => Ok(None),
        };
        let shared = match named? {
            Some(world) if !Arc::ptr_eq(&world, own) => self.shared_of(world),
            _ => self.own.clone(),
        };
        front.address.settle(request, &shared.world, own);
        shared.world.use_time().note_use();
        Ok(shared)
    }
}

impl Shared {
    /// Answers a request on this thread. Gives it back as a call if somebody holds the lock.
    fn respond_at_once<F>(&self, call: F) -> Result<Response, F>
    where
        F: FnOnce(&State) -> Response,
    {
        let begun = Instant::now();
        let response = self.world.try_call(call)?;
        let took = begun.elapsed();
        if took > LONGEST_QUICK_CALL {
            tracing::warn!(?took, "a call held up the thread that serves sockets; it should be queued");
        }
        Ok(response)
    }

    fn respond_later(self: &Arc<Self>, call: impl FnOnce(&State) -> Response + Send + 'static) -> Reply {
        let response = self.world.queue_call(&Handle::current(), call);
        let shared = self.clone();
        Reply::Later(Box::pin(async move {
            response.await.unwrap_or_else(|_closed| shared.refuse(&TransportError::Stopping))
        }))
    }

    /// Reads the archive of a request, and queues its call then. This goes on when the client has gone.
    fn respond_after_reading(self: &Arc<Self>, request: Request) -> Reply {
        let (reading, stopping) = (self.clone(), self.clone());
        let response = Handle::current().spawn(async move { reading.read_and_respond(request).await });
        Reply::Later(Box::pin(async move {
            let response = response.await.unwrap_or_else(not_run);
            response.unwrap_or_else(|| stopping.refuse(&TransportError::Stopping))
        }))
    }
}

impl Service for App {
    fn call(&self, mut request: Request) -> Reply {
        let shared = match self.admit(&mut request) {
            Ok(shared) => shared,
            Err(why) => return Reply::Done(self.own.dressed(control::refused(&why))),
        };
        let Some(page) = control_page::of(&mut request) else { return shared.reply(request) };
        match page.open(&request) {
            Some(response) => Reply::Done(shared.dressed(response)),
            None => page.show(shared.reply(request)),
        }
    }

    fn body_limit(&self, _method: &Method, path: &str) -> BodyLimit {
        body_limit::of(path)
    }

    fn refuse_body(&self, refusal: &TransportError, request: &Request) -> Response {
        let response = self.refuse(refusal);
        match refusal {
            TransportError::BodyTooLarge(limit) => body_limit::refusal(request, *limit, response),
            _ => response,
        }
    }

    fn refuse(&self, refusal: &TransportError) -> Response {
        self.own.refuse(refusal)
    }

    fn close(&self) {
        if self.own.world.name() == MAIN {
            self.own.front.archives.close();
        }
        self.own.world.close();
    }

    fn cancel(&self) {
        self.own.world.cancel_calls();
    }
}

impl Shared {
    /// Answers a request that has been let in.
    fn reply(self: Arc<Self>, request: Request) -> Reply {
        let shared = self;
        if let Some(reply) = shared.respond_outside(&request) {
            return reply;
        }
        if read_ahead::is_wanted(&request) {
            return shared.respond_after_reading(request);
        }
        let class = class(&request);
        let inside = shared.clone();
        let call = move |state: &State| inside.respond(state, request);
        match class {
            CallClass::Quick => match shared.respond_at_once(call) {
                Ok(response) => Reply::Done(response),
                Err(call) => shared.respond_later(call),
            },
            CallClass::Slow => shared.respond_later(call),
        }
    }

    /// Answers what is no call of the world: what needs no state, acts on the world as a whole, or waits.
    fn respond_outside(self: &Arc<Self>, request: &Request) -> Option<Reply> {
        let shared = self.clone();
        Some(match control::answer_outside(&self.world, self.front.host.as_ref(), request)? {
            Reply::Done(response) => Reply::Done(self.dressed(response)),
            Reply::Later(response) => Reply::Later(Box::pin(async move { shared.dressed(response.await) })),
        })
    }

    /// With the headers that every answer has.
    fn dressed(&self, mut response: Response) -> Response {
        dress(self.world.clock().now(), &mut response);
        response
    }

    /// `None` when the server stops before the call could begin.
    async fn read_and_respond(self: Arc<Self>, mut request: Request) -> Option<Response> {
        // Kept until the call is done: only then is the archive's memory free again.
        let _permit = self.front.archives.acquire().await.ok()?;
        let runtime = Handle::current();
        let world = self.world.clone();
        let read = runtime.spawn_blocking(move || {
            read_ahead::read(&world, &mut request);
            Some(request)
        });
        let request = read.await.unwrap_or_else(not_run)?;
        let shared = self.clone();
        self.world.queue_call(&runtime, move |state| shared.respond(state, request)).await.ok()
    }

    fn refuse(&self, refusal: &TransportError) -> Response {
        self.dressed(refusal.response())
    }

    fn respond(&self, state: &State, mut request: Request) -> Response {
        let noted = journaling::start(&self.world, state, &request);
        let mut response = answer_in_time(state, || self.answer(state, &mut request));
        job::see_to(&self.world, state, Handle::try_current().ok().as_ref());
        state.tick_after_writes();
        dress(state.clock.now(), &mut response);
        tracing::debug!(method = %request.method, path = request.path(), status = response.status.as_u16(), "request");
        refusal_log::note(self.world.name(), &request, &response);
        if let Some(noted) = noted {
            noted.finish(&self.world, state, request, &mut response);
        }
        response
    }

    fn answer(&self, state: &State, request: &mut Request) -> Response {
        let named = state.org_named(request.query_value("so").as_deref(), request.host());
        let found = state.site_of(named, request.path()).map(|(site, rest)| (site, rest.to_owned()));
        let (site, request) = match found {
            Some((site, rest)) => {
                set_path(request, &rest);
                (Some(site), &*request)
            }
            None => (None, &*request),
        };
        state.take_store_trouble();
        let response = dispatch(state, request, site);
        if state.take_store_trouble() {
            return unavailable(state, request);
        }
        if state.settings.strict && response.headers.contains_key(GAP) {
            return Response { status: StatusCode::NOT_IMPLEMENTED, ..response };
        }
        response
    }
}

/// Where a call is run. In a request to a community no surface is recognized; it is slow.
fn class(request: &Request) -> CallClass {
    match request.body.len() > LONGEST_QUICK_BODY {
        true => CallClass::Slow,
        false => (surface::of(request.path()).class)(request),
    }
}

/// What comes of a task that gave nothing: its panic goes on; otherwise its runtime is gone.
fn not_run<T>(error: JoinError) -> Option<T> {
    match error.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        Err(_gone) => None,
    }
}

/// Runs what serves one call, within the time that a call has.
fn answer_in_time(state: &State, answer: impl FnOnce() -> Response) -> Response {
    let _call = state.start_call();
    answer()
}

fn dispatch(state: &State, request: &Request, site: Option<Site>) -> Response {
    let path = request.path();
    if let Some(response) = (surface::of(path).answer)(state, request, site) {
        return response;
    }
    if REAL.iter().any(|prefix| path.starts_with(prefix)) {
        let what = format!("{} {}", request.method, beginning(path));
        state.gaps.note(&what);
        return web::not_found().with_gap(&what);
    }
    web::not_found()
}

/// The answer to a request in which the store could not be read or written. Whatever a surface has made of that (no such
/// record, an expired session, a wrong password), it is not so: nothing of the answer is certain.
fn unavailable(state: &State, request: &Request) -> Response {
    (surface::of(request.path()).unavailable)(state, request, Fault::store_trouble())
}

/// A path without what varies from call to call: its beginning, with `{}` for segments that are ids or the like.
fn beginning(path: &str) -> String {
    /// No segment of the real service's paths is longer.
    const LONGEST_NAME: usize = 32;
    let is_version = |segment: &str| segment.starts_with('v') && segment.ends_with(".0");
    let varies = |segment: &str| {
        segment.len() > LONGEST_NAME
            || segment.bytes().filter(u8::is_ascii_digit).count() > 2
            || segment.contains('%')
    };
    let segments = path.split('/').take(4);
    let named = segments.map(|segment| if varies(segment) && !is_version(segment) { "{}" } else { segment });
    named.collect::<Vec<_>>().join("/")
}

/// Adds what the real service's front adds to every answer, where the surface has not. `now` is in milliseconds since 1970
/// UTC.
fn dress(now: i64, response: &mut Response) {
    const ROBOTS_TAG: HeaderName = HeaderName::from_static("x-robots-tag");
    let headers = &mut response.headers;
    if !headers.contains_key(DATE)
        && let Ok(date) = HeaderValue::from_bytes(&rest::headers::http_date(now))
    {
        headers.insert(DATE, date);
    }
    headers.insert(SERVER, HeaderValue::from_static("sfdcedge"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(ROBOTS_TAG, HeaderValue::from_static("none"));
}

/// `//services/data` is `/services/data`: who appends paths to an instance URL with a slash at its end asks so, the sf CLI
/// among them, and is served. <https://github.com/forcedotcom/sfdx-core/pull/1310>
fn without_empty_segments(request: &mut Request) {
    if request.path().starts_with("//") {
        let path = format!("/{}", request.path().trim_start_matches('/'));
        set_path(request, &path);
    }
}

fn set_path(request: &mut Request, path: &str) {
    let target = match request.uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let host = HeaderValue::from_str(request.host());
    if let (Ok(uri), Ok(host)) = (target.parse::<Uri>(), host) {
        request.headers.insert(HOST, host);
        request.uri = uri;
    }
}

/// True for `scheme://host[:port]`.
pub fn is_origin(url: &str) -> bool {
    origin(url).is_some()
}
