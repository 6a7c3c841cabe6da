//! `retrieve()`: fields of records by their ids.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_retrieve.htm>

use super::call::Call;
use super::fault::SoapFault;
use super::row::Rows;
use super::writer::Writer;
use super::{outcome, sobject};
use crate::dml::record_id;
use crate::query::soql;
use crate::world::RequestContext;

const MOST_IDS: usize = 2000;

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let operation = &call.envelope.operation;
    operation.takes(&["fieldList", "sObjectType", "ids"])?;
    let ids: Vec<_> = operation.all("ids").map(|id| id.text.trim()).collect();
    if ids.len() > MOST_IDS {
        return Err(SoapFault::too_many_records(MOST_IDS));
    }
    let object = sobject::object(context, operation.text_of("sObjectType").unwrap_or_default().trim())?;
    let list = operation.text_of("fieldList").unwrap_or_default();
    let fields: Vec<_> = list.split(',').map(str::trim).collect();
    let rows = Rows::without_pages(call);
    answer.try_nest("retrieveResponse", |answer| {
        for text in ids {
            let id = record_id::parse(context.org, text)?;
            match soql::retrieve(context.org, &context.runner, &object, id, Some(&fields), false)? {
                Some((shape, row)) => {
                    rows.record(answer, "result", &shape, &row);
                    if call.asks_for_recent() {
                        outcome::note_recent(context, id);
                    }
                }
                None => answer.nil("result"),
            }
        }
        Ok::<_, SoapFault>(())
    })
}
