//! One request and its response: limits and codings on the way in, the service, codings on the way out.

use std::any::Any;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::Poll;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body, Incoming};
use hyper::ext::ReasonPhrase;
use hyper::header::{CONTENT_ENCODING, EXPECT, HOST, HeaderValue};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;
use hyper::{HeaderMap, Method, StatusCode, Uri, Version};

use super::allowance::{Allowance, AnonymousBodies};
use super::body::{self, Excess};
use super::coding;
use super::idle_timeout::IdleTimeout;
use super::limits::Limits;
use super::proxy::{self, Proxy};
use super::service::{Reply, Service};
use super::transport_error::TransportError;
use crate::message::{Request, Response, Scheme};

/// What every connection of a listener shares.
#[derive(Debug)]
pub struct Shared<S> {
    pub service: Arc<S>,
    pub limits: Limits,
    pub proxy: Option<Proxy>,
    /// Requests in which the service panicked.
    pub panics: AtomicU32,
    pub anonymous_bodies: AnonymousBodies,
}

/// What every request of a connection shares.
#[derive(Debug)]
pub struct Exchange<S> {
    pub shared: Arc<Shared<S>>,
    pub idle_timeout: Arc<IdleTimeout>,
    pub scheme: Scheme,
    pub peer: SocketAddr,
    /// The address the client connected to.
    pub local: SocketAddr,
    /// The client has been let through the proxy to get here.
    pub proxied: bool,
    /// The user name that it gave the proxy then.
    pub proxy_user: Option<Arc<str>>,
    /// It has just been let through, under this user name if it gave one: what follows on the connection is another one.
    pub tunnel: OnceLock<Option<Arc<str>>>,
}

/// The reason phrase of a 500, as the service's servers have it; RFC 9110 would have another.
const SERVER_ERROR: ReasonPhrase = ReasonPhrase::from_static(b"Server Error");

/// Longer bodies are not packed on a thread that serves sockets.
const LONGEST_PACKED_HERE: usize = 64 * 1024;

/// An answer, or the way to it.
pub enum Answer {
    Ready(hyper::Response<Full<Bytes>>),
    /// The body has yet to be read, or the service takes its time.
    Pending(Pin<Box<dyn Future<Output = hyper::Response<Full<Bytes>>> + Send>>),
}

impl<S: Service> Exchange<S> {
    /// Answers one request. A request without a body is answered on the spot: a future that had to hold what reading a
    /// body takes would cost each GET a good part of its time in moves.
    pub fn answer(self: &Arc<Self>, request: hyper::Request<Incoming>) -> Answer {
        self.idle_timeout.request_begun();
        let gzip = coding::accepts_gzip(request.headers());
        let (head, body) = request.into_parts();
        if head.method == Method::CONNECT {
            return Answer::Ready(self.connect(&head));
        }
        match self.received(head) {
            Ok(request) if body.is_end_stream() => match self.call(request) {
                Ok(Reply::Done(response)) if !gzip || response.body.len() <= LONGEST_PACKED_HERE => {
                    Answer::Ready(self.finished(response, gzip))
                }
                Ok(reply) => self.pending(async move { packed(answered(reply).await, gzip).await }),
                Err(panic) => Answer::Ready(self.finished(self.panicked(&*panic), gzip)),
            },
            Ok(mut request) => {
                let exchange = self.clone();
                self.pending(async move {
                    let response = match exchange.read_body(&mut request, body).await {
                        Ok(()) => answered(exchange.shared.service.call(request)).await,
                        Err(refusal) => exchange.shared.service.refuse_body(&refusal, &request),
                    };
                    packed(response, gzip).await
                })
            }
            Err(refusal) => Answer::Ready(self.refused(&refusal, gzip)),
        }
    }

    /// An answer that takes its time. A panic on the way is one of the service.
    fn pending(self: &Arc<Self>, work: impl Future<Output = Response> + Send + 'static) -> Answer {
        let exchange = self.clone();
        Answer::Pending(Box::pin(async move {
            let mut work = pin!(work);
            let caught = poll_fn(|cx| {
                let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx)));
                polled.map_or_else(|panic| Poll::Ready(Err(panic)), |polled| polled.map(Ok))
            });
            let response = caught.await.unwrap_or_else(|panic| exchange.panicked(&*panic));
            exchange.finished(response, false)
        }))
    }

    /// Lets a client through the proxy, or not.
    fn connect(&self, head: &Parts) -> hyper::Response<Full<Bytes>> {
        let proxy = self.shared.proxy.as_ref().filter(|_| !self.proxied).ok_or(TransportError::NoProxy);
        let within = head_within(&self.shared.limits, &head.uri, &head.headers);
        let here = within.and(proxy).and_then(|proxy| proxy.tunnel(&head.uri, self.local));
        match here.and_then(|()| check_host(&head.headers)) {
            Ok(()) => {
                _ = self.tunnel.set(proxy::user_name(&head.headers));
                hyper::Response::default()
            }
            Err(refusal) => self.refused(&refusal, false),
        }
    }

    /// The answer to a refused request. A client behind a proxy shows its user the reason phrase only.
    fn refused(&self, refusal: &TransportError, gzip: bool) -> hyper::Response<Full<Bytes>> {
        let mut response = self.finished(self.shared.service.refuse(refusal), gzip);
        if refusal.is_of_proxy()
            && let Ok(reason) = ReasonPhrase::try_from(refusal.message())
        {
            response.extensions_mut().insert(reason);
        }
        response
    }

    /// The request without its body.
    fn received(&self, head: Parts) -> Result<Request, TransportError> {
        let Parts { method, uri, mut headers, version, .. } = head;
        head_within(&self.shared.limits, &uri, &headers)?;
        let whole = self.shared.proxy.as_ref().filter(|_| uri.authority().is_some());
        if let Some(proxy) = whole {
            proxy.forward(&uri, self.local)?;
        }
        let proxied = self.proxied || whole.is_some();
        let proxy_user = match whole {
            Some(_) => proxy::user_name(&headers).or_else(|| self.proxy_user.clone()),
            None => self.proxy_user.clone(),
        };
        check_host(&headers)?;
        if !headers.contains_key(HOST) {
            headers.insert(HOST, host_of_old_client(version, self.local)?);
        }
        let (scheme, peer) = (self.scheme, self.peer);
        let request = Request::new(method, uri);
        Ok(Request { headers, scheme, peer, proxied, proxy_user, ..request })
    }

    async fn read_body(&self, request: &mut Request, body: Incoming) -> Result<(), TransportError> {
        let limits = &self.shared.limits;
        let excess = if request.headers.contains_key(EXPECT) { Excess::LeaveUnsent } else { Excess::Discard };
        let limit = self.shared.service.body_limit(&request.method, request.path());
        let headers = &request.headers;
        let mut allowance = Allowance::new(limits, limit, headers, &self.shared.anonymous_bodies);
        let body = body::collect(body, headers, &mut allowance, limits.body_pause, excess).await?;
        let limit = allowance.limit();
        if !request.headers.contains_key(CONTENT_ENCODING) {
            request.body = body;
            return Ok(());
        }
        let mut headers = std::mem::take(&mut request.headers);
        let decode = move || {
            let plain = coding::decode(&mut headers, body, limit);
            (headers, plain)
        };
        let (headers, plain) = on_a_blocking_thread(decode).await;
        request.headers = headers;
        request.body = plain?;
        Ok(())
    }

    /// Hands a request to the service.
    fn call(&self, request: Request) -> Result<Reply, Box<dyn Any + Send>> {
        // The service promises to stay usable after a panic; nothing of ours is shared with it.
        catch_unwind(AssertUnwindSafe(|| self.shared.service.call(request)))
    }

    /// The answer to a request in which the service panicked.
    fn panicked(&self, panic: &(dyn Any + Send)) -> Response {
        let reason = panic_reason(panic);
        let id = error_id(self.shared.panics.fetch_add(1, Ordering::Relaxed), reason);
        tracing::error!(error_id = %id, "a request handler panicked: {reason}");
        self.shared.service.refuse(&TransportError::Panicked(id))
    }

    fn finished(&self, mut response: Response, gzip: bool) -> hyper::Response<Full<Bytes>> {
        if gzip {
            coding::gzip(&mut response);
        }
        self.idle_timeout.request_done();
        let mut finished = hyper::Response::new(Full::new(response.body));
        *finished.status_mut() = response.status;
        *finished.headers_mut() = response.headers;
        if response.status == StatusCode::INTERNAL_SERVER_ERROR {
            finished.extensions_mut().insert(SERVER_ERROR);
        }
        finished
    }
}

async fn answered(reply: Reply) -> Response {
    match reply {
        Reply::Done(response) => response,
        Reply::Later(response) => response.await,
    }
}

/// The response gzipped, if the client takes that and it is worth it.
async fn packed(mut response: Response, gzip: bool) -> Response {
    if gzip && response.body.len() > LONGEST_PACKED_HERE {
        let pack = move || {
            coding::gzip(&mut response);
            response
        };
        return on_a_blocking_thread(pack).await;
    }
    if gzip {
        coding::gzip(&mut response);
    }
    response
}

/// Does what would hold up the other connections of this thread. A panic goes on in whoever awaits it.
async fn on_a_blocking_thread<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> R {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // The runtime is being shut down, and this task with it.
            Err(_) => std::future::pending().await,
        },
    }
}

/// Checks the head against the limits of the REST API.
/// <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm>
fn head_within(limits: &Limits, uri: &Uri, headers: &HeaderMap) -> Result<(), TransportError> {
    let path_and_query = uri.path_and_query().map_or(0, |target| target.as_str().len());
    let target = path_and_query + uri.authority().map_or(0, |authority| authority.as_str().len());
    if target > limits.uri {
        return Err(TransportError::UriTooLong);
    }
    // ": " and CRLF
    let fields: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if target + fields > limits.head { Err(TransportError::HeadersTooLarge) } else { Ok(()) }
}

/// There is one host, and it is one: what it says goes into URLs and decides who may do what (RFC 9112, 3.2).
fn check_host(headers: &HeaderMap) -> Result<(), TransportError> {
    let mut hosts = headers.get_all(HOST).iter();
    let (first, second) = (hosts.next(), hosts.next());
    let is_host = |value: &HeaderValue| {
        let bytes = value.as_bytes();
        bytes.is_empty() || (Authority::try_from(bytes).is_ok() && !bytes.contains(&b'@'))
    };
    if second.is_none() && first.is_none_or(is_host) { Ok(()) } else { Err(TransportError::BadHost) }
}

/// The host of a request without `Host` header: the address it came to, which HTTP/1.1 does not allow (RFC 9112, 3.2).
fn host_of_old_client(version: Version, local: SocketAddr) -> Result<HeaderValue, TransportError> {
    match HeaderValue::try_from(local.to_string()) {
        Ok(host) if version < Version::HTTP_11 => Ok(host),
        _ => Err(TransportError::NoHost),
    }
}

fn panic_reason(panic: &(dyn Any + Send)) -> &str {
    let literal = panic.downcast_ref::<&'static str>().copied();
    literal.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

/// An id in the real service's shape, `count-number (hash)`: the hash is the same whenever the reason is (FNV-1a).
fn error_id(earlier_panics: u32, reason: &str) -> String {
    let hash =
        reason.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619));
    format!("{}-{} ({})", earlier_panics.wrapping_add(1), hash % 100_000, hash.cast_signed())
}
