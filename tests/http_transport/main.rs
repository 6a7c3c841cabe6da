//! The transport over real sockets.

mod authorities;
mod proxy;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use fauxforce::http::server::Config;
use fauxforce::http::{Limits, Reply, Server, Service, TransportError};
use fauxforce::message::{Request, Response, StatusCode};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// Says what it was asked.
fn mirror(request: Request) -> Response {
    match request.path() {
        "/long" => Response::text(StatusCode::OK, "All work and no play. ".repeat(1000)),
        "/nothing" => Response::new(StatusCode::NO_CONTENT),
        "/panic" => panic!("the handler gave up"),
        _ => {
            let body = String::from_utf8_lossy(&request.body);
            let said = format!("{} {}{} {body}", request.method, request.origin(), request.uri);
            Response::text(StatusCode::OK, said)
        }
    }
}

fn start(limits: Limits) -> Server {
    Server::start(Config { limits, ..Config::default() }, mirror).unwrap()
}

fn agent() -> Agent {
    Agent::config_builder().http_status_as_error(false).build().into()
}

/// A connection whose reads fail loudly rather than hang when the server does not answer.
fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Sends bytes and reads until the server closes.
fn raw(server: &Server, bytes: impl AsRef<[u8]>) -> String {
    let mut stream = connect(server);
    stream.write_all(bytes.as_ref()).unwrap();
    rest(&mut stream)
}

fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8(answer).unwrap()
}

fn still_serves(server: &Server) {
    let mut answer = agent().get(format!("{}/still", server.url)).call().unwrap();
    assert_eq!(answer.body_mut().read_to_string().unwrap(), format!("GET {}/still ", server.url));
}

fn body_of(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").unwrap().1
}

#[test]
fn one_port_speaks_http_and_https() {
    let directory = tempfile::tempdir().unwrap();
    let config = Config {
        certificates: Some(directory.path().to_owned()),
        public_host: Some("org.example.com".to_owned()),
        ..Config::default()
    };
    let server = Server::start(config, mirror).unwrap();
    let (url, https_url) = (&server.url, server.https_url.as_ref().unwrap());
    let ca = std::fs::read(server.ca_file.as_ref().unwrap()).unwrap();
    let roots = RootCerts::new_with_certs(&[Certificate::from_pem(&ca).unwrap()]);
    let tls = TlsConfig::builder().root_certs(roots).build();
    let agent: Agent = Agent::config_builder().tls_config(tls).build().into();
    let get = |url: String| agent.get(url).call().unwrap().body_mut().read_to_string().unwrap();
    assert_eq!(get(format!("{url}/a?b=c")), format!("GET {url}/a?b=c "));
    assert_eq!(get(format!("{https_url}/a?b=c")), format!("GET {https_url}/a?b=c "));
    let by_name = format!("https://localhost:{}", server.port);
    assert_eq!(get(format!("{by_name}/d")), format!("GET {by_name}/d "));
    // A client that has never heard of the authority is not let down by the server, only by itself.
    assert!(self::agent().get(https_url).call().is_err());
    still_serves(&server);
}

#[test]
fn hosts_of_here_and_of_the_real_service_get_certificates_of_their_own() {
    let directory = tempfile::tempdir().unwrap();
    let config = Config { certificates: Some(directory.path().to_owned()), ..Config::default() };
    let server = Server::start(config, mirror).unwrap();
    let peer_names = |host: &str| {
        let (mut connection, mut stream) = (tls_client(&server, host), connect(&server));
        connection.complete_io(&mut stream).map_err(|error| error.to_string())?;
        let certificate = connection.peer_certificates().unwrap()[0].to_vec();
        Ok::<_, String>(String::from_utf8_lossy(&certificate).into_owned())
    };
    for host in ["f42.localhost", "acme--uat.sandbox.lightning.force.com", "login.salesforce.com"] {
        assert!(peer_names(host).unwrap().contains(host));
    }
    assert!(peer_names("acme.example.com").unwrap_err().contains("not valid for"));
}

#[test]
fn a_request_has_one_host() {
    let server = start(Limits::default());
    let ask = |hosts: &str| raw(&server, format!("GET /x HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n"));
    let bad = [
        "Host: localhost\r\nHost: evil.example\r\n",
        "Host: localhost\r\nHost: localhost\r\n",
        "Host: localhost/path\r\n",
        "Host: user@localhost\r\n",
        "Host: localhost, evil.example\r\n",
        "",
    ];
    for hosts in bad {
        let answer = ask(hosts);
        assert!(answer.starts_with("HTTP/1.1 400 "), "{hosts}: {answer}");
    }
    for hosts in ["Host: localhost\r\n", "Host: [::1]:80\r\n", "Host: my_host:7332\r\n", "Host:\r\n"] {
        let answer = ask(hosts);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{hosts}: {answer}");
    }
    let connect = "CONNECT login.salesforce.com:443 HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n";
    assert!(raw(&server, connect).starts_with("HTTP/1.1 4"));
    still_serves(&server);
}

fn tls_client(server: &Server, host: &str) -> rustls::ClientConnection {
    use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(server.ca_file.as_ref().unwrap()).unwrap()).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).unwrap();
    rustls::ClientConnection::new(std::sync::Arc::new(config), name).unwrap()
}

#[test]
fn long_answers_are_gzipped_for_those_who_ask() {
    let server = start(Limits::default());
    let ask = |accept: &str, path: &str| {
        let mut stream = connect(&server);
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: h\r\nAccept-Encoding: {accept}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
        let body = answer.split_off(end);
        (String::from_utf8(answer).unwrap(), body)
    };
    let (head, body) = ask("gzip, deflate", "/long");
    assert!(head.contains("Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n"), "{head}");
    assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())), "{head}");
    let mut text = String::new();
    GzDecoder::new(&body[..]).read_to_string(&mut text).unwrap();
    assert_eq!(text, "All work and no play. ".repeat(1000));
    assert_eq!(ask("gzip;q=0", "/long").1, text.as_bytes());
    assert_eq!(ask("gzip", "/short").1, b"GET http://h/short ");
}

fn gzipped(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn gzipped_requests_are_unpacked() {
    let server = start(Limits { body: 1000, ..Limits::default() });
    let post = |body: &[u8]| {
        let mut answer = agent().post(&server.url).header("content-encoding", "gzip").send(body).unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
    };
    assert_eq!(post(&gzipped("<login/>")), (200, format!("POST {}/ <login/>", server.url)));
    let corrupt = r#"[{"message":"The request body is not valid gzip data, as its Content-Encoding says it is","errorCode":"BAD_REQUEST"}]"#;
    assert_eq!(post(b"<login/>"), (400, corrupt.to_owned()));
    let large = r#"[{"message":"The request body is too large: the maximum size is 1000 bytes","errorCode":"REQUEST_ENTITY_TOO_LARGE"}]"#;
    assert_eq!(post(&gzipped(&"x".repeat(1_000_000))), (413, large.to_owned()));
    still_serves(&server);
}

#[test]
fn bodies_come_in_chunks_or_after_a_go_ahead() {
    let server = start(Limits::default());
    let chunked = "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n\
                   4\r\nName\r\n6;x=y\r\n,Email\r\n0\r\n\r\n";
    assert_eq!(body_of(&raw(&server, chunked)), "POST http://h/ Name,Email");
    let mut stream = connect(&server);
    let head = "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut go_ahead = [0; 25];
    stream.read_exact(&mut go_ahead).unwrap();
    assert_eq!(&go_ahead, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"body").unwrap();
    assert_eq!(body_of(&rest(&mut stream)), "POST http://h/ body");
}

#[test]
fn head_has_the_headers_of_get_and_no_body() {
    let server = start(Limits::default());
    let ask =
        |method| raw(&server, format!("{method} /long HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
    let (head, get) = (ask("HEAD"), ask("GET"));
    assert_eq!(head, get.split_inclusive("\r\n\r\n").next().unwrap());
    assert!(head.contains("Content-Length: 22000\r\n"), "{head}");
}

#[test]
fn the_service_alone_dates_its_answers() {
    let server = start(Limits::default());
    let answer = raw(&server, "DELETE /nothing HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert_eq!(answer, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
}

#[test]
fn requests_may_be_pipelined() {
    let server = start(Limits::default());
    let two = "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    let answers = raw(&server, two);
    let (first, second) = (answers.find("GET http://h/1").unwrap(), answers.find("GET http://h/2").unwrap());
    assert!(first < second);
}

#[test]
fn a_client_may_shut_its_sending_side_down() {
    let server = start(Limits::default());
    let mut stream = connect(&server);
    stream.write_all(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(body_of(&rest(&mut stream)), "POST http://h/ body");
}

#[test]
fn a_request_of_http_1_0_gets_the_address_as_host() {
    let server = start(Limits::default());
    assert_eq!(body_of(&raw(&server, "GET /x HTTP/1.0\r\n\r\n")), format!("GET {}/x ", server.url));
    let answer = raw(&server, "GET /x HTTP/1.1\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert_eq!(body_of(&answer), "<h1>Bad Message 400</h1><pre>reason: No Host</pre>");
}

#[test]
fn a_proxy_style_target_names_the_host() {
    let server = start(Limits::default());
    let request = "GET http://login.salesforce.com/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    assert!(body_of(&raw(&server, request)).starts_with("GET http://login.salesforce.com"));
}

#[test]
fn a_query_may_be_typed_as_it_is() {
    let server = start(Limits::default());
    let mut stream = connect(&server);
    for _ in 0..2 {
        stream.write_all(b"GET /?q=A+<+'x'+AND+B+>+\"y\" HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"GET http://h/?q=A+%3C+'x'+AND+B+%3E+%22y%22 ") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            answer.extend(byte);
        }
    }
}

#[test]
fn heads_have_the_limits_of_the_real_service() {
    let server = start(Limits::default());
    let ask = |path: &str, header: &str| {
        let answer = raw(
            &server,
            format!("GET {path} HTTP/1.1\r\nHost: h\r\nX: {header}\r\nConnection: close\r\n\r\n"),
        );
        (answer[9..12].to_owned(), body_of(&answer).to_owned())
    };
    let fits = format!("/{}", "x".repeat(16_383 - 100));
    assert_eq!(ask(&fits, "").0, "200");
    let too_long = ("414".to_owned(), "<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>".to_owned());
    assert_eq!(ask(&format!("/{}", "x".repeat(16_384)), ""), too_long);
    let too_large = "<h1>Bad Message 431</h1><pre>reason: Request Header Fields Too Large</pre>";
    assert_eq!(ask(&fits, &"y".repeat(100)), ("431".to_owned(), too_large.to_owned()));
    still_serves(&server);
}

#[test]
fn a_body_over_the_limit_is_refused_and_the_client_hears_it() {
    let server = start(Limits { body: 300_000, ..Limits::default() });
    let head = "POST / HTTP/1.1\r\nHost: h\r\n";
    let mut stream = connect(&server);
    let waiting = format!("{head}Content-Length: 1000000000\r\nExpect: 100-continue\r\n\r\n");
    stream.write_all(waiting.as_bytes()).unwrap();
    let refused = rest(&mut stream);
    assert!(refused.starts_with("HTTP/1.1 413 Payload Too Large\r\n"), "{refused}");
    assert!(body_of(&refused).contains(r#""errorCode":"REQUEST_ENTITY_TOO_LARGE""#), "{refused}");
    for writing in [
        format!("{head}Content-Length: 400000\r\n\r\n{}", "x".repeat(400_000)),
        format!("{head}Transfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n", chunks(400)),
    ] {
        assert_eq!(raw(&server, writing), refused);
    }
    still_serves(&server);
}

fn chunks(count: usize) -> String {
    format!("3e8\r\n{}\r\n", "x".repeat(1000)).repeat(count)
}

#[test]
fn malformed_requests_get_400_and_hurt_nobody() {
    let server = start(Limits::default());
    for malformed in
        ["\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "GET /a b HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n: x\r\n\r\n"]
    {
        let answer = raw(&server, malformed);
        assert!(answer.starts_with("HTTP/1.1 400 "), "{malformed:?}: {answer}");
    }
    let chunk = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
    let answer = raw(&server, chunk);
    assert!(body_of(&answer).contains("incomplete or its chunks are malformed"), "{answer}");
    still_serves(&server);
}

#[test]
fn a_truncated_body_gets_400() {
    let server = start(Limits::default());
    let mut stream = connect(&server);
    stream.write_all(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nbody").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let answer = rest(&mut stream);
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(body_of(&answer).contains("incomplete or its chunks are malformed"), "{answer}");
}

#[test]
fn a_client_that_sends_no_head_is_given_up_and_blocks_nobody() {
    let server = start(Limits { head_time: Duration::from_millis(500), ..Limits::default() });
    let (mut silent, mut half_head) = (connect(&server), connect(&server));
    half_head.write_all(b"GET / HTTP/1.1\r\nHost:").unwrap();
    still_serves(&server);
    assert_eq!(rest(&mut silent), "");
    assert_eq!(rest(&mut half_head), "");
}

#[test]
fn a_client_that_stops_in_the_body_is_told() {
    let server = start(Limits { body_pause: Duration::from_millis(100), ..Limits::default() });
    let mut half_body = connect(&server);
    half_body.write_all(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nbody").unwrap();
    still_serves(&server);
    let answer = rest(&mut half_body);
    assert!(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{answer}");
    assert!(body_of(&answer).contains("Timed out waiting for the rest of the request body"), "{answer}");
}

#[test]
fn an_idle_connection_is_closed_in_the_end() {
    let server = start(Limits { idle_time: Duration::from_millis(100), ..Limits::default() });
    assert!(raw(&server, "GET /idle HTTP/1.1\r\nHost: h\r\n\r\n").ends_with("GET http://h/idle "));
}

#[test]
fn a_handshake_that_stops_half_way_is_given_up() {
    let directory = tempfile::tempdir().unwrap();
    let config = Config {
        limits: Limits { head_time: Duration::from_millis(100), ..Limits::default() },
        certificates: Some(directory.path().to_owned()),
        ..Config::default()
    };
    let server = Server::start(config, mirror).unwrap();
    assert_eq!(raw(&server, [0x16, 3, 1]), "");
    still_serves(&server);
}

#[test]
fn a_panic_is_a_500_and_the_connection_lives_on() {
    let server = start(Limits::default());
    let two = "GET /panic HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    let answers = raw(&server, two);
    assert!(answers.starts_with("HTTP/1.1 500 Server Error\r\n"), "{answers}");
    let message = r#"[{"message":"An unexpected error occurred. Please include this ErrorId if you contact support: 1-"#;
    assert!(answers.contains(message), "{answers}");
    assert!(answers.contains(r#"","errorCode":"UNKNOWN_EXCEPTION"}]"#), "{answers}");
    assert!(answers.ends_with("GET http://h/2 "), "{answers}");
}

#[test]
fn a_service_may_dress_refusals() {
    struct Dated;
    impl Service for Dated {
        fn call(&self, request: Request) -> Reply {
            Reply::Done(mirror(request))
        }
        fn refuse(&self, refusal: &TransportError) -> Response {
            let date = "Thu, 01 Jan 2026 00:00:00 GMT".parse().unwrap();
            refusal.response().with_header(fauxforce::message::header::DATE, date)
        }
    }
    let server = Server::start(Config::default(), Dated).unwrap();
    let answer = agent().get(format!("{}/panic", server.url)).call().unwrap();
    assert_eq!(answer.headers()["date"], "Thu, 01 Jan 2026 00:00:00 GMT");
}

/// Answers later what [`mirror`] answers; `/panic` panics on the way.
struct Unhurried;

impl Service for Unhurried {
    fn call(&self, request: Request) -> Reply {
        Reply::Later(Box::pin(async move {
            tokio::task::yield_now().await;
            mirror(request)
        }))
    }
}

#[test]
fn an_answer_may_come_later() {
    let server = Server::start(Config::default(), Unhurried).unwrap();
    still_serves(&server);
    let answer = agent().get(format!("{}/panic", server.url)).call().unwrap();
    assert_eq!(answer.status(), 500);
    let mut answer = agent().post(format!("{}/a", server.url)).send("body").unwrap();
    assert_eq!(answer.body_mut().read_to_string().unwrap(), format!("POST {}/a body", server.url));
}

/// What is packed and unpacked elsewhere than on the thread of the socket.
#[test]
fn long_bodies_are_packed_both_ways() {
    let server = start(Limits::default());
    let text = "provisioning ".repeat(50_000);
    let mut answer = agent()
        .post(format!("{}/a", server.url))
        .header("content-encoding", "gzip")
        .send(&gzipped(&text)[..])
        .unwrap();
    // The client asks for gzip, and unpacks it.
    let plain = answer.body_mut().read_to_string().unwrap();
    assert_eq!(plain, format!("POST {}/a {text}", server.url));
}

#[test]
fn stopping_frees_the_port_though_connections_are_open() {
    let server = start(Limits::default());
    let port = server.port;
    let (silent, mut half_head, mut idle) = (connect(&server), connect(&server), connect(&server));
    half_head.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    idle.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
    still_serves(&server);
    server.stop();
    assert!(rest(&mut idle).ends_with("GET http://h/ "));
    drop((silent, half_head));
    let again = Server::start(Config { port, ..Config::default() }, mirror).unwrap();
    still_serves(&again);
}

#[test]
fn a_request_that_has_begun_is_finished_after_the_shutdown() {
    let server = start(Limits { drain_time: Duration::from_secs(20), ..Limits::default() });
    let address = ("127.0.0.1", server.port);
    let mut stream = connect(&server);
    let head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    lines.read_line(&mut String::new()).unwrap();
    let stopping = std::thread::spawn(move || server.stop());
    while TcpStream::connect(address).is_ok() {}
    stream.write_all(b"body").unwrap();
    let mut answer = String::new();
    lines.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with("POST http://h/ body"), "{answer}");
    assert!(answer.contains("Connection: close\r\n"), "{answer}");
    stopping.join().unwrap();
}

/// Answers when it is told to end.
struct Endless(tokio::sync::watch::Sender<bool>);

impl Service for Endless {
    fn call(&self, _: Request) -> Reply {
        let mut end = self.0.subscribe();
        Reply::Later(Box::pin(async move {
            end.wait_for(|end| *end).await.expect("the service outlives its calls");
            Response::text(StatusCode::OK, "cancelled")
        }))
    }

    fn cancel(&self) {
        self.0.send_replace(true);
    }
}

#[test]
fn what_still_runs_after_the_grace_time_is_told_to_end() {
    let limits =
        Limits { grace_time: Duration::ZERO, drain_time: Duration::from_secs(20), ..Limits::default() };
    let config = Config { limits, ..Config::default() };
    let server = Server::start(config, Endless(Default::default())).unwrap();
    let mut streams = [connect(&server), connect(&server)];
    for stream in &mut streams {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
    }
    // A head that is refused is answered by the same thread, after it has read what came before.
    assert!(raw(&server, "GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 400"));
    server.stop();
    for stream in &mut streams {
        assert_eq!(body_of(&rest(stream)), "cancelled");
    }
}

#[test]
fn a_port_in_use_is_said_in_one_sentence() {
    let server = start(Limits::default());
    let port = server.port;
    let error = Server::start(Config { port, ..Config::default() }, mirror).unwrap_err();
    let expected = format!(
        "port {port} on 127.0.0.1 is already in use; stop what listens there, or choose another port"
    );
    assert_eq!(error.to_string(), expected);
    let error =
        Server::start(Config { host: "no.such.host.invalid".to_owned(), ..Config::default() }, mirror);
    assert_eq!(
        error.unwrap_err().to_string(),
        "no.such.host.invalid is not a name or address of this machine"
    );
}
