//! `fauxforce serve`

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::BoolishValueParser;
use fauxforce::{Builder, Ready, Server};

use super::log::Format;
use super::{banner, log, ready_file};

#[derive(Debug, Args)]
pub struct Serve {
    /// Name or address to listen on
    #[arg(long, env = "FAUXFORCE_HOST", default_value = "127.0.0.1")]
    host: String,

    /// Port for HTTP and HTTPS; 0 takes a free one
    #[arg(long, env = "FAUXFORCE_PORT", default_value_t = 7332)]
    port: u16,

    /// Folder that says what the org, or orgs, contain (docs/seeds.md); without it, the built-in default
    #[arg(long, env = "FAUXFORCE_SEED", value_name = "DIR")]
    seed: Option<PathBuf>,

    /// Keep the records in this file, those of further orgs beside it; without it, in memory
    #[arg(long, env = "FAUXFORCE_DB", value_name = "FILE")]
    db: Option<PathBuf>,

    /// Give the same ids, tokens and times in every run
    #[arg(long, env = "FAUXFORCE_DETERMINISTIC", value_parser = BoolishValueParser::new())]
    deterministic: bool,

    /// Do bulk jobs within the call that brings them
    #[arg(long, env = "FAUXFORCE_JOBS_AT_ONCE", value_parser = BoolishValueParser::new())]
    jobs_at_once: bool,

    /// Ports for the worlds that are made later; without it, any that are free
    #[arg(long, env = "FAUXFORCE_WORLD_PORTS", value_name = "LOW-HIGH", value_parser = ports)]
    world_ports: Option<RangeInclusive<u16>>,

    /// Oldest API version that is not retired
    #[arg(long, env = "FAUXFORCE_MIN_API_VERSION", value_name = "NUMBER", default_value_t = 31)]
    min_api_version: u32,

    /// Write this into URLs instead of the address that the client used
    #[arg(long, env = "FAUXFORCE_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,

    /// Token that calls of /_fauxforce/ must bear as `Authorization: Bearer TOKEN`; they may then use any host name
    #[arg(long, env = "FAUXFORCE_CONTROL_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    control_token: Option<String>,

    /// End a call that computes for longer, as the service would, and undo it
    #[arg(long, env = "FAUXFORCE_CALL_TIMEOUT", value_name = "SECONDS", default_value_t = 120)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    call_timeout: u64,

    /// How many requests the journal of each world keeps (/_fauxforce/requests); 0 switches it off
    #[arg(long, env = "FAUXFORCE_JOURNAL", value_name = "ENTRIES", default_value_t = 1000)]
    journal: usize,

    /// Write addresses and credentials to this file, as JSON, once the port is open
    #[arg(long, env = "FAUXFORCE_READY_FILE", value_name = "FILE")]
    ready_file: Option<PathBuf>,

    /// No "Log in as" on the login pages
    #[arg(long, env = "FAUXFORCE_NO_QUICK_LOGIN", value_parser = BoolishValueParser::new())]
    no_quick_login: bool,

    /// Answer 501 to what is not emulated
    #[arg(long, env = "FAUXFORCE_STRICT", value_parser = BoolishValueParser::new())]
    strict: bool,

    /// Folder of the certificate authority [default: $XDG_DATA_HOME/fauxforce or ~/.local/share/fauxforce]
    #[arg(long, env = "FAUXFORCE_CA_DIR", value_name = "DIR")]
    ca_dir: Option<PathBuf>,

    /// Be no proxy: refuse CONNECT, by which clients with built-in host names get here (docs/clients.md)
    #[arg(long, env = "FAUXFORCE_NO_CONNECT_PROXY", value_parser = BoolishValueParser::new())]
    no_connect_proxy: bool,

    /// What to log: error, warn, info, debug, trace, or directives of tracing such as fauxforce=debug; json is short for
    /// --log-format json
    #[arg(long, env = "FAUXFORCE_LOG", value_name = "FILTER", default_value = "info")]
    log: String,

    /// Form of the log, which goes to standard error
    #[arg(long, env = "FAUXFORCE_LOG_FORMAT", value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    log_format: Format,
}

impl Serve {
    /// Serves until a signal ends it.
    ///
    /// # Errors
    /// One sentence for the user.
    pub fn run(self) -> Result<(), String> {
        let format = log::init(&self.log, self.log_format)?;
        let outcome = self.serve();
        // Who reads the log as JSON has every line of it in that form.
        match (format, outcome) {
            (Format::Json, Err(sentence)) => {
                tracing::error!("{sentence}");
                Err(String::new())
            }
            (_, outcome) => outcome,
        }
    }

    fn serve(self) -> Result<(), String> {
        #[cfg(unix)]
        raise_open_files();
        // Before the port is open, so that no signal is missed.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("cannot wait for signals: {error}"))?;
        let end = runtime.block_on(async { Signals::new() });
        let mut end = end.map_err(|error| format!("cannot wait for signals: {error}"))?;
        let ready_file = self.ready_file.clone();
        if let Some(path) = &ready_file {
            // One that a killed process left would tell lies.
            ready_file::remove(path)?;
        }
        let server = self.builder().start().map_err(|error| error.to_string())?;
        if let Some(path) = &ready_file {
            ready_file::write(path, &server.ready)?;
        }
        banner::print(&server.ready);
        let Ready { url, https_url, ca_file, .. } = &server.ready;
        tracing::debug!(url, https_url, ?ca_file, version = env!("CARGO_PKG_VERSION"), "ready");
        runtime.block_on(end.next());
        server.stop();
        ready_file.map_or(Ok(()), |path| ready_file::remove(&path))
    }

    fn builder(self) -> Builder {
        let mut builder =
            Server::builder().host(self.host).port(self.port).min_api_version(self.min_api_version);
        builder = builder.call_timeout(Duration::from_secs(self.call_timeout)).journal(self.journal);
        if let Some(seed) = self.seed {
            builder = builder.seed(seed);
        }
        if let Some(file) = self.db {
            builder = builder.database(file);
        }
        if let Some(url) = self.public_url {
            builder = builder.public_url(url);
        }
        if let Some(token) = self.control_token {
            builder = builder.control_token(token);
        }
        if let Some(directory) = self.ca_dir {
            builder = builder.ca_dir(directory);
        }
        if self.deterministic {
            builder = builder.deterministic();
        }
        if self.jobs_at_once {
            builder = builder.jobs_at_once();
        }
        if let Some(ports) = self.world_ports {
            builder = builder.world_ports(ports);
        }
        if self.no_quick_login {
            builder = builder.no_quick_login();
        }
        if self.strict {
            builder = builder.strict();
        }
        if self.no_connect_proxy {
            builder = builder.without_proxy();
        }
        builder
    }
}

/// Lets the process have as many files and sockets as the system allows: each world with a port has a socket, and the usual
/// limit is 1024.
#[cfg(unix)]
fn raise_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::debug!("the limit on open files stays: {error}");
    }
}

/// `7400-7499`
fn ports(text: &str) -> Result<RangeInclusive<u16>, String> {
    let range = text
        .split_once('-')
        .and_then(|(low, high)| Some(low.trim().parse().ok()?..=high.trim().parse().ok()?));
    let range =
        range.filter(|range: &RangeInclusive<u16>| *range.start() > 0 && range.start() <= range.end());
    range.ok_or_else(|| "expected two port numbers such as 7400-7499".to_owned())
}

/// Ctrl-C and, where there is one, SIGTERM.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    /// A file has reached the size that `ulimit -f` allows. Caught, it is an error of the write like any other.
    #[cfg(unix)]
    _file_size: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

impl Signals {
    #[cfg(unix)]
    fn new() -> std::io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            _file_size: signal(SignalKind::from_raw(libc::SIGXFSZ))?,
        })
    }

    #[cfg(windows)]
    fn new() -> std::io::Result<Signals> {
        Ok(Signals { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(windows)]
    async fn next(&mut self) {
        self.interrupt.recv().await;
    }
}
