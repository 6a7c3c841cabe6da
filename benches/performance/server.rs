//! The server under test: the binary itself, in a process of its own.

use std::ffi::OsStr;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::load::{once, request};
use crate::{Failure, process};

/// The release binary that is measured.
pub const BINARY: &str = env!("CARGO_BIN_EXE_fauxforce");

/// A running `fauxforce serve`; dropping it ends it.
pub struct Server {
    process: Child,
    _folder: TempDir,
    pub address: SocketAddr,
    pub ready: Value,
}

impl Server {
    pub fn start() -> Result<Server, Failure> {
        Server::start_with(&[])
    }

    /// Starts with more arguments than the usual ones.
    pub fn start_with(arguments: &[&OsStr]) -> Result<Server, Failure> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("ready.json");
        let process = Command::new(BINARY)
            .args(["serve", "--port", "0", "--log", "error", "--ready-file"])
            .arg(&file)
            .args(arguments)
            .env("FAUXFORCE_CA_DIR", folder.path())
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .spawn()?;
        let deadline = Instant::now() + Duration::from_secs(30);
        let ready: Value = loop {
            match fs::read(&file) {
                Ok(text) => break serde_json::from_slice(&text)?,
                Err(_) if Instant::now() < deadline => thread::sleep(Duration::from_millis(1)),
                Err(error) => return Err(format!("the server is not ready: {error}").into()),
            }
        };
        let port = told(&ready, "url")?.rsplit(':').next().and_then(|port| port.parse().ok());
        let port: u16 = port.ok_or("the server's URL has no port")?;
        Ok(Server { process, _folder: folder, address: SocketAddr::from(([127, 0, 0, 1], port)), ready })
    }

    /// Starts with the default seed, but with so many seats for internal users.
    pub fn start_with_seats(seats: usize) -> Result<Server, Failure> {
        let seed = tempfile::tempdir()?;
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("seed/default"), seed.path())?;
        let file = seed.path().join("org.json");
        let mut org: Value = serde_json::from_slice(&fs::read(&file)?)?;
        org["licenses"]["Salesforce"] = seats.into();
        fs::write(&file, org.to_string())?;
        Server::start_with(&["--seed".as_ref(), seed.path().as_os_str()])
    }

    pub fn told(&self, key: &str) -> Result<&str, Failure> {
        told(&self.ready, key)
    }

    pub fn cpu(&self) -> Result<Duration, Failure> {
        process::cpu(self.process.id()).ok_or_else(|| "the system does not tell processor times".into())
    }

    pub fn resident(&self) -> Result<f64, Failure> {
        process::resident(self.process.id()).ok_or_else(|| "the system does not tell memory".into())
    }

    /// The ids that a query finds.
    pub fn ids(&self, soql: &str) -> Result<Vec<String>, Failure> {
        let records = self.records(soql)?;
        Ok(records.iter().filter_map(|record| record["Id"].as_str()).map(str::to_owned).collect())
    }

    /// The first record that a query finds.
    pub fn first(&self, soql: &str) -> Result<Value, Failure> {
        self.records(soql)?.into_iter().next().ok_or_else(|| format!("{soql} finds nothing").into())
    }

    fn records(&self, soql: &str) -> Result<Vec<Value>, Failure> {
        let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("q", soql).finish();
        let path = format!("/services/data/v59.0/query?{query}");
        let response = once(self.address, &request("GET", &path, self.told("accessToken")?, ""))?;
        let answer: Value = serde_json::from_slice(response.body())?;
        Ok(answer["records"].as_array().ok_or_else(|| format!("{soql}: {answer}"))?.clone())
    }

    /// The first id that a query finds.
    pub fn id(&self, soql: &str) -> Result<String, Failure> {
        self.ids(soql)?.into_iter().next().ok_or_else(|| format!("{soql} finds nothing").into())
    }
}

fn told<'a>(ready: &'a Value, key: &str) -> Result<&'a str, Failure> {
    ready[key].as_str().ok_or_else(|| format!("the ready file has no {key}").into())
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to)?;
        } else {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
