//! A server process of one test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// How long a start may take on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running `fauxforce serve`; dropping it ends it.
pub struct Server {
    process: Child,
    folder: TempDir,
    pub ready: Value,
}

impl Server {
    /// With a clock that moves with writes.
    pub fn start() -> Server {
        Server::run(&["--deterministic", "--jobs-at-once"])
    }

    /// With the machine's clock, for clients that compare it with their own.
    pub fn start_on_time() -> Server {
        Server::run(&[])
    }

    /// With the versions that the real service has taken away.
    pub fn start_with_old_versions() -> Server {
        Server::run(&["--deterministic", "--jobs-at-once", "--min-api-version", "20"])
    }

    /// Of another seed.
    pub fn start_of(seed: &Path) -> Server {
        Server::run(&["--deterministic", "--jobs-at-once", "--seed", &seed.to_string_lossy()])
    }

    fn run(options: &[&str]) -> Server {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut process = Command::new(env!("CARGO_BIN_EXE_fauxforce"))
            .args(["serve", "--port", "0", "--ready-file"])
            .arg(folder.path().join("ready.json"))
            .args(options)
            .env("FAUXFORCE_CA_DIR", folder.path().join("ca"))
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("the server starts");
        let deadline = Instant::now() + PATIENCE;
        let ready = loop {
            if let Ok(text) = fs::read(folder.path().join("ready.json")) {
                break serde_json::from_slice(&text).expect("the ready file is JSON");
            }
            if let Ok(Some(status)) = process.try_wait() {
                panic!("the server ended with {status} before it was ready");
            }
            assert!(Instant::now() < deadline, "the server is not ready after {PATIENCE:?}");
            // The file is the only sign there is to wait for.
            thread::sleep(Duration::from_millis(2));
        };
        Server { process, folder, ready }
    }

    /// A value of the ready file.
    pub fn told(&self, key: &str) -> &str {
        self.ready[key].as_str().unwrap_or_else(|| panic!("the ready file has no {key}"))
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn ready_file(&self) -> PathBuf {
        self.folder.path().join("ready.json")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
