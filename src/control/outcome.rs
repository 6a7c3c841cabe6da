//! `/_fauxforce/outcome`: what provisioning has led to.

use std::sync::Arc;

use serde_json::json;
use tokio::runtime::Handle;

use super::checkpoints::no_such_checkpoint;
use super::requests::filter::unknown_parameter;
use super::routes::AskedWorld;
use super::worlds::{no_origin, store_failed};
use super::{document, refused};
use crate::error_entry::{Declared, declare_errors};
use crate::http::Reply;
use crate::message::{Request, Response, StatusCode};
use crate::outcome::Outcome;
use crate::world::{Snapshot, World};

/// `GET /_fauxforce/outcome?since=start|CHECKPOINT&format=text|json&objects=…`
pub fn get(asked: &AskedWorld) -> Reply {
    let wanted = match Wanted::of(asked.world, asked.request) {
        Ok(wanted) => wanted,
        Err(why) => return Reply::Done(refused(&why)),
    };
    let world = asked.world.clone();
    Reply::Later(Box::pin(async move {
        let Wanted { since, as_json, objects } = wanted;
        let outcome = world.queue_call(&Handle::current(), move |state| {
            let _call = state.start_call();
            since.look(|then| Outcome::between(then, state, &objects))
        });
        match outcome.await {
            Ok(Ok(outcome)) if as_json => document(&json!(outcome)),
            Ok(Ok(outcome)) => Response::text(StatusCode::OK, outcome.to_string()),
            Ok(Err(fault)) => refused(&store_failed(&fault.message)),
            Err(_closed) => refused(&store_failed("the server stops")),
        }
    }))
}

struct Wanted {
    since: Arc<Snapshot>,
    as_json: bool,
    objects: Vec<String>,
}

impl Wanted {
    fn of(world: &World, request: &Request) -> Result<Wanted, Declared> {
        let (mut since, mut as_json, mut objects) = ("start".to_owned(), false, Vec::new());
        for (name, value) in request.query_pairs() {
            match &*name {
                "since" => since = value.into_owned(),
                "format" if value == "json" || value == "text" => as_json = value == "json",
                "format" => return Err(no_outcome_format(&value)),
                "objects" => {
                    let names = value.split(',').map(str::trim).filter(|name| !name.is_empty());
                    objects.extend(names.map(str::to_owned));
                }
                _ => return Err(unknown_parameter(&name, "since, format, objects")),
            }
        }
        let since = match since.as_str() {
            "start" => world.origin().ok_or_else(no_origin)?,
            name => world.checkpoint(name).ok_or_else(|| no_such_checkpoint(name))?.snapshot,
        };
        Ok(Wanted { since, as_json, objects })
    }
}

declare_errors! {
    fn as Control "control";

    /// an outcome is asked for in a format that there is not
    no_outcome_format(value: &str) = "" 400, "there is no format {value}; send text or json", Assumed;
}
