//! `listMetadata()`.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_listmetadata.htm>

use super::super::fault::SoapFault;
use super::super::writer::Writer;
use super::{kind, not_too_many, time};
use crate::deployment::{admit, user_name};
use crate::metadata::component;
use crate::metadata::component::Listed;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::org::Org;
use crate::soap::call::Call;
use crate::world::RequestContext;

/// Types that one call may ask for.
const MOST_QUERIES: usize = 3;

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    admit(context)?;
    let arguments = &call.envelope.operation;
    arguments.takes(&["queries", "asOfVersion"])?;
    let queries: Vec<_> = arguments.all("queries").collect();
    not_too_many(queries.len(), MOST_QUERIES)?;
    let mut listed = Vec::new();
    for query in queries {
        let kind = kind(call, query.text_of("type").unwrap_or_default().trim())?;
        listed.extend(component::list(context.org, kind)?);
    }
    answer.try_nest("listMetadataResponse", |answer| {
        listed.iter().try_for_each(|listed| {
            answer.try_nest("result", |answer| properties(answer, context.org, listed, &listed.file_name()))
        })
    })?;
    Ok(())
}

/// Writes the elements of `FileProperties`.
pub fn properties(answer: &mut Writer, org: &Org, listed: &Listed, file: &str) -> Result<(), Fault> {
    let (created_by, modified_by) = (listed.stamp.created_by, listed.stamp.modified_by);
    answer.text("createdById", created_by.as_ref().map_or("", Id::as_str));
    answer.text("createdByName", user_name(org, created_by)?);
    time(answer, "createdDate", listed.stamp.created);
    answer.text("fileName", file);
    answer.text("fullName", &listed.full_name);
    answer.text("id", listed.id.as_ref().map_or("", Id::as_str));
    answer.text("lastModifiedById", modified_by.as_ref().map_or("", Id::as_str));
    answer.text("lastModifiedByName", user_name(org, modified_by)?);
    time(answer, "lastModifiedDate", listed.stamp.modified);
    if listed.custom {
        answer.text("manageableState", "unmanaged");
    }
    answer.text("type", listed.kind.name());
    Ok(())
}
