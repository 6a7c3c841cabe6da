//! `GET /ui-api/object-info` and below: what a user interface has to know of objects. It is what describe says, for the
//! objects that User Interface API has, in that API's words.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_resources_object_info.htm>; answers
//! and refusals as in the recordings of <https://github.com/salesforce/salesforcedx-vscode-mobile> and of the tests of
//! Lightning Data Service.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Map, Value, json};

use super::encode::{Layout, Writer};
use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use super::{conditional, describe, entity_encoding};
use crate::message::{HeaderMap, StatusCode, entity_tag, header};
use crate::model::fault::{Fault, StatusCode as Code, faults};
use crate::model::schema::SObject;
use crate::world::ApiVersion;

mod field;
pub mod picklist;
mod supported;

/// The first version with each resource.
const FIRST: ApiVersion = ApiVersion::new(41);
const FIRST_DIRECTORY: ApiVersion = ApiVersion::new(42);
const FIRST_BATCH: ApiVersion = ApiVersion::new(49);

/// `GET /ui-api/object-info`: the objects that the API has and the user may read.
pub fn directory(exchange: &Exchange) -> RestResult {
    since(exchange, FIRST_DIRECTORY)?;
    let runner = &exchange.context.runner;
    let mut entries = Map::new();
    for object in exchange.context.org.schema.all() {
        if !runner.object(&object).read || !supported::is_supported(&object) {
            continue;
        }
        let mut entry = json!({ "apiName": object.name });
        if exchange.version.number() >= 47 {
            entry["keyPrefix"] = json!(object.key_prefix);
        }
        entry["label"] = json!(object.label);
        entry["labelPlural"] = supported::label_plural(&object).into();
        if exchange.version.number() >= 47 {
            entry["nameFields"] = field::name_fields(exchange, &object).into();
        }
        entry["objectInfoUrl"] = format!("{}/{}", base(exchange), object.name).into();
        entries.insert(object.name.clone(), entry);
    }
    answer(exchange, json!({ "objects": entries }))
}

/// `GET /ui-api/object-info/{object}`
pub fn object(exchange: &Exchange) -> RestResult {
    since(exchange, FIRST)?;
    let object = named(exchange, &exchange.capture("object")).map_err(refused)?;
    answer(exchange, info(exchange, &object)?)
}

/// `GET /ui-api/object-info/batch/{objects}`: several, with commas between; each with a status of its own.
pub fn batch(exchange: &Exchange) -> RestResult {
    since(exchange, FIRST_BATCH)?;
    let names = exchange.capture("objects");
    let mut results = Vec::new();
    for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        results.push(match named(exchange, name) {
            Ok(object) => json!({ "result": info(exchange, &object)?, "statusCode": 200 }),
            Err(fault) => refusal_in_batch(&fault),
        });
    }
    answer(exchange, json!({ "results": results }))
}

fn since(exchange: &Exchange, first: ApiVersion) -> Result<(), RestFault> {
    if exchange.version < first { Err(RestFault::not_found()) } else { Ok(()) }
}

/// The object that the API has under a name, in any case. Of one that the user may not read it says what it says of
/// none.
fn named(exchange: &Exchange, name: &str) -> Result<Arc<SObject>, Fault> {
    let object = exchange.context.org.object(name)?;
    let object = object.filter(|object| exchange.context.runner.object(object).read);
    let object = object.ok_or_else(no_access_to_object)?;
    if supported::is_supported(&object) { Ok(object) } else { Err(not_in_ui_api(&object)) }
}

fn refused(fault: Fault) -> RestFault {
    RestFault::of_call(super::fault::status(&fault), fault)
}

/// Here, and only here, the code for a lack of access is `FORBIDDEN`.
fn refusal_in_batch(fault: &Fault) -> Value {
    let code = if fault.code == Code::INSUFFICIENT_ACCESS { "FORBIDDEN" } else { fault.code.as_str() };
    let error = json!({ "errorCode": code, "message": fault.message });
    json!({ "result": [error], "statusCode": super::fault::status(fault).as_u16() })
}

fn base(exchange: &Exchange) -> String {
    format!("/services/data/v{}/ui-api/object-info", exchange.version)
}

/// All of one object. The keys are in alphabetical order, those that came with later versions among them.
fn info(exchange: &Exchange, object: &SObject) -> Result<Value, RestFault> {
    let described = describe::tree(exchange, object)?;
    let of = |name: &str| described[name].clone();
    let record_types = record_types(&described);
    let default = record_types.values().find(|info| info["defaultRecordTypeMapping"] == true);
    let default = default.map_or(Value::Null, |info| info["recordTypeId"].clone());
    let theme = supported::theme(object, &exchange.request.origin());
    let version = exchange.version.number();
    let members = [
        (FIRST.number(), "apiName", of("name")),
        (50, "associateEntityType", of("associateEntityType")),
        (50, "associateParentEntity", of("associateParentEntity")),
        (FIRST.number(), "childRelationships", children(&described)),
        (60, "compactLayoutable", of("compactLayoutable")),
        (FIRST.number(), "createable", of("createable")),
        (FIRST.number(), "custom", of("custom")),
        (FIRST.number(), "defaultRecordTypeId", default),
        (FIRST.number(), "deletable", of("deletable")),
        (FIRST.number(), "dependentFields", picklist::dependent_fields(&described)),
        (FIRST.number(), "eTag", Value::Null),
        (FIRST.number(), "feedEnabled", of("feedEnabled")),
        (FIRST.number(), "fields", field::fields(exchange, object, &described)),
        (FIRST.number(), "keyPrefix", of("keyPrefix")),
        (FIRST.number(), "label", of("label")),
        (FIRST.number(), "labelPlural", supported::label_plural(object).into()),
        (FIRST.number(), "layoutable", of("layoutable")),
        (FIRST.number(), "mruEnabled", of("mruEnabled")),
        (FIRST.number(), "nameFields", field::name_fields(exchange, object).into()),
        (FIRST.number(), "queryable", of("queryable")),
        (FIRST.number(), "recordTypeInfos", record_types.into()),
        (60, "searchLayoutable", of("searchLayoutable")),
        (FIRST.number(), "searchable", of("searchable")),
        (FIRST.number(), "themeInfo", theme),
        (FIRST.number(), "updateable", of("updateable")),
    ];
    let known = members.into_iter().filter(|(since, ..)| *since <= version);
    let info = known.map(|(_, name, value)| (name.to_owned(), value)).collect::<Map<_, _>>();
    Ok(tagged(info.into()))
}

/// The relationships that have a name.
fn children(described: &Value) -> Value {
    let children = described["childRelationships"].as_array().into_iter().flatten();
    let named = children.filter(|child| child["relationshipName"].is_string());
    let child = |child: &Value| {
        json!({
            "childObjectApiName": child["childSObject"],
            "fieldName": child["field"],
            "junctionIdListNames": child["junctionIdListNames"],
            "junctionReferenceTo": child["junctionReferenceTo"],
            "relationshipName": child["relationshipName"],
        })
    };
    named.map(child).collect()
}

/// The record types by id.
fn record_types(described: &Value) -> Map<String, Value> {
    let infos = described["recordTypeInfos"].as_array().into_iter().flatten();
    let mut infos: Vec<_> = infos
        .filter_map(|info| {
            let entry = json!({
                "available": info["available"],
                "defaultRecordTypeMapping": info["defaultRecordTypeMapping"],
                "master": info["master"],
                "name": info["name"],
                "recordTypeId": info["recordTypeId"],
            });
            Some((info["recordTypeId"].as_str()?.to_owned(), entry))
        })
        .collect();
    infos.sort_by(|(one, _), (other, _)| one.cmp(other));
    infos.into_iter().collect()
}

/// A document whose `eTag` is 32 hexadecimal digits that change with the rest of it.
fn tagged(mut document: Value) -> Value {
    document["eTag"] = hash(&document).into();
    document
}

fn hash(document: &Value) -> String {
    let hash = digest(&SHA256, document.to_string().as_bytes());
    hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// 200 with a document in JSON, the only layout that this API has.
///
/// # Errors
/// 304 when `If-None-Match` says that the client has it.
fn answer(exchange: &Exchange, mut document: Value) -> RestResult {
    let tag = format!("\"{}\"", hash(&document));
    let condition = exchange.request.header(header::IF_NONE_MATCH);
    if condition.is_some_and(|list| entity_tag::names(list, &tag)) {
        let mut headers = HeaderMap::new();
        conditional::stamp(&mut headers, Some(&tag), None);
        return Err(RestFault::not_modified(headers));
    }
    entity_encoding::encode(exchange.request, &mut document);
    let layout = if exchange.layout == Layout::Xml { Layout::Json } else { exchange.layout };
    let body = Writer::object(layout, "", |w| {
        for (name, value) in document.as_object().into_iter().flatten() {
            w.tree(name, value);
        }
    });
    let mut response = super::document::document(StatusCode::OK, layout, body);
    conditional::stamp(&mut response.headers, Some(&tag), None);
    Ok(response)
}

faults! {
    /// User Interface API is asked for an object that there is not or that the user may not read; among the results of a
    /// batch the code is FORBIDDEN
    no_access_to_object() = INSUFFICIENT_ACCESS,
        "You don't have access to this record. Ask your administrator for help or to request access.",
        Seen "recordings in the tests of Lightning Data Service";

    /// User Interface API is asked for an object that it does not have
    not_in_ui_api(object: &SObject) = INVALID_TYPE, "Object {name} is not supported in UI API" with (name = object.name),
        Seen "https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_get_started_supported_objects.htm";
}
