//! Requests per second and processor time of the server, beside a bare hyper server that sends the same bytes.

use std::sync::Arc;
use std::time::Duration;

use crate::bare::Bare;
use crate::load::{self, Run, request};
use crate::server::Server;
use crate::{Failure, median, table};

const CONNECTIONS: usize = 16;
const REQUESTS: usize = 20_000;
const ROUNDS: usize = 5;
const ACCOUNTS: usize = 2_000;
const DESCRIBES: usize = 200;
/// Bare answers and users created in a round.
const ANSWERS: usize = 10_000;
const USERS: usize = 1_000;
/// About what the creation of a user takes.
const BUSY: Duration = Duration::from_micros(60);

pub fn run() -> Result<(), Failure> {
    let server = Server::start()?;
    let account = server.id("SELECT Id FROM Account WHERE Name = 'Acme Customers'")?;
    let admin = server.id("SELECT Id FROM User WHERE Username = 'admin@fauxforce.test'")?;
    let accounts = accounts(&server)?;
    let rows = [
        records_by_id(&server, "Account", "Account", std::slice::from_ref(&account))?,
        records_by_id(&server, "Account, each another one", "Account", &accounts)?,
        records_by_id(&server, "User", "User", &[admin])?,
    ];
    let head = ["GET by id", "bytes", "bare req/s", "req/s", "ratio", "bare p99 µs", "p99 µs"];
    table::print(&format!("{CONNECTIONS} connections, medians of {ROUNDS} rounds"), &head, &rows);
    describe(&server)?;
    create_user()
}

/// Describes, on one connection: the largest answers there are.
fn describe(server: &Server) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for (name, path) in [("User", "/User/describe"), ("Account", "/Account/describe"), ("all objects", "")] {
        let path = format!("/services/data/v59.0/sobjects{path}");
        let get = request("GET", &path, server.told("accessToken")?, "");
        let bytes = load::once(server.address, &get)?.body().len();
        let run = load::run(server.address, 1, DESCRIBES, 200, move |_| get.clone())?;
        rows.push(vec![name.to_owned(), bytes.to_string(), format!("{:.2}", run.percentile(0.5) / 1e3)]);
    }
    table::print("Describe, after the first one", &["of", "bytes", "median ms"], &rows);
    Ok(())
}

/// More accounts than the server remembers.
fn accounts(server: &Server) -> Result<Vec<String>, Failure> {
    let token = server.told("accessToken")?;
    for call in 0..ACCOUNTS / 200 {
        let record = |place: usize| {
            let number = call * 200 + place;
            serde_json::json!({
                "attributes": {"type": "Account"}, "Name": format!("Bench {number}"), "AccountNumber": format!("B-{number}"),
                "Phone": "+1 555 0100", "Website": "https://acme.example", "Industry": "Banking", "BillingCity": "Berlin",
                "External_Id__c": format!("bench-{number}"),
            })
        };
        let body = serde_json::json!({"records": (0..200).map(record).collect::<Vec<_>>()}).to_string();
        let answer = load::once(
            server.address,
            &request("POST", "/services/data/v59.0/composite/sobjects", token, &body),
        )?;
        if answer.status != 200 {
            return Err(String::from_utf8_lossy(answer.body()).into());
        }
    }
    server.ids(&format!("SELECT Id FROM Account WHERE Name LIKE 'Bench %' LIMIT {ACCOUNTS}"))
}

/// Reads these records in turn.
fn records_by_id(server: &Server, what: &str, object: &str, ids: &[String]) -> Result<Vec<String>, Failure> {
    let token = server.told("accessToken")?;
    let get =
        |id: &String| request("GET", &format!("/services/data/v59.0/sobjects/{object}/{id}"), token, "");
    let gets: Arc<[_]> = ids.iter().map(get).collect();
    let answer = load::once(server.address, gets.first().ok_or("there is no such record")?)?;
    let bare = Bare::start(&answer)?;
    let mut runs: [Vec<Run>; 2] = Default::default();
    for _ in 0..ROUNDS {
        for (address, runs) in [bare.address, server.address].into_iter().zip(&mut runs) {
            let gets = gets.clone();
            let request = move |number: usize| gets[number % gets.len()].clone();
            runs.push(load::run(address, CONNECTIONS, REQUESTS, 200, request)?);
        }
    }
    let [bare_rate, rate] = runs.each_ref().map(|runs| median(runs.iter().map(Run::per_second).collect()));
    let [bare_p99, p99] =
        runs.each_ref().map(|runs| median(runs.iter().map(|r| r.percentile(0.99)).collect()));
    Ok(vec![
        what.to_owned(),
        answer.body().len().to_string(),
        format!("{bare_rate:.0}"),
        format!("{rate:.0}"),
        format!("{:.2}", rate / bare_rate),
        format!("{bare_p99:.0}"),
        format!("{p99:.0}"),
    ])
}

/// Creates users, and compares the processor time of the server for one with that of a bare answer. A bare server at full
/// load never wakes a client, for each has its next answer before it can sleep; one that is as busy as ours does, as ours.
fn create_user() -> Result<(), Failure> {
    let server = Server::start_with_seats(2 * ROUNDS * USERS)?;
    let account = server.id("SELECT Id FROM Account WHERE Name = 'Acme Customers'")?;
    let profile = server.id("SELECT Id FROM Profile WHERE Name = 'Standard User'")?;
    let token = server.told("accessToken")?.to_owned();
    let get = request("GET", &format!("/services/data/v59.0/sobjects/Account/{account}"), &token, "");
    let answer = load::once(server.address, &get)?;
    let (full, busy) = (Bare::start(&answer)?, Bare::start_busy(&answer, BUSY)?);
    let bare_answer = |bare: &Bare, busy: Duration| -> Result<f64, Failure> {
        let before = bare.cpu()?;
        let get = get.clone();
        load::run(bare.address, CONNECTIONS, ANSWERS, 200, move |_| get.clone())?;
        Ok(((bare.cpu()? - before).as_secs_f64() / ANSWERS as f64 - busy.as_secs_f64()) * 1e6)
    };
    let (mut creates, mut rates) = (Vec::new(), Vec::new());
    let mut answers: [Vec<f64>; 2] = Default::default();
    for round in 0..ROUNDS {
        answers[0].push(bare_answer(&full, Duration::ZERO)?);
        answers[1].push(bare_answer(&busy, BUSY)?);
        let (token, profile) = (token.clone(), profile.clone());
        let before = server.cpu()?;
        let run = load::run(server.address, CONNECTIONS, USERS, 201, move |number| {
            let body = user(round * USERS + number, &profile);
            request("POST", "/services/data/v59.0/sobjects/User", &token, &body)
        })?;
        creates.push((server.cpu()? - before).as_secs_f64() * 1e6 / USERS as f64);
        rates.push(run.per_second());
    }
    let names = ["at full load", "as busy as ours"];
    let rows = names.into_iter().zip(answers).map(|(name, answers)| {
        let ratio = median(creates.iter().zip(&answers).map(|(create, answer)| create / answer).collect());
        vec![
            name.to_owned(),
            format!("{:.1}", median(creates.clone())),
            format!("{:.1}", median(answers)),
            format!("{ratio:.1}"),
            format!("{:.0}", median(rates.clone())),
        ]
    });
    let head = ["bare server", "create of a User µs", "bare answer µs", "ratio", "creates/s"];
    table::print("Server processor time", &head, &rows.collect::<Vec<_>>());
    Ok(())
}

fn user(number: usize, profile: &str) -> String {
    serde_json::json!({
        "Username": format!("bench{number}@acme.example"),
        "LastName": format!("Bench{number}"),
        "Email": format!("bench{number}@acme.example"),
        "Alias": format!("b{number}"),
        "CommunityNickname": format!("bench{number}"),
        "TimeZoneSidKey": "Europe/Berlin",
        "LocaleSidKey": "de_DE",
        "EmailEncodingKey": "UTF-8",
        "LanguageLocaleKey": "de",
        "ProfileId": profile,
    })
    .to_string()
}
