//! Which surface answers which path.

mod body_limit;
mod read_ahead;
mod surface;

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::JoinError;

use crate::http::{BodyLimit, Reply, Service, TransportError, is_salesforce};
use crate::message::header::{DATE, HOST, HeaderName, SERVER, X_CONTENT_TYPE_OPTIONS};
use crate::message::{GAP, HeaderValue, Method, Request, Response, Scheme, StatusCode, Uri};
use crate::model::fault::Fault;
use crate::router::CallClass;
use crate::world::{Site, State, World};
use crate::{control, job, rest, web};

mod control_guard;

use control_guard::ControlGuard;
pub(crate) use control_guard::ERRORS;

/// The whole emulator as an HTTP service.
pub struct App {
    shared: Arc<Shared>,
}

/// What calls need that outlive the request's turn at the socket.
struct Shared {
    world: Arc<World>,
    /// Scheme and authority to be addressed by, whatever the request says.
    public: Option<(Scheme, HeaderValue)>,
    control: ControlGuard,
    /// One permit for each archive that may be [read ahead](read_ahead).
    archives: Arc<Semaphore>,
}

/// A longer body makes a call [`CallClass::Slow`], for its length decides what it costs.
const LONGEST_QUICK_BODY: usize = 64 * 1024;
/// A quick call that takes longer than this is no quick call.
const LONGEST_QUICK_CALL: Duration = Duration::from_millis(20);

/// Paths of the real service, which are a gap when no surface answers them.
const REAL: &[&str] = &["/services/", "/.well-known/", "/id/", "/secur/", "/setup/", "/login"];

impl App {
    /// A service over a world. A public URL in its settings is `scheme://host[:port]`; another is not heeded.
    pub fn new(world: Arc<World>) -> App {
        let settings = world.lock().settings.clone();
        let public = settings.public_url.as_deref().and_then(origin);
        let control = ControlGuard::new(&settings);
        let archives = Arc::new(Semaphore::new(read_ahead::AT_A_TIME));
        App { shared: Arc::new(Shared { world, public, control, archives }) }
    }

    /// Answers a request on this thread, when it is its turn. For threads that serve no sockets.
    pub fn respond(&self, mut request: Request) -> Response {
        without_empty_segments(&mut request);
        if read_ahead::is_wanted(&request) {
            read_ahead::read(&self.shared.world, &mut request);
        }
        let state = self.shared.world.lock();
        self.shared.respond(&state, request)
    }

    /// Answers a request on this thread. Gives it back as a call if somebody holds the lock.
    fn respond_at_once<F>(&self, call: F) -> Result<Response, F>
    where
        F: FnOnce(&State) -> Response,
    {
        let begun = Instant::now();
        let response = self.shared.world.try_call(call)?;
        let took = begun.elapsed();
        if took > LONGEST_QUICK_CALL {
            tracing::warn!(?took, "a call held up the thread that serves sockets; it should be queued");
        }
        Ok(response)
    }

    fn respond_later(&self, call: impl FnOnce(&State) -> Response + Send + 'static) -> Reply {
        let response = self.shared.world.queue_call(&Handle::current(), call);
        let shared = self.shared.clone();
        Reply::Later(Box::pin(async move {
            response.await.unwrap_or_else(|_closed| shared.refuse(&TransportError::Stopping))
        }))
    }

    /// Reads the archive of a request, and queues its call then. This goes on when the client has gone.
    fn respond_after_reading(&self, request: Request) -> Reply {
        let (reading, stopping) = (self.shared.clone(), self.shared.clone());
        let response = Handle::current().spawn(async move { reading.read_and_respond(request).await });
        Reply::Later(Box::pin(async move {
            let response = response.await.unwrap_or_else(not_run);
            response.unwrap_or_else(|| stopping.refuse(&TransportError::Stopping))
        }))
    }
}

impl Service for App {
    fn call(&self, mut request: Request) -> Reply {
        without_empty_segments(&mut request);
        if let Some(reply) = self.shared.respond_outside(&request) {
            return reply;
        }
        if read_ahead::is_wanted(&request) {
            return self.respond_after_reading(request);
        }
        let class = class(&request);
        let shared = self.shared.clone();
        let call = move |state: &State| shared.respond(state, request);
        match class {
            CallClass::Quick => match self.respond_at_once(call) {
                Ok(response) => Reply::Done(response),
                Err(call) => self.respond_later(call),
            },
            CallClass::Slow => self.respond_later(call),
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
        self.shared.refuse(refusal)
    }

    fn close(&self) {
        self.shared.archives.close();
        self.shared.world.close();
    }

    fn cancel(&self) {
        self.shared.world.cancel_calls();
    }
}

impl Shared {
    /// Answers what is no call of the world: what needs no state, acts on the world as a whole, or waits.
    fn respond_outside(self: &Arc<Self>, request: &Request) -> Option<Reply> {
        if !control::is_answered_outside(request) {
            return None;
        }
        self.world.clock().tick();
        let reply = match self.control.refusal(request) {
            Some(why) => Reply::Done(control::refused(&why)),
            None => {
                let mut request = request.clone();
                self.address(&mut request);
                control::answer_outside(&self.world, &request)?
            }
        };
        let shared = self.clone();
        let dressed = move |mut response: Response| {
            dress(shared.world.clock().now(), &mut response);
            response
        };
        Some(match reply {
            Reply::Done(response) => Reply::Done(dressed(response)),
            Reply::Later(response) => Reply::Later(Box::pin(async move { dressed(response.await) })),
        })
    }

    /// `None` when the server stops before the call could begin.
    async fn read_and_respond(self: Arc<Self>, mut request: Request) -> Option<Response> {
        // Kept until the call is done: only then is the archive's memory free again.
        let _permit = self.archives.clone().acquire_owned().await.ok()?;
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
        let mut response = refusal.response();
        dress(self.world.clock().now(), &mut response);
        response
    }

    fn respond(&self, state: &State, mut request: Request) -> Response {
        state.clock.tick();
        let mut response = answer_in_time(state, || self.answer(state, &mut request));
        job::see_to(&self.world, state, Handle::try_current().ok().as_ref());
        dress(state.clock.now(), &mut response);
        tracing::debug!(method = %request.method, path = request.path(), status = response.status.as_u16(), "request");
        response
    }

    fn answer(&self, state: &State, request: &mut Request) -> Response {
        if let Some(why) = self.control.refusal(request) {
            return control::refused(&why);
        }
        self.address(request);
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

    /// Makes the request look as the client meant it, so that every absolute URL in an answer comes out right: from
    /// here on `Request::origin` is where clients reach the emulator.
    fn address(&self, request: &mut Request) {
        if let Some((scheme, authority)) = &self.public {
            request.scheme = *scheme;
            request.headers.insert(HOST, authority.clone());
            let path = request.uri.path_and_query().cloned();
            request.uri = path.map_or_else(|| Uri::from_static("/"), Uri::from);
        } else if is_salesforce(request.host().split(':').next().unwrap_or_default()) {
            // Somebody's proxy has undone the TLS; there is no plain HTTP at the real hosts.
            request.scheme = Scheme::Https;
        }
    }
}

/// Where a call is run. In a request to a community, or with a doubled slash, no surface is recognized; it is slow.
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

/// The parts of `scheme://host[:port]`; a URL with a path is not of that form.
fn origin(url: &str) -> Option<(Scheme, HeaderValue)> {
    let uri: Uri = url.parse().ok()?;
    let scheme = match uri.scheme_str()? {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        _ => return None,
    };
    if uri.path() != "/" || uri.query().is_some() {
        return None;
    }
    Some((scheme, HeaderValue::from_str(uri.authority()?.as_str()).ok()?))
}
