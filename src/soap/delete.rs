//! `delete()`: records go to the recycle bin.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_delete.htm>

use super::call::Call;
use super::fault::SoapFault;
use super::writer::Writer;
use super::{ids, outcome};
use crate::world::RequestContext;

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let ids = ids::all(&call.envelope.operation)?;
    let outcomes = outcome::save(call, context, |pipeline| pipeline.delete(&ids))?;
    outcome::write(answer, "deleteResponse", call, &outcomes);
    Ok(())
}
