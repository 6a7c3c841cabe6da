//! An entry of the journal as JSON.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::shorten;
use crate::message::HeaderMap;
use crate::message::header::{CONTENT_TYPE, USER_AGENT};
use crate::model::fault::{Entry as ErrorRow, Fault};
use crate::model::schema::{FieldType, SObject};
use crate::model::value::Value as FieldValue;
use crate::org::Mail;
use crate::org::save_log::{CallSaves, LoggedField, LoggedSave, SaveEnd};
use crate::world::{Exchange, KeptEntry};

/// An entry without headers and bodies.
pub fn summary(entry: &KeptEntry, world: &str) -> Value {
    Value::Object(described(entry, world))
}

/// An entry with headers and bodies.
pub fn whole(entry: &KeptEntry, world: &str) -> Value {
    let mut whole = described(entry, world);
    if let Some(exchange) = &entry.entry.exchange {
        let Exchange { request, response, request_length, response_length } = exchange;
        let message = |headers: &HeaderMap, body: &[u8], length: usize| {
            json!({
                "headers": headers_of(headers),
                "body": body_of(headers, body),
                "bodyBytes": length,
                "bodyIsCut": body.len() < length,
            })
        };
        whole.insert("request".to_owned(), message(&request.headers, &request.body, *request_length));
        whole.insert("response".to_owned(), message(&response.headers, &response.body, *response_length));
    }
    Value::Object(whole)
}

fn described(KeptEntry { number, entry, .. }: &KeptEntry, world: &str) -> Map<String, Value> {
    let report = &entry.report;
    let exchange = entry.exchange.as_ref();
    let request = exchange.map(|exchange| &exchange.request);
    let user_agent = request.and_then(|request| request.header(USER_AGENT));
    let operation = request.map(|request| (entry.operation)(request));
    let mut all = Map::new();
    let mut put = |name: &str, value: Value| all.insert(name.to_owned(), value);
    put("id", exchange.map(|_| *number).into());
    put("at", time(entry.at).into());
    put("tookMicroseconds", u64::try_from(entry.took.as_micros()).unwrap_or(u64::MAX).into());
    put("world", world.into());
    put("surface", entry.surface.into());
    put("operation", operation.as_deref().unwrap_or("bulk job").into());
    put("method", request.map(|request| request.method.as_str()).into());
    put("path", request.map(|request| shorten::secrets(&path_of(request))).into());
    put("status", exchange.map(|exchange| exchange.response.status.as_u16()).into());
    put("user", report.username.as_deref().into());
    put("userId", report.user.map(|user| user.to_string()).into());
    put("orgId", report.org.map(|org| org.to_string()).into());
    put("client", report.client_id.as_deref().or(user_agent).into());
    put("errors", errors(exchange, &report.saves));
    put("gaps", report.gaps.as_slice().into());
    put("saves", saves(&report.saves));
    put("savesLeftOut", report.saves.iter().map(|saves| saves.left_out).sum::<usize>().into());
    put("mails", report.mails.iter().map(mail).collect::<Vec<_>>().into());
    put("login", report.login.into());
    all
}

/// Path and query.
pub fn path_of(request: &crate::message::Request) -> String {
    match request.query() {
        "" => request.path().to_owned(),
        query => format!("{}?{query}", request.path()),
    }
}

/// `2026-03-01T00:00:00Z`
pub fn time(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds).unwrap_or_default().to_string()
}

/// The rows of the table of errors that the answer or a save has met, each once.
fn errors(exchange: Option<&Exchange>, saves: &[CallSaves]) -> Value {
    let mut rows: Vec<&ErrorRow> =
        exchange.iter().flat_map(|exchange| &exchange.response.errors).copied().collect();
    for fault in saves.iter().flat_map(|saves| &saves.saves).flat_map(faults) {
        rows.extend(fault.row);
    }
    let mut told: Vec<Value> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for row in rows {
        if !names.contains(&row.name) {
            names.push(row.name);
            told.push(json!({ "name": row.name, "code": row.code, "when": row.when.trim() }));
        }
    }
    told.into()
}

fn faults(save: &LoggedSave) -> &[Fault] {
    match &save.end {
        SaveEnd::Refused { faults, .. } => faults,
        SaveEnd::Saved | SaveEnd::Undone => &[],
    }
}

/// The saves that were asked for, each with its effects.
fn saves(of_orgs: &[CallSaves]) -> Value {
    let asked_for = of_orgs.iter().flat_map(|CallSaves { saves, .. }| effects(saves, None));
    asked_for.collect::<Vec<_>>().into()
}

fn effects(all: &[LoggedSave], of: Option<usize>) -> Vec<Value> {
    let direct = all.iter().enumerate().filter(|(_, save)| save.effect_of == of);
    direct.map(|(place, save)| described_save(save, effects(all, Some(place)))).collect()
}

fn described_save(save: &LoggedSave, effects: Vec<Value>) -> Value {
    let object = save.object.as_deref();
    let fields = |sent: bool| {
        let those = save.fields.iter().filter(|field| field.sent == sent);
        Value::Object(
            object.map_or_else(Map::new, |object| those.filter_map(|field| shown(object, field)).collect()),
        )
    };
    let mut all = json!({
        "object": object.map(|object| object.name.as_str()),
        "id": save.id.map(|id| id.to_string()),
        "operation": save.operation,
        "result": match save.end {
            SaveEnd::Saved => "saved",
            SaveEnd::Undone => "undone",
            SaveEnd::Refused { .. } => "refused",
        },
        "sent": fields(true),
        "filled": fields(false),
    });
    if let SaveEnd::Refused { rules, faults } = &save.end {
        all["refusedBy"] = rules.as_slice().into();
        all["errors"] = faults.iter().map(described_fault).collect::<Vec<_>>().into();
    }
    all["effects"] = effects.into();
    all
}

fn described_fault(fault: &Fault) -> Value {
    json!({
        "name": fault.row.map(|row| row.name),
        "code": fault.code.as_str(),
        "message": fault.message,
        "fields": fault.fields,
        "why": why(fault),
    })
}

/// Why a save was refused: what is known of this case, else when the error is given.
fn why(fault: &Fault) -> Option<String> {
    let of_case = fault.why.as_deref().map(str::to_owned);
    of_case.or_else(|| fault.row.map(|row| row.when.trim().to_owned()))
}

fn shown(object: &SObject, field: &LoggedField) -> Option<(String, Value)> {
    let known = object.fields.get(field.place)?;
    let value = match (&field.value, known.kind) {
        (_, FieldType::EncryptedString) => json!("…"),
        (FieldValue::Int(milliseconds), FieldType::DateTime) => time(*milliseconds).into(),
        (FieldValue::Int(number), _) => (*number).into(),
        (FieldValue::Null, _) => Value::Null,
        (FieldValue::Bool(flag), _) => (*flag).into(),
        (FieldValue::Double(number), _) => (*number).into(),
        (FieldValue::Text(text), _) => text.as_str().into(),
    };
    Some((known.name.clone(), value))
}

fn mail(mail: &Mail) -> Value {
    json!({ "kind": mail.kind, "to": mail.to, "subject": mail.subject })
}

/// Name and value of each header, secrets shortened.
pub fn headers_of(headers: &HeaderMap) -> Value {
    let pairs = headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        json!({ "name": name.as_str(), "value": shorten::header(name.as_str(), &value) })
    });
    pairs.collect::<Vec<_>>().into()
}

/// A body as text, secrets shortened; `null` for bytes that are no text.
pub fn body_of(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let is_form = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    let text = match std::str::from_utf8(body) {
        Ok(text) => text,
        // The last character may have been cut.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(body.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    Some(if is_form { shorten::form(text) } else { shorten::secrets(text) })
}
