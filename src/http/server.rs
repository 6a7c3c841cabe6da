//! A server on one of the threads that serve sockets.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{oneshot, watch};

use super::certificate::CertificateError;
use super::io_threads::{Assigned, IoThreads};
use super::limits::Limits;
use super::listen::{self, BindError, Https};
use super::proxy::Proxy;
use super::service::Service;
use super::tls::{Authorities, Tls};

/// Where and how to listen.
#[derive(Debug, Clone)]
pub struct Config {
    /// Name or address of this machine.
    pub host: String,
    /// 0 takes a free one.
    pub port: u16,
    pub limits: Limits,
    /// The directory of the certificate authorities (see [`Authorities`]); without one, plain HTTP only.
    pub certificates: Option<PathBuf>,
    /// A further host name or address that clients reach the server by.
    pub public_host: Option<String>,
    /// To be a proxy too, for clients with the real service's host names built in. Needs certificates.
    pub proxy: bool,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            host: "127.0.0.1".to_owned(),
            port: 0,
            limits: Limits::default(),
            certificates: None,
            public_host: None,
            proxy: true,
        }
    }
}

impl Config {
    fn authorities(&self) -> Result<Option<Authorities>, CertificateError> {
        let names: Vec<&str> =
            std::iter::once(self.host.as_str()).chain(self.public_host.as_deref()).collect();
        self.certificates.as_deref().map(|directory| Authorities::new(directory, &names)).transpose()
    }
}

/// Why a server did not start, in one sentence.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Bind(#[from] BindError),
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    #[error("cannot start the server's thread: {0}")]
    Thread(#[from] io::Error),
}

/// A running server. Dropping it stops it.
pub struct Server {
    /// `http://host:port`
    pub url: String,
    /// `https://host:port`, the same port, when there are certificates.
    pub https_url: Option<String>,
    /// The certificate to trust for this machine and the hosts of the real service. Like the next one, it is there when
    /// [`Server::begin_https`] has returned.
    pub ca_file: Option<PathBuf>,
    /// The certificate to trust for other names: those of [`Config::host`] and [`Config::public_host`].
    pub other_ca_file: Option<PathBuf>,
    pub port: u16,
    /// Until HTTPS has begun: the authorities, and whom to give the set-up that is made of them.
    https: Option<(Authorities, watch::Sender<Option<Tls>>)>,
    service: Arc<dyn Service>,
    common: Common,
    /// Dropping it is the signal to stop.
    stop: Option<oneshot::Sender<()>>,
    /// Its sender is dropped when the port is closed.
    listening: Option<oneshot::Receiver<()>>,
    is_ended: bool,
    /// Its sender is dropped when the last connection has ended, or has been cut off.
    ended: Mutex<Receiver<()>>,
    assigned: Assigned,
}

/// What the servers of several ports have in common.
#[derive(Debug, Clone)]
pub struct Common {
    host: String,
    public_host: Option<String>,
    limits: Limits,
    is_proxy: bool,
    tls: Option<watch::Receiver<Option<Tls>>>,
    ca_file: Option<PathBuf>,
    other_ca_file: Option<PathBuf>,
    /// They end with the last server.
    threads: Arc<IoThreads>,
}

/// How much longer than [`Limits::drain_time`] a stop may take.
const OVERTIME: Duration = Duration::from_millis(50);

impl Server {
    /// Binds the port, then serves it on a new thread. When this returns, connections are accepted, by HTTP and HTTPS.
    pub fn start(config: Config, service: impl Service) -> Result<Server, StartError> {
        let listener = listen::bind(&config.host, config.port)?;
        let mut server = Server::start_on(&Arc::new(IoThreads::new(1)), listener, config, service)?;
        server.begin_https()?;
        Ok(server)
    }

    /// Serves a port (from [`listen::bind`]) on one of these threads. Until [`Server::begin_https`] TLS handshakes wait.
    pub fn start_on(
        threads: &Arc<IoThreads>,
        listener: TcpListener,
        config: Config,
        service: impl Service,
    ) -> Result<Server, StartError> {
        let (begin_https, tls) = watch::channel(None);
        let authorities = config.authorities()?;
        let common = Common {
            tls: authorities.is_some().then_some(tls),
            ca_file: authorities.as_ref().map(|authorities| authorities.ca_file().to_owned()),
            other_ca_file: authorities
                .as_ref()
                .and_then(|authorities| authorities.other_ca_file().map(Into::into)),
            host: config.host,
            public_host: config.public_host,
            limits: config.limits,
            is_proxy: config.proxy,
            threads: threads.clone(),
        };
        let mut server = Server::start_beside(common, listener, service)?;
        server.https = authorities.map(|authorities| (authorities, begin_https));
        Ok(server)
    }

    /// Serves a further port (from [`listen::bind`]) on the threads, and with the certificates, of other servers.
    ///
    /// # Errors
    /// The system gives no thread, or the port cannot be read.
    pub fn start_beside(
        common: Common,
        listener: TcpListener,
        service: impl Service,
    ) -> Result<Server, StartError> {
        let address = listener.local_addr()?;
        let proxy = || Proxy::new(common.host.clone(), common.public_host.clone());
        let https = common.tls.clone().map(|tls| Https { tls, proxy: common.is_proxy.then(proxy) });
        let assigned = common.threads.assign()?;
        let service = Arc::new(service);
        let (stop, stopped) = oneshot::channel();
        let (end, ended) = channel();
        let (listens, listening) = oneshot::channel();
        let run = {
            let shutdown = async { _ = stopped.await };
            listen::run(listener, https, service.clone(), common.limits, shutdown, listens)
        };
        assigned.runtime.spawn(async move {
            if let Err(error) = run.await {
                tracing::error!("the server on {address} ended: {error}");
            }
            drop(end);
        });
        let reachable = reachable(address);
        Ok(Server {
            url: format!("http://{reachable}"),
            https_url: common.tls.is_some().then(|| format!("https://{reachable}")),
            ca_file: common.ca_file.clone(),
            other_ca_file: common.other_ca_file.clone(),
            https: None,
            port: address.port(),
            service,
            common,
            stop: Some(stop),
            listening: Some(listening),
            is_ended: false,
            ended: Mutex::new(ended),
            assigned,
        })
    }

    /// What servers of further ports are to have in common with this one.
    pub fn common(&self) -> Common {
        self.common.clone()
    }

    /// Reads the certificate authorities, or makes them, and lets HTTPS begin. That takes a few milliseconds, tens when
    /// the authorities are made, for which plain HTTP does not wait. Does nothing without certificates.
    ///
    /// # Errors
    /// A file of an authority cannot be read or written, or is damaged. HTTPS does not begin then.
    pub fn begin_https(&mut self) -> Result<(), CertificateError> {
        if let Some((authorities, begin)) = self.https.take() {
            begin.send_replace(Some(authorities.tls()?));
        }
        Ok(())
    }

    /// The runtime of the thread that serves the port.
    pub fn runtime(&self) -> &tokio::runtime::Handle {
        &self.assigned.runtime
    }

    /// Stops accepting, lets requests that have begun finish within [`Limits::drain_time`], and returns when the port is
    /// free.
    pub fn stop(self) {
        drop(self);
    }

    /// Begins what [`Server::end`] does: the port is closed, and so is each connection when it is idle.
    pub(crate) fn begin_end(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The signal.
            drop(stop);
            self.service.close();
        }
    }

    /// Waits until the port is closed, after [`Server::begin_end`].
    pub(crate) async fn port_closed(&mut self) {
        if let Some(listening) = self.listening.take() {
            // It never sends anything.
            _ = listening.await;
        }
    }

    /// What [`Server::stop`] does. Does nothing when it has been done.
    pub(crate) fn end(&mut self) {
        if self.is_ended {
            return;
        }
        self.is_ended = true;
        self.begin_end();
        let Limits { grace_time, drain_time, .. } = self.common.limits;
        if self.ends_within(grace_time.min(drain_time)) {
            return;
        }
        self.service.cancel();
        if !self.ends_within(drain_time.saturating_sub(grace_time) + OVERTIME) {
            tracing::warn!("{} does not end, and is left behind", self.url);
        }
    }

    fn ends_within(&self, limit: Duration) -> bool {
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.recv_timeout(limit) != Err(RecvTimeoutError::Timeout)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("url", &self.url).finish_non_exhaustive()
    }
}

/// The address to write in a URL: one bound to every interface is reached by the loopback one.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}
