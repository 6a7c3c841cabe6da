//! Many mixed calls over one file: the memory in the end is not much more than after the first of them, for what grows with
//! the number of calls are rows, and those are in the file.

use std::time::Instant;

use crate::Failure;
use crate::load::{Client, request};
use crate::server::Server;

/// Calls, unless the command line has another number.
const CALLS: usize = 1_000_000;
/// Calls before memory is looked at first: caches are full and the allocator has what it needs.
const WARM_UP: usize = 20_000;
/// MiB by which the resident memory may grow.
const MOST: f64 = 20.0;
/// Rows that a query has whose pages are not all read.
const CONTACTS: usize = 2001;

/// Runs as many calls as the command line says.
pub fn run() -> Result<(), Failure> {
    let calls = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(CALLS);
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("soak.db");
    let server = Server::start_with(&["--db".as_ref(), file.as_os_str()])?;
    let mut client = Client::open(server.address)?;
    let token = server.told("accessToken")?.to_owned();
    let user = server.id("SELECT Id FROM User WHERE Username = 'admin@fauxforce.test'")?;
    let mut send = |number: usize, (method, path, token, body): (&str, &str, &str, &str), status: u16| {
        let response = client.exchange(&request(method, path, token, body))?;
        if response.status == status {
            return Ok(());
        }
        let body = String::from_utf8_lossy(response.body());
        Err::<(), Failure>(
            format!("call {number}, {path}: {} instead of {status}: {body}", response.status).into(),
        )
    };
    for first in (0..CONTACTS).step_by(200) {
        let names = first..CONTACTS.min(first + 200);
        let record = |number| format!(r#"{{"attributes":{{"type":"Contact"}},"LastName":"Doe {number}"}}"#);
        let body = format!(r#"{{"records":[{}]}}"#, names.map(record).collect::<Vec<_>>().join(","));
        send(first, ("POST", "/services/data/v62.0/composite/sobjects", &token, &body), 200)?;
    }
    let mut one = |number: usize| match number % 16 {
        0 => send(number, ("POST", "/services/oauth2/token", "", LOGIN), 200),
        1 => send(number, ("POST", "/services/oauth2/token", "", DEVICE), 200),
        2 => send(number, ("POST", "/services/oauth2/singleaccess", &token, ""), 200),
        3 => send(number, ("POST", "/services/data/v62.0/jobs/ingest", &token, JOB), 200),
        4 => {
            let path = format!("/services/data/v62.0/sobjects/User/{user}/password");
            send(number, ("DELETE", &path, &token, ""), 200)
        }
        5 => {
            let letters: String = number.to_string().bytes().map(|digit| char::from(digit + b'1')).collect();
            send(number, ("GET", &format!("/secur/nothing-{letters}"), "", ""), 404)
        }
        6 if number % 256 == 6 => {
            send(number, ("GET", "/services/data/v62.0/query?q=SELECT+Id,Name+FROM+Contact", &token, ""), 200)
        }
        7 => {
            let query = format!("/services/data/v62.0/query?q=SELECT+Name+FROM+User+WHERE+Alias='a{number}'");
            send(number, ("GET", &query, &token, ""), 200)
        }
        _ => send(number, ("GET", &format!("/services/data/v62.0/sobjects/User/{user}"), &token, ""), 200),
    };
    (0..WARM_UP).try_for_each(&mut one)?;
    let (before, rows) = (server.resident()?, std::fs::metadata(&file)?.len());
    let start = Instant::now();
    (WARM_UP..WARM_UP + calls).try_for_each(&mut one)?;
    let growth = server.resident()? - before;
    let rows = std::fs::metadata(&file)?.len().saturating_sub(rows) as f64 / f64::from(1 << 20);
    let rate = calls as f64 / start.elapsed().as_secs_f64();
    println!("\nsoak: {calls} mixed calls, {rate:.0} a second");
    println!("resident memory: {before:.1} MiB before, {growth:+.1} MiB; the file: {rows:+.1} MiB of rows");
    if growth > MOST {
        return Err(format!("memory has grown by {growth:.1} MiB, more than {MOST}").into());
    }
    Ok(())
}

const LOGIN: &str = "client_id=fauxforce-client-id&client_secret=fauxforce-client-secret&grant_type=password\
                     &username=integration@fauxforce.test&password=fauxforce1";
const DEVICE: &str = "response_type=device_code&client_id=PlatformCLI&scope=api";
const JOB: &str = r#"{"object":"Contact","operation":"insert","lineEnding":"LF"}"#;
