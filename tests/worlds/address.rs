//! A world is reached by port, host name, header and proxy, and every absolute URL leads back to it.

use std::io::{Read, Write};
use std::net::TcpStream;

use fauxforce::Server;
use serde_json::json;

use super::client::{Emulator, To, agent, send};

/// Where the identity URL of a login leads.
fn identity(emulator: &Emulator, to: &To) -> String {
    let to = to.clone().with("authorization", &format!("Bearer {}", emulator.token()));
    emulator.get(&to, "/services/oauth2/userinfo").with(200).text("sub")
}

/// Marks a world, so that it is known again.
fn mark(emulator: &Emulator, to: &To, name: &str) {
    emulator.create(to, "Account", json!({"Name": name}));
}

fn is_marked(emulator: &Emulator, to: &To, name: &str) -> bool {
    emulator.count(to, &format!("SELECT Id FROM Account WHERE Name = '{name}'")) == 1
}

#[test]
fn every_way_leads_to_the_world_and_its_urls_lead_back() {
    let emulator = Emulator::start();
    let with_port = emulator.fork(json!({"name": "alpha"}))["url"].as_str().expect("a URL").to_owned();
    emulator.fork(json!({"name": "beta", "port": false}));
    for name in ["alpha", "beta"] {
        mark(&emulator, &emulator.by_header(name), name);
    }
    let port = emulator.port().to_owned();
    let ways = [
        (To::url(&with_port), "alpha", with_port.clone()),
        (emulator.at_host("alpha.localhost"), "alpha", format!("http://alpha.localhost:{port}")),
        (emulator.at_host("ALPHA.LocalHost"), "alpha", format!("http://ALPHA.LocalHost:{port}")),
        (
            emulator.at_host("fauxforce.alpha.localhost"),
            "alpha",
            format!("http://fauxforce.alpha.localhost:{port}"),
        ),
        (emulator.by_header("alpha"), "alpha", with_port.clone()),
        (emulator.by_header("beta"), "beta", format!("http://beta.localhost:{port}")),
        (
            To::url(&with_port).with("x-fauxforce-world", "beta"),
            "beta",
            format!("http://beta.localhost:{port}"),
        ),
        (
            emulator.at_host("alpha.localhost").with("x-fauxforce-world", "beta"),
            "beta",
            format!("http://beta.localhost:{port}"),
        ),
        (
            emulator.at_host("fauxforce.localhost").with("x-fauxforce-world", "beta"),
            "beta",
            format!("http://fauxforce.beta.localhost:{port}"),
        ),
    ];
    for (to, world, base) in ways {
        assert!(is_marked(&emulator, &to, world), "{to:?}");
        let url = identity(&emulator, &to);
        assert!(url.starts_with(&format!("{base}/id/")), "{to:?}: {url}");
    }
    let main = emulator.main();
    for to in
        [&main, &main.clone().with("x-fauxforce-world", "main"), &emulator.at_host("fauxforce.localhost")]
    {
        assert!(!is_marked(&emulator, to, "alpha") && !is_marked(&emulator, to, "beta"), "{to:?}");
    }
    let back = To::url(&with_port).with("x-fauxforce-world", "main");
    assert!(identity(&emulator, &back).starts_with(&emulator.server.url));
}

#[test]
fn the_proxy_leads_to_the_world_of_the_user_name() {
    let emulator = Emulator::of(Server::builder().deterministic());
    drop(emulator);
    // The proxy needs certificates.
    let directory = tempfile::tempdir().expect("a directory");
    let server = Server::builder().deterministic().ca_dir(directory.path()).start().expect("a server");
    let token = server.ready.first.access_token.clone().expect("a session");
    let made =
        send(&agent(), &To::url(&server.url), "POST", "/_fauxforce/worlds", Some(&json!({"name": "alpha"})));
    made.with(201);
    let address = server.url.strip_prefix("http://").expect("an address");
    let basic = |name: &str| {
        use base64::Engine;
        base64::engine::general_purpose::STANDARD.encode(format!("{name}:"))
    };
    // By CONNECT, and by a whole URL.
    let asked = |world: &str, connect: bool| {
        let mut stream = TcpStream::connect(address).expect("a connection");
        let proxy = format!("Proxy-Authorization: Basic {}\r\n", basic(world));
        let host = "login.salesforce.com";
        let request = |target: &str, more: &str| {
            format!(
                "GET {target} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n{more}\r\n"
            )
        };
        if connect {
            write!(stream, "CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n{proxy}\r\n").expect("sent");
            let mut answer = [0; 12];
            stream.read_exact(&mut answer).expect("an answer");
            assert_eq!(&answer, b"HTTP/1.1 200");
            while !answer.ends_with(b"\r\n\r\n") {
                answer.rotate_left(1);
                stream.read_exact(&mut answer[11..]).expect("the rest");
            }
            stream.write_all(request("/services/oauth2/userinfo", "").as_bytes()).expect("sent");
        } else {
            let target = format!("http://{host}/services/oauth2/userinfo");
            stream.write_all(request(&target, &proxy).as_bytes()).expect("sent");
        }
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("text");
        answer
    };
    // Only in the fork is the session ended.
    let revoke = format!("/services/oauth2/revoke?token={token}");
    send(&agent(), &To::url(&server.url).with("x-fauxforce-world", "alpha"), "GET", &revoke, None).with(200);
    for connect in [true, false] {
        assert!(asked("alpha", connect).starts_with("HTTP/1.1 403"), "{}", asked("alpha", connect));
        let main = asked("main", connect);
        assert!(main.contains("https://login.salesforce.com/id/"), "{main}");
        let nobody = asked("nobody", connect);
        assert!(
            nobody.starts_with("HTTP/1.1 404") && nobody.contains("there is no world nobody"),
            "{nobody}"
        );
    }
}

#[test]
fn a_world_has_a_name_below_that_of_the_public_url() {
    let emulator = Emulator::of(Server::builder().deterministic().public_url("https://sf.example.com:8443"));
    let facts = emulator.fork(json!({"name": "alpha", "port": false}));
    assert_eq!(facts["host"], json!("alpha.sf.example.com:8443"));
    let at = |host: &str| emulator.main().with("host", host);
    assert!(
        identity(&emulator, &at("alpha.sf.example.com:8443"))
            .starts_with("https://alpha.sf.example.com:8443/id/")
    );
    assert!(
        identity(&emulator, &emulator.by_header("alpha"))
            .starts_with("https://alpha.sf.example.com:8443/id/")
    );
    assert!(identity(&emulator, &emulator.main()).starts_with("https://sf.example.com:8443/id/"));
    emulator.get(&at("alpha.sf.example.com"), "/_fauxforce/clock").with(200);
}
