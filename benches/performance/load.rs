//! A load generator: some connections, kept alive, each sending its next request when the last is answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Failure;

/// What a run of requests took.
pub struct Run {
    pub requests: usize,
    pub elapsed: Duration,
    /// Of each request, sorted.
    latencies: Vec<Duration>,
}

impl Run {
    pub fn per_second(&self) -> f64 {
        self.requests as f64 / self.elapsed.as_secs_f64()
    }

    /// The latency that this share of the requests stayed below, in microseconds.
    pub fn percentile(&self, share: f64) -> f64 {
        let place = (self.latencies.len() as f64 * share) as usize;
        let latency = self.latencies.get(place.min(self.latencies.len().saturating_sub(1)));
        latency.map_or(f64::NAN, |latency| latency.as_secs_f64() * 1e6)
    }
}

/// A response: status, and all of it as it came.
pub struct Response {
    pub status: u16,
    /// Where the body begins.
    pub head: usize,
    pub bytes: Vec<u8>,
}

impl Response {
    pub fn body(&self) -> &[u8] {
        self.bytes.get(self.head..).unwrap_or_default()
    }

    /// The header lines after the status line.
    pub fn headers(&self) -> Vec<(String, String)> {
        let head = String::from_utf8_lossy(self.bytes.get(..self.head).unwrap_or_default()).into_owned();
        let lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

/// An HTTP/1.1 request.
pub fn request(method: &str, path: &str, token: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let content = if body.is_empty() {
        String::new()
    } else {
        let kind =
            if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
        format!("Content-Type: {kind}\r\nContent-Length: {length}\r\n")
    };
    let authorization =
        if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
    format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n{authorization}{content}\r\n{body}").into_bytes()
}

/// Sends `requests` requests over `connections` connections; `make` gives the bytes of the nth.
/// Fails on the first answer that has another status than `expected`.
pub fn run(
    address: SocketAddr,
    connections: usize,
    requests: usize,
    expected: u16,
    make: impl Fn(usize) -> Vec<u8> + Send + Sync + 'static,
) -> Result<Run, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let make = Arc::new(make);
    runtime.block_on(async move {
        let start = Instant::now();
        let tasks: Vec<_> = (0..connections)
            .map(|first| {
                let make = make.clone();
                tokio::spawn(async move {
                    let mut connection = Connection::open(address).await?;
                    let mut latencies = Vec::with_capacity(requests / connections + 1);
                    for number in (first..requests).step_by(connections) {
                        let bytes = make(number);
                        let sent = Instant::now();
                        let response = connection.exchange(&bytes).await?;
                        latencies.push(sent.elapsed());
                        if response.status != expected {
                            let body = String::from_utf8_lossy(response.body());
                            return Err(format!("{} instead of {expected}: {body}", response.status).into());
                        }
                    }
                    Ok::<_, Failure>(latencies)
                })
            })
            .collect();
        let mut latencies = Vec::with_capacity(requests);
        for task in tasks {
            latencies.extend(task.await??);
        }
        let elapsed = start.elapsed();
        latencies.sort();
        Ok(Run { requests, elapsed, latencies })
    })
}

/// Sends one request.
pub fn once(address: SocketAddr, bytes: &[u8]) -> Result<Response, Failure> {
    Client::open(address)?.exchange(bytes)
}

/// One connection, kept alive.
pub struct Client {
    runtime: tokio::runtime::Runtime,
    connection: Connection,
}

impl Client {
    pub fn open(address: SocketAddr) -> Result<Client, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let connection = runtime.block_on(Connection::open(address))?;
        Ok(Client { runtime, connection })
    }

    pub fn exchange(&mut self, bytes: &[u8]) -> Result<Response, Failure> {
        self.runtime.block_on(self.connection.exchange(bytes))
    }
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Result<Connection, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, buffer: Vec::with_capacity(64 * 1024) })
    }

    async fn exchange(&mut self, bytes: &[u8]) -> Result<Response, Failure> {
        self.stream.write_all(bytes).await?;
        self.buffer.clear();
        let head = loop {
            self.read().await?;
            if let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let text = std::str::from_utf8(self.buffer.get(..head).unwrap_or_default())?;
        let status = text.get(9..12).unwrap_or_default().parse()?;
        let length = text.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        while self.buffer.len() < head + length.unwrap_or_default() {
            self.read().await?;
        }
        Ok(Response { status, head, bytes: self.buffer.clone() })
    }

    async fn read(&mut self) -> Result<(), Failure> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err("the server hung up".into()),
            _ => Ok(()),
        }
    }
}
