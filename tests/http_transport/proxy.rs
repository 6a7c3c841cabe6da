//! The proxy: whom it lets through, and that every way through it ends here.

use std::io::{ErrorKind, Write};
use std::net::TcpListener;
use std::path::Path;

use fauxforce::http::Server;
use fauxforce::http::server::Config;
use rustls::StreamOwned;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::{body_of, connect, mirror, raw, rest, still_serves, tls_client};

fn start(certificates: &Path) -> Server {
    let certificates = Some(certificates.to_owned());
    let public_host = Some("sf.example.com".to_owned());
    Server::start(Config { certificates, public_host, ..Config::default() }, mirror).unwrap()
}

/// A client that knows of nothing but its proxy.
fn through(server: &Server) -> Agent {
    let files = [&server.ca_file, &server.other_ca_file];
    let certificates = files.map(|file| {
        Certificate::from_pem(&std::fs::read(file.as_ref().unwrap()).unwrap()).unwrap().to_owned()
    });
    let roots = RootCerts::new_with_certs(&certificates);
    let tls = TlsConfig::builder().root_certs(roots).build();
    let proxy = ureq::Proxy::new(&server.url).unwrap();
    Agent::config_builder().tls_config(tls).proxy(Some(proxy)).build().into()
}

fn connect_to(server: &Server, target: &str) -> String {
    raw(server, format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n"))
}

#[test]
fn built_in_hosts_lead_here() {
    let directory = tempfile::tempdir().unwrap();
    let server = start(directory.path());
    let agent = through(&server);
    for host in ["login.salesforce.com", "acme--uat.sandbox.my.salesforce.com", "Acme.My.Site.com"] {
        let url = format!("https://{host}/services/data");
        let said = agent.get(&url).call().unwrap().body_mut().read_to_string().unwrap();
        assert_eq!(said.to_lowercase(), format!("get https://{}/services/data ", host.to_lowercase()));
    }
    still_serves(&server);
}

#[test]
fn own_addresses_lead_here_in_either_protocol() {
    let directory = tempfile::tempdir().unwrap();
    let server = start(directory.path());
    let agent = through(&server);
    let hosts = [format!("localhost:{}", server.port), format!("127.0.0.1:{}", server.port)];
    for host in hosts.iter().map(String::as_str).chain(["sf.example.com:8443"]) {
        let url = format!("https://{host}/x");
        let said = agent.get(&url).call().unwrap().body_mut().read_to_string().unwrap();
        assert_eq!(said, format!("GET {url} "));
        let mut stream = connect(&server);
        // Some clients tunnel plain HTTP too, and some do not wait for the go-ahead.
        write!(stream, "CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
        write!(stream, "GET /x?q=\"<>\" HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let answer = rest(&mut stream);
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.ends_with(&format!("GET http://{host}/x?q=%22%3C%3E%22 ")), "{answer}");
    }
}

#[test]
fn other_hosts_are_refused_and_nothing_is_connected_to() {
    let directory = tempfile::tempdir().unwrap();
    let server = start(directory.path());
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let neighbour = elsewhere.local_addr().unwrap().to_string();
    let others = ["example.com:443", "login.salesforce.com:80", "login.salesforce.com.example.com:443"];
    for target in others.into_iter().chain([neighbour.as_str(), "[::1]:443", "salesforce.com:443"]) {
        let answer = connect_to(&server, target);
        let sentence = format!(
            "fauxforce opens no connections: as a proxy it leads to itself, under its own address and under the host \
             names of Salesforce, and not to {target}"
        );
        assert!(answer.starts_with(&format!("HTTP/1.1 403 {sentence}\r\n")), "{answer}");
        assert_eq!(body_of(&answer), sentence);
        assert!(answer.contains("\r\nConnection: close\r\n"), "{answer}");
    }
    let whole = format!("GET http://{neighbour}/x HTTP/1.1\r\nHost: {neighbour}\r\n\r\n");
    let answer = raw(&server, whole);
    assert!(answer.starts_with("HTTP/1.1 403 ") && answer.ends_with(&neighbour), "{answer}");
    assert_eq!(elsewhere.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
    still_serves(&server);
}

#[test]
fn what_names_no_host_and_port_is_no_tunnel() {
    let directory = tempfile::tempdir().unwrap();
    let server = start(directory.path());
    for target in ["login.salesforce.com", "login.salesforce.com:", "me@login.salesforce.com:443"] {
        let answer = connect_to(&server, target);
        assert!(answer.starts_with("HTTP/1.1 400 CONNECT wants a host and a port"), "{target}: {answer}");
    }
    for target in ["/", "login.salesforce.com:70000", "https://login.salesforce.com/x", "", "a b:443"] {
        let answer = connect_to(&server, target);
        assert!(answer.starts_with("HTTP/1.1 40"), "{target}: {answer}");
        assert!(!answer.contains(" 404 "), "{target}: {answer}");
    }
    let long = format!("{}.salesforce.com:443", "a".repeat(20_000));
    assert!(connect_to(&server, &long).starts_with("HTTP/1.1 4"));
    still_serves(&server);
}

#[test]
fn whole_urls_of_built_in_hosts_are_answered() {
    let directory = tempfile::tempdir().unwrap();
    let server = start(directory.path());
    for url in [
        "http://login.salesforce.com/x",
        "https://test.salesforce.com/x",
        "https://a.my.salesforce.com:443/x",
    ] {
        let answer = raw(
            &server,
            format!("GET {url} HTTP/1.1\r\nHost: login.salesforce.com\r\nConnection: close\r\n\r\n"),
        );
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{url}: {answer}");
    }
    for url in
        ["http://login.salesforce.com:8080/x", "https://login.salesforce.com:80/x", "http://example.com/"]
    {
        let answer = raw(&server, format!("GET {url} HTTP/1.1\r\nHost: h\r\n\r\n"));
        assert!(answer.starts_with("HTTP/1.1 403 "), "{url}: {answer}");
    }
}

#[test]
fn there_is_no_tunnel_in_a_tunnel() {
    let directory = tempfile::tempdir().unwrap();
    let server = start(directory.path());
    let mut stream = connect(&server);
    write!(stream, "CONNECT login.salesforce.com:443 HTTP/1.1\r\nHost: login.salesforce.com:443\r\n\r\n")
        .unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        std::io::Read::read_exact(&mut stream, &mut byte).unwrap();
        head.push(byte[0]);
    }
    let mut tunnel = StreamOwned::new(tls_client(&server, "login.salesforce.com"), stream);
    write!(tunnel, "CONNECT test.salesforce.com:443 HTTP/1.1\r\nHost: test.salesforce.com:443\r\n\r\n")
        .unwrap();
    let mut answer = vec![0; 64];
    std::io::Read::read_exact(&mut tunnel, &mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 403 There is no proxy here"));
}

#[test]
fn a_tunnel_in_which_nothing_is_said_hurts_nobody() {
    let directory = tempfile::tempdir().unwrap();
    let server = start(directory.path());
    let mut silent = connect(&server);
    write!(silent, "CONNECT login.salesforce.com:443 HTTP/1.0\r\n\r\n").unwrap();
    let mut noisy = connect(&server);
    write!(noisy, "CONNECT login.salesforce.com:443 HTTP/1.1\r\nHost: x\r\n\r\n\x16\x03nonsense").unwrap();
    assert!(rest_of(&mut noisy).starts_with(b"HTTP/1.1 200 OK\r\n"));
    still_serves(&server);
    server.stop();
    assert!(rest_of(&mut silent).starts_with(b"HTTP/1.0 200 OK\r\n"));
}

fn rest_of(stream: &mut std::net::TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    // A connection reset is an end too.
    let _ = std::io::Read::read_to_end(stream, &mut answer);
    answer
}

#[test]
fn the_proxy_can_be_switched_off_and_needs_https() {
    let directory = tempfile::tempdir().unwrap();
    let certificates = Some(directory.path().to_owned());
    let without = [Config { certificates, proxy: false, ..Config::default() }, Config::default()];
    for config in without {
        let server = Server::start(config, mirror).unwrap();
        let answer = connect_to(&server, "login.salesforce.com:443");
        assert!(answer.starts_with("HTTP/1.1 403 There is no proxy here: "), "{answer}");
        // An origin server heeds whole URLs (RFC 9112, 3.2.2).
        let answer =
            raw(&server, "GET http://example.com/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    }
}

#[test]
fn the_way_to_the_proxy_may_be_https_too() {
    let directory = tempfile::tempdir().unwrap();
    let server = start(directory.path());
    let mut outer = StreamOwned::new(tls_client(&server, "localhost"), connect(&server));
    write!(outer, "CONNECT login.salesforce.com:443 HTTP/1.1\r\nHost: login.salesforce.com:443\r\n\r\n")
        .unwrap();
    let go_ahead = b"HTTP/1.1 200 OK\r\n\r\n";
    let mut head = vec![0; go_ahead.len()];
    std::io::Read::read_exact(&mut outer, &mut head).unwrap();
    assert_eq!(head, go_ahead);
    let mut inner = StreamOwned::new(tls_client(&server, "login.salesforce.com"), outer);
    write!(inner, "GET /x HTTP/1.1\r\nHost: login.salesforce.com\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut inner, &mut answer).unwrap();
    assert!(answer.ends_with("GET https://login.salesforce.com/x "), "{answer}");
}
