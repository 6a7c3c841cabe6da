//! `describeLayout()`: the page layout of an object, as the WSDL has it.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describelayout.htm>

use serde_json::json;

use super::call::Call;
use super::fault::SoapFault;
use super::password::bad_id;
use super::writer::Writer;
use super::{sobject, typed};
use crate::describe::View;
use crate::describe::layout::PageLayout;
use crate::model::fault::faults;
use crate::model::id::Id;
use crate::model::schema::SObject;
use crate::world::RequestContext;

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let operation = &call.envelope.operation;
    operation.takes(&["sObjectType", "layoutName", "recordTypeIds"])?;
    let object = sobject::object(context, operation.text_of("sObjectType").unwrap_or_default().trim())?;
    if !object.is("layoutable") {
        return Err(not_layoutable(&object).into());
    }
    let record_types = context.org.record_types(&object)?;
    let origin = call.request.origin();
    let (schema, runner, version) = (&context.org.schema, &context.runner, call.version);
    let view = View { schema, runner, version, origin: &origin };
    let page = PageLayout { object: &object, view, record_types: &record_types };
    let asked: Vec<_> = operation.all("recordTypeIds").map(|id| id.text.trim()).collect();
    if let Some(unknown) = asked.iter().find(|id| !page.has_record_type(id)) {
        return Err(bad_id(unknown).into());
    }
    let wanted = |id: &str| asked.is_empty() || asked.iter().any(|asked| Id::parse(asked) == Id::parse(id));
    let tree = json!({
        "layouts": [page.layout()],
        "recordTypeMappings": page.mappings(wanted),
        "recordTypeSelectorRequired": false,
    });
    answer.nest("describeLayoutResponse", |answer| {
        typed::element(answer, call.version, "result", "DescribeLayoutResult", &tree);
    });
    Ok(())
}

faults! {
    /// `describeLayout()` is called for an object without layouts
    not_layoutable(object: &SObject) = INVALID_TYPE,
        "entity type {name} does not support layouts" with (name = object.name), Assumed;
}
