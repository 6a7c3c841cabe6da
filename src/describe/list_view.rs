//! List views: every object with pages has the two that the service makes, of all records and of the user's own.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_listviews.htm>

use serde_json::{Value, json};

use super::View;
use crate::model::id::Id;
use crate::model::schema::{Field, FieldFlag, FieldType, SObject};

/// A list view of an object.
pub struct ListView<'a> {
    pub object: &'a SObject,
    pub id: Id,
    pub developer_name: String,
    pub label: String,
    /// The query scope.
    scope: Option<&'static str>,
}

/// What is shown beside the name, of what the object has.
const SHOWN: [&str; 8] = ["Company", "Title", "Phone", "Email", "Status", "StageName", "Type", "Industry"];

/// So many columns are shown.
const MOST_SHOWN: usize = 4;

/// What every list has besides.
const HIDDEN: [&str; 4] = ["Id", "CreatedDate", "LastModifiedDate", "SystemModstamp"];

/// The list views of an object; none of an object without pages or without records that users own.
pub fn of(object: &SObject) -> Vec<ListView<'_>> {
    if !(object.is("layoutable") && object.is("mruEnabled") && object.field("OwnerId").is_some()) {
        return Vec::new();
    }
    let prefix = object.key_prefix.as_deref().unwrap_or_default();
    let number = prefix.bytes().fold(0, |number, byte| number * 256 + u64::from(byte)) * 2;
    let plural = &object.label_plural;
    let name = |word: &str| format!("{word}{}", plural.replace(|c: char| !c.is_ascii_alphanumeric(), ""));
    let view = |word: &str, place: u64, scope| ListView {
        object,
        id: Id::numbered("00B", number + place),
        developer_name: name(word),
        label: format!("{word} {plural}"),
        scope,
    };
    vec![view("All", 0, None), view("My", 1, Some("mine"))]
}

impl ListView<'_> {
    fn url(&self, view: View) -> String {
        format!("/services/data/v{}/sobjects/{}/listviews/{}", view.version, self.object.name, self.id)
    }

    /// Name, id, and where the rest is.
    pub fn basics(&self, view: View) -> Value {
        let url = self.url(view);
        json!({
            "describeUrl": format!("{url}/describe"),
            "developerName": self.developer_name,
            "id": self.id.as_str(),
            "label": self.label,
            "resultsUrl": format!("{url}/results"),
            "soqlCompatible": true,
            "url": url,
        })
    }

    /// The fields of its columns, and whether each is shown.
    pub fn columns(&self, view: View) -> Vec<(&Field, bool)> {
        let seen =
            |name: &str| self.object.field(name).filter(|field| view.runner.sees_field(self.object, field));
        let name = self.name().into_iter();
        let beside = SHOWN.iter().filter_map(|name| seen(name));
        let shown = name.chain(beside).take(MOST_SHOWN).map(|field| (field, true));
        shown.chain(HIDDEN.iter().filter_map(|name| seen(name)).map(|field| (field, false))).collect()
    }

    fn name(&self) -> Option<&Field> {
        self.object.name_field.as_deref().and_then(|name| self.object.field(name))
    }

    /// The SOQL query that it is.
    pub fn query(&self, view: View) -> String {
        let columns: Vec<&str> = self.columns(view).iter().map(|(field, _)| field.name.as_str()).collect();
        let scope = self.scope.map(|scope| format!(" USING SCOPE {scope}")).unwrap_or_default();
        let order = self.name().map_or("Id", |field| &field.name);
        format!(
            "SELECT {} FROM {}{scope} ORDER BY {order} ASC NULLS FIRST, Id ASC NULLS FIRST",
            columns.join(", "),
            self.object.name
        )
    }

    /// The columns as the service describes them.
    pub fn described_columns(&self, view: View) -> Vec<Value> {
        let name = self.name().map(|field| field.name.as_str());
        let columns = self.columns(view).into_iter().map(|(field, shown)| {
            let sortable = shown && field.is(FieldFlag::Sortable);
            let is_text = !matches!(
                field.kind,
                FieldType::Int | FieldType::Double | FieldType::Currency | FieldType::Percent
            );
            let (ascending, descending) =
                if is_text { ("A-Z", "Z-A") } else { ("Low to High", "High to Low") };
            let sorts = Some(field.name.as_str()) == name;
            json!({
                "ascendingLabel": sortable.then_some(ascending),
                "descendingLabel": sortable.then_some(descending),
                "fieldNameOrPath": field.name,
                "hidden": !shown,
                "label": field.label,
                "selectListItem": field.name,
                "sortDirection": sorts.then_some("ascending"),
                "sortIndex": sorts.then_some(0),
                "sortable": sortable,
                "type": field.kind.name(),
            })
        });
        columns.collect()
    }

    /// The whole description.
    pub fn described(&self, view: View) -> Value {
        let order = |name: &str| json!({ "fieldNameOrPath": name, "nullsPosition": "first", "sortDirection": "ascending" });
        let by_name = self.name().map(|field| order(&field.name));
        json!({
            "columns": self.described_columns(view),
            "id": self.id.as_str(),
            "orderBy": by_name.into_iter().chain([order("Id")]).collect::<Vec<_>>(),
            "query": self.query(view),
            "relatedEntityId": null,
            "scope": self.scope,
            "scopeEntityId": null,
            "sobjectType": self.object.name,
            "whereCondition": { "conditions": [], "conjunction": "and" },
        })
    }
}
