//! `/_fauxforce/worlds`: worlds are made, listed and ended. `/_fauxforce/reset`: a world is again as it was made.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::runtime::Handle;

use super::host::{WorldHost, WorldOrder, WorldPort, WorldSource};
use super::routes::AskedWorld;
use super::{document, refused};
use crate::error_entry::{Declared, declare_errors};
use crate::http::Reply;
use crate::message::{Response, StatusCode};
use crate::model::fault::Fault;
use crate::seed::Seed;
use crate::store::StoreError;
use crate::world::{MAIN, Snapshot, World, is_world_name};

const EXAMPLE: &str = r#"{"name": "w1", "from": "main", "port": true, "ttl": 600}, each of them or none"#;
/// A year; what is asked for beyond has no end.
const LONGEST_TTL: u64 = 366 * 24 * 3600;

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "an object")]
struct WorldRequest {
    name: Option<String>,
    from: Option<String>,
    seed: Option<InlineSeed>,
    port: Option<PortRequest>,
    ttl: Option<u64>,
}

/// A seed in the request: `org.json`, and the records of `data/` by object, in the order in which they are to be made.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with org and data")]
struct InlineSeed {
    org: Map<String, Value>,
    #[serde(default)]
    data: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "port is true, false or a number from 1 to 65535")]
enum PortRequest {
    Wanted(bool),
    Number(std::num::NonZeroU16),
}

/// `POST /_fauxforce/worlds`: a fork of the addressed world, or of another world or checkpoint, or a world of a seed.
pub fn make(asked: &AskedWorld) -> Reply {
    match order(asked) {
        Ok((host, order)) => Reply::Later(Box::pin(async move {
            match host.make(order).await {
                Ok(facts) => Response::json(StatusCode::CREATED, format!("{facts:#}\n")),
                Err(error) => refused(&error),
            }
        })),
        Err(error) => Reply::Done(refused(&error)),
    }
}

/// `GET /_fauxforce/worlds`
pub fn list(asked: &AskedWorld) -> Reply {
    let Some(host) = asked.host else { return Reply::Done(refused(&one_world_only())) };
    let all = host.worlds().all().into_iter().map(|world| described(&**host, &world));
    // One that is just being made has no facts yet.
    let all = all.filter(|world| !world.is_null());
    Reply::Done(document(&json!({ "worlds": all.collect::<Vec<_>>() })))
}

/// `GET /_fauxforce/worlds/{name}`
pub fn one(asked: &AskedWorld) -> Reply {
    Reply::Done(match named(asked) {
        Ok((host, world)) => document(&described(&**host, &world)),
        Err(error) => refused(&error),
    })
}

/// `DELETE /_fauxforce/worlds/{name}`
pub fn end(asked: &AskedWorld) -> Reply {
    match named(asked) {
        Ok((_, world)) if world.name() == MAIN => Reply::Done(refused(&main_stays())),
        Ok((host, world)) => {
            let ending = host.clone().end(world);
            Reply::Later(Box::pin(async move {
                ending.await;
                Response::new(StatusCode::NO_CONTENT)
            }))
        }
        Err(error) => Reply::Done(refused(&error)),
    }
}

/// `POST /_fauxforce/reset`: the world is again as it was when it was made.
pub fn reset(asked: &AskedWorld) -> Reply {
    match asked.world.origin() {
        Some(origin) => {
            let world = asked.world.clone();
            match put_back(asked.world, origin) {
                Reply::Later(put) => Reply::Later(Box::pin(async move {
                    let response = put.await;
                    if response.status.is_success() {
                        world.journal().begin_anew();
                    }
                    response
                })),
                done => done,
            }
        }
        None => Reply::Done(refused(&no_origin())),
    }
}

/// Puts a snapshot in the place of the world's state.
pub(super) fn put_back(world: &Arc<World>, snapshot: Arc<Snapshot>) -> Reply {
    let world = world.clone();
    Reply::Later(Box::pin(async move {
        let runtime = Handle::current();
        let copied = match snapshot.take_spare() {
            Some(spare) => Ok(spare),
            None => {
                let snapshot = snapshot.clone();
                super::blocking(move || snapshot.copy()).await
            }
        };
        let put = match copied {
            Ok(state) => {
                let inside = world.clone();
                let put = world.queue_change(&runtime, move |old| inside.put_back(old, state));
                put.await.unwrap_or_else(|_closed| Err(StoreError::Lost))
            }
            Err(error) => Err(error),
        };
        match put {
            Ok(old) => {
                // Letting go of a database takes longer than all the rest.
                runtime.spawn_blocking(move || {
                    drop(old);
                    snapshot.make_spares();
                });
                Response::new(StatusCode::NO_CONTENT)
            }
            Err(error) => refused(&store_failed(&Fault::from(error).message)),
        }
    }))
}

fn order<'a>(asked: &AskedWorld<'a>) -> Result<(Arc<dyn WorldHost>, WorldOrder), Declared> {
    let host = asked.host.ok_or_else(one_world_only)?;
    let request: WorldRequest = match asked.request.body.is_empty() {
        true => WorldRequest::default(),
        // An array would do for the struct alone.
        false => serde_json::from_slice::<Map<String, Value>>(&asked.request.body)
            .and_then(|request| serde_json::from_value(Value::Object(request)))
            .map_err(|why| no_world_request(&why))?,
    };
    if let Some(name) = &request.name {
        check_name(&**host, name)?;
    }
    let source = match (request.seed, request.from) {
        (Some(_), Some(_)) => return Err(from_and_seed()),
        (Some(seed), None) => WorldSource::Seed(seed.into_seed()?),
        (None, Some(from)) => match (host.worlds().find(&from), asked.world.checkpoint(&from)) {
            // A world has the name first: the addressed world knows its checkpoints.
            (Some(world), None) => WorldSource::World(world),
            (None, Some(checkpoint)) => WorldSource::Snapshot(asked.world.clone(), checkpoint.snapshot),
            (Some(_), Some(_)) => return Err(ambiguous_source(&from)),
            (None, None) => return Err(no_such_source(&from)),
        },
        (None, None) => WorldSource::World(asked.world.clone()),
    };
    let port = match request.port {
        None | Some(PortRequest::Wanted(true)) => WorldPort::Free,
        Some(PortRequest::Wanted(false)) => WorldPort::None,
        Some(PortRequest::Number(port)) => WorldPort::This(port.get()),
    };
    let ttl = request.ttl.map(|seconds| Duration::from_secs(seconds.min(LONGEST_TTL)));
    Ok((host.clone(), WorldOrder { name: request.name, source, port, ttl }))
}

/// Whether a new world may have a name.
///
/// # Errors
/// It is no label of a host name, it is taken, or it is the My Domain of an org, which has such a host name too.
pub fn check_name(host: &dyn WorldHost, name: &str) -> Result<(), Declared> {
    if !is_world_name(name) {
        return Err(no_name(name));
    }
    if host.worlds().find(name).is_some() {
        return Err(name_taken(name));
    }
    match host.worlds().find(MAIN).is_some_and(|main| main.has_my_domain(name)) {
        true => Err(name_is_my_domain(name)),
        false => Ok(()),
    }
}

impl InlineSeed {
    fn into_seed(self) -> Result<Seed, Declared> {
        let mut files = vec![("org.json".to_owned(), Value::Object(self.org).to_string())];
        let mut plan = Vec::new();
        for (object, records) in self.data {
            let mut records = match records {
                Value::Array(records) => records,
                Value::Object(mut file) => match file.remove("records") {
                    Some(Value::Array(records)) if file.is_empty() => records,
                    _ => return Err(no_records(&object)),
                },
                _ => return Err(no_records(&object)),
            };
            for record in records.iter_mut().filter_map(Value::as_object_mut) {
                let attributes = record.entry("attributes").or_insert_with(|| json!({}));
                if let Some(attributes) = attributes.as_object_mut() {
                    attributes.entry("type").or_insert_with(|| json!(object));
                }
            }
            let file = format!("{object}.json");
            plan.push(json!({ "sobject": object, "files": [file] }));
            files.push((format!("data/{file}"), json!({ "records": records }).to_string()));
        }
        if !plan.is_empty() {
            files.push(("data/plan.json".to_owned(), Value::Array(plan).to_string()));
        }
        Ok(Seed::from_files(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))))
    }
}

fn named<'a>(asked: &AskedWorld<'a>) -> Result<(&'a Arc<dyn WorldHost>, Arc<World>), Declared> {
    let host = asked.host.ok_or_else(one_world_only)?;
    let name = asked.captures.get("name");
    let world = host.worlds().find(&name).ok_or_else(|| no_such_world(&name))?;
    Ok((host, world))
}

/// The facts of a world, its age, its last use and what it takes.
fn described(host: &dyn WorldHost, world: &World) -> Value {
    let mut facts = host.facts(world);
    let uses = world.use_time();
    let last_use = Timestamp::try_from(SystemTime::now() - uses.idle()).unwrap_or_default();
    if let Some(facts) = facts.as_object_mut() {
        let further = [
            ("age", json!(uses.age().as_millis() as f64 / 1000.0)),
            ("lastUse", json!(last_use.to_string())),
            ("ttl", json!(uses.ttl().map(|ttl| ttl.as_secs()))),
            ("memory", json!(world.memory())),
        ];
        facts.extend(further.map(|(name, value)| (name.to_owned(), value)));
    }
    facts
}

declare_errors! {
    fn as Control "control";

    /// a world is asked for, and it is not said as it has to be how it is to be
    no_world_request(why: &serde_json::Error) = "" 400, "send {EXAMPLE}: {why}", Assumed;

    /// a world is to have a name that cannot be part of a host name
    no_name(name: &str) = "" 400,
        "{name:?} is no name for a world: take 1 to 63 of a to z, 0 to 9 and hyphens, no hyphen first or last", Assumed;

    /// a world is to have a name that another one has
    pub name_taken(name: &str) = "" 409, "there is a world {name} already; take another name, or DELETE that one first", Assumed;

    /// a world is to have a name that is the My Domain of an org
    name_is_my_domain(name: &str) = "" 409, "{name} is the My Domain of an org, so that {name}.localhost leads there; take another name", Assumed;

    /// a world is to be made of something that is neither a world nor a checkpoint
    no_such_source(from: &str) = "" 404,
        "there is neither a world nor a checkpoint {from}; GET /_fauxforce/worlds and /_fauxforce/checkpoints list them", Assumed;

    /// a world is to be made of a name that both a world and a checkpoint have
    ambiguous_source(from: &str) = "" 409, "{from} is a world and a checkpoint of this world; give one of them another name", Assumed;

    /// a world is to be made of a seed and of a world at once
    from_and_seed() = "" 400, "a world is made from another one or from a seed: leave from or seed out", Assumed;

    /// the records of an inline seed are no array
    no_records(object: &str) = "" 400, "data.{object} of the seed must be an array of records, or an object with records alone", Assumed;

    /// an inline seed has a mistake
    pub seed_mistake(why: &str) = "" 400, "the seed cannot be loaded: {why}", Assumed;

    /// the port that a world is to have cannot be listened on
    pub no_port(why: &str) = "" 409, "{why}", Assumed;

    /// all ports for worlds are taken
    pub no_free_port(low: u16, high: u16) = "" 409,
        "all ports from {low} to {high} (--world-ports) are in use; DELETE a world, or ask for one with \"port\": false", Assumed;

    /// a world is asked for that there is not
    pub no_such_world(name: &str) = "" 404,
        "there is no world {name}; GET /_fauxforce/worlds lists those that there are, POST makes one", Assumed;

    /// the world that a server begins with is to be ended
    main_stays() = "" 409, "main cannot be ended; POST /_fauxforce/reset makes it as it was", Assumed;

    /// a world is to be as it was made, and its database file was too large to be copied then
    pub no_origin() = "" 409,
        "the database file was too large to be copied at the start, so it cannot be put back; fork this world and reset the fork",
        Assumed;

    /// a world cannot be copied, put back or written
    pub store_failed(why: &str) = "" 503, "the world cannot be copied or written: {why}", Assumed;

    /// worlds are asked for of a program that serves one only
    one_world_only() = "" 404, "this program serves one world; worlds are made by fauxforce serve and fauxforce::Server", Assumed;
}
