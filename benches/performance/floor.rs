//! The least that a SAML login can cost: parsing the message, canonicalizing what is signed and one RSA-2048
//! verification by the library that the emulator uses, and writing the rows that the login writes with bare SQL. And
//! logins, in this process too: neither takes anything from a socket.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bergshamra::dsig::verify::verify_all_document_with_source;
use bergshamra::keys::{Key, KeysManager, loader};
use bergshamra::xml::uppsala::Parser;
use bergshamra::{DsigContext, VerifyResult};
use fauxforce::app::App;
use fauxforce::message::header::{CONTENT_TYPE, HOST};
use fauxforce::message::{HeaderValue, Method, Request, StatusCode};
use fauxforce::model::fault::Fault;
use fauxforce::model::id::Id;
use fauxforce::org::{Environment, Mail};
use fauxforce::seed::Seed;
use fauxforce::store::Store;
use fauxforce::world::{Clock, Random, World};
use rusqlite::params_from_iter;
use rusqlite::types::Value;
use x509_cert::der::{Decode as _, Encode as _};

use crate::saml::{End, Who, form};
use crate::{Failure, process, table};

/// Logins in this process, one after the other, and what they could cost at least.
pub struct Floor<'a> {
    pub end: &'a End,
    emulator: Emulator,
    /// A message that is verified again and again.
    xml: String,
    key: Key,
    writes: Vec<Write>,
}

/// Processor time in microseconds.
pub struct Round {
    /// Parsing, canonicalizing and verifying a message by the library.
    pub signature: f64,
    /// The bare inserts and updates.
    pub rows: f64,
    /// A login, from the request to the redirect.
    pub login: f64,
}

impl Round {
    pub fn floor(&self) -> f64 {
        self.signature + self.rows
    }
}

impl Floor<'_> {
    /// Of a login after another at the same place.
    pub fn of<'a>(end: &'a End, first: &Who, login: &Who) -> Result<Floor<'a>, Failure> {
        let (subject, attributes) = login;
        let xml = end.response(subject, attributes, NOW)?;
        let emulator = emulator()?;
        let writes = emulator.writes_of(end, first, login)?;
        let der = STANDARD.decode(end.signer.certificate.base64())?;
        let certificate = x509_cert::Certificate::from_der(&der)?;
        let key = loader::load_spki_der(&certificate.tbs_certificate().subject_public_key_info().to_der()?)?;
        Ok(Floor { end, emulator, xml, key, writes })
    }

    /// Does each part so often; the last so often as `logins` says.
    pub fn round(&self, times: usize, logins: usize, who: &dyn Fn() -> Who) -> Result<Round, Failure> {
        Ok(Round {
            signature: self.library_verifies(times)?,
            rows: self.emulator.rows_cost(&self.writes, times)?,
            login: self.logins(logins, who)?,
        })
    }

    fn logins(&self, times: usize, who: &dyn Fn() -> Who) -> Result<f64, Failure> {
        let requests: Result<Vec<_>, Failure> =
            (0..=times).map(|_| self.emulator.request(self.end, &who())).collect();
        let requests = requests?;
        let cost = cost(times, |number| {
            let response = self.emulator.app.respond(requests[number].clone());
            match response.status {
                StatusCode::FOUND => Ok(()),
                status => Err(format!("a login in this process is answered {status}").into()),
            }
        })?;
        self.emulator.last_is_a_success()?;
        Ok(cost)
    }

    /// What the library needs for a message, from its text to the verdict.
    fn library_verifies(&self, times: usize) -> Result<f64, Failure> {
        cost(times, |_| {
            let mut keys = KeysManager::new();
            keys.add_key(self.key.clone());
            let tree = Parser::new().parse(&self.xml)?;
            let results = verify_all_document_with_source(&DsigContext::new(keys), &tree, Some(&self.xml))?;
            match results.first() {
                Some(VerifyResult::Valid { .. }) => Ok(()),
                _ => Err("the library does not believe the signature".into()),
            }
        })
    }
}

/// The moment that the in-process emulator begins at.
const NOW: i64 = 1_767_225_600_000;

/// Processor time of this process for one of `times` runs, in microseconds.
fn cost(times: usize, mut work: impl FnMut(usize) -> Result<(), Failure>) -> Result<f64, Failure> {
    let now = || -> Result<Duration, Failure> {
        // Else the system counts whole ticks only of what is running.
        thread::yield_now();
        process::cpu(std::process::id()).ok_or_else(|| "the system does not tell processor times".into())
    };
    // What is done for the first time only is no part of it.
    work(0)?;
    let before = now()?;
    for number in 1..=times {
        work(number)?;
    }
    Ok((now()? - before).as_secs_f64() * 1e6 / times as f64)
}

/// One row that a login writes.
struct Write {
    table: String,
    /// The id of the row that changes; none for a new one.
    id: Option<String>,
    columns: Vec<(String, Value)>,
}

/// An emulator in this process, to see which rows a login writes.
struct Emulator {
    world: Arc<World>,
    app: App,
}

/// The world that its seed is loaded in.
struct Beginning(Cell<u8>);

impl Environment for Beginning {
    fn now(&self) -> i64 {
        NOW
    }

    fn username_taken_elsewhere(&self, _: &str) -> Result<bool, Fault> {
        Ok(false)
    }

    fn post(&self, _: Mail) {}

    fn random(&self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0.set(self.0.get().wrapping_add(97));
            *byte = self.0.get();
        }
    }
}

type Row = BTreeMap<String, Value>;

fn emulator() -> Result<Emulator, Failure> {
    let org = Seed::built_in().load(&Beginning(Cell::new(0)), Id::numbered("00D", 1), Store::in_memory()?)?;
    let world = Arc::new(World::new(vec![org], Clock::deterministic(), Random::deterministic()));
    Ok(Emulator { app: App::new(world.clone()), world })
}

impl Emulator {
    /// What the second of two logins writes.
    fn writes_of(&self, end: &End, first: &Who, login: &Who) -> Result<Vec<Write>, Failure> {
        self.log_in(end, first)?;
        let before = self.tables()?;
        self.log_in(end, login)?;
        let mut writes = Vec::new();
        for (table, rows) in self.tables()? {
            for (id, row) in rows {
                let known = before.get(&table).and_then(|rows| rows.get(&id));
                let is_written = |(column, value): &(&String, &Value)| match known {
                    Some(known) => known.get(*column) != Some(*value),
                    None => **value != Value::Null,
                };
                let columns: Vec<_> = row
                    .iter()
                    .filter(is_written)
                    .map(|(name, value)| (name.clone(), value.clone()))
                    .collect();
                if !columns.is_empty() {
                    writes.push(Write { table: table.clone(), id: known.map(|_| id), columns });
                }
            }
        }
        Ok(writes)
    }

    fn log_in(&self, end: &End, who: &Who) -> Result<(), Failure> {
        self.app.respond(self.request(end, who)?);
        self.last_is_a_success()
    }

    /// The post of a signed Response, as a browser sends it.
    fn request(&self, end: &End, (subject, attributes): &Who) -> Result<Request, Failure> {
        let now = self.world.lock().clock.now();
        let mut request = Request::new(Method::POST, end.target().parse()?);
        request.headers.insert(HOST, HeaderValue::from_str(end.host())?);
        request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        request.body = form(&end.response(subject, attributes, now)?).into();
        Ok(request)
    }

    fn last_is_a_success(&self) -> Result<(), Failure> {
        let login = self.world.lock().logins.all().into_iter().next().ok_or("no login in this process")?;
        if login.status == "Success" {
            return Ok(());
        }
        let why = login.trace.steps.iter().find(|step| !step.ok).map(|step| step.text().into_owned());
        Err(format!("the login in this process ended with {}: {}", login.status, why.unwrap_or_default())
            .into())
    }

    /// All rows with an id, by table and id.
    fn tables(&self) -> Result<BTreeMap<String, BTreeMap<String, Row>>, Failure> {
        let state = self.world.lock();
        let store = &state.orgs[0].store;
        let names =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'";
        let names = store.rows(names, [], |row| row.get::<_, String>(0))?;
        let mut tables = BTreeMap::new();
        for name in names {
            let columns = store.columns(&name)?;
            let rows = store.rows(&format!("SELECT * FROM \"{name}\""), [], |row| {
                let values = columns.iter().enumerate();
                values
                    .map(|(at, column)| Ok((column.clone(), row.get(at)?)))
                    .collect::<rusqlite::Result<Row>>()
            })?;
            let by_id = rows.into_iter().filter_map(|row| match row.get("Id") {
                Some(Value::Text(id)) => Some((id.clone(), row)),
                _ => None,
            });
            tables.insert(name, by_id.collect());
        }
        Ok(tables)
    }

    /// Writes the rows again and again, new ones under new ids, in a copy of the database.
    fn rows_cost(&self, writes: &[Write], times: usize) -> Result<f64, Failure> {
        let store = self.world.lock().orgs[0].store.copy()?;
        let statements: Vec<String> = writes.iter().map(Write::sql).collect();
        cost(times, |number| {
            store.savepoint(|| {
                for (place, (write, sql)) in writes.iter().zip(&statements).enumerate() {
                    store.execute(sql, params_from_iter(write.values(number * writes.len() + place)))?;
                }
                Ok(())
            })
        })
    }
}

impl Write {
    fn sql(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        match self.id {
            None => {
                let marks = vec!["?"; names.len()].join(", ");
                format!("INSERT INTO \"{}\" ({}) VALUES ({marks})", self.table, names.join(", "))
            }
            Some(_) => {
                let set: Vec<String> = names.iter().map(|name| format!("{name} = ?")).collect();
                format!("UPDATE \"{}\" SET {} WHERE \"Id\" = ?", self.table, set.join(", "))
            }
        }
    }

    /// What to bind; a new row gets the id of this number.
    fn values(&self, number: usize) -> impl Iterator<Item = Value> + '_ {
        let values = self.columns.iter().map(move |(name, value)| match name.as_str() {
            "Id" => Value::Text(format!("{number:018}")),
            _ => value.clone(),
        });
        values.chain(self.id.clone().map(Value::Text))
    }
}

/// Says what the floor of a login writes.
pub fn print_rows(title: &str, floor: &Floor) {
    let rows: Vec<Vec<String>> = floor
        .writes
        .iter()
        .map(|write| {
            let how = if write.id.is_some() { "update" } else { "insert" };
            vec![write.table.clone(), how.to_owned(), write.columns.len().to_string()]
        })
        .collect();
    table::print(title, &["table", "write", "columns"], &rows);
}
