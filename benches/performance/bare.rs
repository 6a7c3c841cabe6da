//! The bare server: hyper on one thread, giving the same bytes to every request. It is what the machine can do.

use std::convert::Infallible;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use crate::load::Response;
use crate::{Failure, process};

/// Set in the process that is the bare server.
const ROLE: &str = "FAUXFORCE_BARE_SERVER";

/// What the bare server answers.
#[derive(Serialize, Deserialize)]
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// How long it spins before each answer.
    busy: Duration,
}

/// A running bare server; dropping it ends it.
pub struct Bare {
    process: Child,
    pub address: SocketAddr,
}

impl Bare {
    /// Starts this very program again as a server that gives this response.
    pub fn start(response: &Response) -> Result<Bare, Failure> {
        Bare::start_busy(response, Duration::ZERO)
    }

    /// The same, but each answer takes so long, as if something were done: the clients come to wait for it.
    pub fn start_busy(response: &Response, busy: Duration) -> Result<Bare, Failure> {
        let headers = response
            .headers()
            .into_iter()
            .filter(|(name, _)| !["date", "content-length"].contains(&name.to_ascii_lowercase().as_str()));
        let answer = Answer {
            status: response.status,
            headers: headers.collect(),
            body: response.body().to_vec(),
            busy,
        };
        let mut process = Command::new(std::env::current_exe()?)
            .env(ROLE, "yes")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (stdin, stdout) = (process.stdin.take(), process.stdout.take());
        serde_json::to_writer(stdin.ok_or("no way in")?, &answer)?;
        let mut port = String::new();
        BufReader::new(stdout.ok_or("no way out")?).read_line(&mut port)?;
        let address = SocketAddr::from(([127, 0, 0, 1], port.trim().parse()?));
        Ok(Bare { process, address })
    }

    pub fn cpu(&self) -> Result<Duration, Failure> {
        process::cpu(self.process.id()).ok_or_else(|| "the system does not tell processor times".into())
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// To be called first: serves, and never returns, in a process that is the bare server.
pub fn serve_if_told() -> Result<(), Failure> {
    if std::env::var_os(ROLE).is_none() {
        return Ok(());
    }
    let answer: Answer = serde_json::from_reader(std::io::stdin())?;
    let mut response = hyper::Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    let (head, ()) = response.body(())?.into_parts();
    let (body, busy) = (Bytes::from(answer.body), answer.busy);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async move {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        println!("{}", listener.local_addr()?.port());
        std::io::stdout().flush()?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let (head, body) = (head.clone(), body.clone());
            tokio::spawn(async move {
                let service = service_fn(move |_| {
                    let start = Instant::now();
                    while start.elapsed() < busy {
                        std::hint::spin_loop();
                    }
                    let response = hyper::Response::from_parts(head.clone(), Full::new(body.clone()));
                    async move { Ok::<_, Infallible>(response) }
                });
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await
                    .ok();
            });
        }
    })
}
