//! What duplicate rules have found: `DuplicateResult`, in errors of records and as the answer of `findDuplicates()` and
//! `findDuplicatesByIds()`.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_findduplicates.htm>

use super::address::Api;
use super::call::Call;
use super::fault::SoapFault;
use super::writer::{Writer, sf};
use super::{ids, outcome, sobject};
use crate::dml;
use crate::dml::RecordInput;
use crate::model::duplicate::{Duplicates, Match, MatchResult};
use crate::model::fault::{Fault, StatusCode, faults};
use crate::world::RequestContext;

/// Records that one call may ask about.
const MOST: usize = 50;

pub fn find(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let sent = call.envelope.operation.children.iter();
    let records = sobject::records(call, context, not_too_many(sent)?)?;
    write(call, context, answer, "findDuplicatesResponse", &records)
}

/// The stored records of some ids.
/// <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_findduplicatesbyids.htm>
pub fn find_by_ids(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let mut records = Vec::new();
    for text in not_too_many(ids::all(&call.envelope.operation)?.into_iter())? {
        let id = dml::record_id::parse(context.org, &text)?;
        let object = context.org.schema.by_key_prefix(id.key_prefix());
        let object = object.filter(|object| context.runner.object(object).read);
        let object = object.ok_or_else(|| Fault::no_record_id(&text))?;
        records.push(RecordInput { object, id: Some(text), fields: Vec::new() });
    }
    write(call, context, answer, "findDuplicatesByIdsResponse", &records)
}

fn not_too_many<I: ExactSizeIterator>(items: I) -> Result<I, Fault> {
    if items.len() > MOST { Err(too_many()) } else { Ok(items) }
}

fn write(
    call: &Call,
    context: &RequestContext,
    answer: &mut Writer,
    response: &str,
    records: &[RecordInput],
) -> Result<(), SoapFault> {
    if records.windows(2).any(|pair| matches!(pair, [one, other] if one.object.name != other.object.name)) {
        return Err(several_objects_asked().into());
    }
    let (environment, options) = (context.environment(), call.save_options());
    let pipeline = dml::Call {
        org: context.org,
        environment: &environment,
        runner: &context.runner,
        options: &options,
        rules: &crate::rules::BOOK,
    };
    let found = pipeline.find_duplicates(records);
    // An object without rules is an error of the call: the code is none of records.
    let unruled = found.iter().filter_map(|found| found.as_ref().err()?.first());
    if let Some(fault) = unruled.into_iter().find(|fault| fault.code == StatusCode::NO_ACTIVE_DUPLICATE_RULE)
    {
        return Err(fault.clone().into());
    }
    answer.nest(response, |answer| {
        for found in found {
            answer.nest("result", |answer| {
                let success = found.is_ok();
                match found {
                    Ok(found) => found.iter().for_each(|one| {
                        answer.nest("duplicateResults", |answer| inside(answer, call.api, one));
                    }),
                    Err(faults) => outcome::errors(answer, call, &faults),
                }
                answer.flag("success", success);
            });
        }
    });
    Ok(())
}

/// Writes the elements of a `DuplicateResult`.
pub fn inside(answer: &mut Writer, api: Api, found: &Duplicates) {
    answer.flag("allowSave", found.allow_save);
    answer.text("duplicateRule", &found.rule);
    answer.text("duplicateRuleEntityType", &found.object);
    answer.nillable("errorMessage", Some(&found.message));
    for result in &found.results {
        answer.nest("matchResults", |answer| match_result(answer, api, result));
    }
}

fn match_result(answer: &mut Writer, api: Api, result: &MatchResult) {
    answer.text("entityType", &result.object);
    answer.text("matchEngine", result.engine);
    for found in &result.records {
        answer.nest("matchRecords", |answer| {
            answer.double("matchConfidence", found.confidence);
            record(answer, api, &result.object, found);
        });
    }
    answer.text("rule", &result.rule);
    answer.int("size", i64::try_from(result.records.len()).unwrap_or(i64::MAX));
    answer.flag("success", true);
}

/// Loosely typed records repeat their id; strongly typed ones have their fields by name.
fn record(answer: &mut Writer, api: Api, object: &str, found: &Match) {
    let mut fields: Vec<_> = found.fields.iter().collect();
    if api == Api::Enterprise {
        fields.sort();
        fields.retain(|(_, text)| text.is_some());
        answer.nest_as("record", sf(object), |answer| {
            answer.text(sf("Id"), found.id.as_str());
            fields.iter().for_each(|(name, text)| answer.nillable(sf(name), text.as_deref()));
        });
        return;
    }
    answer.nest_as("record", sf("sObject"), |answer| {
        answer.text(sf("type"), object);
        answer.text(sf("Id"), found.id.as_str());
        answer.text(sf("Id"), found.id.as_str());
        fields.iter().for_each(|(name, text)| answer.nillable(sf(name), text.as_deref()));
    });
}

faults! {
    /// `findDuplicates()` or `findDuplicatesByIds()` is called for more than 50 records
    too_many() = LIMIT_EXCEEDED,
        "Configuration error: The number of records to check is greater than the permitted batch size.",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_findduplicatesbyids.htm";

    /// `findDuplicates()` or `findDuplicatesByIds()` is called for records of several objects; the words are ours
    several_objects_asked() = INVALID_TYPE, "All records to check must be of the same sObject type", Assumed;
}
