//! From process start to the first answer, memory at rest, size of the binary.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::load::{once, request};
use crate::server::{BINARY, Server};
use crate::{Failure, median, table};

const STARTS: usize = 21;

pub fn run() -> Result<(), Failure> {
    // Certificates are made in the first start of all, and kept.
    let folder = tempfile::tempdir()?;
    start(folder.path())?;
    let starts = (0..STARTS).map(|_| start(folder.path())).collect::<Result<Vec<_>, _>>()?;
    let slowest = starts.iter().copied().fold(0.0, f64::max);
    let server = Server::start()?;
    // Long enough for whatever a start leaves for later.
    thread::sleep(Duration::from_secs(1));
    let at_rest = server.resident()?;
    let token = server.told("accessToken")?;
    for object in ["Account", "Contact", "User"] {
        let path = format!("/services/data/v59.0/sobjects/{object}/describe");
        once(server.address, &request("GET", &path, token, ""))?;
    }
    let used = server.resident()?;
    let size = std::fs::metadata(BINARY)?.len() as f64 / 1e6;
    table::print(
        &format!("{STARTS} starts with the default seed, in memory"),
        &["what", "figure"],
        &[
            vec!["process start to first answer, median".to_owned(), format!("{:.1} ms", median(starts))],
            vec!["the slowest".to_owned(), format!("{slowest:.1} ms")],
            vec!["resident memory at rest".to_owned(), format!("{at_rest:.1} MiB")],
            vec!["after describing Account, Contact and User".to_owned(), format!("{used:.1} MiB")],
            vec!["binary".to_owned(), format!("{size:.1} MB")],
        ],
    );
    Ok(())
}

/// Milliseconds from starting the process to having the version list.
fn start(folder: &Path) -> Result<f64, Failure> {
    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let start = Instant::now();
    let server = Command::new(BINARY)
        .args(["serve", "--log", "error", "--port", &port.to_string()])
        .env("FAUXFORCE_CA_DIR", folder)
        .current_dir(folder)
        .stdout(Stdio::null())
        .spawn()?;
    let _server = Ended(server);
    while TcpStream::connect(address).is_err() {
        if start.elapsed() > Duration::from_secs(30) {
            return Err("the server does not listen".into());
        }
        thread::sleep(Duration::from_micros(100));
    }
    let response = once(address, &request("GET", "/services/data", "", ""))?;
    match response.status {
        200 => Ok(start.elapsed().as_secs_f64() * 1e3),
        status => Err(format!("the version list answers {status}").into()),
    }
}

/// Ends a process when dropped.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}
