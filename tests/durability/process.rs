//! A server over a database file, in a process of its own, and a client of it.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use ureq::{Agent, http};

/// A client of a server that runs in a process of its own, or in this one.
pub struct Client {
    pub url: String,
    token: String,
    agent: Agent,
}

/// An answer, taken apart.
#[derive(Debug)]
pub struct Got {
    pub status: u16,
    pub body: String,
}

/// The server; killed when the test is over.
pub struct Process {
    pub child: Child,
    pub client: Client,
    pub home: TempDir,
}

impl Process {
    /// Starts over a file.
    pub fn start(file: &Path) -> Process {
        Process::of(command(), file)
    }

    /// Starts over a file, where no file may grow over so many blocks of 512 bytes. The limit can be raised again.
    pub fn limited(file: &Path, blocks: u64) -> Process {
        let mut shell = Command::new("sh");
        shell.args([
            "-c",
            &format!("ulimit -S -f {blocks} && exec \"$0\" \"$@\""),
            env!("CARGO_BIN_EXE_fauxforce"),
        ]);
        Process::of(shell, file)
    }

    fn of(mut command: Command, file: &Path) -> Process {
        let home = tempfile::tempdir().expect("a directory");
        let ready = home.path().join("ready.json");
        clean(&mut command);
        let mut child = command
            .args(["serve", "--port", "0", "--log", "error", "--ready-file"])
            .arg(&ready)
            .arg("--db")
            .arg(file)
            .env("XDG_DATA_HOME", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a process");
        let end = Instant::now() + Duration::from_secs(60);
        while !ready.exists() {
            assert!(child.try_wait().expect("a state").is_none(), "it ended");
            assert!(Instant::now() < end, "it is not ready");
            std::thread::yield_now();
        }
        let ready: Value = serde_json::from_slice(&fs::read(&ready).expect("a file")).expect("JSON");
        let text = |key: &str| ready[key].as_str().expect("a text").to_owned();
        Process { child, client: Client::new(&text("url"), &text("accessToken")), home }
    }

    /// Sends SIGTERM.
    #[cfg(unix)]
    pub fn terminate(&self) {
        let sent = Command::new("kill").args(["-s", "TERM", &self.child.id().to_string()]).status();
        assert!(sent.expect("kill").success());
    }

    /// Ends it by SIGTERM.
    #[cfg(unix)]
    pub fn stop(self) {
        self.terminate();
        self.wait();
    }

    /// Waits until it has ended.
    #[cfg(unix)]
    pub fn wait(mut self) {
        assert!(self.child.wait().expect("an end").success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// The command, without its arguments.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fauxforce"));
    clean(&mut command);
    command
}

fn clean(command: &mut Command) {
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("FAUXFORCE_")) {
        command.env_remove(name);
    }
}

impl Client {
    pub fn new(url: &str, token: &str) -> Client {
        let agent = Agent::config_builder().http_status_as_error(false).max_redirects(0).build().new_agent();
        Client { url: url.to_owned(), token: token.to_owned(), agent }
    }

    /// Sends a request in the administrator's session.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Got {
        let mut request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response =
            self.agent.run(request.body(body.to_owned()).expect("a request")).expect("an answer");
        let body = response.body_mut().read_to_string().expect("UTF-8");
        Got { status: response.status().as_u16(), body }
    }

    pub fn json(&self, method: &str, path: &str, body: &str) -> Got {
        self.ask(method, path, &[("content-type", "application/json")], body)
    }

    /// Creates a contact with this last name.
    pub fn create(&self, name: &str) -> Got {
        let body = format!(r#"{{"LastName":"{name}","Description":"{}"}}"#, "x".repeat(2000));
        self.json("POST", "/services/data/v62.0/sobjects/Contact", &body)
    }

    /// The last names of the contacts that [`Client::create`] has made, in order.
    pub fn names(&self, like: &str) -> Vec<String> {
        let query = format!("SELECT LastName FROM Contact WHERE LastName LIKE '{like}%' ORDER BY LastName");
        let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let mut names = Vec::new();
        let mut next = Some(format!("/services/data/v62.0/query?q={query}"));
        while let Some(path) = next {
            let got = self.json("GET", &path, "");
            assert_eq!(got.status, 200, "{}", got.body);
            let page: Value = serde_json::from_str(&got.body).expect("JSON");
            let records = page["records"].as_array().expect("records");
            names
                .extend(records.iter().map(|record| record["LastName"].as_str().expect("a name").to_owned()));
            next = page["nextRecordsUrl"].as_str().map(str::to_owned);
        }
        names
    }
}
