//! `readMetadata()`.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_readMetadata.htm>

use super::super::fault::SoapFault;
use super::super::writer::Writer;
use super::{MOST_COMPONENTS, kind, not_too_many, write};
use crate::deployment::admit;
use crate::metadata::component;
use crate::soap::call::Call;
use crate::world::RequestContext;

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    admit(context)?;
    let arguments = &call.envelope.operation;
    arguments.takes(&["type", "fullNames"])?;
    let kind = kind(call, arguments.text_of("type").unwrap_or_default().trim())?;
    let names: Vec<_> = arguments.all("fullNames").map(|name| name.text.trim()).collect();
    not_too_many(names.len(), MOST_COMPONENTS)?;
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        found.push(component::read(context.org, kind, name)?);
    }
    answer.nest("readMetadataResponse", |answer| {
        answer.nest("result", |answer| {
            for node in &found {
                match node {
                    Some(node) => answer.nest_as("records", kind.name(), |answer| write(answer, node)),
                    None => answer.nil("records"),
                }
            }
        });
    });
    Ok(())
}
