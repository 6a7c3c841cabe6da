//! `/composite/sobjects`: up to 200 records, of any objects, in one call.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm>

use std::sync::Arc;

use crate::dml::{Call, Options, Outcome, RecordInput, may_mix};
use crate::model::fault::{Fault, faults};
use crate::model::schema::SObject;
use crate::model::value::{Input, Raw};
use crate::query::soql;
use crate::rest::encode::Writer;
use crate::rest::exchange::{Exchange, RestResult};
use crate::rest::fault::RestFault;
use crate::rest::json_body::Bound;
use crate::rest::members::Members;
use crate::store::StoreError;
use crate::world::ApiVersion;

pub mod retrieve;

const FIRST: ApiVersion = ApiVersion::new(42);
const FIRST_WITH_UPSERT: ApiVersion = ApiVersion::new(46);
/// Records of one call.
const MOST_RECORDS: usize = 200;

/// Creates the records of the body.
pub fn create(exchange: &Exchange) -> RestResult {
    let request = read(exchange, FIRST)?;
    let sent = request.records.into_iter().map(|record| record.map(whole)).collect();
    save(exchange, sent, request.all_or_none, ResultMember::Id, |call, sent| call.insert(sent))
}

/// Updates the records of the body, each by the id it carries.
pub fn update(exchange: &Exchange) -> RestResult {
    let request = read(exchange, FIRST)?;
    let sent = request.records.into_iter().map(|record| record.map(addressed)).collect();
    save(exchange, sent, request.all_or_none, ResultMember::Id, |call, sent| call.update(sent))
}

/// Inserts or updates the records of the body by an external id, which each carries.
pub fn upsert(exchange: &Exchange) -> RestResult {
    let object = exchange.object()?;
    let field = exchange.capture("field");
    if object.external_id(&field).is_none_or(|field| !exchange.context.runner.sees_field(&object, field)) {
        return Err(RestFault::no_external_id(&field));
    }
    let request = read(exchange, FIRST_WITH_UPSERT)?;
    let sent = request.records.into_iter().map(|record| {
        let sent = whole(record?);
        if sent.object.name == object.name { Ok(sent) } else { Err(other_object(&sent.object, &object)) }
    });
    let sent = sent.collect();
    save(exchange, sent, request.all_or_none, ResultMember::Created, |call, sent| call.upsert(&field, sent))
}

/// Deletes the records that `ids` lists.
pub fn delete(exchange: &Exchange) -> RestResult {
    if exchange.version < FIRST {
        return Err(RestFault::not_found());
    }
    let list = exchange.request.query_value("ids").unwrap_or_default();
    let ids: Vec<String> =
        list.split(',').map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).collect();
    within_limit(ids.len(), MOST_RECORDS)?;
    let all_or_none = exchange.request.query_value("allOrNone");
    let all_or_none = all_or_none.is_some_and(|flag| flag.eq_ignore_ascii_case("true"));
    let options = Options { all_or_none, ..exchange.save_options() };
    let environment = exchange.environment();
    let outcomes = exchange.call(&environment, &options).delete(&ids)?;
    Ok(exchange
        .ok_list("results", |w| outcomes.iter().for_each(|outcome| result(w, outcome, ResultMember::Id))))
}

/// What the body asks for. A record that cannot even be tried has its fault in its place.
struct Request {
    all_or_none: bool,
    records: Vec<Result<(Option<String>, RecordInput), Fault>>,
}

/// Reads `{"allOrNone":…,"records":[…]}`; of each record the id apart.
fn read(exchange: &Exchange, first: ApiVersion) -> Result<Request, RestFault> {
    if exchange.version < first {
        return Err(RestFault::not_found());
    }
    let bound = Bound { name: "records", most: MOST_RECORDS, fault: Fault::too_many_records };
    let mut body = Members::of_bounded_body(exchange, &[bound])?;
    let all_or_none = body.flag("allOrNone", false)?;
    let records = body.list("records")?;
    within_limit(records.len(), MOST_RECORDS)?;
    let records = records.into_iter().map(|record| {
        let members = Members::of(record)?.rest();
        Ok::<_, Fault>(self::record(exchange, members))
    });
    let records = records.collect::<Result<Vec<_>, _>>()?;
    Ok(Request { all_or_none, records })
}

fn within_limit(records: usize, limit: usize) -> Result<(), Fault> {
    match records {
        0 => Err(no_records()),
        count if count > limit => Err(Fault::too_many_records(limit)),
        _ => Ok(()),
    }
}

/// A record of any object: the object that its attributes name, its id, and its other fields.
fn record(
    exchange: &Exchange,
    members: Vec<(String, Input)>,
) -> Result<(Option<String>, RecordInput), Fault> {
    let mut fields = Vec::with_capacity(members.len());
    let (mut named, mut has_attributes) = (None, false);
    let mut id = None;
    for (name, input) in members {
        match (name.as_str(), input.raw) {
            ("attributes", Raw::Object(attributes)) => {
                has_attributes = true;
                named = type_in(attributes);
            }
            (name, Raw::Text(text)) if name.eq_ignore_ascii_case("Id") => id = Some(text),
            (_, raw) => fields.push((name, Input { raw, ..input })),
        }
    }
    let named = named.ok_or_else(if has_attributes { no_type } else { no_attributes })?;
    let object = object(exchange, &named)?;
    Ok((id, RecordInput { object, id: None, fields }))
}

fn type_in(attributes: Vec<(String, Input)>) -> Option<String> {
    attributes.into_iter().find_map(|(name, input)| match (name.as_str(), input.raw) {
        ("type", Raw::Text(text)) => Some(text),
        _ => None,
    })
}

/// An object that the user may see.
pub(super) fn object(exchange: &Exchange, name: &str) -> Result<Arc<SObject>, Fault> {
    let object = exchange.context.org.object(name)?;
    let object = object.filter(|object| exchange.context.runner.object(object).read);
    object.ok_or_else(|| soql::no_such_object_here(name))
}

/// The record with its id among the fields, as it came.
fn whole((id, mut sent): (Option<String>, RecordInput)) -> RecordInput {
    sent.fields.extend(id.map(|id| ("Id".to_owned(), Input::from(&*id))));
    sent
}

/// The record to update, by the id it came with.
fn addressed((id, sent): (Option<String>, RecordInput)) -> RecordInput {
    RecordInput { id, ..sent }
}

/// What a result tells beside success and errors.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ResultMember {
    /// The id of what was saved.
    Id,
    /// Whether the record is new, too, or would have been.
    Created,
}

/// Saves the records that can be tried, and answers with a result for each.
fn save(
    exchange: &Exchange,
    records: Vec<Result<RecordInput, Fault>>,
    all_or_none: bool,
    told: ResultMember,
    work: impl FnOnce(Call, &[RecordInput]) -> Result<Vec<Outcome>, Fault>,
) -> RestResult {
    let hopeless = all_or_none && records.iter().any(Result::is_err);
    let mut sent = Vec::with_capacity(records.len());
    let mut faults = Vec::with_capacity(records.len());
    for record in records {
        match record {
            Ok(record) => {
                sent.push(record);
                faults.push(None);
            }
            Err(fault) => faults.push(Some(fault)),
        }
    }
    may_mix(&sent)?;
    exchange.check_assignment_rule(sent.iter().map(|sent| sent.object.name.as_str()))?;
    let environment = exchange.environment();
    let options = Options { all_or_none, ..exchange.save_options() };
    let call = exchange.call(&environment, &options);
    let outcomes = if hopeless { undone(call, || work(call, &sent))? } else { work(call, &sent)? };
    for (outcome, sent) in outcomes.iter().zip(&sent) {
        if let Some(id) = outcome.id.filter(|_| outcome.is_success()) {
            crate::rest::record_get::note_view(exchange, &sent.object, id);
        }
    }
    let mut outcomes = outcomes.into_iter();
    let outcomes = faults.into_iter().filter_map(|fault| match fault {
        Some(fault) => Some(Outcome { id: None, created: false, faults: vec![fault] }),
        None => outcomes.next(),
    });
    let outcomes: Vec<_> = outcomes.collect();
    Ok(exchange.ok_list("results", |w| outcomes.iter().for_each(|outcome| result(w, outcome, told))))
}

/// Does what cannot be kept, as a record of the call could not even be tried, for what there is to say of the others.
fn undone(call: Call, work: impl FnOnce() -> Result<Vec<Outcome>, Fault>) -> Result<Vec<Outcome>, Fault> {
    let tried = call.org.transaction(call.environment, || match work() {
        Ok(outcomes) => Err::<(), _>(Undone::Tried(outcomes)),
        Err(fault) => Err(Undone::Failed(fault)),
    });
    match tried {
        Err(Undone::Tried(mut outcomes)) => {
            for outcome in outcomes.iter_mut().filter(|outcome| outcome.is_success()) {
                *outcome = outcome.rolled_back();
            }
            Ok(outcomes)
        }
        Err(Undone::Failed(fault)) => Err(fault),
        Ok(()) => Ok(Vec::new()),
    }
}

/// Why the work was undone: because it was to be, or because it failed.
enum Undone {
    Tried(Vec<Outcome>),
    Failed(Fault),
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Undone {
        Undone::Failed(error.into())
    }
}

/// Writes how one record fared.
fn result(w: &mut Writer, outcome: &Outcome, told: ResultMember) {
    w.group("result", |w| {
        if let Some(id) = outcome.id.filter(|_| outcome.is_success()) {
            w.text("id", id.as_str());
        }
        w.bool("success", outcome.is_success());
        errors(w, &outcome.faults);
        if told == ResultMember::Created {
            w.bool("created", outcome.created);
        }
    });
}

/// Writes the errors of a record.
pub(super) fn errors(w: &mut Writer, faults: &[Fault]) {
    w.items("errors", |w| {
        for fault in faults {
            w.group("errors", |w| {
                w.text("statusCode", fault.code.as_str());
                w.text("message", &fault.message);
                w.items("fields", |w| fault.fields.iter().for_each(|field| w.text("fields", field)));
            });
        }
    });
}

faults! {
    /// a list of records has none in it
    no_records() = REQUIRED_FIELD_MISSING, "At least 1 record is required",
        Seen "https://github.com/SFDO-Tooling/CumulusCI";

    /// a record of a list has no `attributes`
    no_attributes() = JSON_PARSER_ERROR,
        "Nested object for polymorphic foreign key must have an attributes field before any other fields.",
        Seen "public issues of API clients";

    /// the `attributes` of a record of a list do not say of which object it is
    no_type() = INVALID_INPUT, "Include attributes.type for each record in the request.", Assumed;

    /// a record of a list is of another object than the path
    other_object(named: &SObject, wanted: &SObject) = INVALID_TYPE,
        "The attributes of the record say {one}, but the resource is of {other}"
            with (one = named.name, other = wanted.name), Assumed;
}
