//! What a world costs: made by the API and by the library, put back, kept.

use std::time::Instant;

use fauxforce::Server as InProcess;

use crate::load::{Client, request};
use crate::server::Server;
use crate::{Failure, median, table};

/// Worlds that are made one after the other.
const WORLDS: usize = 1001;
const LARGE: usize = 100_000;
const LARGE_FORKS: usize = 11;

pub fn run() -> Result<(), Failure> {
    let mut rows = small()?;
    rows.extend(large()?);
    table::print("Worlds", &["what", "figure"], &rows);
    Ok(())
}

fn small() -> Result<Vec<Vec<String>>, Failure> {
    let server = Server::start()?;
    let mut client = Client::open(server.address)?;
    let path = "/_fauxforce/worlds";
    // The first one has to make the snapshot.
    client.exchange(&request("POST", path, "", ""))?;
    let before = server.resident()?;
    let (mut forks, mut firsts) = (Vec::new(), Vec::new());
    for number in 0..WORLDS {
        let begun = Instant::now();
        let made = client.exchange(&request("POST", path, "", ""))?;
        forks.push(begun.elapsed().as_secs_f64() * 1e3);
        if number % 10 == 0 {
            let facts: serde_json::Value = serde_json::from_slice(made.body())?;
            let port = facts["url"].as_str().and_then(|url| url.rsplit(':').next()?.parse().ok());
            let port: u16 = port.ok_or("the world has no port")?;
            let mut own = Client::open(([127, 0, 0, 1], port).into())?;
            let query = "/services/data/v59.0/query?q=SELECT+Id,Name+FROM+User+LIMIT+5";
            let begun = Instant::now();
            own.exchange(&request("GET", query, server.told("accessToken")?, ""))?;
            firsts.push(begun.elapsed().as_secs_f64() * 1e3);
        }
    }
    let memory = (server.resident()? - before) / WORLDS as f64;
    let mut resets = Vec::new();
    for _ in 0..WORLDS {
        let begun = Instant::now();
        client.exchange(&request("POST", "/_fauxforce/reset", "", ""))?;
        resets.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    let library = InProcess::builder().without_https().start()?;
    let main = library.main();
    let mut in_process = Vec::new();
    for _ in 0..WORLDS {
        let begun = Instant::now();
        let world = main.fork()?;
        in_process.push(begun.elapsed().as_secs_f64() * 1e3);
        drop(world);
    }
    let row = |what: &str, figure: String| vec![what.to_owned(), figure];
    let figure = |values: Vec<f64>| format!("{:.2} ms", median(values));
    Ok(vec![
        row(&format!("fork by the API, with a port, median of {WORLDS}"), figure(forks)),
        row("the first query of a fork", figure(firsts)),
        row("reset by the API", figure(resets)),
        row("fork by the library, with a port", figure(in_process)),
        row(&format!("memory of a world, {WORLDS} at once"), format!("{memory:.2} MiB")),
    ])
}

/// Forks of an org with 100,000 records.
fn large() -> Result<Vec<Vec<String>>, Failure> {
    let server = Server::start()?;
    let mut client = Client::open(server.address)?;
    let token = server.told("accessToken")?.to_owned();
    for list in 0..LARGE / 200 {
        let records: Vec<_> = (0..200)
            .map(|number| {
                let name = format!("Account {list} {number}");
                serde_json::json!({"attributes": {"type": "Account"}, "Name": name})
            })
            .collect();
        let body = serde_json::json!({ "records": records }).to_string();
        client.exchange(&request("POST", "/services/data/v59.0/composite/sobjects", &token, &body))?;
    }
    let (mut first, mut more) = (Vec::new(), Vec::new());
    for _ in 0..LARGE_FORKS {
        // A call in between: what was copied before does not do.
        client.exchange(&request("GET", "/services/data/v59.0/limits", &token, ""))?;
        for times in [&mut first, &mut more] {
            let begun = Instant::now();
            let made = client.exchange(&request("POST", "/_fauxforce/worlds", "", ""))?;
            times.push(begun.elapsed().as_secs_f64() * 1e3);
            let facts: serde_json::Value = serde_json::from_slice(made.body())?;
            let path =
                format!("/_fauxforce/worlds/{}", facts["name"].as_str().ok_or("the world has no name")?);
            client.exchange(&request("DELETE", &path, "", ""))?;
        }
    }
    let figure = |values: Vec<f64>| format!("{:.1} ms", median(values));
    Ok(vec![
        vec![format!("fork of {LARGE} records that have changed, median of {LARGE_FORKS}"), figure(first)],
        vec!["another fork of them".to_owned(), figure(more)],
    ])
}
