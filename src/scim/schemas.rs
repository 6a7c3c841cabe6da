//! `/Schemas`: the attributes of resources (RFC 7643, 7), from the tables that requests are read by.

use serde_json::{Value as Json, json};

use super::attribute::{
    self, COMMUNITIES, CORE, ENTERPRISE, ENTITLEMENT, EXTERNAL, GROUP, Means, OTHER, ROLE, Table,
    custom_extension,
};
use super::discovery;
use super::document::{self, Members};
use super::error::ScimError;
use super::exchange::{Exchange, ScimResult};
use crate::message::StatusCode;
use crate::model::schema::FieldType;

/// What is computed.
const READ_ONLY: &[&str] =
    &["id", "displayName", "formatted", "profileUrl", "photos", "userType", "organization"];
const REQUIRED: &[&str] = &["userName", "familyName", "emails", "entitlements"];
const SEVERAL: &[&str] =
    &["emails", "addresses", "phoneNumbers", "photos", "entitlements", "roles", "groups", "members"];

/// Parts that are shown and cannot be asked for.
const SHOWN: &[(&str, &[&str])] = &[
    ("emails", &["type", "primary"]),
    ("addresses", &["type", "primary", "formatted"]),
    ("phoneNumbers", &["type"]),
    ("photos", &["type", "value"]),
    ("entitlements", &["$ref", "display", "type", "primary"]),
    ("groups", &["$ref", "display"]),
    ("roles", &["$ref", "display"]),
    ("members", &["$ref", "display", "type"]),
    ("manager", &["$ref"]),
    ("delegatedApprover", &["$ref", "displayName"]),
];

/// What the type of a value can be.
/// Source: <https://github.com/salesforceidentity/scimv2-pilot>
const TYPES: &[(&str, &[&str])] = &[
    ("emails", &["work"]),
    ("addresses", &["work"]),
    ("phoneNumbers", &["work", "mobile", "fax"]),
    ("photos", &["photo", "thumbnail"]),
    ("entitlements", &["Profile", "Permission Set"]),
];

/// `GET /Schemas`
pub fn list(exchange: &Exchange) -> ScimResult {
    let schemas = all(exchange)?;
    Ok(document::list(exchange, schemas.len(), 1, schemas))
}

/// `GET /Schemas/{schema}`: one of them, by URN, or that of a resource by name.
pub fn get(exchange: &Exchange) -> ScimResult {
    let wanted = exchange.captures.get("schema");
    let spellings: [&[&str]; 4] = [&EXTERNAL, &OTHER, &ENTITLEMENT, &ROLE];
    let is_it = |schema: &Json| {
        let urn = schema["id"].as_str().unwrap_or_default();
        let known = spellings.into_iter().find(|known| known.contains(&urn)).unwrap_or_default();
        discovery::is_named(&wanted, urn, known) || schema["name"] == *wanted
    };
    let found = all(exchange)?.into_iter().find(is_it);
    let found =
        found.ok_or_else(|| ScimError::not_found(&format!("{}/Schemas/{wanted}", exchange.base())))?;
    Ok(document::answer(exchange.request, StatusCode::OK, &found))
}

fn all(exchange: &Exchange) -> Result<Vec<Json>, ScimError> {
    let users = exchange.object("User")?;
    let of_users = [
        (CORE, "User", ""),
        (ENTERPRISE, "EnterpriseUser", ENTERPRISE),
        (EXTERNAL[0], "External", EXTERNAL[0]),
        (COMMUNITIES, "Communities", COMMUNITIES),
        (OTHER[0], "Salesforce", OTHER[0]),
    ];
    let mut schemas: Vec<Json> =
        of_users.map(|(id, name, urn)| schema(exchange, id, name, attributes(attribute::USER, urn))).into();
    let custom = users.fields.iter().filter(|field| field.name.ends_with("__c"));
    let custom = custom.map(|field| described(&field.name, kind(field.kind), &[])).collect();
    schemas.push(schema(exchange, &custom_extension(exchange.context.org.id), "Custom", custom));
    for (id, name, table) in [
        (GROUP, "Group", attribute::GROUPS_OF_USERS),
        (ENTITLEMENT[0], "Entitlement", attribute::PERMISSION_SET),
        (ROLE[0], "Role", attribute::ROLE_OF_USERS),
    ] {
        let mut attributes = attributes(table, "");
        if id == GROUP {
            as_of_groups(&mut attributes);
        }
        schemas.push(schema(exchange, id, name, attributes));
    }
    Ok(schemas)
}

/// Groups can be renamed, and their type, which resources show, is in no schema.
/// Source: <https://github.com/salesforceidentity/scimv2-pilot>
fn as_of_groups(attributes: &mut Vec<Json>) {
    attributes.retain(|attribute| attribute["name"] != "type");
    for attribute in attributes.iter_mut().filter(|attribute| attribute["name"] == "displayName") {
        attribute["mutability"] = json!("readWrite");
    }
}

fn schema(exchange: &Exchange, id: &str, name: &str, attributes: Vec<Json>) -> Json {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": id, "name": name, "attributes": attributes,
        "meta": { "location": format!("{}/Schemas/{id}", exchange.base()), "resourceType": "Schema" },
    })
}

/// The attributes of a table that belong to an extension, or to none.
fn attributes(table: Table, urn: &str) -> Vec<Json> {
    let mut attributes: Vec<(String, Members)> = Vec::new();
    for (name, means) in table {
        let name = match (urn.is_empty(), name.strip_prefix(urn).and_then(|rest| rest.strip_prefix(':'))) {
            (true, _) if !name.starts_with("urn:") && !name.starts_with("meta.") => *name,
            (false, Some(name)) => name,
            _ => continue,
        };
        let kind = if *means == Means::Field("IsActive") { "boolean" } else { "string" };
        match name.split_once('.') {
            Some((whole, part)) => {
                let part = described(part, kind, &[]);
                match attributes.iter_mut().find(|(known, _)| known == whole) {
                    Some((_, known)) => add_part(known, part),
                    None => {
                        attributes.push((whole.to_owned(), members(described(whole, "complex", &[part]))))
                    }
                }
            }
            None => attributes.push((name.to_owned(), members(described(name, kind, &[])))),
        }
    }
    for (name, attribute) in &mut attributes {
        let shown = SHOWN.iter().find(|(known, _)| known == name).map(|(_, parts)| *parts);
        for part in shown.into_iter().flatten() {
            let kind = if *part == "primary" { "boolean" } else { "string" };
            let mut described = described(part, kind, &[]);
            let types = TYPES.iter().find(|(known, _)| known == name && *part == "type");
            if let Some((_, types)) = types {
                described["canonicalValues"] = json!(types);
            }
            add_part(attribute, described);
        }
    }
    attributes.into_iter().map(|(_, attribute)| Json::Object(attribute)).collect()
}

fn add_part(attribute: &mut Members, part: Json) {
    attribute.insert("type".to_owned(), json!("complex"));
    let parts = attribute.entry("subAttributes").or_insert_with(|| json!([]));
    if let Some(parts) = parts.as_array_mut() {
        parts.push(part);
    }
}

fn members(attribute: Json) -> Members {
    attribute.as_object().cloned().unwrap_or_default()
}

fn described(name: &str, kind: &str, parts: &[Json]) -> Json {
    let mutability = if READ_ONLY.contains(&name) { "readOnly" } else { "readWrite" };
    let mut attribute = json!({
        "name": name, "type": kind, "multiValued": SEVERAL.contains(&name), "required": REQUIRED.contains(&name),
        "caseExact": matches!(name, "id" | "externalId"), "mutability": mutability, "returned": "default",
        "uniqueness": if matches!(name, "userName" | "nickName" | "externalId") { "server" } else { "none" },
    });
    if !parts.is_empty() {
        attribute["subAttributes"] = json!(parts);
    }
    attribute
}

fn kind(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Boolean => "boolean",
        FieldType::Int | FieldType::Long => "integer",
        FieldType::Double | FieldType::Currency | FieldType::Percent => "decimal",
        FieldType::DateTime => "dateTime",
        FieldType::Reference | FieldType::Id => "reference",
        _ => "string",
    }
}
