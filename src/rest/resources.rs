//! `GET /services/data/vNN.0`: what a version offers, name by name.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::versions;

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

/// The resources of a version: a map of names to paths, but for `identity`, which is the user's identity URL.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_discoveryresource.htm>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resources<'a> {
    pub version: u32,
    /// `https://host/id/<organization id>/<user id>`.
    pub identity: &'a str,
}

impl Serialize for Resources<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let root = versions::root(self.version);
        let mut map = serializer.serialize_map(Some(NAMES.len()))?;
        for name in NAMES {
            match *name {
                "identity" => map.serialize_entry(name, self.identity)?,
                _ => map.serialize_entry(name, &format_args!("{root}/{name}"))?,
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_find_the_resources_they_look_for() {
        let identity = "https://localhost/id/00DFf0000000001MAA/005Ff0000000001MAA";
        let map = serde_json::to_value(Resources { version: 59, identity }).expect("a map of texts");
        assert_eq!(map["identity"], identity);
        for name in ["sobjects", "query", "queryAll", "search", "limits", "recent", "composite", "tooling"] {
            assert_eq!(map[name], format!("/services/data/v59.0/{name}"));
        }
        assert_eq!(map.as_object().map(|m| m.len()), Some(NAMES.len()));
    }
}
