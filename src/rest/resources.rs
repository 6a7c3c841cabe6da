//! `GET /services/data/vNN.0`: what a version offers, name by name.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_discoveryresource.htm>

use super::exchange::{Exchange, RestResult};

/// The resource names in the order of the answer. Being listed does not mean being emulated: what is not
/// answers as absent.
const NAMES: &[&str] = &[
    "tooling",
    "metadata",
    "eclair",
    "folders",
    "prechatForms",
    "contact-tracing",
    "jsonxform",
    "chatter",
    "payments",
    "tabs",
    "appMenu",
    "quickActions",
    "queryAll",
    "commerce",
    "wave",
    "iot",
    "analytics",
    "search",
    "smartdatadiscovery",
    "identity",
    "composite",
    "parameterizedSearch",
    "fingerprint",
    "theme",
    "nouns",
    "domino",
    "event",
    "serviceTemplates",
    "recent",
    "connect",
    "licensing",
    "limits",
    "process",
    "dedupe",
    "async-queries",
    "query",
    "jobs",
    "localizedvalue",
    "mobile",
    "emailConnect",
    "consent",
    "tokenizer",
    "compactLayouts",
    "knowledgeManagement",
    "sobjects",
    "actions",
    "support",
];

/// Names and paths; `identity` is the user's identity URL.
pub fn list(exchange: &Exchange) -> RestResult {
    let session = &exchange.context.session;
    let identity = format!("{}/id/{}/{}", exchange.request.origin(), session.org, session.user);
    Ok(exchange.ok("urls", |w| {
        for name in NAMES {
            match *name {
                "identity" => w.text(name, &identity),
                _ => w.text(name, &format!("/services/data/v{}/{name}", exchange.version)),
            }
        }
    }))
}
