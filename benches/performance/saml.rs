//! What a SAML login costs, beside the least it could cost.

use std::cell::Cell;
use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fauxforce::assertion::issue::{self, Signer, Statement};

use crate::floor::{self, Floor, Round};
use crate::load::{self, request};
use crate::server::Server;
use crate::{Failure, table};

const CONNECTIONS: usize = 16;
/// Logins of a round.
const LOGINS: usize = 300;
/// How often a part of the floor is done.
const REPEATS: usize = 2_000;
/// Floor, logins in this process and logins by the server in turn: the machine may be faster in one minute than in the next.
const ROUNDS: usize = 5;

/// Attributes by name.
type Attributes = Vec<(String, String)>;
/// Who logs in: subject and attributes.
pub type Who = (String, Attributes);

pub fn run() -> Result<(), Failure> {
    let server = Server::start()?;
    let owner = server.id("SELECT Id FROM User WHERE Username = 'channel.manager@fauxforce.test'")?;
    let internal = End::of(&server, "internal")?;
    let partners = End::of(&server, "partners")?;
    let known = employee();
    let bare = (known.0.clone(), Attributes::new());
    internal.log_in(&server, 1, &|| known.clone())?;
    let known_floor = Floor::of(&internal, &known, &known)?;
    let bare_floor = Floor::of(&internal, &known, &bare)?;
    let new_floor = Floor::of(&partners, &partner(1, &owner), &partner(2, &owner))?;
    let next = Cell::new(2);
    let new = || {
        next.set(next.get() + 1);
        partner(next.get(), &owner)
    };
    let rows = [
        row("existing user, same attributes", &server, &known_floor, 2.0, &|| known.clone())?,
        row("existing user, no attributes", &server, &bare_floor, 2.0, &|| bare.clone())?,
        row("new account, contact and user", &server, &new_floor, 3.0, &new)?,
    ];
    let head = [
        "SAML login",
        "signature µs",
        "rows µs",
        "floor µs",
        "login µs",
        "ratio",
        "aim",
        "by the server µs",
        "ratio",
    ];
    table::print(&format!("Processor time of a login, medians of {ROUNDS} rounds"), &head, &rows);
    floor::print_rows("Rows of a new account, contact and user", &new_floor);
    Ok(())
}

/// Where an identity provider logs users in.
pub struct End {
    pub issuer: String,
    pub audience: String,
    pub acs: String,
    pub signer: Signer,
}

impl End {
    fn of(server: &Server, name: &str) -> Result<End, Failure> {
        let of = &server.ready["saml"][name];
        let text = |key: &str| -> Result<&str, Failure> {
            of[key].as_str().ok_or_else(|| format!("the ready file has no saml.{name}.{key}").into())
        };
        let file = |key: &str| -> Result<String, Failure> { Ok(fs::read_to_string(text(key)?)?) };
        Ok(End {
            issuer: text("issuer")?.to_owned(),
            audience: text("audience")?.to_owned(),
            acs: text("acs")?.to_owned(),
            signer: Signer::from_pem(&file("idpKeyFile")?, &file("idpCertFile")?)?,
        })
    }

    /// A signed Response.
    pub fn response(&self, subject: &str, attributes: &Attributes, now: i64) -> Result<String, Failure> {
        let mut statement = Statement::new(&self.issuer, &self.audience, &self.acs, subject, now);
        let values = |(name, value): &(String, String)| (name.clone(), vec![value.clone()]);
        statement.attributes = attributes.iter().map(values).collect();
        Ok(issue::response(&statement, &self.signer)?)
    }

    /// Path and query of the assertion consumer URL.
    pub fn target(&self) -> String {
        let after = self.acs.split_once("://").map_or("", |(_, rest)| rest);
        let path = after.find(['/', '?']).and_then(|at| after.get(at..)).unwrap_or("/");
        if path.starts_with('?') { format!("/{path}") } else { path.to_owned() }
    }

    /// Host and port of the assertion consumer URL.
    pub fn host(&self) -> &str {
        let after = self.acs.split_once("://").map_or("", |(_, rest)| rest);
        after.split(['/', '?']).next().unwrap_or_default()
    }

    /// Posts Responses; gives the processor time of the server for one, in microseconds.
    fn log_in(&self, server: &Server, logins: usize, who: &dyn Fn() -> Who) -> Result<f64, Failure> {
        let now = jiff::Timestamp::now().as_millisecond();
        let host = self.host();
        let requests: Result<Vec<_>, Failure> = (0..logins)
            .map(|_| {
                let (subject, attributes) = who();
                let body = form(&self.response(&subject, &attributes, now)?);
                let request = String::from_utf8(request("POST", &self.target(), "", &body))?;
                Ok(request.replacen("Host: localhost\r\n", &format!("Host: {host}\r\n"), 1).into_bytes())
            })
            .collect();
        let requests = requests?;
        let before = server.cpu()?;
        load::run(server.address, CONNECTIONS.min(logins), logins, 302, move |number| {
            requests[number].clone()
        })?;
        let cost = (server.cpu()? - before).as_secs_f64() * 1e6 / logins as f64;
        let query = "SELECT Status FROM LoginHistory ORDER BY LoginTime DESC, Id DESC LIMIT 1";
        let last = server.first(query)?;
        match last["Status"].as_str() {
            Some("Success") => Ok(cost),
            other => Err(format!("the login ended with {other:?}").into()),
        }
    }
}

/// The body of a post to an assertion consumer URL.
pub fn form(xml: &str) -> String {
    form_urlencoded::Serializer::new(String::new())
        .append_pair("SAMLResponse", &STANDARD.encode(xml))
        .append_pair("RelayState", "/")
        .finish()
}

/// One row of the table.
fn row(
    name: &str,
    server: &Server,
    floor: &Floor,
    aim: f64,
    who: &dyn Fn() -> Who,
) -> Result<Vec<String>, Failure> {
    let rounds: Result<Vec<(Round, f64)>, Failure> = (0..ROUNDS)
        .map(|_| Ok((floor.round(REPEATS, LOGINS, who)?, floor.end.log_in(server, LOGINS, who)?)))
        .collect();
    let rounds = rounds?;
    let of = |figure: &dyn Fn(&(Round, f64)) -> f64| crate::median(rounds.iter().map(figure).collect());
    let micros = |figure: &dyn Fn(&(Round, f64)) -> f64| format!("{:.1}", of(figure));
    let ratio = of(&|(round, _)| round.login / round.floor());
    let verdict = if ratio <= aim { String::new() } else { ", missed".to_owned() };
    Ok(vec![
        name.to_owned(),
        micros(&|(round, _)| round.signature),
        micros(&|(round, _)| round.rows),
        micros(&|(round, _)| round.floor()),
        micros(&|(round, _)| round.login),
        format!("{ratio:.2}"),
        format!("{aim:.0}{verdict}"),
        micros(&|(_, server)| *server),
        format!("{:.2}", of(&|(round, server)| server / round.floor())),
    ])
}

fn attributes(pairs: &[(&str, &str)]) -> Attributes {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn employee() -> Who {
    let attributes = attributes(&[
        ("User.Username", "bench.employee@acme.example"),
        ("User.Email", "bench.employee@acme.example"),
        ("User.FirstName", "Ada"),
        ("User.LastName", "Lovelace"),
        ("User.ProfileId", "Standard User"),
    ]);
    ("bench-employee".to_owned(), attributes)
}

fn partner(number: usize, owner: &str) -> Who {
    let email = format!("bench{number}@acme.example");
    let attributes = attributes(&[
        ("Account.Name", &format!("Bench {number}")),
        ("Account.AccountNumber", &format!("B-{number}")),
        ("Account.Owner", owner),
        ("Contact.LastName", "Foo"),
        ("Contact.Email", &email),
        ("User.Username", &email),
        ("User.Email", &email),
        ("User.FirstName", "Fred"),
        ("User.LastName", "Foo"),
        ("User.ProfileId", "Acme Partner Community User"),
        ("User.PortalRole", "Worker"),
    ]);
    (format!("bench-{number}"), attributes)
}
