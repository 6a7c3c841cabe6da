//! `update()`: some fields of records get other values.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_update.htm>

use super::call::Call;
use super::fault::SoapFault;
use super::writer::Writer;
use super::{outcome, sobject};
use crate::dml::may_mix;
use crate::world::RequestContext;

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let records = sobject::records(call, context, call.envelope.operation.children.iter())?;
    may_mix(&records)?;
    let outcomes = outcome::save(call, context, |pipeline| pipeline.update(&records))?;
    outcome::write(answer, "updateResponse", call, &outcomes);
    Ok(())
}
