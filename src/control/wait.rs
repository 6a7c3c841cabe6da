//! `/_fauxforce/wait`: answers as soon as something is so. Who waits holds neither a thread nor the lock of the world: the
//! world tells when something may have changed.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep, sleep_until};

use super::clock;
use super::requests::entry;
use super::requests::filter::unknown_parameter;
use super::routes::AskedWorld;
use super::worlds::store_failed;
use super::{document, outbox, refused};
use crate::error_entry::{Declared, declare_errors};
use crate::http::Reply;
use crate::message::{Request, Response, StatusCode};
use crate::model::fault::Fault;
use crate::model::record::{Cell, Content, Row, Shape};
use crate::model::schema::FieldType;
use crate::model::value::Value as FieldValue;
use crate::org::access::Runner;
use crate::query::soql::{self, QueryOptions};
use crate::world::{ApiVersion, State, World};

/// How long is waited unless something else is said.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Nobody waits for longer.
const LONGEST: Duration = Duration::from_secs(600);

/// `GET /_fauxforce/wait?soql=…|mail=…|request=…|idle=…&timeout=…`
pub fn wait(asked: &AskedWorld) -> Reply {
    let wish = match Wish::of(asked.request) {
        Ok(wish) => wish,
        Err(why) => return Reply::Done(refused(&why)),
    };
    let world = asked.world.clone();
    Reply::Later(Box::pin(async move { wish.come_true(&world).await }))
}

/// What is waited for, and how long.
struct Wish {
    what: Awaited,
    timeout: Duration,
}

enum Awaited {
    /// The query has rows.
    Rows(String),
    /// A mail to an address is in the outbox.
    Mail(String),
    /// A request is in the journal: its path, method and status.
    Request { path: String, method: Option<String>, status: Option<u16>, after: u64 },
    /// Nobody has asked for anything for so long.
    Idle(Duration),
}

/// What was looked for: found, or what there is instead.
enum Found {
    Yes(Value),
    NotYet(Value),
}

impl Wish {
    fn of(request: &Request) -> Result<Wish, Declared> {
        let (mut whats, mut timeout) = (Vec::new(), TIMEOUT);
        let (mut method, mut status, mut after) = (None, None, 0);
        for (name, value) in request.query_pairs() {
            match &*name {
                "soql" => whats.push(Awaited::Rows(value.into_owned())),
                "mail" => whats.push(Awaited::Mail(value.into_owned())),
                "request" => {
                    let path = value.into_owned();
                    whats.push(Awaited::Request { path, method: None, status: None, after: 0 });
                }
                "idle" => whats.push(Awaited::Idle(clock::duration(&value)?)),
                "timeout" => timeout = clock::duration(&value)?,
                "method" => method = Some(value.into_owned()),
                "status" => status = Some(value.parse().map_err(|_| no_wait_number(&name, &value))?),
                "after" => after = value.parse().map_err(|_| no_wait_number(&name, &value))?,
                _ => {
                    return Err(unknown_parameter(
                        &name,
                        "soql, mail, request, idle, timeout, method, status, after",
                    ));
                }
            }
        }
        if timeout > LONGEST {
            return Err(too_long());
        }
        let what = match (whats.pop(), whats.is_empty()) {
            (Some(Awaited::Request { path, .. }), true) => Awaited::Request { path, method, status, after },
            (Some(what), true) if method.is_none() && status.is_none() && after == 0 => what,
            _ => return Err(wait_for_one()),
        };
        Ok(Wish { what, timeout })
    }

    async fn come_true(self, world: &Arc<World>) -> Response {
        let mut activity = world.activity();
        let mut deadline = pin!(sleep(self.timeout));
        let mut looked_at_writes = None;
        let mut instead = json!({});
        loop {
            let now = *activity.borrow_and_update();
            if now.is_over {
                return refused(&store_failed("the server stops"));
            }
            // Whether rows are there changes with a write only.
            let is_worth_a_look = match self.what {
                Awaited::Rows(_) => looked_at_writes.replace(now.writes) != Some(now.writes),
                _ => true,
            };
            if is_worth_a_look {
                match self.what.look(world).await {
                    Ok(Found::Yes(found)) => return document(&found),
                    Ok(Found::NotYet(there)) => instead = there,
                    Err(response) => return *response,
                }
            }
            let quiet_at = match self.what {
                Awaited::Idle(idle) => Some(Instant::from_std(now.last) + idle),
                _ => None,
            };
            tokio::select! {
                () = &mut deadline => return timed_out(&instead, self.timeout),
                changed = activity.changed() => if changed.is_err() {
                    return refused(&store_failed("the world has ended"));
                },
                () = until(quiet_at), if quiet_at.is_some() => {}
            }
        }
    }
}

async fn until(time: Option<Instant>) {
    if let Some(time) = time {
        sleep_until(time).await;
    }
}

impl Awaited {
    /// Looks whether it is so.
    async fn look(&self, world: &Arc<World>) -> Result<Found, Box<Response>> {
        match self {
            Awaited::Rows(text) => {
                let text = text.clone();
                let rows = world.queue_call(&Handle::current(), move |state| {
                    let _call = state.start_call();
                    rows(state, &text)
                });
                match rows.await {
                    Ok(Ok(rows)) => Ok(rows),
                    Ok(Err(fault)) => Err(Box::new(refused(&no_query(&fault)))),
                    Err(_closed) => Err(Box::new(refused(&store_failed("the server stops")))),
                }
            }
            Awaited::Mail(to) => {
                let to = to.clone();
                let mails = world.queue_call(&Handle::current(), move |state| mail(state, &to));
                mails.await.map_err(|_closed| Box::new(refused(&store_failed("the server stops"))))
            }
            Awaited::Request { path, method, status, after } => {
                if !world.journal().is_on() {
                    return Err(Box::new(refused(&super::requests::no_journal())));
                }
                Ok(request(world, (path, method.as_deref(), *status), *after))
            }
            Awaited::Idle(idle) => {
                let quiet = world.activity().borrow().last.elapsed();
                let told =
                    json!({ "idleMilliseconds": u64::try_from(quiet.as_millis()).unwrap_or(u64::MAX) });
                Ok(if quiet >= *idle { Found::Yes(told) } else { Found::NotYet(told) })
            }
        }
    }
}

/// What a query finds for the platform, which sees all records, in the first org.
fn rows(state: &State, text: &str) -> Result<Found, Fault> {
    let Some(org) = state.orgs.first() else {
        return Ok(Found::NotYet(json!({ "totalSize": 0, "records": [] })));
    };
    let runner = Runner::system(org.seeded.admin.unwrap_or(org.id));
    let options = QueryOptions { all_rows: false, api_version: ApiVersion::NEWEST.number() };
    let found = soql::query(org, &state.environment(org.id), &runner, text, &options)?;
    let records: Vec<Value> = found.rows.iter().map(|row| record(&found.shape, row)).collect();
    let told = json!({ "totalSize": found.total, "records": records });
    Ok(if found.total > 0 { Found::Yes(told) } else { Found::NotYet(told) })
}

fn record(shape: &Shape, row: &Row) -> Value {
    let cells = shape.columns.iter().zip(&row.cells).filter_map(|(column, cell)| {
        let value = match (&column.content, cell) {
            (Content::Value(kind), Cell::Value(value)) => plain(*kind, value),
            (Content::Parent(shape), Cell::Parent(parent)) => {
                parent.as_ref().map_or(Value::Null, |parent| record(shape, parent))
            }
            (Content::AnyParent(shapes), Cell::AnyParent(parent)) => {
                let parent = parent.as_ref().and_then(|(at, parent)| Some(record(shapes.get(*at)?, parent)));
                parent.unwrap_or(Value::Null)
            }
            (Content::Children(shape), Cell::Children(rows)) => {
                rows.iter().map(|child| record(shape, child)).collect::<Vec<_>>().into()
            }
            _ => return None,
        };
        Some((column.name.clone(), value))
    });
    Value::Object(cells.collect())
}

fn plain(kind: FieldType, value: &FieldValue) -> Value {
    match value {
        FieldValue::Int(milliseconds) if kind == FieldType::DateTime => entry::time(*milliseconds).into(),
        FieldValue::Null => Value::Null,
        FieldValue::Bool(flag) => (*flag).into(),
        FieldValue::Int(number) => (*number).into(),
        FieldValue::Double(number) => (*number).into(),
        FieldValue::Text(text) => text.as_str().into(),
    }
}

/// The newest mail to an address.
fn mail(state: &State, to: &str) -> Found {
    let outbox = state.outbox.borrow();
    match outbox.iter().rev().find(|mail| mail.to.eq_ignore_ascii_case(to)) {
        Some(found) => Found::Yes(json!({ "mail": outbox::described(state, found) })),
        None => {
            let others: Vec<&str> = outbox.iter().map(|mail| mail.to.as_str()).collect();
            Found::NotYet(json!({ "mailsTo": others }))
        }
    }
}

/// The newest request to a path.
fn request(world: &World, (path, method, status): (&str, Option<&str>, Option<u16>), after: u64) -> Found {
    let entries = world.journal().entries();
    let is_it = |kept: &&crate::world::KeptEntry| {
        kept.number > after
            && kept.entry.exchange.as_ref().is_some_and(|exchange| {
                exchange.request.path().contains(path)
                    && method
                        .is_none_or(|method| exchange.request.method.as_str().eq_ignore_ascii_case(method))
                    && status.is_none_or(|status| exchange.response.status.as_u16() == status)
            })
    };
    match entries.iter().find(is_it) {
        Some(found) => Found::Yes(json!({ "request": entry::summary(found, world.name()) })),
        None => {
            let last = entries.iter().find_map(|kept| Some(kept.entry.exchange.as_ref()?.request.path()));
            Found::NotYet(json!({ "requests": entries.len(), "lastPath": last }))
        }
    }
}

/// 408, with what there is.
fn timed_out(instead: &Value, timeout: Duration) -> Response {
    let error = waited_in_vain(&format!("{timeout:?}"));
    let mut body = json!({ "error": error.message });
    if let (Some(body), Some(instead)) = (body.as_object_mut(), instead.as_object()) {
        body.extend(instead.clone());
    }
    Response::json(StatusCode::REQUEST_TIMEOUT, format!("{body:#}\n"))
}

declare_errors! {
    fn as Control "control";

    /// something was waited for, and did not come
    waited_in_vain(timeout: &str) = "" 408, "it did not come within {timeout}; what there is stands beside this", Assumed;

    /// it is not said what to wait for, or several things are
    wait_for_one() = "" 400,
        "say what to wait for by one of soql, mail, request and idle; method, status and after go with request only", Assumed;

    /// a wait is to take longer than the emulator lets anybody wait
    too_long() = "" 400, "nobody waits for longer than 10m; send a shorter timeout", Assumed;

    /// a wait has a status or a number that is none
    no_wait_number(name: &str, value: &str) = "" 400, "{name}={value} is no number", Assumed;

    /// a wait is for the rows of a query that cannot be run
    no_query(fault: &Fault) = "" 400, "the query cannot be run: {code}: {message}"
        with (code = fault.code, message = fault.message.trim()), Assumed;
}
