//! Deleting beside creating, by record: one by one, two hundred in a call, and as children of one record.

use serde_json::{Value, json};

use crate::load::{self, request};
use crate::server::Server;
use crate::{Failure, table};

const CONNECTIONS: usize = 16;
/// Records of the first two lines and of the smaller cascade.
const RECORDS: usize = 20_000;
const CASCADE: usize = 100_000;
/// Records of a call to the collections resource.
const CALL: usize = 200;
const API: &str = "/services/data/v62.0";

/// Processor time of the server, in microseconds a record.
struct Figures {
    create: f64,
    delete: f64,
}

pub fn run() -> Result<(), Failure> {
    let server = Server::start()?;
    let rows = [
        row("one by one", RECORDS, one_by_one(&server)?),
        row("200 in a call", RECORDS, collections(&server)?),
        row("with their account", RECORDS, cascade(&server, RECORDS)?),
        row("with their account", CASCADE, cascade(&server, CASCADE)?),
    ];
    let head = ["contacts", "number", "create, processor µs", "delete, processor µs", "ratio"];
    table::print("`delete`: deleting beside creating, by record", &head, &rows);
    Ok(())
}

fn row(name: &str, records: usize, Figures { create, delete }: Figures) -> Vec<String> {
    vec![
        name.to_owned(),
        records.to_string(),
        format!("{create:.1}"),
        format!("{delete:.1}"),
        format!("{:.2}", delete / create),
    ]
}

/// The processor time of the server for some work, by record.
fn measured(
    server: &Server,
    records: usize,
    work: impl FnOnce() -> Result<(), Failure>,
) -> Result<f64, Failure> {
    let before = server.cpu()?;
    work()?;
    Ok((server.cpu()? - before).as_secs_f64() * 1e6 / records as f64)
}

fn one_by_one(server: &Server) -> Result<Figures, Failure> {
    let token = server.told("accessToken")?.to_owned();
    let account = account(server, "one by one")?;
    let (by, of) = (token.clone(), account.clone());
    let create = measured(server, RECORDS, || {
        load::run(server.address, CONNECTIONS, RECORDS, 201, move |number| {
            request("POST", &format!("{API}/sobjects/Contact"), &by, &contact(&of, number).to_string())
        })
        .map(drop)
    })?;
    let ids = contacts(server, &account, RECORDS)?;
    let delete = measured(server, RECORDS, || {
        load::run(server.address, CONNECTIONS, RECORDS, 204, move |number| {
            let id = ids.get(number).map(String::as_str).unwrap_or_default();
            request("DELETE", &format!("{API}/sobjects/Contact/{id}"), &token, "")
        })
        .map(drop)
    })?;
    Ok(Figures { create, delete })
}

fn collections(server: &Server) -> Result<Figures, Failure> {
    let token = server.told("accessToken")?.to_owned();
    let account = account(server, "collections")?;
    let create = measured(server, RECORDS, || fill(server, &account, RECORDS))?;
    let ids = contacts(server, &account, RECORDS)?;
    let delete = measured(server, RECORDS, || {
        load::run(server.address, 1, RECORDS / CALL, 200, move |call| {
            let ids = ids.chunks(CALL).nth(call).map(|ids| ids.join(",")).unwrap_or_default();
            request("DELETE", &format!("{API}/composite/sobjects?ids={ids}"), &token, "")
        })
        .map(drop)
    })?;
    Ok(Figures { create, delete })
}

fn cascade(server: &Server, records: usize) -> Result<Figures, Failure> {
    let token = server.told("accessToken")?.to_owned();
    let account = account(server, &format!("cascade of {records}"))?;
    let create = measured(server, records, || fill(server, &account, records))?;
    let delete = measured(server, records, || {
        let path = format!("{API}/sobjects/Account/{account}");
        load::run(server.address, 1, 1, 204, move |_| request("DELETE", &path, &token, "")).map(drop)
    })?;
    Ok(Figures { create, delete })
}

fn account(server: &Server, name: &str) -> Result<String, Failure> {
    let body = json!({ "Name": name }).to_string();
    let path = format!("{API}/sobjects/Account");
    let response = load::once(server.address, &request("POST", &path, server.told("accessToken")?, &body))?;
    let made: Value = serde_json::from_slice(response.body())?;
    Ok(made["id"].as_str().ok_or_else(|| made.to_string())?.to_owned())
}

fn contact(account: &str, number: usize) -> Value {
    json!({
        "LastName": format!("Bench{number}"), "FirstName": "Bob", "Email": format!("bench{number}@acme.example"),
        "Phone": "+1 555 0100", "Title": "Tester", "AccountId": account,
    })
}

/// Creates contacts of an account, two hundred in a call.
fn fill(server: &Server, account: &str, records: usize) -> Result<(), Failure> {
    let (token, account) = (server.told("accessToken")?.to_owned(), account.to_owned());
    load::run(server.address, 1, records / CALL, 200, move |call| {
        let records = (0..CALL).map(|place| {
            let mut contact = contact(&account, call * CALL + place);
            contact["attributes"] = json!({ "type": "Contact" });
            contact
        });
        let body = json!({ "allOrNone": true, "records": records.collect::<Vec<_>>() });
        request("POST", &format!("{API}/composite/sobjects"), &token, &body.to_string())
    })
    .map(drop)
}

/// The ids of the contacts of an account.
fn contacts(server: &Server, account: &str, records: usize) -> Result<Vec<String>, Failure> {
    let mut ids: Vec<String> = Vec::with_capacity(records);
    while ids.len() < records {
        let last = ids.last().cloned().unwrap_or_else(|| "000000000000000AAA".to_owned());
        let page = server.ids(&format!(
            "SELECT Id FROM Contact WHERE AccountId = '{account}' AND Id > '{last}' ORDER BY Id LIMIT 2000"
        ))?;
        if page.is_empty() {
            return Err(format!("only {} of {records} contacts are there", ids.len()).into());
        }
        ids.extend(page);
    }
    Ok(ids)
}
