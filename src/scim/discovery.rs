//! `/ServiceProviderConfigs`, `/ResourceTypes`.

use serde_json::{Value as Json, json};

use super::attribute::{
    COMMUNITIES, CORE, ENTERPRISE, ENTITLEMENT, EXTERNAL, GROUP, OTHER, ROLE, custom_extension,
};
use super::document;
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

/// What kinds of resources there are.
pub fn resource_types(exchange: &Exchange) -> ScimResult {
    let custom = custom_extension(exchange.context.org.id);
    let extensions = [ENTERPRISE, &custom, EXTERNAL[0], OTHER[0], COMMUNITIES];
    let extensions = extensions.map(|schema| json!({ "schema": schema, "required": false }));
    let kinds = [("User", "Users", CORE), ("Group", "Groups", GROUP)];
    let ours = [("Entitlement", "Entitlements", ENTITLEMENT), ("Role", "Roles", ROLE)];
    let types = kinds.into_iter().chain(ours).map(|(name, endpoint, schema)| {
        let mut kind = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": schema, "name": name, "endpoint": format!("/{endpoint}"), "schema": schema,
        });
        if name == "User" {
            kind["schemaExtensions"] = Json::from(extensions.to_vec());
        }
        let place = format!("{}/{endpoint}", exchange.base());
        kind["meta"] = json!({ "location": place, "resourceType": "ResourceType" });
        kind
    });
    let types: Vec<_> = types.collect();
    Ok(document::list(exchange, types.len(), 1, types))
}
