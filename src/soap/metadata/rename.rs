//! `renameMetadata()`.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_renameMetadata.htm>

use super::super::fault::SoapFault;
use super::super::writer::Writer;
use super::{kind, save};
use crate::deployment::admit;
use crate::metadata::rename;
use crate::soap::call::Call;
use crate::world::RequestContext;

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    admit(context)?;
    let arguments = &call.envelope.operation;
    arguments.takes(&["type", "oldFullName", "newFullName"])?;
    let text = |name| arguments.text_of(name).unwrap_or_default().trim();
    let kind = kind(call, text("type"))?;
    let outcomes = save::run(call, context, |pipeline| {
        rename::rename(pipeline, kind, text("oldFullName"), text("newFullName")).map(|outcome| vec![outcome])
    })?;
    save::write(answer, call, "renameMetadataResponse", &outcomes, false);
    Ok(())
}
