//! `create()`: new records, of up to ten runs of one object each.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_create.htm>

use super::call::Call;
use super::fault::SoapFault;
use super::writer::Writer;
use super::{outcome, sobject};
use crate::dml::{RecordInput, may_mix};
use crate::model::value::Input;
use crate::world::RequestContext;

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let mut records = sobject::records(call, context, call.envelope.operation.children.iter())?;
    may_mix(&records)?;
    records.iter_mut().for_each(id_among_fields);
    let outcomes = outcome::save(call, context, |pipeline| pipeline.insert(&records))?;
    outcome::write(answer, "createResponse", call, &outcomes);
    Ok(())
}

/// A new record has no id: the pipeline refuses it like a field.
pub fn id_among_fields(sent: &mut RecordInput) {
    if let Some(id) = sent.id.take() {
        sent.fields.push(("Id".to_owned(), Input::from(id.as_str())));
    }
}
