//! `search()`: SOSL.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_search.htm>

use super::call::Call;
use super::fault::SoapFault;
use super::row::Rows;
use super::writer::Writer;
use crate::query::sosl;
use crate::query::sosl::Search;
use crate::world::{ApiVersion, RequestContext};

/// The version whose WSDL first has `queryId`.
const QUERY_ID: ApiVersion = ApiVersion::new(38);
/// No client has a use for it; its form is assumed.
const QUERY_ID_LENGTH: usize = 21;

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let text = call.envelope.operation.only("searchString")?;
    let search = Search::parse(text)?;
    search.gaps().for_each(|what| call.state.gaps.note(&format!("SOAP {what}")));
    let found =
        sosl::search(context.org, &context.environment(), &context.runner, &search, call.version.number())?;
    let rows = Rows::without_pages(call);
    answer.nest("searchResponse", |answer| {
        answer.nest("result", |answer| {
            if call.version >= QUERY_ID {
                answer.text(
                    "queryId",
                    context.state.random.text(QUERY_ID_LENGTH, b"abcdefghijklmnopqrstuvwxyz0123456789"),
                );
            }
            for found in &found {
                for row in &found.rows {
                    answer.nest("searchRecords", |answer| rows.record(answer, "record", &found.shape, row));
                }
            }
        });
    });
    Ok(())
}
