//! Several worlds in one process: what two serve together, and how long others wait while one call takes long.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use fauxforce::Server;
use fauxforce::http::IoThreads;

use crate::load::{self, Run, request};
use crate::{Failure, median, table};

const ROUNDS: usize = 5;
const CONNECTIONS: usize = 8;
const REQUESTS: usize = 2_000;
const PROBES: usize = 3_000;
/// Records of a call, so that it takes more than 200 µs and the client is not the limit.
const RECORDS: usize = 20;

pub fn run() -> Result<(), Failure> {
    two_against_one()?;
    beside_a_long_call()
}

/// A world with a port of its own.
struct Running {
    server: Server,
    address: SocketAddr,
    token: String,
}

impl Running {
    fn on(threads: &Arc<IoThreads>) -> Result<Running, Failure> {
        let server = Server::builder().without_https().io_threads(threads.clone()).start()?;
        let port = server.url.rsplit(':').next().and_then(|port| port.parse().ok());
        let port: u16 = port.ok_or("the server's URL has no port")?;
        let token = server.ready.first.access_token.clone().ok_or("there is no session")?;
        Ok(Running { server, address: SocketAddr::from(([127, 0, 0, 1], port)), token })
    }

    fn load(&self, connections: usize, requests: usize, bytes: &[u8]) -> Result<Run, Failure> {
        let bytes = bytes.to_vec();
        load::run(self.address, connections, requests, 200, move |_| bytes.clone())
    }

    /// A call of the class that is queued.
    fn create(&self) -> Vec<u8> {
        let record =
            serde_json::json!({"attributes": {"type": "Account"}, "Name": "Bench", "Phone": "+1 555 0100"});
        let body = serde_json::json!({"records": vec![record; RECORDS]}).to_string();
        request("POST", "/services/data/v59.0/composite/sobjects", &self.token, &body)
    }

    /// A call of the class that runs on the thread of the socket.
    fn log_in(&self) -> Result<Vec<u8>, Failure> {
        let org = &self.server.ready.first;
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "password")
            .append_pair("client_id", org.client_id.as_deref().ok_or("there is no client")?)
            .append_pair("client_secret", org.client_secret.as_deref().unwrap_or_default())
            .append_pair("username", org.username.as_deref().ok_or("there is no user")?)
            .append_pair("password", org.password.as_deref().unwrap_or_default())
            .finish();
        Ok(request("POST", "/services/oauth2/token", "", &body))
    }
}

fn two_against_one() -> Result<(), Failure> {
    let threads = Arc::new(IoThreads::new(2));
    let worlds = [Running::on(&threads)?, Running::on(&threads)?];
    let mut rows = Vec::new();
    for (what, call) in [
        (format!("create of {RECORDS} accounts, queued"), worlds.each_ref().map(|world| Ok(world.create()))),
        ("login, on the thread of the socket".to_owned(), worlds.each_ref().map(Running::log_in)),
    ] {
        let calls = call.into_iter().collect::<Result<Vec<_>, Failure>>()?;
        let (mut alone, mut together) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            alone.push(worlds[0].load(CONNECTIONS, REQUESTS, &calls[0])?.per_second());
            let both = thread::scope(|scope| {
                let load = |(world, call): (_, &Vec<u8>)| {
                    let world: &Running = world;
                    let call = call.clone();
                    scope.spawn(move || world.load(CONNECTIONS, REQUESTS, &call))
                };
                let runs: Vec<_> = worlds.iter().zip(&calls).map(load).collect();
                runs.into_iter()
                    .map(|run| run.join().unwrap_or_else(|_| Err("a panic".into())))
                    .collect::<Result<Vec<_>, _>>()
            })?;
            together.push(both.iter().map(Run::per_second).sum::<f64>());
        }
        let ratio = median(together.iter().zip(&alone).map(|(both, one)| both / one).collect());
        let (alone, together) = (median(alone), median(together));
        rows.push(vec![
            what,
            format!("{:.0}", 1e6 / alone),
            format!("{alone:.0}"),
            format!("{together:.0}"),
            format!("{ratio:.2}"),
        ]);
    }
    let head = ["call", "µs", "one world, calls/s", "two worlds, calls/s", "ratio"];
    table::print(
        &format!("Two worlds on two threads, {CONNECTIONS} connections each, medians of {ROUNDS} rounds"),
        &head,
        &rows,
    );
    Ok(())
}

/// One world is held by a call that computes all the time.
fn beside_a_long_call() -> Result<(), Failure> {
    let threads = Arc::new(IoThreads::default());
    let [busy, other] = [Running::on(&threads)?, Running::on(&threads)?];
    let admin = request("GET", "/services/data/v59.0/limits", &other.token, "");
    let query = "/services/data/v59.0/query?q=SELECT+Id+FROM+Account+LIMIT+10";
    let (is_over, mut rows) = (AtomicBool::new(false), Vec::new());
    thread::scope(|scope| {
        let world = busy.server.world();
        scope.spawn(|| {
            let _inside = world.lock();
            while !is_over.load(Ordering::Relaxed) {
                std::hint::spin_loop();
            }
        });
        let mut probe = |what: &str, world: &Running, bytes: &[u8]| -> Result<(), Failure> {
            let run = world.load(1, PROBES, bytes)?;
            let row = [0.5, 0.99, 1.0].map(|share| format!("{:.0}", run.percentile(share)));
            rows.push([vec![what.to_owned()], row.to_vec()].concat());
            Ok(())
        };
        let probed = probe("health, the same world", &busy, &request("GET", "/_fauxforce/health", "", ""))
            .and_then(|()| probe("limits, another world", &other, &admin))
            .and_then(|()| {
                probe("query, another world (queued)", &other, &request("GET", query, &other.token, ""))
            });
        is_over.store(true, Ordering::Relaxed);
        probed
    })?;
    table::print(
        "Beside a call that takes long, one connection",
        &["call", "median µs", "p99 µs", "worst µs"],
        &rows,
    );
    Ok(())
}
