//! `describeTabs()`: the standard app, with a tab for each of its objects that the user may read.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describetabs.htm>

use serde_json::{Value, json};

use super::call::Call;
use super::fault::SoapFault;
use super::typed;
use super::writer::Writer;
use crate::describe::app;
use crate::world::RequestContext;

/// Objects with a tab, in the order of the app.
const TABS: [&str; 6] = ["Campaign", "Lead", "Account", "Contact", "Opportunity", "Case"];

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let origin = call.request.origin();
    let image = |name: &str| format!("{origin}/img/{name}");
    let home = json!({
        "custom": false,
        "iconUrl": image("icon/home32.png"),
        "label": "Home",
        "miniIconUrl": image("icon/home16.png"),
        "name": "standard-home",
        "url": format!("{origin}/home/home.jsp"),
    });
    let mut tabs = vec![home];
    for name in TABS {
        let object = context.org.object(name)?.filter(|object| context.runner.object(object).read);
        tabs.extend(object.map(|object| {
            let icon = object.label_plural.to_lowercase();
            let prefix = object.key_prefix.as_deref().unwrap_or_default();
            json!({
                "custom": false,
                "iconUrl": image(&format!("icon/{icon}32.png")),
                "label": object.label_plural,
                "miniIconUrl": image(&format!("icon/{icon}16.png")),
                "name": format!("standard-{name}"),
                "sobjectName": name,
                "url": format!("{origin}/{prefix}/o"),
            })
        }));
    }
    let set: Value = json!({
        "description": "Accounts, contacts and what is sold to them",
        "label": app::LABEL,
        "logoUrl": image("seasonLogos/2014_winter_aloha.png"),
        "selected": true,
        "tabSetId": app::id().as_str(),
        "tabs": tabs,
    });
    answer.nest("describeTabsResponse", |answer| {
        typed::element(answer, call.version, "result", "DescribeTabSetResult", &set);
    });
    Ok(())
}
