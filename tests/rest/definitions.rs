//! EntityDefinition and FieldDefinition by SOQL, on REST and Tooling.

use serde_json::{Value, json};

use crate::harness::{Rig, encoded};

fn records(rig: &Rig, api: &str, soql: &str) -> Vec<Value> {
    let got = rig.get(&format!("v62.0/{api}?q={}", encoded(soql)));
    assert_eq!(got.status, 200, "{soql}: {}", got.body);
    got.json()["records"].as_array().expect("records").clone()
}

#[test]
fn objects_are_rows() {
    let rig = Rig::new();
    let soql = "SELECT Id, DurableId, QualifiedApiName, DeveloperName, Label, PluralLabel, KeyPrefix, InternalSharingModel, \
                ExternalSharingModel, IsQueryable, IsEverCreatable, IsEverDeletable, IsCustomSetting FROM EntityDefinition \
                WHERE QualifiedApiName IN ('account', 'User') ORDER BY QualifiedApiName";
    for (api, url) in [("query", "sobjects"), ("tooling/query", "tooling/sobjects")] {
        let found = records(&rig, api, soql);
        assert_eq!(found.len(), 2);
        assert_eq!(
            found[0],
            json!({
                "attributes": {"type": "EntityDefinition", "url": format!("/services/data/v62.0/{url}/EntityDefinition/Account")},
                "Id": "000000000000000AAA", "DurableId": "Account", "QualifiedApiName": "Account",
                "DeveloperName": "Account", "Label": "Account", "PluralLabel": "Accounts", "KeyPrefix": "001",
                "InternalSharingModel": "ReadWrite", "ExternalSharingModel": "Private",
                "IsQueryable": true, "IsEverCreatable": true, "IsEverDeletable": true, "IsCustomSetting": false,
            })
        );
        assert_eq!(found[1]["IsEverDeletable"], false);
    }
    let like = records(
        &rig,
        "query",
        "SELECT QualifiedApiName FROM EntityDefinition WHERE QualifiedApiName LIKE 'permissionset%' ORDER BY QualifiedApiName",
    );
    assert!(like.len() >= 5, "{like:?}");
    assert_eq!(like[0]["QualifiedApiName"], "PermissionSet");
    let all =
        records(&rig, "query", "SELECT QualifiedApiName FROM EntityDefinition WHERE IsQueryable = true");
    let global = rig.get("v62.0/sobjects").json();
    let queryable =
        global["sobjects"].as_array().expect("objects").iter().filter(|object| object["queryable"] == true);
    assert_eq!(all.len(), queryable.count());
    let counted = rig.get(&format!(
        "v62.0/query?q={}",
        encoded("SELECT COUNT() FROM EntityDefinition WHERE KeyPrefix = '003'")
    ));
    assert_eq!(counted.json()["totalSize"], 1);
}

#[test]
fn fields_are_rows_of_the_objects_that_are_named() {
    let rig = Rig::new();
    let soql = "SELECT QualifiedApiName, DeveloperName, DurableId, DataType, Label, IsNillable, RelationshipName, ReferenceTo, \
                EntityDefinition.QualifiedApiName FROM FieldDefinition WHERE EntityDefinition.QualifiedApiName = 'Contact' \
                AND QualifiedApiName IN ('AccountId', 'Email', 'IsEmailBounced', 'External_Id__c') ORDER BY QualifiedApiName";
    let found = records(&rig, "tooling/query", soql);
    let names: Vec<&Value> = found.iter().map(|row| &row["QualifiedApiName"]).collect();
    assert_eq!(names, ["AccountId", "Email", "External_Id__c", "IsEmailBounced"]);
    assert_eq!(
        found[0],
        json!({
            "attributes": {"type": "FieldDefinition", "url": "/services/data/v62.0/tooling/sobjects/FieldDefinition/Contact.Account"},
            "QualifiedApiName": "AccountId", "DeveloperName": "Account", "DurableId": "Contact.Account",
            "DataType": "Lookup(Account)", "Label": "Account ID", "IsNillable": true, "RelationshipName": "Account",
            "ReferenceTo": {"referenceTo": ["Account"]},
            "EntityDefinition": {
                "attributes": {"type": "EntityDefinition", "url": "/services/data/v62.0/tooling/sobjects/EntityDefinition/Contact"},
                "QualifiedApiName": "Contact",
            },
        })
    );
    assert_eq!(found[1]["DataType"], "Email");
    assert_eq!(found[2]["DataType"], "Text(255)");
    assert!(found[2]["DurableId"].as_str().is_some_and(|id| id.starts_with("Contact.00N")), "{}", found[2]);
    let by_id = records(
        &rig,
        "query",
        "SELECT QualifiedApiName FROM FieldDefinition WHERE EntityDefinitionId = 'UserLogin'",
    );
    let describe = rig.get("v62.0/sobjects/UserLogin/describe").json();
    assert_eq!(by_id.len(), describe["fields"].as_array().map_or(0, Vec::len));
    let one = records(&rig, "query", "SELECT Label FROM FieldDefinition WHERE DurableId = 'User.Username'");
    assert_eq!(one.len(), 1);
    let nested = records(
        &rig,
        "query",
        "SELECT DurableId, (SELECT QualifiedApiName FROM Fields WHERE QualifiedApiName = 'Name') FROM EntityDefinition WHERE DurableId = 'Group'",
    );
    assert_eq!(nested[0]["Fields"]["records"][0]["QualifiedApiName"], "Name");
    let unbounded = rig.get("v62.0/query?q=SELECT+Label+FROM+FieldDefinition");
    assert_eq!(
        unbounded.told(),
        r#"400 [{"message":"FieldDefinition: a filter on a reified column is required [EntityDefinitionId,DurableId]","errorCode":"MALFORMED_QUERY"}]"#
    );
}

#[test]
fn definitions_have_what_the_user_sees() {
    let rig = Rig::new();
    rig.log_in("00DFf0000000001!other", "integration@fauxforce.test");
    let soql = encoded(
        "SELECT QualifiedApiName FROM EntityDefinition WHERE QualifiedApiName IN ('Opportunity', 'Contact')",
    );
    let headers = [("authorization", "Bearer 00DFf0000000001!other")];
    let got = rig.ask("GET", &format!("v62.0/query?q={soql}"), &headers, "").json();
    assert_eq!(got["totalSize"], 1, "{got}");
    let count = |version: u32| {
        let soql = "SELECT Label FROM FieldDefinition WHERE EntityDefinitionId = 'User' AND QualifiedApiName = 'StartDay'";
        rig.get(&format!("v{version}.0/query?q={}", encoded(soql))).json()["totalSize"].clone()
    };
    assert_eq!((count(57), count(60)), (json!(0), json!(1)));
}

#[test]
fn describe_promises_nothing_that_a_query_refuses() {
    let rig = Rig::new();
    let mut refused = Vec::new();
    for object in ["Account", "Contact", "User", "Case", "Opportunity", "PermissionSet", "Group"] {
        let describe = rig.get(&format!("v62.0/sobjects/{object}/describe")).json();
        let children = describe["childRelationships"].as_array().expect("relationships");
        for name in children.iter().filter_map(|child| child["relationshipName"].as_str()) {
            let got = rig.query(&format!("SELECT Id, (SELECT Id FROM {name}) FROM {object} LIMIT 1"));
            if got.status != 200 {
                refused.push(format!("{object}.{name}: {}", got.body));
            }
        }
    }
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn change_events_are_no_rows() {
    let rig = Rig::new();
    for object in ["AccountChangeEvent", "userchangeevent", "ActivityHistory"] {
        let got = rig.query(&format!("SELECT Id FROM {object}")).json();
        assert_eq!(got[0]["errorCode"], "INVALID_TYPE_FOR_OPERATION", "{got}");
        assert_eq!(got[0]["message"], format!("entity type {object} does not support query"));
    }
    assert_eq!(rig.query("SELECT Id FROM NothingChangeEvent").json()[0]["errorCode"], "INVALID_TYPE");
}
