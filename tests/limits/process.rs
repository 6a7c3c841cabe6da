//! The command in a process of its own, whose memory can be measured.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use tempfile::TempDir;

/// A server, killed when the test is over.
pub struct Process {
    child: Child,
    _home: TempDir,
    pub token: String,
    port: u16,
}

impl Process {
    pub fn start() -> Process {
        let home = tempfile::tempdir().expect("a directory");
        let ready_file = home.path().join("ready.json");
        let mut command = Command::new(env!("CARGO_BIN_EXE_fauxforce"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("FAUXFORCE_")) {
            command.env_remove(name);
        }
        command
            .env("XDG_DATA_HOME", home.path())
            .args(["serve", "--port", "0", "--deterministic", "--ready-file"])
            .arg(&ready_file)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().expect("a process");
        let mut banner = String::new();
        let mut lines = BufReader::new(child.stdout.take().expect("standard output"));
        while !banner.ends_with("Ctrl-C ends it.\n") {
            assert!(lines.read_line(&mut banner).expect("a line") > 0, "it ended: {banner}");
        }
        let ready: Value =
            serde_json::from_str(&fs::read_to_string(&ready_file).expect("a ready file")).expect("JSON");
        let url = ready["url"].as_str().expect("a URL");
        let port = url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
        let token = ready["accessToken"].as_str().expect("a token").to_owned();
        Process { child, _home: home, token, port }
    }

    /// The most memory that the process has ever had, in MB.
    #[cfg(target_os = "linux")]
    pub fn peak(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(120))).expect("a timeout");
        stream
    }

    /// Sends a head (without the blank line) and a body; gives the status and the answer's body.
    pub fn send(&self, head: &str, body: &[u8]) -> (u16, String) {
        let mut stream = self.connect();
        let head = format!("{head}\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("a head");
        stream.write_all(body).expect("a body");
        answer(&mut stream)
    }

    /// Posts a gzipped body, with the session in a header if there is to be one.
    pub fn post_gzipped(
        &self,
        path: &str,
        media_type: &str,
        session: Option<&str>,
        body: &[u8],
    ) -> (u16, String) {
        let session = session
            .map(|token| format!("Authorization: Bearer {token}\r\nX-SFDC-Session: {token}\r\n"))
            .unwrap_or_default();
        let head = format!(
            "POST {path} HTTP/1.1\r\n{session}SOAPAction: \"\"\r\nContent-Encoding: gzip\r\nContent-Type: {media_type}\r\n\
             Content-Length: {}",
            body.len()
        );
        self.send(&head, body)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Status and body of what comes until the server closes.
pub fn answer(stream: &mut TcpStream) -> (u16, String) {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    let answer = String::from_utf8(answer).expect("text");
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    (status.unwrap_or_else(|| panic!("no status: {answer}")), body.to_owned())
}

/// A beginning, a piece so many times, and an end, gzipped.
pub fn gzipped(begin: &str, piece: &str, times: usize, end: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    let pieces = piece.repeat(1000);
    gzip.write_all(begin.as_bytes()).expect("gzip");
    for _ in 0..times / 1000 {
        gzip.write_all(pieces.as_bytes()).expect("gzip");
    }
    gzip.write_all(end.as_bytes()).expect("gzip");
    gzip.finish().expect("gzip")
}
