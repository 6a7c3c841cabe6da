//! `/_fauxforce/checkpoints`: named states within a world.

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::runtime::Handle;

use super::routes::AskedWorld;
use super::worlds::{put_back, store_failed};
use super::{document, refused};
use crate::error_entry::declare_errors;
use crate::http::Reply;
use crate::message::{Response, StatusCode};
use crate::model::fault::Fault;
use crate::store::StoreError;
use crate::world::Checkpoint;

/// Characters that the name of a checkpoint has at most.
const LONGEST_NAME: usize = 100;

/// `PUT /_fauxforce/checkpoints/{name}`: keeps the state as it is now, instead of one that had the name.
pub fn put(asked: &AskedWorld) -> Reply {
    let name = asked.captures.get("name").into_owned();
    if name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Reply::Done(refused(&no_checkpoint_name()));
    }
    let (world, inside) = (asked.world.clone(), asked.world.clone());
    Reply::Later(Box::pin(async move {
        let taken = world.queue_call(&Handle::current(), move |state| {
            let snapshot = inside.snapshot(state)?;
            Ok::<_, StoreError>(Checkpoint { snapshot, at: state.clock.now() })
        });
        let checkpoint = match taken.await.unwrap_or_else(|_closed| Err(StoreError::Lost)) {
            Ok(checkpoint) => checkpoint,
            Err(error) => return refused(&store_failed(&Fault::from(error).message)),
        };
        let is_new = world.checkpoint(&name).is_none();
        let answer = described(&name, &checkpoint);
        if !world.keep_checkpoint(&name, checkpoint) {
            return refused(&too_many_checkpoints());
        }
        let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
        Response::json(status, format!("{answer:#}\n"))
    }))
}

/// `GET /_fauxforce/checkpoints`
pub fn list(asked: &AskedWorld) -> Reply {
    let all = asked.world.checkpoints();
    let all = all.iter().map(|(name, checkpoint)| described(name, checkpoint));
    Reply::Done(document(&json!({ "checkpoints": all.collect::<Vec<_>>() })))
}

/// `GET /_fauxforce/checkpoints/{name}`
pub fn one(asked: &AskedWorld) -> Reply {
    let name = asked.captures.get("name");
    Reply::Done(match asked.world.checkpoint(&name) {
        Some(checkpoint) => document(&described(&name, &checkpoint)),
        None => refused(&no_such_checkpoint(&name)),
    })
}

/// `DELETE /_fauxforce/checkpoints/{name}`
pub fn forget(asked: &AskedWorld) -> Reply {
    let name = asked.captures.get("name");
    Reply::Done(match asked.world.forget_checkpoint(&name) {
        true => Response::new(StatusCode::NO_CONTENT),
        false => refused(&no_such_checkpoint(&name)),
    })
}

/// `POST /_fauxforce/checkpoints/{name}/restore`
pub fn restore(asked: &AskedWorld) -> Reply {
    let name = asked.captures.get("name");
    match asked.world.checkpoint(&name) {
        Some(checkpoint) => put_back(asked.world, checkpoint.snapshot),
        None => Reply::Done(refused(&no_such_checkpoint(&name))),
    }
}

fn described(name: &str, checkpoint: &Checkpoint) -> Value {
    let at = Timestamp::from_millisecond(checkpoint.at).unwrap_or_default();
    json!({ "name": name, "at": at.to_string(), "memory": checkpoint.snapshot.bytes() })
}

declare_errors! {
    fn as Control "control";

    /// a checkpoint is asked for that there is not
    pub no_such_checkpoint(name: &str) = "" 404,
        "there is no checkpoint {name} in this world; PUT /_fauxforce/checkpoints/{name} makes it", Assumed;

    /// a checkpoint is to have a name that is too long or has control characters
    no_checkpoint_name() = "" 400, "the name of a checkpoint has 1 to 100 characters, no control characters", Assumed;

    /// a world is to have more checkpoints than the emulator keeps
    too_many_checkpoints() = "" 409, "this world has too many checkpoints; DELETE some first", Assumed;
}
