//! `create()` of 200 contacts in one SOAP call, beside rusqlite alone with the same rows in one transaction.

use std::time::Instant;

use crate::load::Client;
use crate::raw::Table;
use crate::server::Server;
use crate::{Failure, median, table};

/// As many records as a call may have.
const RECORDS: usize = 200;
/// One beside the other, since the machine may be faster in one minute than in the next.
const ROUNDS: usize = 5;
const CALLS: usize = 10;
const PATH: &str = "/services/Soap/u/59.0";

pub fn run() -> Result<(), Failure> {
    let server = Server::start()?;
    let account = server.id("SELECT Id FROM Account WHERE Name = 'Acme Customers'")?;
    let token = server.told("accessToken")?;
    let mut client = Client::open(server.address)?;
    let (mut ours, mut theirs, mut sizes) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let mut calls = Vec::with_capacity(CALLS);
        for call in 0..CALLS {
            let bytes = posted(&envelope(token, &account, round * CALLS + call));
            let start = Instant::now();
            let response = client.exchange(&bytes)?;
            calls.push(start.elapsed().as_secs_f64());
            let body = String::from_utf8_lossy(response.body());
            let saved = body.matches("<success>true").count();
            if saved != RECORDS {
                return Err(format!("only {saved} were saved: {body}").into());
            }
        }
        ours.push(RECORDS as f64 / median(calls));
        let rows = RECORDS * CALLS * ROUNDS;
        let raw = Table::insert_contacts(rows, RECORDS)?;
        theirs.push(rows as f64 / raw.elapsed.as_secs_f64());
        sizes.push(raw.size);
    }
    let ratio = median(ours.iter().zip(&theirs).map(|(ours, theirs)| ours / theirs).collect());
    let row = [
        format!("{:.0}", median(ours)),
        format!("{:.0}", median(theirs)),
        format!("{ratio:.2}"),
        format!("{:.1}", median(sizes)),
    ];
    let title = format!("SOAP create() of {RECORDS} contacts; medians of {ROUNDS} rounds of {CALLS} calls");
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
