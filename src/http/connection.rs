//! One connection: which protocol its client speaks, and serving requests on it until one side has had enough.

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep_until, timeout};
use tokio_rustls::TlsAcceptor;

use super::exchange::{Answer, Exchange, House};
use super::patience::{Patience, Watched};
use super::service::Service;
use crate::message::Scheme;

/// The first byte of a TLS record that carries a handshake (RFC 8446, 5.1). No HTTP method begins with it.
const TLS_HANDSHAKE: u8 = 0x16;

/// Serves one accepted connection to its end. Errors concern this client only and are logged at debug level.
pub async fn serve<S: Service>(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<TlsAcceptor>,
    house: Arc<House<S>>,
    mut closing: watch::Receiver<bool>,
) {
    let mut first = [0];
    // Small answers must not wait for the acknowledgement of the one before. A failure costs time only.
    let _ = stream.set_nodelay(true);
    let Ok(local) = stream.local_addr() else { return };
    let head_time = house.limits.head_time;
    let peeked = tokio::select! {
        biased;
        peeked = timeout(head_time, stream.peek(&mut first)) => peeked,
        _ = closing.wait_for(|closing| *closing) => return,
    };
    match peeked {
        Ok(Ok(1..)) => {}
        Ok(Ok(0)) => return,
        Ok(Err(error)) => return tracing::debug!(%peer, "connection lost: {error}"),
        Err(_) => return tracing::debug!(%peer, "connection closed: nothing was sent"),
    }
    let exchange = |scheme| {
        let patience = Patience::new(&house.limits);
        Exchange { house: house.clone(), patience, scheme, peer, local }
    };
    match tls {
        Some(acceptor) if first == [TLS_HANDSHAKE] => match timeout(head_time, acceptor.accept(stream)).await
        {
            Ok(Ok(stream)) => serve_http(stream, exchange(Scheme::Https), closing).await,
            Ok(Err(error)) => tracing::debug!(%peer, "TLS handshake failed: {error}"),
            Err(_) => tracing::debug!(%peer, "connection closed: the TLS handshake took too long"),
        },
        _ => serve_http(stream, exchange(Scheme::Http), closing).await,
    }
}

async fn serve_http<I, S>(stream: I, exchange: Exchange<S>, mut closing: watch::Receiver<bool>)
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service,
{
    let (patience, peer) = (exchange.patience.clone(), exchange.peer);
    let stream = Watched::new(stream, patience.clone());
    let exchange = Arc::new(exchange);
    let service = service_fn(move |request| {
        let answer = exchange.answer(request);
        async move {
            Ok::<_, Infallible>(match answer {
                Answer::Ready(response) => response,
                Answer::Pending(response) => response.await,
            })
        }
    });
    let connection = http1::Builder::new()
        // The service's clock dates the answers.
        .auto_date_header(false)
        // As the real service writes them.
        .title_case_headers(true)
        // Clients may shut down their sending side once they have sent the request.
        .half_close(true)
        // `patience` watches the head.
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let mut look = pin!(sleep_until(patience.next_look().unwrap_or_else(tokio::time::Instant::now)));
    let mut close = pin!(closing.wait_for(|closing| *closing));
    let mut is_closing = false;
    let outcome = poll_fn(|cx| {
        if let Poll::Ready(outcome) = connection.as_mut().poll(cx) {
            return Poll::Ready(outcome.map_err(|error| error.to_string()));
        }
        if !is_closing && close.as_mut().poll(cx).is_ready() {
            is_closing = true;
            connection.as_mut().graceful_shutdown();
            if let Poll::Ready(outcome) = connection.as_mut().poll(cx) {
                return Poll::Ready(outcome.map_err(|error| error.to_string()));
            }
        }
        while look.as_mut().poll(cx).is_ready() {
            match patience.next_look() {
                Some(instant) => look.as_mut().reset(instant),
                None => return Poll::Ready(Err("closed after waiting in vain".to_owned())),
            }
        }
        Poll::Pending
    });
    if let Err(error) = outcome.await {
        tracing::debug!(%peer, "connection ended: {error}");
    }
}
