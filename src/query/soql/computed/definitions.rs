//! EntityDefinition and FieldDefinition: what the org's objects and fields are, as rows.
//! Sources: <https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/tooling_api_objects_entitydefinition.htm>,
//! <https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/tooling_api_objects_fielddefinition.htm>

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::{EMPTY_ID, Rows};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::{Field, FieldFlag, FieldType, SObject};
use crate::query::soql::compiler::Compiler;
use crate::query::soql::fault;

/// Ids of the org's own objects and fields, by name in lower case.
struct OwnIds {
    objects: HashMap<String, Id>,
    fields: HashMap<String, Id>,
}

impl OwnIds {
    fn of(compiler: &Compiler) -> Result<OwnIds, Fault> {
        let of = |kind| compiler.org.definition_ids(kind);
        Ok(OwnIds { objects: of("CustomObject")?, fields: of("CustomField")? })
    }

    /// What identifies an object for good: its name, or the id of a custom one.
    fn entity(&self, object: &SObject) -> String {
        let id = self.objects.get(&object.name.to_ascii_lowercase());
        id.map_or_else(|| object.name.clone(), |id| id.short().to_owned())
    }

    fn field(&self, object: &SObject, field: &Field) -> String {
        let id = self.fields.get(&format!("{}.{}", object.name, field.name).to_ascii_lowercase());
        let own = id.map_or_else(|| developer_name(field).to_owned(), |id| id.short().to_owned());
        format!("{}.{own}", self.entity(object))
    }
}

/// The objects that the user may read: all of them, or those that the query names.
fn readable(compiler: &Compiler, ids: &OwnIds) -> Vec<Arc<SObject>> {
    let schema = &compiler.org.schema;
    let objects = match compiler.entities() {
        Some(names) => {
            let of_id = |name: &str| {
                ids.objects
                    .iter()
                    .find(|(_, id)| id.short() == name || id.as_str() == name)
                    .map(|(name, _)| name.clone())
            };
            let found = names.iter().map(|name| of_id(name).unwrap_or_else(|| name.clone()));
            let mut found: Vec<_> = found.filter_map(|name| schema.object(&name)).collect();
            found.sort_by(|one, other| one.name.cmp(&other.name));
            found.dedup_by(|one, other| one.name == other.name);
            found
        }
        None => schema.all(),
    };
    objects.into_iter().filter(|object| compiler.runner.object(object).read).collect()
}

/// A row per object that the user may read.
pub(super) fn entities<'o>(compiler: &Compiler, definition: &'o SObject) -> Result<Rows<'o>, Fault> {
    let ids = OwnIds::of(compiler)?;
    let sharing = Sharing::of(compiler)?;
    let mut rows = Rows::of(definition);
    for object in readable(compiler, &ids) {
        let is = |flag| Json::from(object.is(flag));
        let custom = object.is("custom");
        let prefix = object.key_prefix.as_deref();
        let new = prefix.map(|prefix| format!("/{prefix}/e")).filter(|_| object.is("layoutable"));
        rows.add([
            ("Id", json!(EMPTY_ID)),
            ("DurableId", json!(ids.entity(&object))),
            ("QualifiedApiName", json!(object.name)),
            ("DeveloperName", json!(object.name.strip_suffix("__c").unwrap_or(&object.name))),
            ("MasterLabel", json!(object.label)),
            ("Label", json!(object.label)),
            ("PluralLabel", json!(object.label_plural)),
            ("IsCustomizable", json!(custom || (object.is("layoutable") && object.is("triggerable")))),
            ("IsApexTriggerable", is("triggerable")),
            ("IsWorkflowEnabled", json!(object.is("layoutable") && object.is("triggerable"))),
            ("IsProcessEnabled", json!(object.is("layoutable") && object.is("triggerable"))),
            ("IsCompactLayoutable", is("compactLayoutable")),
            ("DeploymentStatus", if custom { json!("Deployed") } else { Json::Null }),
            ("KeyPrefix", json!(prefix)),
            ("IsCustomSetting", is("customSetting")),
            ("IsReplicateable", is("replicateable")),
            ("IsRetrieveable", is("retrieveable")),
            ("IsSearchLayoutable", is("searchLayoutable")),
            ("IsSearchable", is("searchable")),
            ("IsTriggerable", is("triggerable")),
            ("IsIdEnabled", json!(prefix.is_some())),
            ("IsEverCreatable", is("createable")),
            ("IsEverUpdatable", is("updateable")),
            ("IsEverDeletable", is("deletable")),
            ("IsFeedEnabled", is("feedEnabled")),
            ("IsQueryable", is("queryable")),
            ("IsMruEnabled", is("mruEnabled")),
            ("IsLayoutable", is("layoutable")),
            ("DetailUrl", new.as_ref().map_or(Json::Null, |_| json!("/{ID}"))),
            ("EditUrl", new.as_ref().map_or(Json::Null, |_| json!("/{ID}/e"))),
            ("NewUrl", json!(new)),
            ("PublisherId", json!(publisher(custom))),
            ("InternalSharingModel", json!(sharing.internal(&object))),
            ("ExternalSharingModel", json!(sharing.external(&object))),
        ]);
    }
    Ok(rows)
}

/// A row per field that the user sees, of the objects that the query names.
pub(super) fn fields<'o>(compiler: &Compiler, definition: &'o SObject) -> Result<Rows<'o>, Fault> {
    if compiler.entities().is_none() {
        return Err(fault::no_reified_filter(&definition.name));
    }
    let ids = OwnIds::of(compiler)?;
    let mut rows = Rows::of(definition);
    for object in readable(compiler, &ids) {
        for field in object.fields.iter().filter(|field| compiler.runner.sees_field(&object, field)) {
            let is = |flag| Json::from(field.is(flag));
            let controller = field.controller.as_deref().and_then(|name| object.field(name));
            let indexed = matches!(field.kind, FieldType::Id | FieldType::Reference)
                || field.is(FieldFlag::IdLookup)
                || field.is(FieldFlag::ExternalId)
                || field.is(FieldFlag::Unique);
            let reference_to = Some(&field.reference_to).filter(|targets| !targets.is_empty());
            let is_number = field.precision > 0 || field.digits > 0;
            rows.add([
                ("Id", json!(EMPTY_ID)),
                ("DurableId", json!(ids.field(&object, field))),
                ("QualifiedApiName", json!(field.name)),
                ("EntityDefinitionId", json!(ids.entity(&object))),
                ("DeveloperName", json!(developer_name(field))),
                ("MasterLabel", json!(field.label)),
                ("Label", json!(field.label)),
                ("Length", json!(field.length)),
                ("DataType", json!(data_type(field))),
                ("ValueTypeId", json!(value_type(field.kind))),
                ("ExtraTypeInfo", json!(field.extra_type_info)),
                ("IsCalculated", is(FieldFlag::Calculated)),
                ("IsHtmlFormatted", is(FieldFlag::HtmlFormatted)),
                ("IsNameField", is(FieldFlag::NameField)),
                ("IsNillable", is(FieldFlag::Nillable)),
                ("IsWorkflowFilterable", is(FieldFlag::Filterable)),
                ("IsCompactLayoutable", json!(object.is("compactLayoutable"))),
                ("Precision", if is_number { json!(field.precision.max(field.digits)) } else { Json::Null }),
                ("Scale", if is_number { json!(field.scale) } else { Json::Null }),
                ("IsIndexed", json!(indexed)),
                ("IsApiFilterable", is(FieldFlag::Filterable)),
                ("IsApiSortable", is(FieldFlag::Sortable)),
                ("IsListFilterable", is(FieldFlag::Filterable)),
                ("IsListSortable", is(FieldFlag::Sortable)),
                ("IsApiGroupable", is(FieldFlag::Groupable)),
                ("IsListVisible", json!(object.is("layoutable"))),
                ("ControllingFieldDefinitionId", json!(controller.map(|field| ids.field(&object, field)))),
                ("PublisherId", json!(publisher(field.is(FieldFlag::Custom)))),
                ("RelationshipName", json!(field.relationship)),
                ("ReferenceTo", json!(json!({ "referenceTo": reference_to }).to_string())),
                ("IsCompound", json!(field.is_compound())),
                ("IsPolymorphicForeignKey", is(FieldFlag::PolymorphicForeignKey)),
            ]);
        }
    }
    Ok(rows)
}

fn publisher(custom: bool) -> &'static str {
    if custom { "<local>" } else { "System" }
}

/// A field's name as setup has it: `AccountId` is `Account`, `Level__c` is `Level`.
fn developer_name(field: &Field) -> &str {
    let name = field.name.strip_suffix("__c").unwrap_or(&field.name);
    match field.kind {
        FieldType::Reference => name.strip_suffix("Id").filter(|stem| !stem.is_empty()).unwrap_or(name),
        _ => name,
    }
}

/// The type of values, by the name of its row of DataType.
fn value_type(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Id | FieldType::Reference => "id",
        FieldType::Boolean => "boolean",
        FieldType::DateTime => "dateTime",
        FieldType::Date => "date",
        FieldType::Time => "time",
        FieldType::Int | FieldType::Long => "int",
        FieldType::Double | FieldType::Currency | FieldType::Percent => "double",
        FieldType::Base64 => "base64Binary",
        FieldType::Address => "address",
        FieldType::Location => "location",
        _ => "string",
    }
}

/// The type as the setup pages name it.
fn data_type(field: &Field) -> String {
    use FieldType::*;
    let number =
        |name: &str| format!("{name}({}, {})", field.precision.saturating_sub(field.scale), field.scale);
    match field.kind {
        _ if field.is(FieldFlag::AutoNumber) => "Auto Number".to_owned(),
        _ if field.is(FieldFlag::NameField) && field.extra_type_info.is_some() => "Name".to_owned(),
        Reference if field.is(FieldFlag::CascadeDelete) => {
            format!("Master-Detail({})", field.reference_to.join(","))
        }
        Id | Reference => format!("Lookup({})", field.reference_to.join(",")),
        TextArea if field.is(FieldFlag::HtmlFormatted) => format!("Rich Text Area({})", field.length),
        TextArea if field.length > 255 => format!("Long Text Area({})", field.length),
        TextArea => format!("Text Area({})", field.length),
        Phone => "Phone".to_owned(),
        Url => format!("URL({})", field.length),
        Email => "Email".to_owned(),
        Picklist | Combobox => "Picklist".to_owned(),
        MultiPicklist => "Picklist (Multi-Select)".to_owned(),
        EncryptedString => format!("Text (Encrypted)({})", field.length),
        Boolean => "Checkbox".to_owned(),
        Int | Long => format!("Number({}, 0)", field.digits),
        Double => number("Number"),
        Currency => number("Currency"),
        Percent => number("Percent"),
        DateTime => "Date/Time".to_owned(),
        Date => "Date".to_owned(),
        Time => "Time".to_owned(),
        Base64 => "Base64".to_owned(),
        Address => "Address".to_owned(),
        Location => "Geolocation".to_owned(),
        _ => format!("Text({})", field.length),
    }
}

/// The org-wide defaults, by the fields of Organization that hold them.
struct Sharing {
    defaults: HashMap<&'static str, String>,
}

/// Objects whose default is a field of Organization.
const DEFAULTS: [(&str, &str); 6] = [
    ("Account", "DefaultAccountAccess"),
    ("Contact", "DefaultContactAccess"),
    ("Opportunity", "DefaultOpportunityAccess"),
    ("Lead", "DefaultLeadAccess"),
    ("Case", "DefaultCaseAccess"),
    ("Campaign", "DefaultCampaignAccess"),
];

impl Sharing {
    fn of(compiler: &Compiler) -> Result<Sharing, Fault> {
        let organization = compiler.org.find(&compiler.org.standard("Organization")?, compiler.org.id)?;
        let text = |field| organization.as_ref().and_then(|record| record.text(field)).map(str::to_owned);
        let defaults = DEFAULTS.iter().filter_map(|(object, field)| Some((*object, text(field)?)));
        Ok(Sharing { defaults: defaults.collect() })
    }

    fn internal(&self, object: &SObject) -> &'static str {
        let is_detail = object.fields.iter().any(|field| field.is(FieldFlag::CascadeDelete));
        match self.defaults.get(object.name.as_str()).map(String::as_str) {
            Some("None") => "Private",
            Some("Read") => "Read",
            Some("Edit") => "ReadWrite",
            Some("ReadEditTransfer") => "ReadWriteTransfer",
            Some("All") => "FullAccess",
            Some("ControlledByParent") => "ControlledByParent",
            Some("ControlledByLeadOrContact") => "ControlledByLeadOrContact",
            Some("ControlledByCampaign") => "ControlledByCampaign",
            _ if object.name == "User" => "Read",
            _ if is_detail => "ControlledByParent",
            _ => "ReadWrite",
        }
    }

    /// External users have what is theirs.
    fn external(&self, object: &SObject) -> &'static str {
        match self.internal(object) {
            "ControlledByParent" => "ControlledByParent",
            _ => "Private",
        }
    }
}
