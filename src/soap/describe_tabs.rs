//! `describeTabs()`: the standard app, with its tabs.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describetabs.htm>

use serde_json::{Value, json};

use super::call::Call;
use super::fault::SoapFault;
use super::typed;
use super::writer::Writer;
use crate::describe::{View, app, tab};
use crate::world::RequestContext;

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let origin = call.request.origin();
    let (schema, runner, version) = (&context.org.schema, &context.runner, call.version);
    let set: Value = json!({
        "description": "Accounts, contacts and what is sold to them",
        "label": app::LABEL,
        "logoUrl": format!("{origin}/img/seasonLogos/2014_winter_aloha.png"),
        "selected": true,
        "tabSetId": app::id().as_str(),
        "tabs": tab::tabs(View { schema, runner, version, origin: &origin }),
    });
    answer.nest("describeTabsResponse", |answer| {
        typed::element(answer, call.version, "result", "DescribeTabSetResult", &set);
    });
    Ok(())
}
