//! `create()` of 200 contacts in one SOAP call, beside rusqlite alone with the same rows in one transaction.

use std::time::Instant;

use crate::load::Client;
use crate::raw::Table;
use crate::server::Server;
use crate::{Failure, median, table};

/// As many records as a call may have.
const RECORDS: usize = 200;
const CALLS: usize = 51;
/// How often rusqlite alone does the same.
const ROUNDS: usize = 5;
const PATH: &str = "/services/Soap/u/59.0";

pub fn run() -> Result<(), Failure> {
    let server = Server::start()?;
    let account = server.id("SELECT Id FROM Account WHERE Name = 'Acme Customers'")?;
    let token = server.told("accessToken")?;
    let mut client = Client::open(server.address)?;
    let mut calls = Vec::with_capacity(CALLS);
    for call in 0..CALLS {
        let bytes = posted(&envelope(token, &account, call));
        let start = Instant::now();
        let response = client.exchange(&bytes)?;
        calls.push(start.elapsed().as_secs_f64());
        let saved = String::from_utf8_lossy(response.body()).matches("<success>true").count();
        if saved != RECORDS {
            return Err(
                format!("only {saved} were saved: {}", String::from_utf8_lossy(response.body())).into()
            );
        }
    }
    let each = RECORDS * CALLS;
    let mut raw = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        raw.push(Table::of_contacts()?.insert(each, RECORDS, |column, number| match column {
            "Id" => Some(format!("003Ff0{number:09}AAA")),
            "LastName" | "Name" => Some(format!("Bench{number}")),
            "Email" => Some(format!("bench{number}@acme.example")),
            "External_Id__c" => Some(format!("bench-{number}")),
            _ => None,
        })?);
    }
    let ours = RECORDS as f64 / median(calls);
    let theirs = median(raw.iter().map(|raw| each as f64 / raw.elapsed.as_secs_f64()).collect());
    let size = median(raw.iter().map(|raw| raw.size).collect());
    let row =
        [format!("{ours:.0}"), format!("{theirs:.0}"), format!("{:.2}", ours / theirs), format!("{size:.1}")];
    let title = format!("SOAP create() of {RECORDS} contacts; median of {CALLS} calls");
    table::print(&title, &["rows/s", "rusqlite alone, rows/s", "ratio", "its rows, MiB"], &[row.to_vec()]);
    Ok(())
}

fn envelope(token: &str, account: &str, call: usize) -> String {
    let records = (0..RECORDS).map(|place| {
        let number = call * RECORDS + place;
        format!(
            "<sObjects><s:type>Contact</s:type><s:LastName>Bench{number}</s:LastName><s:FirstName>Bob</s:FirstName>\
             <s:Email>bench{number}@acme.example</s:Email><s:Phone>+1 555 0100</s:Phone><s:Title>Tester</s:Title>\
             <s:AccountId>{account}</s:AccountId><s:External_Id__c>bench-{number}</s:External_Id__c></sObjects>"
        )
    });
    format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"urn:partner.soap.sforce.com\" \
         xmlns:s=\"urn:sobject.partner.soap.sforce.com\"><e:Header><SessionHeader><sessionId>{token}</sessionId>\
         </SessionHeader></e:Header><e:Body><create>{}</create></e:Body></e:Envelope>",
        records.collect::<String>()
    )
}

fn posted(envelope: &str) -> Vec<u8> {
    let length = envelope.len();
    format!(
        "POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml; charset=UTF-8\r\nSOAPAction: \"\"\r\n\
         Content-Length: {length}\r\n\r\n{envelope}"
    )
    .into_bytes()
}
