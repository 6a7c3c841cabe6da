//! The port: bound once, then connections accepted until a shutdown is asked for.

use std::io;
use std::net::{TcpListener, ToSocketAddrs};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use super::allowance::AnonymousBodies;
use super::connection::Connection;
use super::exchange::Shared;
use super::limits::Limits;
use super::proxy::Proxy;
use super::service::Service;
use super::tls::Tls;

/// How long not to accept when the process has run out of file descriptors.
const RESPITE: Duration = Duration::from_millis(20);

/// Why a port cannot be listened on, in one sentence.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    #[error("port {port} on {host} is already in use; stop what listens there, or choose another port")]
    InUse { host: String, port: u16 },
    #[error("port {port} on {host} may not be used: permission denied; ports below 1024 need privileges")]
    Denied { host: String, port: u16 },
    #[error("{host} is not a name or address of this machine")]
    NotHere { host: String },
    #[error("cannot listen on port {port} of {host}: {source}")]
    Other { host: String, port: u16, source: io::Error },
}

/// What makes a port speak HTTPS too.
#[derive(Debug)]
pub struct Https {
    /// `None` until the certificate authorities are there. Handshakes wait until then.
    pub tls: watch::Receiver<Option<Tls>>,
    /// Leads clients that have the real service's host names built in to this very port.
    pub proxy: Option<Proxy>,
}

/// Binds a host name or address; port 0 takes a free one.
pub fn bind(host: &str, port: u16) -> Result<TcpListener, BindError> {
    let addresses: Vec<_> =
        (host, port).to_socket_addrs().map_err(|_| BindError::NotHere { host: host.to_owned() })?.collect();
    let listen = || {
        let listener = TcpListener::bind(&addresses[..])?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    };
    listen().map_err(|source: io::Error| {
        let host = host.to_owned();
        match source.kind() {
            io::ErrorKind::AddrInUse => BindError::InUse { host, port },
            io::ErrorKind::PermissionDenied => BindError::Denied { host, port },
            io::ErrorKind::AddrNotAvailable => BindError::NotHere { host },
            _ => BindError::Other { host, port, source },
        }
    })
}

/// Serves what connects to `listener` (from [`bind`]) until `shutdown` is ready. Then requests that have begun are let
/// finish within [`Limits::drain_time`]. With `https`, the port speaks HTTPS to those who begin with a TLS handshake, and
/// HTTP to the others. `listens` is dropped when the port is closed. Needs a tokio runtime with I/O and time; fails only when the listener cannot be registered with it.
pub async fn run<S: Service>(
    listener: TcpListener,
    https: Option<Https>,
    service: Arc<S>,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
    listens: oneshot::Sender<()>,
) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let (tls, proxy) = https.map(|https| (https.tls, https.proxy)).unzip();
    let proxy = proxy.flatten();
    let (panics, anonymous_bodies) = (AtomicU32::new(0), AnonymousBodies::default());
    let shared = Arc::new(Shared { service, limits, proxy, panics, anonymous_bodies });
    let (close, closing) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let (shared, tls, closing) = (shared.clone(), tls.clone(), closing.clone());
                    connections.spawn(Connection { shared, peer, tls, closing }.serve(stream));
                }
                Err(error) if is_of_the_connection(&error) => {}
                Err(error) => {
                    tracing::warn!("cannot accept connections for the moment: {error}");
                    tokio::time::sleep(RESPITE).await;
                }
            },
        }
    }
    drop(listener);
    drop(listens);
    close.send_replace(true);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.drain_time, drained).await.is_err() {
        tracing::debug!(connections = connections.len(), "connections cut off at shutdown");
    }
    Ok(())
}

/// Whether an error of accept concerns only the client that has just connected.
fn is_of_the_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    )
}
