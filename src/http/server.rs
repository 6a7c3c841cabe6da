//! A server on a thread of its own, for tests, benches and embedding.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::certificate::CertificateError;
use super::limits::Limits;
use super::listen::{self, BindError, Https};
use super::proxy::Proxy;
use super::service::Service;
use super::tls::Authorities;

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
    /// The authorities of [`Config::certificates`]; made where there are none yet, which takes as long as much else of a
    /// start.
    pub fn authorities(&self) -> Result<Option<Authorities>, CertificateError> {
        let names: Vec<&str> =
            std::iter::once(self.host.as_str()).chain(self.public_host.as_deref()).collect();
        let load = |directory| Authorities::load_or_create(directory, &names);
        self.certificates.as_deref().map(load).transpose()
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
#[derive(Debug)]
pub struct Server {
    /// `http://host:port`
    pub url: String,
    /// `https://host:port`, the same port, when there are certificates.
    pub https_url: Option<String>,
    /// The certificate to trust for this machine and the hosts of the real service.
    pub ca_file: Option<PathBuf>,
    /// The certificate to trust for other names: those of [`Config::host`] and [`Config::public_host`].
    pub other_ca_file: Option<PathBuf>,
    pub port: u16,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Binds the port, then serves on a new thread. When this returns, connections are accepted.
    pub fn start(config: Config, service: impl Service) -> Result<Server, StartError> {
        let listener = listen::bind(&config.host, config.port)?;
        let authorities = config.authorities()?;
        Server::start_on(listener, config, authorities, service)
    }

    /// Serves a port (from [`listen::bind`]) on a new thread, HTTPS with certificates of these authorities.
    pub fn start_on(
        listener: TcpListener,
        config: Config,
        authorities: Option<Authorities>,
        service: impl Service,
    ) -> Result<Server, StartError> {
        let address = listener.local_addr()?;
        let tls = authorities.as_ref().map(Authorities::tls).transpose()?;
        let proxy = config.proxy.then(|| Proxy::new(config.host.clone(), config.public_host.clone()));
        let https = tls.map(|tls| Https { tls, proxy });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let serve = move || {
            let shutdown = async { _ = stopped.await };
            let run = listen::run(listener, https, Arc::new(service), config.limits, shutdown);
            let served = runtime.block_on(run);
            if let Err(error) = served {
                tracing::error!("the server on {address} ended: {error}");
            }
        };
        let thread = std::thread::Builder::new().name("fauxforce-http".to_owned()).spawn(serve)?;
        let reachable = reachable(address);
        Ok(Server {
            url: format!("http://{reachable}"),
            https_url: authorities.is_some().then(|| format!("https://{reachable}")),
            ca_file: authorities.as_ref().map(|authorities| authorities.ca_file().to_owned()),
            other_ca_file: authorities.and_then(|authorities| authorities.other_ca_file().map(Into::into)),
            port: address.port(),
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Stops accepting, lets requests that have begun finish within [`Limits::drain_time`], and returns when the port is
    /// free.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        // Dropping the sender is the signal.
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the server's thread panicked");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
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
