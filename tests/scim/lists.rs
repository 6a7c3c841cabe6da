//! Pages, filters, and what describes the service.

use serde_json::{Value, json};

use crate::Told;

#[test]
fn users_are_found() {
    let told = Told::new();
    told.made("Standard User", json!({ "externalId": "E-1", "title": "50% O'Neil_\\", "phoneNumbers": [{ "type": "mobile", "value": "42" }] }));
    let set = told.entitlement("Provisioning");
    let profile = told.entitlement("Standard User");
    let names = |filter: &str| -> Vec<String> {
        let got = told.quiet("GET", &format!("v2/Users?filter={}", filter.replace('%', "%25")), &Value::Null);
        assert_eq!(got.status, 200, "{filter}: {}", got.body);
        let page: Value = serde_json::from_str(&got.body).expect("JSON");
        let users = page["Resources"].as_array().into_iter().flatten();
        users.map(|user| user["userName"].as_str().expect("a name").to_owned()).collect()
    };
    for filter in [
        "userName eq \"JO@example.com\"",
        "USERNAME EQ \"jo@example.com\"",
        "urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"jo@\"",
        "externalId eq \"E-1\"",
        "emails.value co \"jo@example\"",
        "title eq \"50% O'Neil_\\\\\"",
        "title sw \"50%\" and title co \"'Neil_\\\\\" and title ew \"_\\\\\"",
        "phoneNumbers eq \"42\"",
        "externalId pr",
        "(userName eq \"nobody\" or name.familyName eq \"Doe\") and active eq \"true\"",
        "name.familyName eq \"Doe\" or userName eq \"admin@fauxforce.test\" and externalId pr",
        "urn:salesforce:schemas:extension:1.0:alias pr and nickName eq \"jo@example.com\"",
        "meta.created gt \"2020-01-01T00:00:00Z\" and externalId pr",
    ] {
        assert_eq!(names(filter), ["jo@example.com"], "{filter}");
    }
    assert!(names("title sw \"5_\"").is_empty());
    assert!(names("groups eq \"00GFf0000000001MAA\"").is_empty());
    assert!(names("userName sw \"autoproc\"").is_empty(), "the platform's own users are no resources");
    assert_eq!(names(&format!("entitlements eq \"{profile}\" and userName sw \"jo\"")), ["jo@example.com"]);
    assert_eq!(names(&format!("entitlements.value eq \"{set}\"")), ["integration@fauxforce.test"]);
}

#[test]
fn pages() {
    let mut told = Told::new();
    let only = "attributes=userName";
    told.ask("the first", "GET", &format!("v2/Users?startIndex=0&count=2&{only}"), Value::Null);
    told.ask("the second", "GET", &format!("v2/Users?startIndex=3&count=2&{only}"), Value::Null);
    told.ask("beyond the last", "GET", &format!("v2/Users?startIndex=300&{only}"), Value::Null);
    told.ask("none", "GET", &format!("v2/Users?count=0&{only}"), Value::Null);
    told.ask(
        "profiles end and permission sets begin",
        "GET",
        "v2/Entitlements?startIndex=46&count=4&attributes=displayName,type",
        Value::Null,
    );
    told.ask("roles", "GET", "v2/Roles", Value::Null);
    told.ask("no groups", "GET", "v2/Groups", Value::Null);
    let entitlement = told.entitlement("Provisioning");
    told.ask("one entitlement", "GET", &format!("v2/Entitlements/{entitlement}"), Value::Null);
    told.snapshot("scim_pages");
}

#[test]
fn the_service_describes_itself() {
    let mut told = Told::new();
    told.ask("what it can", "GET", "v2/ServiceProviderConfigs", Value::Null);
    told.ask("resource types", "GET", "v2/ResourceTypes", Value::Null);
    told.ask("schemas", "GET", "v2/Schemas", Value::Null);
    told.ask("one of them", "GET", "v2/Schemas/urn:salesforce:schemas:extension:1.0", Value::Null);
    told.ask("one resource type", "GET", "v2/ResourceTypes/User", Value::Null);
    told.snapshot("scim_discovery");
}

#[test]
fn types_and_schemas_are_found_by_name_and_by_urn() {
    let told = Told::new();
    let id = |path: &str| -> Value {
        let got = told.quiet("GET", path, &Value::Null);
        serde_json::from_str::<Value>(&got.body).map_or(Value::Null, |found| found["id"].clone())
    };
    let core = "urn:ietf:params:scim:schemas:core:2.0:";
    for (name, urn, other) in [
        ("User", format!("{core}User"), "USER".to_owned()),
        ("Group", format!("{core}Group"), format!("{core}group")),
        (
            "Role",
            "urn:salesforce:schemas:extension:1.0:Role".into(),
            "urn:salesforce:schemas:extension:2.0:Role".into(),
        ),
        (
            "Entitlement",
            "urn:salesforce:schemas:extension:1.0:Entitlement".into(),
            "urn:salesforce:schemas:extension:2.0:Entitlement".into(),
        ),
    ] {
        for wanted in [name, &urn, &other] {
            assert_eq!(id(&format!("v2/ResourceTypes/{wanted}")), json!(urn), "{wanted}");
        }
        assert_eq!(id(&format!("v2/Schemas/{urn}")), json!(urn));
        assert_eq!(id(&format!("v2/Schemas/{name}")), json!(urn));
    }
    for path in ["v2/ResourceTypes/Users", "v2/ResourceTypes/urn:nope", "v2/Schemas/Nope"] {
        assert_eq!(told.quiet("GET", path, &Value::Null).status, 404, "{path}");
    }
    let got = told.quiet("GET", "v2/Schemas/Group", &Value::Null);
    let group: Value = serde_json::from_str(&got.body).expect("JSON");
    let attributes = group["attributes"].as_array().expect("attributes");
    let named = |name: &str| attributes.iter().find(|attribute| attribute["name"] == name);
    assert_eq!(named("displayName").expect("a name")["mutability"], "readWrite");
    assert!(named("type").is_none(), "{group}");
}

#[test]
fn a_search_by_post_finds_what_a_query_finds() {
    let told = Told::new();
    told.made("Standard User", json!({ "title": "Dr" }));
    let schemas = json!(["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]);
    let search = |more: Value| -> (u16, Value) {
        let mut body = json!({ "schemas": schemas });
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        let got = told.quiet("POST", "v2/Users/.search", &body);
        (got.status, serde_json::from_str(&got.body).expect("JSON"))
    };
    let asked = json!({ "filter": "title eq \"Dr\"", "attributes": ["userName", "title"], "count": 5, "startIndex": 1 });
    let (status, found) = search(asked);
    let by_query = told.quiet(
        "GET",
        "v2/Users?filter=title eq \"Dr\"&attributes=userName,title&count=5&startIndex=1",
        &Value::Null,
    );
    assert_eq!((status, found), (200, serde_json::from_str(&by_query.body).expect("JSON")));
    let (_, page) = search(json!({ "count": 2, "startIndex": 2 }));
    assert_eq!((&page["itemsPerPage"], &page["startIndex"]), (&json!(2), &json!(2)));
    let (_, without) = search(json!({ "filter": "title eq \"Dr\"", "excludedAttributes": ["title"] }));
    assert!(without["Resources"][0]["title"].is_null() && without["Resources"][0]["userName"].is_string());
    for (more, detail) in [
        (json!({ "schemas": ["urn:nope"] }), "Invalid Schema"),
        (
            json!({ "attributes": ["id"], "excludedAttributes": ["id"] }),
            "Cannot provide both attributes and excludedAttributes",
        ),
        (json!({ "filter": "nope eq \"x\"" }), "Unsupported attribute : nope"),
        (json!({ "startIndex": "x" }), "Illegal startIndex value : x"),
        (json!({ "count": 1.5 }), "Illegal count value : 1.5"),
    ] {
        let (status, told_detail) = search(more.clone());
        assert_eq!((status, &told_detail["detail"]), (400, &json!(detail)), "{more}");
    }
    assert_eq!(told.quiet("GET", "v2/Users/.search", &Value::Null).status, 501);
}
