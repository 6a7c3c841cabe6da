//! One connection: which protocol its client speaks, and serving requests on it until one side has had enough.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::task::Poll;

use bytes::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep_until, timeout};
use tokio_rustls::TlsAcceptor;

use super::exchange::{Answer, Exchange, Shared};
use super::idle_timeout::{IdleTimeout, TimedStream};
use super::service::Service;
use super::tls::Tls;
use super::tunnel::{Stream, Tunnel};
use crate::message::Scheme;

/// The first byte of a TLS record that carries a handshake (RFC 8446, 5.1). No HTTP method begins with it.
const TLS_HANDSHAKE: u8 = 0x16;

/// The user name that a client gave the proxy.
type ProxyUser = Option<Arc<str>>;

/// What the connection of one client has, whichever protocol it turns out to speak.
pub struct Connection<S> {
    pub shared: Arc<Shared<S>>,
    pub peer: SocketAddr,
    /// As in [`Https`](super::listen::Https); `None` for plain HTTP only.
    pub tls: Option<watch::Receiver<Option<Tls>>>,
    pub closing: watch::Receiver<bool>,
}

impl<S: Service> Connection<S> {
    /// Serves an accepted connection to its end. Errors concern this client only and are logged at debug level.
    pub async fn serve(mut self, stream: TcpStream) {
        let mut first = [0];
        // Small answers must not wait for the acknowledgement of the one before. A failure costs time only.
        let _ = stream.set_nodelay(true);
        let Ok(local) = stream.local_addr() else { return };
        let peeked = self.in_time(stream.peek(&mut first)).await;
        let Some(1..) = peeked else { return };
        let tunnel = match self.tls.clone().filter(|_| first == [TLS_HANDSHAKE]) {
            Some(tls) => self.serve_https(tls, stream, self.exchange(Scheme::Https, local, None)).await,
            None => self.serve_http(stream, self.exchange(Scheme::Http, local, None)).await,
        };
        if let Some((tunnel, user)) = tunnel {
            self.serve_tunnel(tunnel, user, local).await;
        }
    }

    /// Serves a client that has been let through the proxy. There is no second tunnel in the first.
    async fn serve_tunnel(&mut self, mut tunnel: Tunnel, user: ProxyUser, local: SocketAddr) {
        let Some(Some(first)) = self.in_time(tunnel.peek()).await else { return };
        match self.tls.clone().filter(|_| first == TLS_HANDSHAKE) {
            Some(tls) => self.serve_https(tls, tunnel, self.exchange(Scheme::Https, local, Some(user))).await,
            None => self.serve_http(tunnel, self.exchange(Scheme::Http, local, Some(user))).await,
        };
    }

    /// What a client sends first. `None` when nothing more is to be done for it.
    async fn in_time<T>(&mut self, first: impl Future<Output = io::Result<T>>) -> Option<T> {
        let (peer, head_time) = (self.peer, self.shared.limits.head_time);
        let first = tokio::select! {
            biased;
            first = timeout(head_time, first) => first,
            _ = self.closing.wait_for(|closing| *closing) => return None,
        };
        match first {
            Ok(Ok(first)) => return Some(first),
            Ok(Err(error)) => tracing::debug!(%peer, "connection lost: {error}"),
            Err(_) => tracing::debug!(%peer, "connection closed: nothing was sent"),
        }
        None
    }

    /// `through` is there for a client that has been let through the proxy.
    fn exchange(&self, scheme: Scheme, local: SocketAddr, through: Option<ProxyUser>) -> Exchange<S> {
        let (shared, idle_timeout) = (self.shared.clone(), IdleTimeout::new(&self.shared.limits));
        Exchange {
            shared,
            idle_timeout,
            scheme,
            peer: self.peer,
            local,
            proxied: through.is_some(),
            proxy_user: through.flatten(),
            tunnel: OnceLock::new(),
        }
    }

    async fn serve_https(
        &self,
        mut tls: watch::Receiver<Option<Tls>>,
        stream: impl Stream + 'static,
        exchange: Exchange<S>,
    ) -> Option<(Tunnel, ProxyUser)> {
        let (peer, local) = (self.peer, exchange.local.ip());
        let handshake = async {
            // Closed without a value: the authorities could not be had, and the server is about to end.
            let config = match tls.wait_for(Option::is_some).await.as_deref() {
                Ok(Some(tls)) => tls.at(local),
                Ok(None) | Err(_) => return Err(io::ErrorKind::NotConnected.into()),
            };
            TlsAcceptor::from(config).accept(stream).await
        };
        match timeout(self.shared.limits.head_time, handshake).await {
            Ok(Ok(stream)) => return self.serve_http(Tunnel::new(Bytes::new(), stream), exchange).await,
            Ok(Err(error)) => tracing::debug!(%peer, "TLS handshake failed: {error}"),
            Err(_) => tracing::debug!(%peer, "connection closed: the TLS handshake took too long"),
        }
        None
    }

    /// Serves requests until one side has had enough, or the client has been let through the proxy.
    async fn serve_http<I: Stream + 'static>(
        &self,
        stream: I,
        exchange: Exchange<S>,
    ) -> Option<(Tunnel, ProxyUser)> {
        let (idle_timeout, peer) = (exchange.idle_timeout.clone(), exchange.peer);
        let stream = TimedStream::new(stream, idle_timeout.clone());
        let exchange = Arc::new(exchange);
        let exchanged = exchange.clone();
        let service = service_fn(move |request| {
            let answer = exchanged.answer(request);
            async move {
                Ok::<_, Infallible>(match answer {
                    Answer::Ready(response) => response,
                    Answer::Pending(response) => response.await,
                })
            }
        });
        let mut connection = http1::Builder::new()
            // The service's clock dates the answers.
            .auto_date_header(false)
            // As the real service writes them.
            .title_case_headers(true)
            // Clients may shut down their sending side once they have sent the request.
            .half_close(true)
            // `patience` watches the head.
            .header_read_timeout(None)
            .serve_connection(TokioIo::new(stream), service);
        let mut look = pin!(sleep_until(idle_timeout.next_look().unwrap_or_else(tokio::time::Instant::now)));
        let mut closing = self.closing.clone();
        let mut close = pin!(closing.wait_for(|closing| *closing));
        let mut is_closing = false;
        let outcome = poll_fn(|cx| {
            if let Poll::Ready(outcome) = Pin::new(&mut connection).poll(cx) {
                return Poll::Ready(outcome.map_err(|error| error.to_string()));
            }
            if !is_closing && close.as_mut().poll(cx).is_ready() {
                is_closing = true;
                Pin::new(&mut connection).graceful_shutdown();
                if let Poll::Ready(outcome) = Pin::new(&mut connection).poll(cx) {
                    return Poll::Ready(outcome.map_err(|error| error.to_string()));
                }
            }
            while look.as_mut().poll(cx).is_ready() {
                match idle_timeout.next_look() {
                    Some(instant) => look.as_mut().reset(instant),
                    None => return Poll::Ready(Err("closed after waiting in vain".to_owned())),
                }
            }
            Poll::Pending
        });
        if let Err(error) = outcome.await {
            tracing::debug!(%peer, "connection ended: {error}");
            return None;
        }
        let user = exchange.tunnel.get()?.clone();
        let parts = connection.into_parts();
        Some((Tunnel::new(parts.read_buf, parts.io.into_inner().into_inner()), user))
    }
}
