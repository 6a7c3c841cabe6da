//! The fault plan: `GET` lists it, `POST` plants `{"error", "object", "id", "skip", "times"}`, `DELETE` takes it back.

use serde::Deserialize;
use serde_json::{Value, json};

use super::routes::Asked;
use super::{document, refused};
use crate::error_entry::{Declared, declare_errors};
use crate::message::{Response, StatusCode};
use crate::model::id::Id;
use crate::org::injected_fault::InjectedFault;
use crate::world::{FaultKind, FaultRule, State};

/// What can be planted, by the status code that clients will see; the last two strike any call, the others saves.
const FAULT_KINDS: [(&str, FaultKind); 5] = [
    ("UNABLE_TO_LOCK_ROW", FaultKind::Save(InjectedFault::RowLocked)),
    ("group membership operation already in progress", FaultKind::Save(InjectedFault::GroupsBusy)),
    ("ENTITY_IS_LOCKED", FaultKind::Save(InjectedFault::ApprovalLock)),
    ("REQUEST_LIMIT_EXCEEDED", FaultKind::Quota),
    ("SERVER_UNAVAILABLE", FaultKind::Unavailable),
];

const EXAMPLE: &str = r#"{"error": "UNABLE_TO_LOCK_ROW", "object": "User", "times": 2}"#;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct FaultRequest {
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

/// An array of what is planted.
pub fn list(asked: &Asked) -> Response {
    document(&Value::Array(asked.state.fault_plan.list().iter().map(json_of).collect()))
}

/// Plants a fault; tells its number.
pub fn plant(asked: &Asked) -> Response {
    add_rule(asked.state, &asked.request.body)
}

/// Takes everything back.
pub fn clear(asked: &Asked) -> Response {
    asked.state.fault_plan.clear();
    Response::new(StatusCode::NO_CONTENT)
}

/// Takes back what has a number.
pub fn remove(asked: &Asked) -> Response {
    let number = asked.captures.get("number");
    match number.parse() {
        Ok(number) if asked.state.fault_plan.remove(number) => Response::new(StatusCode::NO_CONTENT),
        _ => refused(&nothing_planted(&number)),
    }
}

fn add_rule(state: &State, body: &[u8]) -> Response {
    let request = serde_json::from_slice(body).map_err(|why| no_wish(&why));
    match request.and_then(|request| rule_of(state, request)) {
        Ok(rule) => {
            let Some(number) = state.fault_plan.add(rule) else {
                return refused(&too_many_planted());
            };
            let body = format!("{:#}\n", json!({ "number": number }));
            Response::json(StatusCode::CREATED, body)
        }
        Err(error) => refused(&error),
    }
}

fn rule_of(state: &State, request: FaultRequest) -> Result<FaultRule, Declared> {
    let FaultRequest { error, object, id, skip, times } = request;
    let kind = FAULT_KINDS.iter().find(|(name, _)| *name == error).map(|(_, kind)| *kind);
    let kind = kind.ok_or_else(|| {
        let names: Vec<_> = FAULT_KINDS.iter().map(|(name, _)| *name).collect();
        cannot_be_planted(&error, &names.join(", "))
    })?;
    if !matches!(kind, FaultKind::Save(_)) && (object.is_some() || id.is_some()) {
        return Err(strikes_any_call(&error));
    }
    let id = match id {
        Some(text) => Some(Id::parse(&text).ok_or_else(|| no_record_id(&text))?),
        None => None,
    };
    let knows = |name: &str| state.orgs.iter().any(|org| org.schema.object(name).is_some());
    if let Some(name) = object.as_deref().filter(|name| !knows(name)) {
        return Err(no_such_object(name));
    }
    if times == Some(0) {
        return Err(no_times());
    }
    Ok(FaultRule { number: 0, kind, object, id, skip, times })
}

fn json_of(rule: &FaultRule) -> Value {
    let name = FAULT_KINDS.iter().find(|(_, kind)| *kind == rule.kind).map(|(name, _)| *name);
    json!({
        "number": rule.number,
        "error": name,
        "object": rule.object,
        "id": rule.id.map(|id| id.to_string()),
        "skip": rule.skip,
        "times": rule.times,
    })
}

declare_errors! {
    fn as Control "control";

    /// more faults are to be planted than the emulator keeps
    too_many_planted() = "" 400, "too many faults are planted; DELETE some first", Assumed;

    /// a fault is taken back that is not planted
    nothing_planted(number: &str) = "" 404, "nothing is planted under {number}", Assumed;

    /// what is to be planted is not said as it has to be
    no_wish(why: &serde_json::Error) = "" 400, "send {EXAMPLE}: {why}", Assumed;

    /// a fault is to be planted that the emulator cannot
    cannot_be_planted(error: &str, names: &str) = "" 400,
        "{error:?} cannot be planted; error is one of: {names}", Assumed;

    /// a fault of calls is to be planted for an object or a record
    strikes_any_call(error: &str) = "" 400, "{error} strikes any call: leave object and id out", Assumed;

    /// a fault is to be planted for a record whose id is none
    no_record_id(text: &str) = "" 400, "{text:?} is no record id", Assumed;

    /// a fault is to be planted for an object that is not there
    no_such_object(name: &str) = "" 400, "there is no object {name}", Assumed;

    /// a fault is to be planted for no call at all
    no_times() = "" 400, "times is 1 or more, or null for ever", Assumed;
}
