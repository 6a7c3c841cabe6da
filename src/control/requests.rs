//! `/_fauxforce/requests`: the journal.

use serde_json::{Value, json};

pub mod entry;
pub mod filter;
mod har;
mod shorten;

use super::routes::AskedWorld;
use super::{document, refused};
use crate::error_entry::declare_errors;
use crate::http::Reply;
use crate::message::{Response, StatusCode};
use crate::world::KeptEntry;
use filter::Filter;

/// `GET /_fauxforce/requests`: the entries that match, the newest first, without headers and bodies; as an HTTP archive with
/// them.
pub fn list(asked: &AskedWorld) -> Reply {
    let filter = match Filter::of(asked.request) {
        Ok(filter) => filter,
        Err(why) => return Reply::Done(refused(&why)),
    };
    if !asked.world.journal().is_on() {
        return Reply::Done(refused(&no_journal()));
    }
    let all = asked.world.journal().entries();
    let found: Vec<KeptEntry> =
        all.into_iter().filter(|entry| filter.admits(entry)).take(filter.limit).collect();
    let world = asked.world.name();
    Reply::Done(if filter.as_har {
        document(&har::archive(&found))
    } else {
        let entries: Vec<Value> = found.iter().map(|found| entry::summary(found, world)).collect();
        document(&json!({ "requests": entries }))
    })
}

/// `GET /_fauxforce/requests/{id}`: one entry, with headers and bodies.
pub fn one(asked: &AskedWorld) -> Reply {
    let number = asked.captures.get("id");
    let found = number.parse().ok().and_then(|number| asked.world.journal().entry(number));
    Reply::Done(match found {
        Some(found) => document(&entry::whole(&found, asked.world.name())),
        None => refused(&no_such_request(&number)),
    })
}

/// `DELETE /_fauxforce/requests`: forgets all entries.
pub fn clear(asked: &AskedWorld) -> Reply {
    asked.world.journal().clear();
    Reply::Done(Response::new(StatusCode::NO_CONTENT))
}

declare_errors! {
    fn as Control "control";

    /// the journal is asked for an entry that it does not have, or no longer
    no_such_request(id: &str) = "" 404, "there is no request {id} in the journal; GET /_fauxforce/requests lists those that are kept", Assumed;

    /// the journal is asked for while the server keeps none
    pub no_journal() = "" 404, "this server keeps no journal; start it without --journal 0", Assumed;
}
