//! The one page layout that every object has here, made of its fields: what can be seen on it, what edited, what is
//! required, and which picklist values a record type has.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_layouts.htm>

use serde_json::{Value, json};

use super::{MASTER_RECORD_TYPE, View};
use crate::describe::field::DescribeField;
use crate::metadata::RecordType;
use crate::model::id::Id;
use crate::model::schema::{Field, FieldFlag, FieldType, SObject};

/// Fields beside each other.
const COLUMNS: usize = 2;

/// The layout of an object, as a user sees it.
pub struct PageLayout<'a> {
    pub object: &'a SObject,
    pub view: View<'a>,
    /// The org's own, without the master one.
    pub record_types: &'a [RecordType],
}

impl PageLayout<'_> {
    /// Layouts are no records here: an object's key prefix numbers its layout.
    pub fn id(&self) -> Id {
        let prefix = self.object.key_prefix.as_deref().unwrap_or_default();
        Id::numbered("00h", prefix.bytes().fold(0, |number, byte| number * 256 + u64::from(byte)))
    }

    /// Sections and buttons.
    pub fn layout(&self) -> Value {
        let runner = self.view.runner;
        let fields = self.object.fields.iter().filter(|field| runner.sees_field(self.object, field));
        let fields: Vec<&Field> = fields.collect();
        let editable = |field: &&Field| {
            (field.is(FieldFlag::Createable) || field.is(FieldFlag::Updateable))
                && runner.edits_field(self.object, field)
        };
        let edited: Vec<&Field> = fields.iter().copied().filter(editable).collect();
        let shown: Vec<&Field> = fields.iter().copied().filter(|field| field.kind != FieldType::Id).collect();
        let buttons = ["Edit", "Delete"].map(|name| json!({ "custom": false, "label": name, "name": name }));
        let may_edit = runner.object(self.object).edit;
        json!({
            "buttonLayoutSection": if may_edit { json!({ "detailButtons": buttons }) } else { Value::Null },
            "detailLayoutSections": [self.section(&shown)],
            "editLayoutSections": [self.section(&edited)],
            "id": self.id().as_str(),
        })
    }

    fn section(&self, fields: &[&Field]) -> Value {
        let rows = fields.chunks(COLUMNS).enumerate().map(|(row, fields)| {
            let items = fields.iter().enumerate();
            let items =
                items.map(|(column, field)| item(self.object, field, self.view, row * COLUMNS + column + 1));
            json!({ "layoutItems": items.collect::<Vec<_>>(), "numItems": fields.len() })
        });
        let rows: Vec<Value> = rows.collect();
        json!({
            "collapsed": false,
            "columns": COLUMNS,
            "heading": format!("{} Information", self.object.label),
            "layoutRows": rows,
            "parentLayoutId": self.id().as_str(),
            "rows": rows.len(),
            "tabOrder": "LeftToRight",
            "useCollapsibleSection": false,
            "useHeading": true,
        })
    }

    /// Whether the object has this record type; the master one is every object's.
    pub fn has_record_type(&self, id: &str) -> bool {
        let id = Id::parse(id);
        id == Id::parse(MASTER_RECORD_TYPE) || self.record_types.iter().any(|kind| Some(kind.id) == id)
    }

    /// The wanted record types, the master one last, with the picklist values that each has: all of them.
    pub fn mappings(&self, wanted: impl Fn(&str) -> bool) -> Vec<Value> {
        let seen = self.object.fields.iter().filter(|field| self.view.runner.sees_field(self.object, field));
        let lists = seen.filter_map(|field| Some((field, field.picklist.as_ref()?)));
        let picklists = lists.map(|(field, values)| {
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
        });
        let picklists: Vec<Value> = picklists.collect();
        let View { version, .. } = self.view;
        let mapping = |id: &str, name: &str, developer_name: &str, active: bool| {
            let layout =
                format!("/services/data/v{version}/sobjects/{}/describe/layouts/{id}", self.object.name);
            json!({
                "active": active,
                "available": true,
                "defaultRecordTypeMapping": id == MASTER_RECORD_TYPE,
                "developerName": developer_name,
                "layoutId": self.id().as_str(),
                "master": id == MASTER_RECORD_TYPE,
                "name": name,
                "picklistsForRecordType": picklists,
                "recordTypeId": id,
                "urls": { "layout": layout },
            })
        };
        let own = self.record_types.iter();
        let own = own.map(|kind| (kind.id.as_str(), &*kind.name, &*kind.developer_name, kind.active));
        let all = own.chain([(MASTER_RECORD_TYPE, "Master", "Master", true)]);
        let wanted = all.filter(|(id, ..)| wanted(id));
        wanted.map(|(id, name, developer_name, active)| mapping(id, name, developer_name, active)).collect()
    }
}

/// A field's place in a layout.
pub(super) fn item(object: &SObject, field: &Field, view: View, place: usize) -> Value {
    let editable = view.runner.edits_field(object, field);
    json!({
        "editableForNew": editable && field.is(FieldFlag::Createable),
        "editableForUpdate": editable && field.is(FieldFlag::Updateable),
        "label": field.label,
        "layoutComponents": [{
            // The keys of a describe are texts, which can always be written.
            "details": serde_json::to_value(DescribeField::new(object, field, view)).unwrap_or_default(),
            "displayLines": 1,
            "tabOrder": place,
            "type": "Field",
            "value": field.name,
        }],
        "placeholder": false,
        "required": field.is_required(),
    })
}
