//! `/sobjects/X/describe/layouts` and its neighbours: page layouts, named and compact ones, those of approvals.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_layouts.htm>

use std::sync::Arc;

use serde_json::{Value, json};

use super::describe::{answer, view};
use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use crate::describe::compact_layout;
use crate::describe::layout::PageLayout;
use crate::model::schema::SObject;
use crate::world::ApiVersion;

const FIRST_COMPACT: ApiVersion = ApiVersion::new(29);
const FIRST_APPROVAL: ApiVersion = ApiVersion::new(30);
const FIRST_OF_SEVERAL: ApiVersion = ApiVersion::new(31);

/// Objects that one call may ask the compact layouts of.
const MOST_OBJECTS: usize = 100;

/// The names of User's layout: as describe has it, and as its own users see it.
const NAMED: [&str; 2] = ["UserAlt", "User"];

/// The object of the path, if it has what this flag of describe says.
fn object_with(exchange: &Exchange, flag: &str) -> Result<Arc<SObject>, RestFault> {
    let object = exchange.object()?;
    if object.is(flag) { Ok(object) } else { Err(RestFault::not_found()) }
}

/// The layouts of an object and of its record types.
pub fn layouts(exchange: &Exchange) -> RestResult {
    let object = object_with(exchange, "layoutable")?;
    whole(exchange, &object)
}

fn whole(exchange: &Exchange, object: &SObject) -> RestResult {
    let record_types = exchange.context.org.record_types(object)?;
    let origin = exchange.request.origin();
    let page = PageLayout { object, view: view(exchange, &origin), record_types: &record_types };
    let tree = json!({
        "layouts": [page.layout()],
        "recordTypeMappings": page.mappings(|_| true),
        "recordTypeSelectorRequired": [!record_types.is_empty()],
    });
    answer(exchange.layout, "DescribeLayoutResult", &tree)
}

/// The layout of one record type.
pub fn of_record_type(exchange: &Exchange) -> RestResult {
    let object = object_with(exchange, "layoutable")?;
    let record_types = exchange.context.org.record_types(&object)?;
    let origin = exchange.request.origin();
    let page = PageLayout { object: &object, view: view(exchange, &origin), record_types: &record_types };
    if !page.has_record_type(&exchange.capture("recordType")) {
        return Err(RestFault::not_found());
    }
    answer(exchange.layout, "DescribeLayout", &page.layout())
}

/// A layout by its name: only users have one.
pub fn named(exchange: &Exchange) -> RestResult {
    let object = object_with(exchange, "layoutable")?;
    let name = exchange.capture("name");
    if object.name != "User" || !NAMED.iter().any(|known| name.eq_ignore_ascii_case(known)) {
        return Err(RestFault::not_found());
    }
    whole(exchange, &object)
}

/// The compact layouts of an object.
pub fn compact(exchange: &Exchange) -> RestResult {
    let object = compact_object(exchange)?;
    let record_types = exchange.context.org.record_types(&object)?;
    let origin = exchange.request.origin();
    let tree = compact_layout::all(&object, view(exchange, &origin), &record_types);
    answer(exchange.layout, "DescribeCompactLayoutsResult", &tree)
}

/// The compact layout of one record type, or the primary one.
pub fn compact_of_record_type(exchange: &Exchange) -> RestResult {
    let object = compact_object(exchange)?;
    let record_types = exchange.context.org.record_types(&object)?;
    let origin = exchange.request.origin();
    let view = view(exchange, &origin);
    let page = PageLayout { object: &object, view, record_types: &record_types };
    let which = exchange.capture("recordType");
    if which != "primary" && !page.has_record_type(&which) {
        return Err(RestFault::not_found());
    }
    answer(exchange.layout, "DescribeCompactLayout", &compact_layout::primary(&object, view))
}

fn compact_object(exchange: &Exchange) -> Result<Arc<SObject>, RestFault> {
    if exchange.version < FIRST_COMPACT {
        return Err(RestFault::not_found());
    }
    object_with(exchange, "compactLayoutable")
}

/// The primary compact layouts of several objects, by name.
pub fn compact_of_several(exchange: &Exchange) -> RestResult {
    if exchange.version < FIRST_OF_SEVERAL {
        return Err(RestFault::not_found());
    }
    let origin = exchange.request.origin();
    let names = exchange.request.query_value("q").unwrap_or_default();
    let mut found = serde_json::Map::new();
    for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()).take(MOST_OBJECTS) {
        let object = exchange.context.org.object(name)?;
        let object = object
            .filter(|object| object.is("compactLayoutable") && exchange.context.runner.object(object).read);
        let object = object.ok_or_else(RestFault::not_found)?;
        found.insert(object.name.clone(), compact_layout::primary(&object, view(exchange, &origin)));
    }
    answer(exchange.layout, "CompactLayouts", &Value::Object(found))
}

/// The layouts of an object's approval processes, of which there are none here.
pub fn approval(exchange: &Exchange) -> RestResult {
    if exchange.version < FIRST_APPROVAL {
        return Err(RestFault::not_found());
    }
    object_with(exchange, "layoutable")?;
    answer(exchange.layout, "DescribeApprovalLayoutResult", &json!({ "approvalLayouts": [] }))
}
