//! `merge()`: up to two records go into a third.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_merge.htm>

use super::call::Call;
use super::element::Element;
use super::fault::SoapFault;
use super::writer::Writer;
use super::{outcome, sobject};
use crate::dml;
use crate::dml::{Merge, Merged};
use crate::model::id::Id;
use crate::world::RequestContext;

/// Merges of one call.
/// <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_merge.htm>
const MOST_MERGES: usize = 200;
/// The additional information that says which portal user stays.
const PORTAL_USER: &str = "PortalUserId";

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    // jsforce calls the elements `mergeRequests`.
    let requests = &call.envelope.operation.children;
    if requests.len() > MOST_MERGES {
        return Err(SoapFault::too_many_records(MOST_MERGES));
    }
    let merges =
        requests.iter().map(|request| read(call, context, request)).collect::<Result<Vec<_>, _>>()?;
    let (environment, options) = (context.environment(), call.save_options());
    let pipeline = dml::Call {
        org: context.org,
        environment: &environment,
        runner: &context.runner,
        options: &options,
        rules: &crate::rules::BOOK,
    };
    let results = pipeline.merge(&merges)?;
    answer.nest("mergeResponse", |answer| {
        for result in &results {
            answer.nest("result", |answer| write(answer, call, result));
        }
    });
    Ok(())
}

fn read(call: &Call, context: &RequestContext, request: &Element) -> Result<Merge, SoapFault> {
    request.takes(&["additionalInformationMap", "masterRecord", "recordToMergeIds"])?;
    let empty = Element::default();
    let master = sobject::record(call, context, request.child("masterRecord").unwrap_or(&empty))?;
    let losers = request.all("recordToMergeIds").map(|id| id.text.trim().to_owned()).collect();
    let chosen =
        request.all("additionalInformationMap").find(|more| more.text_of("name") == Some(PORTAL_USER));
    let portal_user = chosen.and_then(|more| Id::parse(more.text_of("value")?.trim()));
    Ok(Merge { master, losers, portal_user })
}

fn write(answer: &mut Writer, call: &Call, merged: &Merged) {
    let Merged { outcome, losers, moved } = merged;
    outcome::errors(answer, call, &outcome.faults);
    answer.nillable("id", outcome.id.as_ref().filter(|_| outcome.is_success()).map(Id::as_str));
    losers.iter().for_each(|id| answer.text("mergedRecordIds", id.as_str()));
    answer.flag("success", outcome.is_success());
    moved.iter().for_each(|id| answer.text("updatedRelatedIds", id.as_str()));
}
