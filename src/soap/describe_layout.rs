//! `describeLayout()`: the one page layout that every object has here, made of its fields: what can be seen on it, what
//! edited, what is required, and which picklist values a record type has.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describelayout.htm>

use serde_json::{Value, json};

use super::call::Call;
use super::fault::SoapFault;
use super::password::bad_id;
use super::writer::Writer;
use super::{sobject, typed};
use crate::model::fault::faults;
use crate::model::id::Id;
use crate::model::schema::{Field, FieldFlag, FieldType, SObject};
use crate::world::RequestContext;

/// Fields beside each other.
const COLUMNS: usize = 2;
const MASTER: &str = "012000000000000AAA";

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let operation = &call.envelope.operation;
    operation.takes(&["sObjectType", "layoutName", "recordTypeIds"])?;
    let object = sobject::object(context, operation.text_of("sObjectType").unwrap_or_default().trim())?;
    if !object.is("layoutable") {
        return Err(not_layoutable(&object).into());
    }
    let id = layout_id(&object);
    let fields: Vec<&Field> =
        object.fields.iter().filter(|field| context.runner.sees_field(&object, field)).collect();
    let editable = |field: &&Field| {
        (field.is(FieldFlag::Createable) || field.is(FieldFlag::Updateable))
            && context.runner.edits_field(&object, field)
    };
    let edited: Vec<&Field> = fields.iter().copied().filter(editable).collect();
    let shown: Vec<&Field> = fields.iter().copied().filter(|field| field.kind != FieldType::Id).collect();
    let buttons = ["Edit", "Delete"].map(|name| json!({ "custom": false, "label": name, "name": name }));
    let mut layout = json!({
        "detailLayoutSections": [section(context, &object, id, &shown)],
        "editLayoutSections": [section(context, &object, id, &edited)],
        "id": id.as_str(),
    });
    if context.runner.object(&object).edit {
        layout["buttonLayoutSection"] = json!({ "detailButtons": buttons });
    }
    let tree = json!({
        "layouts": [layout],
        "recordTypeMappings": mappings(call, context, &object, id)?,
        "recordTypeSelectorRequired": false,
    });
    answer.nest("describeLayoutResponse", |answer| {
        typed::element(answer, call.version, "result", "DescribeLayoutResult", &tree);
    });
    Ok(())
}

fn section(context: &RequestContext, object: &SObject, layout: Id, fields: &[&Field]) -> Value {
    let rows: Vec<Value> = fields
        .chunks(COLUMNS)
        .enumerate()
        .map(|(row, fields)| {
            let items = fields.iter().enumerate().map(|(column, field)| {
                let place = row * COLUMNS + column + 1;
                item(context, object, field, place)
            });
            json!({ "layoutItems": items.collect::<Vec<_>>(), "numItems": fields.len() })
        })
        .collect();
    json!({
        "collapsed": false,
        "columns": COLUMNS,
        "heading": format!("{} Information", object.label),
        "rows": rows.len(),
        "layoutRows": rows,
        "parentLayoutId": layout.as_str(),
        "tabOrder": "LeftToRight",
        "useCollapsibleSection": false,
        "useHeading": true,
    })
}

fn item(context: &RequestContext, object: &SObject, field: &Field, place: usize) -> Value {
    let editable = context.runner.edits_field(object, field);
    json!({
        "editableForNew": editable && field.is(FieldFlag::Createable),
        "editableForUpdate": editable && field.is(FieldFlag::Updateable),
        "label": field.label,
        "layoutComponents": [{ "displayLines": 1, "tabOrder": place, "type": "Field", "value": field.name }],
        "placeholder": false,
        "required": field.is_required(),
    })
}

/// The record types, the master one last, with the picklist values that each has: all of them.
fn mappings(
    call: &Call,
    context: &RequestContext,
    object: &SObject,
    layout: Id,
) -> Result<Vec<Value>, SoapFault> {
    let asked: Vec<_> = call.envelope.operation.all("recordTypeIds").map(|id| id.text.trim()).collect();
    let record_types = context.org.record_types(object)?;
    let known = |id: &str| id == MASTER || record_types.iter().any(|kind| Some(kind.id) == Id::parse(id));
    if let Some(unknown) = asked.iter().find(|id| !known(id)) {
        return Err(bad_id(unknown).into());
    }
    let wanted = |id: &str| asked.is_empty() || asked.iter().any(|asked| Id::parse(asked) == Id::parse(id));
    let picklists: Vec<Value> = object
        .fields
        .iter()
        .filter(|field| context.runner.sees_field(object, field))
        .filter_map(|field| Some((field, field.picklist.as_ref()?)))
        .map(|(field, values)| {
            let values = values.iter().filter(|value| value.active).map(|value| {
                json!({
                    "active": true,
                    "defaultValue": value.default,
                    "label": value.label,
                    "validFor": value.valid_for,
                    "value": value.value,
                })
            });
            json!({ "picklistName": field.name, "picklistValues": values.collect::<Vec<_>>() })
        })
        .collect();
    let mapping = |id: &str, name: &str, developer_name: &str, active: bool| {
        json!({
            "active": active,
            "available": true,
            "defaultRecordTypeMapping": id == MASTER,
            "developerName": developer_name,
            "layoutId": layout.as_str(),
            "master": id == MASTER,
            "name": name,
            "picklistsForRecordType": picklists,
            "recordTypeId": id,
        })
    };
    let own =
        record_types.iter().map(|kind| (kind.id.as_str(), &*kind.name, &*kind.developer_name, kind.active));
    let all = own.chain([(MASTER, "Master", "Master", true)]).filter(|(id, ..)| wanted(id));
    Ok(all.map(|(id, name, developer_name, active)| mapping(id, name, developer_name, active)).collect())
}

/// Layouts are no records here: an object's key prefix numbers its layout.
fn layout_id(object: &SObject) -> Id {
    let prefix = object.key_prefix.as_deref().unwrap_or_default();
    Id::numbered("00h", prefix.bytes().fold(0, |number, byte| number * 256 + u64::from(byte)))
}

faults! {
    /// `describeLayout()` is called for an object without layouts
    not_layoutable(object: &SObject) = INVALID_TYPE,
        "entity type {name} does not support layouts" with (name = object.name), Assumed;
}
