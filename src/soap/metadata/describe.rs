//! `describeMetadata()`: the types that are emulated.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_describe.htm>

use super::super::fault::SoapFault;
use super::super::writer::Writer;
use crate::deployment::admit;
use crate::metadata::ComponentType;
use crate::soap::call::Call;
use crate::world::RequestContext;

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    admit(context)?;
    call.envelope.operation.only("asOfVersion")?;
    answer.nest("describeMetadataResponse", |answer| {
        answer.nest("result", |answer| {
            ComponentType::ALL.into_iter().filter(|kind| kind.part_of_object().is_none()).for_each(|kind| {
                answer.nest("metadataObjects", |answer| {
                    for part in ComponentType::ALL.into_iter().filter(|part| part.part_of_object().is_some())
                    {
                        if kind == ComponentType::CustomObject {
                            answer.text("childXmlNames", part.name());
                        }
                    }
                    answer.text("directoryName", kind.package_folder().folder);
                    answer.flag("inFolder", false);
                    answer.flag("metaFile", false);
                    answer.text("suffix", kind.package_folder().suffix);
                    answer.text("xmlName", kind.name());
                });
            });
            answer.empty("organizationNamespace");
            answer.flag("partialSaveAllowed", true);
            answer.flag("testRequired", false);
        });
    });
    Ok(())
}
