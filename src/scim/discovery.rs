//! `/ServiceProviderConfigs`, `/ResourceTypes`.
//! Source: <https://github.com/salesforceidentity/scimv2-pilot>

use serde_json::{Value as Json, json};

use super::attribute::{
    COMMUNITIES, CORE, ENTERPRISE, ENTITLEMENT, EXTERNAL, GROUP, OTHER, ROLE, custom_extension,
};
use super::document;
use super::error::ScimError;
use super::exchange::{Exchange, ScimResult};
use super::listing::MOST;
use crate::message::StatusCode;

/// What the service can do.
/// Source: <https://help.salesforce.com/s/articleView?id=xcloud.identity_scim_implementation.htm>
pub fn configuration(exchange: &Exchange) -> ScimResult {
    let document = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "documentationUri": "https://help.salesforce.com/HTViewHelpDoc?id=identity_scim_overview.htm",
        "patch": { "supported": true },
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "filter": { "supported": true, "maxResults": MOST },
        "changePassword": { "supported": true },
        "sort": { "supported": false },
        "etag": { "supported": false },
        "authenticationSchemes": [{
            "type": "oauth2",
            "name": "OAuth v2.0",
            "description": "Authentication Scheme using the OAuth Standard",
            "specUri": "http://tools.ietf.org/html/rfc6749",
            "documentationUri": "https://help.salesforce.com/apex/HTViewHelpDoc?id=remoteaccess_authenticate.htm",
            "primary": true,
        }],
        "meta": {
            "location": format!("{}/ServiceProviderConfigs", exchange.base()),
            "resourceType": "ServiceProviderConfig",
        },
    });
    Ok(document::answer(exchange.request, StatusCode::OK, &document))
}

/// `GET /ResourceTypes`: what kinds of resources there are.
pub fn resource_types(exchange: &Exchange) -> ScimResult {
    let types: Vec<_> = KINDS.iter().map(|kind| resource_type(exchange, kind)).collect();
    Ok(document::list(exchange, types.len(), 1, types))
}

/// `GET /ResourceTypes/{kind}`: one of them, by name or by URN.
pub fn one_resource_type(exchange: &Exchange) -> ScimResult {
    let wanted = exchange.captures.get("kind");
    let kind = KINDS.iter().find(|(name, _, schemas)| is_named(&wanted, name, schemas));
    let kind =
        kind.ok_or_else(|| ScimError::not_found(&format!("{}/ResourceTypes/{wanted}", exchange.base())))?;
    Ok(document::answer(exchange.request, StatusCode::OK, &resource_type(exchange, kind)))
}

/// Name, endpoint, and the spellings of the schema, of which answers have the first.
type Kind = (&'static str, &'static str, &'static [&'static str]);

const KINDS: &[Kind] = &[
    ("User", "Users", &[CORE]),
    ("Group", "Groups", &[GROUP]),
    ("Entitlement", "Entitlements", &ENTITLEMENT),
    ("Role", "Roles", &ROLE),
];

/// Whether a path names a kind or a schema: by its name or by one of its URNs, in any case.
pub fn is_named(wanted: &str, name: &str, schemas: &[&str]) -> bool {
    [name].iter().chain(schemas).any(|known| known.eq_ignore_ascii_case(wanted))
}

fn resource_type(exchange: &Exchange, (name, endpoint, schemas): &Kind) -> Json {
    let schema = schemas.first().copied().unwrap_or_default();
    let mut kind = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
        "id": schema, "name": name, "endpoint": format!("/{endpoint}"), "schema": schema,
    });
    if *name == "User" {
        let custom = custom_extension(exchange.context.org.id);
        let extensions = [ENTERPRISE, &custom, EXTERNAL[0], OTHER[0], COMMUNITIES];
        let extensions = extensions.map(|schema| json!({ "schema": schema, "required": false }));
        kind["schemaExtensions"] = Json::from(extensions.to_vec());
    }
    let place = format!("{}/{endpoint}", exchange.base());
    kind["meta"] = json!({ "location": place, "resourceType": "ResourceType" });
    kind
}
