//! `upsert()`: records of one object, found by an external id or new.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_upsert.htm>

use super::call::Call;
use super::create::id_among_fields;
use super::fault::SoapFault;
use super::writer::Writer;
use super::{outcome, sobject};
use crate::dml::RecordInput;
use crate::model::fault::{Fault, faults};
use crate::world::RequestContext;

/// The name of the first element in any case: clients spell it both with `ID` and with `Id`.
const KEY: &str = "externalIDFieldName";

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let (key, elements) = match call.envelope.operation.children.as_slice() {
        [key, elements @ ..] if key.name.eq_ignore_ascii_case(KEY) => (key.text.trim(), elements),
        elements => ("", elements),
    };
    if let Some(other) = elements.iter().find(|element| element.name != "sObjects") {
        return Err(SoapFault::invalid_element(other));
    }
    let mut records = sobject::records(call, context, elements.iter())?;
    one_object(&records)?;
    records.iter_mut().for_each(id_among_fields);
    let outcomes = outcome::save(call, context, |pipeline| pipeline.upsert(key, &records))?;
    outcome::write_upserted(answer, "upsertResponse", call, &outcomes);
    Ok(())
}

fn one_object(records: &[RecordInput]) -> Result<(), Fault> {
    let mut names = records.iter().map(|sent| &sent.object.name);
    let first = names.next();
    if names.all(|name| Some(name) == first) {
        return Ok(());
    }
    Err(several_objects())
}

faults! {
    /// `upsert()` is called with records of several objects
    several_objects() = INVALID_TYPE, "upsert takes records of one sObject type only", Assumed;
}
