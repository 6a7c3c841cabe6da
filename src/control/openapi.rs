//! `/_fauxforce/openapi.json`: the OpenAPI 3.1 document of the control API. A test holds it against the route table.

use crate::message::{Response, StatusCode};
use crate::seed::ORG_SCHEMA;

/// The document.
pub const DOCUMENT: &str = include_str!("openapi.json");

/// `GET /_fauxforce/openapi.json`
pub fn document() -> Response {
    Response::json(StatusCode::OK, DOCUMENT)
}

/// `GET /_fauxforce/org.schema.json`: what editors complete `org.json` of a seed by.
pub fn org_schema() -> Response {
    Response::json(StatusCode::OK, ORG_SCHEMA)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::super::routes::ROUTES;
    use super::*;
    use crate::message::Method;

    #[test]
    fn the_document_has_the_paths_and_methods_of_the_table() {
        let document: Value = serde_json::from_str(DOCUMENT).expect("JSON");
        let paths = document["paths"].as_object().expect("paths");
        let documented = paths.iter().flat_map(|(path, item)| {
            item.as_object().into_iter().flat_map(move |item| {
                item.keys().map(move |method| format!("{} {path}", method.to_uppercase()))
            })
        });
        let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
        let routed = ROUTES.iter().flat_map(|(allowed, pattern, _)| {
            let allowed = methods.iter().filter(|method| allowed.contains(method));
            allowed.map(move |method| format!("{method} {pattern}"))
        });
        assert_eq!(documented.collect::<BTreeSet<_>>(), routed.collect());
    }

    #[test]
    fn every_operation_says_how_it_refuses_and_every_reference_leads_somewhere() {
        let document: Value = serde_json::from_str(DOCUMENT).expect("JSON");
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("operations") {
                assert!(operation["responses"]["4XX"].is_object(), "{method} {path}");
                assert!(operation["operationId"].is_string(), "{method} {path}");
            }
        }
        for reference in DOCUMENT.split("\"$ref\": \"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(document.pointer(reference).is_some(), "{reference}");
        }
    }
}
