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
    told.snapshot("scim_discovery");
}
