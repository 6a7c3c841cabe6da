//! The fault plan: `GET` lists it, `POST` plants `{"error", "object", "id", "skip", "times"}`, `DELETE` takes it back.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{document, error};
use crate::cloud::{Planted, State, Trouble};
use crate::message::{Method, Request, Response, StatusCode};
use crate::org::id::Id;
use crate::org::mishap::Mishap;

/// What can be planted, by the status code that clients will see; the last two strike any call, the others saves.
const TROUBLES: [(&str, Trouble); 5] = [
    ("UNABLE_TO_LOCK_ROW", Trouble::OfSave(Mishap::RowLocked)),
    ("group membership operation already in progress", Trouble::OfSave(Mishap::GroupsBusy)),
    ("ENTITY_IS_LOCKED", Trouble::OfSave(Mishap::ApprovalLock)),
    ("REQUEST_LIMIT_EXCEEDED", Trouble::Quota),
    ("SERVER_UNAVAILABLE", Trouble::Unavailable),
];

const EXAMPLE: &str = r#"{"error": "UNABLE_TO_LOCK_ROW", "object": "User", "times": 2}"#;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct Wish {
    error: String,
    object: Option<String>,
    id: Option<String>,
    #[serde(default)]
    skip: u32,
    /// Absent for once, null for ever.
    #[serde(default = "once")]
    times: Option<u32>,
}

fn once() -> Option<u32> {
    Some(1)
}

/// Answers for the plan, or for one number in it.
pub fn answer(state: &State, request: &Request, number: &str) -> Response {
    match (number, &request.method) {
        ("", &Method::GET) => document(&Value::Array(state.fault_plan.list().iter().map(told).collect())),
        ("", &Method::POST) => plant(state, &request.body),
        ("", &Method::DELETE) => {
            state.fault_plan.clear();
            Response::new(StatusCode::NO_CONTENT)
        }
        (number, &Method::DELETE) => match number.parse() {
            Ok(number) if state.fault_plan.remove(number) => Response::new(StatusCode::NO_CONTENT),
            _ => error(StatusCode::NOT_FOUND, &format!("nothing is planted under {number}")),
        },
        (_, method) => error(StatusCode::METHOD_NOT_ALLOWED, &format!("{method} is not allowed here")),
    }
}

fn plant(state: &State, body: &[u8]) -> Response {
    let wish = serde_json::from_slice(body).map_err(|why| format!("send {EXAMPLE}: {why}"));
    match wish.and_then(|wish| planted(state, wish)) {
        Ok(planted) => {
            let Some(number) = state.fault_plan.plant(planted) else {
                return error(StatusCode::BAD_REQUEST, "too many faults are planted; DELETE some first");
            };
            let body = format!("{:#}\n", json!({ "number": number }));
            Response::json(StatusCode::CREATED, body)
        }
        Err(sentence) => error(StatusCode::BAD_REQUEST, &sentence),
    }
}

fn planted(state: &State, wish: Wish) -> Result<Planted, String> {
    let Wish { error, object, id, skip, times } = wish;
    let trouble = TROUBLES.iter().find(|(name, _)| *name == error).map(|(_, trouble)| *trouble);
    let trouble = trouble.ok_or_else(|| {
        let names: Vec<_> = TROUBLES.iter().map(|(name, _)| *name).collect();
        format!("{error:?} cannot be planted; error is one of: {}", names.join(", "))
    })?;
    if !matches!(trouble, Trouble::OfSave(_)) && (object.is_some() || id.is_some()) {
        return Err(format!("{error} strikes any call: leave object and id out"));
    }
    let id = match id {
        Some(text) => Some(Id::parse(&text).ok_or_else(|| format!("{text:?} is no record id"))?),
        None => None,
    };
    let knows = |name: &str| state.orgs.iter().any(|org| org.schema.object(name).is_some());
    if let Some(name) = object.as_deref().filter(|name| !knows(name)) {
        return Err(format!("there is no object {name}"));
    }
    if times == Some(0) {
        return Err("times is 1 or more, or null for ever".to_owned());
    }
    Ok(Planted { number: 0, trouble, object, id, skip, times })
}

fn told(planted: &Planted) -> Value {
    let name = TROUBLES.iter().find(|(_, trouble)| *trouble == planted.trouble).map(|(name, _)| *name);
    json!({
        "number": planted.number,
        "error": name,
        "object": planted.object,
        "id": planted.id.map(|id| id.to_string()),
        "skip": planted.skip,
        "times": planted.times,
    })
}
