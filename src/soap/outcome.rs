//! How records fared: `SaveResult`, `UpsertResult`, `DeleteResult` and those like it.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm>

use super::call::Call;
use super::code::Codes;
use super::duplicates;
use super::fault::SoapFault;
use super::writer::Writer;
use crate::dml;
use crate::dml::Outcome;
use crate::model::fault::{Detail, Fault, StatusCode};
use crate::model::id::Id;
use crate::world::RequestContext;

/// Runs the write pipeline in the user's name, as the request's headers ask.
pub fn save(
    call: &Call,
    context: &RequestContext,
    work: impl FnOnce(dml::Call) -> Result<Vec<Outcome>, Fault>,
) -> Result<Vec<Outcome>, SoapFault> {
    let (environment, options) = (context.environment(), call.save_options());
    let pipeline = dml::Call {
        org: context.org,
        environment: &environment,
        runner: &context.runner,
        options: &options,
        rules: &crate::rules::BOOK,
    };
    let outcomes = work(pipeline)?;
    if call.asks_for_recent() {
        let saved = outcomes.iter().filter(|outcome| outcome.is_success()).filter_map(|outcome| outcome.id);
        saved.for_each(|id| note_recent(context, id));
    }
    Ok(outcomes)
}

/// Notes that the user has had to do with a record.
pub fn note_recent(context: &RequestContext, id: Id) {
    let object = context.org.schema.by_key_prefix(id.key_prefix());
    if object.is_some_and(|object| object.is("mruEnabled")) {
        context.org.recent.view(context.runner.user, id);
    }
}

/// Writes the answer of an operation that saves: a result per record, in order.
pub fn write(answer: &mut Writer, operation: &str, call: &Call, outcomes: &[Outcome]) {
    answer.nest(operation, |answer| {
        for outcome in outcomes {
            answer.nest("result", |answer| result(answer, call, outcome));
        }
    });
}

/// As [`write`], for `upsert()`: each result also says whether the record is new.
pub fn write_upserted(answer: &mut Writer, operation: &str, call: &Call, outcomes: &[Outcome]) {
    answer.nest(operation, |answer| {
        for outcome in outcomes {
            answer.nest("result", |answer| {
                answer.flag("created", outcome.created && outcome.is_success());
                result(answer, call, outcome);
            });
        }
    });
}

fn result(answer: &mut Writer, call: &Call, outcome: &Outcome) {
    errors(answer, call, &outcome.faults);
    answer.nillable("id", outcome.id.as_ref().filter(|_| outcome.is_success()).map(Id::as_str));
    answer.flag("success", outcome.is_success());
}

/// Writes an `errors` element per fault.
pub fn errors(answer: &mut Writer, call: &Call, faults: &[Fault]) {
    for fault in faults {
        let code = Codes::Status.seen_by(fault.code, call.version);
        match fault.detail.as_deref() {
            Some(Detail::Duplicates(found)) if code == fault.code => {
                answer.nest_as("errors", "DuplicateError", |answer| {
                    error(answer, code, fault);
                    answer.nest("duplicateResult", |answer| duplicates::inside(answer, call.api, found));
                });
            }
            _ => answer.nest("errors", |answer| error(answer, code, fault)),
        }
    }
}

fn error(answer: &mut Writer, code: StatusCode, fault: &Fault) {
    for field in &fault.fields {
        answer.text("fields", field);
    }
    answer.text("message", &fault.message);
    answer.text("statusCode", code.as_str());
}
