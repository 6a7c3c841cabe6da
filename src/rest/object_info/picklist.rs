//! `GET /ui-api/object-info/{object}/picklist-values/{recordTypeId}` and `…/{field}`: the values that picklists have for
//! records of a record type. Record types here do not narrow them.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_resources_picklist_values.htm>,
//! <https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_resources_picklist_values_collection.htm>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::field::text;
use super::{FIRST, answer, base, named, refused, since, tagged};
use crate::model::id::Id;
use crate::model::schema::SObject;
use crate::rest::describe;
use crate::rest::exchange::{Exchange, RestResult};
use crate::rest::fault::RestFault;

/// The values of all picklists of an object.
pub fn collection(exchange: &Exchange) -> RestResult {
    let scope = Scope::of(exchange)?;
    let mut all: Vec<_> = scope.picklists().collect();
    all.sort_by_key(|field| text(field, "name").unwrap_or_default());
    let values =
        all.into_iter().filter_map(|field| Some((text(field, "name")?.to_owned(), scope.values(field))));
    let values: Map<_, _> = values.collect();
    answer(exchange, tagged(json!({ "eTag": null, "picklistFieldValues": values })))
}

/// The values of one picklist.
pub fn one(exchange: &Exchange) -> RestResult {
    let scope = Scope::of(exchange)?;
    let name = exchange.capture("field");
    let is_named =
        |field: &&Value| text(field, "name").is_some_and(|known| known.eq_ignore_ascii_case(&name));
    let field = scope.picklists().find(is_named).ok_or_else(RestFault::not_found)?;
    answer(exchange, scope.values(field))
}

/// An object and one of its record types.
struct Scope {
    object: String,
    described: Value,
    url: String,
}

impl Scope {
    /// # Errors
    /// 404 when the object has no such record type.
    fn of(exchange: &Exchange) -> Result<Scope, RestFault> {
        since(exchange, FIRST)?;
        let object = named(exchange, &exchange.capture("object")).map_err(refused)?;
        let record_type = exchange.capture("recordType");
        let id = Id::parse(&record_type).ok_or_else(RestFault::not_found)?;
        if !has_record_type(exchange, &object, id)? {
            return Err(RestFault::not_found());
        }
        let described = describe::tree(exchange, &object)?;
        let url = format!("{}/{}/picklist-values/{id}", base(exchange), object.name);
        Ok(Scope { object: object.name.clone(), described, url })
    }

    fn fields(&self) -> impl Iterator<Item = &Value> {
        self.described["fields"].as_array().into_iter().flatten()
    }

    fn picklists(&self) -> impl Iterator<Item = &Value> {
        self.fields().filter(|field| field["type"] == "picklist" || field["type"] == "multipicklist")
    }

    fn values(&self, field: &Value) -> Value {
        let name = text(field, "name").unwrap_or_default();
        let active = field["picklistValues"].as_array().into_iter().flatten().filter(|v| v["active"] == true);
        let values: Vec<_> = active.clone().map(|value| self.value(name, value)).collect();
        let default = active.clone().find(|value| value["defaultValue"] == true);
        tagged(json!({
            "controllerValues": self.controller_values(field),
            "defaultValue": default.map(|value| self.value(name, value)),
            "eTag": null,
            "url": format!("{}/{name}", self.url),
            "values": values,
        }))
    }

    fn value(&self, field: &str, value: &Value) -> Value {
        json!({
            "attributes": attributes(&self.object, field, text(value, "value").unwrap_or_default()),
            "label": value["label"],
            "validFor": valid_for(text(value, "validFor").unwrap_or_default()),
            "value": value["value"],
        })
    }

    /// The values of the field that says which values this one can have, with the numbers by which `validFor` names them.
    fn controller_values(&self, field: &Value) -> Map<String, Value> {
        let Some(name) = text(field, "controllerName") else { return Map::new() };
        let Some(controller) = self.fields().find(|field| text(field, "name") == Some(name)) else {
            return Map::new();
        };
        if controller["type"] == "boolean" {
            return [("false", 0), ("true", 1)]
                .map(|(value, at)| (value.to_owned(), at.into()))
                .into_iter()
                .collect();
        }
        let values = controller["picklistValues"].as_array().into_iter().flatten().enumerate();
        let values = values.filter(|(_, value)| value["active"] == true);
        values.filter_map(|(at, value)| Some((text(value, "value")?.to_owned(), at.into()))).collect()
    }
}

/// The master record type is one of every object's.
fn has_record_type(exchange: &Exchange, object: &SObject, id: Id) -> Result<bool, RestFault> {
    let own = exchange.context.org.record_types(object)?;
    Ok(Id::parse(crate::describe::MASTER_RECORD_TYPE) == Some(id) || own.iter().any(|kind| kind.id == id))
}

/// The places of the bits that are set, counted from the highest of the first byte.
fn valid_for(bits: &str) -> Vec<usize> {
    let bytes = STANDARD.decode(bits).unwrap_or_default();
    let bits = bytes.iter().flat_map(|byte| (0..8).map(move |place| byte & (0x80 >> place) != 0));
    bits.enumerate().filter(|(_, is_set)| *is_set).map(|(place, _)| place).collect()
}

/// What else is known of the stages of opportunities and of the status of cases and leads.
fn attributes(object: &str, field: &str, value: &str) -> Value {
    match (object, field) {
        ("Case", "Status") => {
            json!({ "closed": value == "Closed", "picklistAtrributesValueType": "CaseStatus" })
        }
        ("Lead", "Status") => {
            json!({ "converted": value == "Closed - Converted", "picklistAtrributesValueType": "LeadStatus" })
        }
        ("Opportunity", "StageName") => stage(value),
        _ => Value::Null,
    }
}

/// The stages that a new org has.
fn stage(value: &str) -> Value {
    let (probability, forecast) = match value {
        "Prospecting" | "Qualification" => (10.0, "Pipeline"),
        "Needs Analysis" => (20.0, "Pipeline"),
        "Value Proposition" => (50.0, "Pipeline"),
        "Id. Decision Makers" => (60.0, "Pipeline"),
        "Perception Analysis" => (70.0, "Pipeline"),
        "Proposal/Price Quote" => (75.0, "Pipeline"),
        "Negotiation/Review" => (90.0, "Pipeline"),
        "Closed Won" => (100.0, "Closed"),
        "Closed Lost" => (0.0, "Omitted"),
        _ => return Value::Null,
    };
    json!({
        "closed": forecast != "Pipeline",
        "defaultProbability": probability,
        "forecastCategoryName": forecast,
        "picklistAtrributesValueType": "OpportunityStage",
        "won": forecast == "Closed",
    })
}

/// The fields that say which values a picklist can have: the one that it names, the one that that one names, …
pub(super) fn controlling_fields(all: &[&Value], field: &Value) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut next = text(field, "controllerName");
    while let Some(name) = next.filter(|name| !names.iter().any(|known| known == name)) {
        names.push(name.to_owned());
        let controller = all.iter().find(|field| text(field, "name") == Some(name));
        next = controller.and_then(|field| text(field, "controllerName"));
    }
    names
}

/// The picklists that others depend on, with those, with those that depend on them, …
pub(super) fn dependent_fields(described: &Value) -> Value {
    let all: Vec<_> = described["fields"].as_array().into_iter().flatten().collect();
    let mut tree = json!({});
    for field in &all {
        let mut path = controlling_fields(&all, field);
        if path.is_empty() {
            continue;
        }
        path.reverse();
        path.extend(text(field, "name").map(str::to_owned));
        let mut place = &mut tree;
        for name in path {
            if place[&name].is_null() {
                place[&name] = json!({});
            }
            place = &mut place[&name];
        }
    }
    tree
}
