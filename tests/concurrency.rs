//! Nobody waits for another: what is answered while one call of a world takes long, in which order the others come, and how
//! a server ends meanwhile. No test here sleeps: a call takes long because the test holds the world itself.

use std::io::{BufRead, BufReader, Cursor, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fauxforce::Server;
use fauxforce::app::App;
use fauxforce::http::server::Config;
use fauxforce::http::{IoThreads, Reply, Server as HttpServer, Service};
use fauxforce::message::{Request, Response, StatusCode};
use fauxforce::world::{Clock, Random, World};
use tokio::runtime::Handle;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A connection whose reads fail loudly rather than hang.
struct Connection {
    stream: TcpStream,
    reader: BufReader<TcpStream>,
}

impl Connection {
    fn open(port: u16) -> Connection {
        let stream = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a socket");
        let reader = BufReader::new(stream.try_clone().expect("a socket"));
        Connection { stream, reader }
    }

    fn send(&mut self, method: &str, path: &str, headers: &str, body: &str) {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
        );
        self.stream.write_all(request.as_bytes()).expect("sent");
    }

    /// The next answer: its status and its body.
    fn receive(&mut self) -> (u16, String) {
        let (mut status, mut length) = (0, 0);
        for line in 0.. {
            let mut text = String::new();
            assert!(self.reader.read_line(&mut text).expect("an answer in time") > 0, "the server hung up");
            match text.trim_end().split_once(": ") {
                _ if line == 0 => status = text[9..12].parse().expect("a status"),
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.parse().expect("a length");
                }
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body).expect("a body");
        (status, String::from_utf8(body).expect("UTF-8"))
    }

    fn ask(&mut self, method: &str, path: &str, headers: &str) -> (u16, String) {
        self.send(method, path, headers, "");
        self.receive()
    }

    /// When this returns, the thread that serves the socket has read what other kept connections had sent before.
    fn health(&mut self) {
        assert_eq!(self.ask("GET", "/_fauxforce/health", "").0, 200);
    }

    fn hangs_up(&mut self) {
        assert_eq!(self.reader.read(&mut [0]).expect("the end"), 0);
    }
}

/// A world with a port of its own.
struct Running {
    server: Server,
    port: u16,
    authorization: String,
}

impl Running {
    fn on(threads: &Arc<IoThreads>) -> Running {
        let server = Server::builder().without_https().io_threads(threads.clone()).start().expect("a server");
        let port = server.url.rsplit_once(':').expect("a port").1.parse().expect("a port");
        let token = server.ready.first.access_token.clone().expect("a token");
        Running { server, port, authorization: format!("Authorization: Bearer {token}\r\n") }
    }

    fn connect(&self) -> Connection {
        Connection::open(self.port)
    }

    fn create(&self, connection: &mut Connection, name: &str) {
        let headers = format!("{}Content-Type: application/json\r\n", self.authorization);
        let body = format!(r#"{{"Name":"{name}"}}"#);
        connection.send("POST", "/services/data/v62.0/sobjects/Account", &headers, &body);
    }

    /// Deploys a package that names these types, and has no other file.
    fn deploy(&self, connection: &mut Connection, types: &str) {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("package.xml", SimpleFileOptions::default()).expect("a file");
        let manifest =
            format!("<Package xmlns=\"http://soap.sforce.com/2006/04/metadata\">{types}</Package>");
        archive.write_all(manifest.as_bytes()).expect("a file");
        let archive = STANDARD.encode(archive.finish().expect("an archive").into_inner());
        let part = |name: &str, text: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
        };
        let body = format!("{}{}--b--", part("json", "{}"), part("file", &archive));
        let headers = format!("{}Content-Type: multipart/form-data; boundary=b\r\n", self.authorization);
        connection.send("POST", "/services/data/v62.0/metadata/deployRequest", &headers, &body);
    }
}

const LIMITS: &str = "/services/data/v62.0/limits";
const QUERY: &str = "/services/data/v62.0/query?q=SELECT+COUNT()+FROM+Account";

#[test]
fn a_call_that_takes_long_holds_up_nobody_but_its_own_world() {
    // Both worlds on one thread: even there they do not wait for each other.
    let threads = Arc::new(IoThreads::new(1));
    let [busy, other] = [Running::on(&threads), Running::on(&threads)];
    let mut waiting = [busy.connect(), busy.connect()];
    let inside = busy.server.world().lock();
    for (connection, path) in waiting.iter_mut().zip([LIMITS, QUERY]) {
        connection.send("GET", path, &busy.authorization, "");
    }
    busy.connect().health();
    let mut refused = busy.connect();
    refused.stream.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("sent");
    assert_eq!(refused.receive().0, 400, "no Host header");
    let mut quick = other.connect();
    assert_eq!(quick.ask("GET", LIMITS, &other.authorization).0, 200);
    assert_eq!(quick.ask("GET", QUERY, &other.authorization).0, 200);
    drop(inside);
    for connection in &mut waiting {
        assert_eq!(connection.receive().0, 200);
    }
}

#[test]
fn those_who_wait_are_served_in_the_order_in_which_they_came() {
    let world = Running::on(&Arc::new(IoThreads::new(1)));
    let (mut connections, mut barrier) = (Vec::new(), world.connect());
    for _ in 0..20 {
        let mut connection = world.connect();
        connection.health();
        connections.push(connection);
    }
    let inside = world.server.world().lock();
    for (number, connection) in connections.iter_mut().enumerate() {
        world.create(connection, &format!("Account {number}"));
        barrier.health();
    }
    drop(inside);
    let ids: Vec<String> = connections
        .iter_mut()
        .map(|connection| {
            let (status, body) = connection.receive();
            assert_eq!(status, 201, "{body}");
            let made: serde_json::Value = serde_json::from_str(&body).expect("JSON");
            made["id"].as_str().expect("an id").to_owned()
        })
        .collect();
    assert!(ids.is_sorted(), "{ids:?}");
}

/// One archive is read at a time, and kept until it is deployed. So while the first deployment waits for its turn, the
/// archive of the second is not read yet; and what came behind the second does not wait for that.
#[test]
fn nobody_waits_for_an_archive_to_be_read() {
    const GAPS: &str = "/_fauxforce/gaps";
    const GAP: &str = "Metadata type ApexClass";
    let world = Running::on(&Arc::new(IoThreads::new(1)));
    let mut connections = [(); 4].map(|()| world.connect());
    connections.iter_mut().for_each(Connection::health);
    let [first, second, behind, barrier] = &mut connections;
    let inside = world.server.world().lock();
    world.deploy(first, "");
    barrier.health();
    world.deploy(second, "<types><members>Hello</members><name>ApexClass</name></types>");
    barrier.health();
    behind.send("GET", GAPS, &world.authorization, "");
    barrier.health();
    drop(inside);
    let (status, gaps) = behind.receive();
    assert_eq!(status, 200, "{gaps}");
    assert!(!gaps.contains(GAP), "it came before the second deployment: {gaps}");
    for deployed in [first, second] {
        let (status, body) = deployed.receive();
        assert_eq!(status, 201, "{body}");
    }
    assert!(barrier.ask("GET", GAPS, &world.authorization).1.contains(GAP));
}

#[cfg(target_os = "linux")]
#[test]
fn those_who_wait_hold_no_thread() {
    let world = Running::on(&Arc::new(IoThreads::new(1)));
    let threads = || {
        let tasks = std::fs::read_dir("/proc/self/task").expect("the threads").flatten();
        let names = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
        names.filter(|name| name.starts_with("fauxforce")).count()
    };
    let inside = world.server.world().lock();
    let before = threads();
    let mut waiting: Vec<_> = (0..300)
        .map(|_| {
            let mut connection = world.connect();
            connection.send("GET", QUERY, &world.authorization, "");
            connection
        })
        .collect();
    world.connect().health();
    // Those of the other tests come and go meanwhile.
    assert!(threads() < before + 30, "{} threads, {before} before", threads());
    drop(inside);
    for connection in &mut waiting {
        assert_eq!(connection.receive().0, 200);
    }
}

fn empty_world() -> Arc<World> {
    Arc::new(World::new(Vec::new(), Clock::deterministic(), Random::deterministic()))
}

#[test]
fn a_server_stops_though_a_call_does_not_end() {
    let world = empty_world();
    let server = HttpServer::start(Config::default(), App::new(world.clone())).expect("a server");
    let port = server.port;
    let mut connections = [(); 3].map(|()| Connection::open(port));
    connections.iter_mut().for_each(Connection::health);
    let [idle, waiting, barrier] = &mut connections;
    let inside = world.lock();
    waiting.send("GET", "/services/data", "", "");
    barrier.health();
    server.stop();
    let (status, body) = waiting.receive();
    assert_eq!(status, 503, "{body}");
    assert!(body.contains("SERVER_UNAVAILABLE"), "{body}");
    for connection in [waiting, idle] {
        connection.hangs_up();
    }
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "the port is free");
    drop(inside);
}

/// Panics inside a world, on the thread that serves the socket or in the queue.
struct Panicking(Arc<World>);

impl Service for Panicking {
    fn call(&self, request: Request) -> Reply {
        let respond = |panics: bool| {
            assert!(!panics, "in the middle of a call");
            Response::new(StatusCode::NO_CONTENT)
        };
        let queued = request.path().starts_with("/queued");
        let panics = request.path().ends_with("/panic");
        if queued {
            let response = self.0.queue_call(&Handle::current(), move |_| respond(panics));
            return Reply::Later(Box::pin(async move { response.await.expect("the world is open") }));
        }
        match self.0.try_call(|_| respond(panics)) {
            Ok(response) => Reply::Done(response),
            Err(_) => Reply::Done(Response::new(StatusCode::CONFLICT)),
        }
    }
}

#[test]
fn a_call_that_panics_leaves_the_world_usable() {
    let world = empty_world();
    let server = HttpServer::start(Config::default(), Panicking(world.clone())).expect("a server");
    let mut connection = Connection::open(server.port);
    for way in ["/inline", "/queued", "/inline"] {
        let (status, body) = connection.ask("GET", &format!("{way}/panic"), "");
        assert_eq!(status, 500, "{body}");
        assert!(body.contains("UNKNOWN_EXCEPTION"), "{body}");
        // The gate is free when somebody could enter: what was queued may have answered a moment before it left.
        drop(world.lock());
        assert_eq!(connection.ask("GET", way, "").0, 204);
        drop(world.lock());
    }
}
