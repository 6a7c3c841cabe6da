//! `fields` and `nameFields`: the fields of an object by name, as User Interface API tells of them.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_responses_field.htm>

use serde_json::{Map, Value, json};

use super::picklist::controlling_fields;
use crate::model::schema::SObject;
use crate::rest::exchange::Exchange;

/// The described fields of an object, by name in alphabetical order.
pub fn fields(exchange: &Exchange, object: &SObject, described: &Value) -> Value {
    let mut all: Vec<_> = described["fields"].as_array().into_iter().flatten().collect();
    all.sort_by_key(|field| field["name"].as_str().unwrap_or_default());
    let entry =
        |field: &&Value| Some((text(field, "name")?.to_owned(), entry(exchange, object, &all, field)));
    Value::Object(all.iter().filter_map(entry).collect())
}

/// The fields by which records of an object are called: its name, and the parts of a person's name.
pub fn name_fields(exchange: &Exchange, object: &SObject) -> Vec<String> {
    let sees = |name: &str| {
        let field = object.field(name)?;
        exchange.context.runner.sees_field(object, field).then_some(field)
    };
    let part = |name: &'static str| sees(name).filter(|field| field.compound.is_some()).map(|_| name);
    let own = object.name_field.as_deref().filter(|name| sees(name).is_some());
    let mut names: Vec<String> =
        [part("FirstName"), part("LastName"), own].into_iter().flatten().map(str::to_owned).collect();
    names.sort();
    names
}

fn entry(exchange: &Exchange, object: &SObject, all: &[&Value], field: &Value) -> Value {
    let of = |name: &str| field[name].clone();
    let name = text(field, "name").unwrap_or_default();
    // The name of an account can be that of a person.
    let of_account = object.name == "Account" && name == "Name";
    let compound = match of_account {
        true => Some("Name"),
        false => text(field, "compoundFieldName"),
    };
    let has_parts = all.iter().any(|other| text(other, "compoundFieldName") == Some(name));
    let extra = if of_account { Some("switchablepersonname") } else { text(field, "extraTypeInfo") };
    let component = compound.filter(|_| !of_account).and_then(|compound| component(name, compound));
    let members = [
        (41, "apiName", of("name")),
        (41, "calculated", of("calculated")),
        (41, "compound", (has_parts || of_account).into()),
        (41, "compoundComponentName", json!(component)),
        (41, "compoundFieldName", json!(compound)),
        (41, "controllerName", of("controllerName")),
        (42, "controllingFields", controlling_fields(all, field).into()),
        (41, "createable", of("createable")),
        (41, "custom", of("custom")),
        (41, "dataType", data_type(text(field, "type").unwrap_or_default()).into()),
        (60, "externalId", of("externalId")),
        (41, "extraTypeInfo", json!(extra.map(extra_type_info))),
        (41, "filterable", of("filterable")),
        (41, "filteredLookupInfo", of("filteredLookupInfo")),
        (41, "highScaleNumber", of("highScaleNumber")),
        (41, "htmlFormatted", of("htmlFormatted")),
        (41, "inlineHelpText", of("inlineHelpText")),
        (41, "label", of("label")),
        (41, "length", of("length")),
        (60, "maskType", of("maskType")),
        (41, "nameField", of("nameField")),
        (41, "polymorphicForeignKey", of("polymorphicForeignKey")),
        (41, "precision", of("precision")),
        (41, "reference", (field["type"] == "reference").into()),
        (41, "referenceTargetField", of("referenceTargetField")),
        (41, "referenceToInfos", targets(exchange, field)),
        (41, "relationshipName", of("relationshipName")),
        (41, "required", (field["nillable"] == false).into()),
        (41, "scale", of("scale")),
        (41, "searchPrefilterable", of("searchPrefilterable")),
        (41, "sortable", of("sortable")),
        (41, "unique", of("unique")),
        (41, "updateable", of("updateable")),
    ];
    let version = exchange.version.number();
    let known = members.into_iter().filter(|(since, ..)| *since <= version);
    known.map(|(_, name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
}

/// What a part of an address or of a person's name is called in it: `BillingStreet` is the `Street` of
/// `BillingAddress`.
fn component<'a>(name: &'a str, compound: &str) -> Option<&'a str> {
    match compound.strip_suffix("Address") {
        Some(prefix) => name.strip_prefix(prefix),
        None => (compound == "Name").then_some(name),
    }
}

/// The objects that a reference can name, each with its name fields. Of those that are no objects here, most have one;
/// histories have none.
fn targets(exchange: &Exchange, field: &Value) -> Value {
    let names = field["referenceTo"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let target = |name: &str| {
        let known = exchange.context.org.schema.object(name);
        let fields = match known {
            Some(object) => name_fields(exchange, &object),
            None if name.ends_with("History") => Vec::new(),
            None => vec!["Name".to_owned()],
        };
        json!({ "apiName": name, "nameFields": fields })
    };
    names.map(target).collect()
}

fn data_type(described: &str) -> &str {
    match described {
        "address" => "Address",
        "anyType" => "Anytype",
        "base64" => "Base64",
        "boolean" => "Boolean",
        "combobox" => "ComboBox",
        "complexvalue" => "ComplexValue",
        "currency" => "Currency",
        "date" => "Date",
        "datetime" => "DateTime",
        "double" => "Double",
        "email" => "Email",
        "encryptedstring" => "EncryptedString",
        "int" => "Int",
        "location" => "Location",
        "long" => "Long",
        "multipicklist" => "MultiPicklist",
        "percent" => "Percent",
        "phone" => "Phone",
        "picklist" => "Picklist",
        "reference" => "Reference",
        "textarea" => "TextArea",
        "time" => "Time",
        "url" => "Url",
        _ => "String",
    }
}

fn extra_type_info(described: &str) -> &str {
    match described {
        "externallookup" => "ExternalLookup",
        "imageurl" => "ImageUrl",
        "indirectlookup" => "IndirectLookup",
        "personname" => "PersonName",
        "plaintextarea" => "PlainTextArea",
        "richtextarea" => "RichTextArea",
        "switchablepersonname" => "SwitchablePersonName",
        other => other,
    }
}

pub(super) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value[name].as_str()
}
