//! A Bulk API 2.0 load of a hundred thousand contacts, beside rusqlite alone with the same rows.

use std::fmt::Write as _;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::load::once;
use crate::raw::Table;
use crate::server::Server;
use crate::{Failure, median, table};

const CONTACTS: usize = 100_000;
const ROUNDS: usize = 3;
/// Records of a step of the job: the transactions of rusqlite are as large.
const STEP: usize = 200;
const JOBS: &str = "/services/data/v62.0/jobs/ingest";

/// One load.
struct Load {
    elapsed: Duration,
    /// Resident MiB: how much more than before, when it was most.
    growth: f64,
}

pub fn run() -> Result<(), Failure> {
    let loads = (0..ROUNDS).map(|_| load()).collect::<Result<Vec<_>, _>>()?;
    let raw = Table::insert_contacts(CONTACTS, STEP)?;
    let per_second = |elapsed: Duration| CONTACTS as f64 / elapsed.as_secs_f64();
    let ours = median(loads.iter().map(|load| per_second(load.elapsed)).collect());
    let growth = median(loads.iter().map(|load| load.growth).collect());
    let theirs = per_second(raw.elapsed);
    let title = format!("Bulk API 2.0: {CONTACTS} contacts, upload and all; median of {ROUNDS}");
    let head =
        ["rows/s", "rusqlite alone, rows/s", "ratio", "memory grows by MiB", "of that, the rows", "beyond"];
    let row = [
        format!("{ours:.0}"),
        format!("{theirs:.0}"),
        format!("{:.2}", ours / theirs),
        format!("{growth:.0}"),
        format!("{:.0}", raw.size),
        format!("{:.0}", growth - raw.size),
    ];
    table::print(&title, &head, &[row.to_vec()]);
    Ok(())
}

fn csv(account: &str) -> String {
    let mut csv = "LastName,FirstName,Email,Phone,Title,AccountId,External_Id__c\n".to_owned();
    for number in 0..CONTACTS {
        // Writing into a string does not fail.
        _ = writeln!(
            csv,
            "Bench{number},Bob,bench{number}@acme.example,+1 555 0100,Tester,{account},bench-{number}"
        );
    }
    csv
}

/// Loads the contacts into a new org.
fn load() -> Result<Load, Failure> {
    let server = Server::start()?;
    let account = server.id("SELECT Id FROM Account WHERE Name = 'Acme Customers'")?;
    let csv = csv(&account);
    let before = server.resident()?;
    let start = Instant::now();
    let made =
        ask(&server, "POST", JOBS, "application/json", r#"{"object":"Contact","operation":"insert"}"#)?;
    let job = format!("{JOBS}/{}", made["id"].as_str().ok_or_else(|| made.to_string())?);
    ask(&server, "PUT", &format!("{job}/batches"), "text/csv", &csv)?;
    ask(&server, "PATCH", &job, "application/json", r#"{"state":"UploadComplete"}"#)?;
    let mut most = server.resident()?;
    loop {
        thread::sleep(Duration::from_millis(5));
        most = most.max(server.resident()?);
        let info = ask(&server, "GET", &job, "application/json", "")?;
        match info["state"].as_str() {
            Some("UploadComplete" | "InProgress") => {}
            Some("JobComplete") if info["numberRecordsFailed"] == 0 => break,
            _ => return Err(format!("the job did not go well: {info}").into()),
        }
    }
    Ok(Load { elapsed: start.elapsed(), growth: most - before })
}

fn ask(server: &Server, method: &str, path: &str, kind: &str, body: &str) -> Result<Value, Failure> {
    let token = server.told("accessToken")?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: {kind}\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    let response = once(server.address, &[head.as_bytes(), body.as_bytes()].concat())?;
    if !(200..300).contains(&response.status) {
        return Err(format!("{method} {path}: {}", String::from_utf8_lossy(response.body())).into());
    }
    Ok(serde_json::from_slice(response.body()).unwrap_or_default())
}
