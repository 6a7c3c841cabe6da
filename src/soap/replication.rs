//! `getUpdated()` and `getDeleted()`: which records have changed or gone in a span of time.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_getupdated.htm>

use std::sync::Arc;

use super::call::Call;
use super::fault::SoapFault;
use super::sobject;
use super::writer::Writer;
use crate::dml::datetime;
use crate::model::schema::SObject;
use crate::org::replication::{self, Span, TrackedChange};
use crate::world::RequestContext;

pub fn updated(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let (object, span) = asked(call, context, TrackedChange::Updates)?;
    let ids = replication::updated(context.org, &context.runner, &object, span)?;
    answer.nest("getUpdatedResponse", |answer| {
        answer.nest("result", |answer| {
            ids.iter().for_each(|id| answer.text("ids", id.as_str()));
            answer.datetime("latestDateCovered", span.end);
        });
    });
    Ok(())
}

pub fn deleted(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let (object, span) = asked(call, context, TrackedChange::Deletions)?;
    let gone = replication::deleted(context.org, &context.runner, &object, span)?;
    answer.nest("getDeletedResponse", |answer| {
        answer.nest("result", |answer| {
            for (id, at) in gone {
                answer.nest("deletedRecords", |answer| {
                    answer.datetime("deletedDate", at);
                    answer.text("id", id.as_str());
                });
            }
            answer
                .datetime("earliestDateAvailable", TrackedChange::Deletions.since(context.state.clock.now()));
            answer.datetime("latestDateCovered", span.end);
        });
    });
    Ok(())
}

fn asked(
    call: &Call,
    context: &RequestContext,
    kept: TrackedChange,
) -> Result<(Arc<SObject>, Span), SoapFault> {
    let operation = &call.envelope.operation;
    operation.takes(&["sObjectType", "startDate", "endDate"])?;
    let time = |name| {
        let text = operation.text_of(name).unwrap_or_default().trim();
        datetime(text).ok_or_else(|| SoapFault::no_value_of_type(text, "dateTime"))
    };
    let (start, end) = (time("startDate")?, time("endDate")?);
    let object = sobject::object(context, operation.text_of("sObjectType").unwrap_or_default().trim())?;
    replication::supports(&object)?;
    Ok((object, Span::covered(start, end, context.state.clock.now(), kept)?))
}
