use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::*;
use crate::metadata::RecordType;
use crate::model::id::Id;
use crate::model::schema::Schema;
use crate::org::access::Runner;
use crate::world::ApiVersion;

const ORIGIN: &str = "http://localhost:7332";

fn described(name: &str, version: u32) -> Value {
    let schema = Schema::standard(BTreeSet::new());
    let runner = Runner::system(Id::numbered("005", 1));
    let view = View { schema: &schema, runner: &runner, version: ApiVersion::new(version), origin: ORIGIN };
    let sobject = schema.object(name).expect("a standard object");
    serde_json::to_value(object(&sobject, view, &[])).expect("text keys")
}

fn described_globally(version: u32) -> Value {
    let schema = Schema::standard(BTreeSet::new());
    let runner = Runner::system(Id::numbered("005", 1));
    let view = View { schema: &schema, runner: &runner, version: ApiVersion::new(version), origin: ORIGIN };
    serde_json::to_value(global(&schema.all(), view)).expect("text keys")
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().into_iter().flat_map(Map::keys).map(String::as_str).collect()
}

fn field<'a>(describe: &'a Value, name: &str) -> &'a Value {
    let fields = describe["fields"].as_array().expect("a list of fields");
    fields.iter().find(|field| field["name"] == name).expect("the field")
}

fn list(name: &str) -> Vec<String> {
    let file: Value = serde_json::from_str(include_str!("../../objects/_describe.json")).expect("JSON");
    serde_json::from_value(file[name].clone()).expect("a list of names")
}

#[test]
fn keys_stand_in_the_recorded_order() {
    let account = described("Account", 67);
    assert_eq!(keys(&account), list("describeKeys"));
    for described in account["fields"].as_array().expect("fields") {
        assert_eq!(keys(described), list("describeFieldKeys"));
    }
    assert_eq!(
        keys(&account["childRelationships"][0]),
        [
            "cascadeDelete",
            "childSObject",
            "deprecatedAndHidden",
            "field",
            "junctionIdListNames",
            "junctionReferenceTo",
            "relationshipName",
            "restrictedDelete"
        ]
    );
}

#[test]
fn the_global_entry_is_the_describe_without_what_it_is_made_of() {
    let global = described_globally(67);
    assert_eq!(keys(&global), ["encoding", "maxBatchSize", "sobjects"]);
    let only_complete = [
        "actionOverrides",
        "childRelationships",
        "compactLayoutable",
        "defaultImplementation",
        "extendedBy",
        "extendsInterfaces",
        "fields",
        "implementedBy",
        "implementsInterfaces",
        "listviewable",
        "lookupLayoutable",
        "namedLayoutInfos",
        "networkScopeFieldName",
        "recordTypeInfos",
        "searchLayoutable",
        "sobjectDescribeOption",
        "supportedScopes",
    ];
    let expected: Vec<_> =
        list("describeKeys").into_iter().filter(|key| !only_complete.contains(&key.as_str())).collect();
    for entry in global["sobjects"].as_array().expect("a list of objects") {
        assert_eq!(keys(entry), expected, "{}", entry["name"]);
    }
}

#[test]
fn older_versions_know_fewer_keys() {
    let describe = described("Group", 42);
    for key in ["associateEntityType", "deepCloneable", "isInterface", "extendedBy", "sobjectDescribeOption"]
    {
        assert_eq!(describe.get(key), None, "{key}");
    }
    assert_eq!(field(&describe, "Id").get("aiPredictionField"), None);
    assert_eq!(keys(&describe["urls"]), ["rowTemplate", "defaultValues", "describe", "sobject"]);
}

#[test]
fn urls_stand_in_the_recorded_order() {
    let user = described("User", 42);
    assert_eq!(
        keys(&user["urls"]),
        [
            "compactLayouts",
            "rowTemplate",
            "uiDetailTemplate",
            "uiEditTemplate",
            "namedLayouts",
            "passwordUtilities",
            "defaultValues",
            "describe",
            "uiNewRecord",
            "quickActions",
            "layouts",
            "sobject"
        ]
    );
    let contact = described("Contact", 59);
    assert_eq!(
        keys(&contact["urls"]),
        [
            "compactLayouts",
            "rowTemplate",
            "approvalLayouts",
            "uiDetailTemplate",
            "uiEditTemplate",
            "listviews",
            "describe",
            "uiNewRecord",
            "quickActions",
            "layouts",
            "sobject"
        ]
    );
    assert_eq!(contact["urls"]["uiNewRecord"], "http://localhost:7332/003/e");
}

#[test]
fn objects_that_belong_to_others_say_so() {
    let global = described_globally(67);
    let entry = |name: &str| {
        let entries = global["sobjects"].as_array().expect("a list of objects");
        let entry = entries.iter().find(|entry| entry["name"] == name).expect("the object");
        [entry["associateEntityType"].clone(), entry["associateParentEntity"].clone()]
    };
    assert_eq!(entry("AccountShare"), ["Share", "Account"]);
    assert_eq!(entry("UserFeed"), ["Feed", "User"]);
    assert_eq!(entry("LoginHistory"), [Value::Null, Value::Null]);
}

#[test]
fn lookups_of_searchable_objects_are_search_prefilterable() {
    let contact = described("Contact", 67);
    let prefilterable: Vec<_> = contact["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .filter(|field| field["searchPrefilterable"] == true)
        .map(|field| field["name"].clone())
        .collect();
    assert_eq!(prefilterable, ["AccountId", "ReportsToId", "IndividualId"]);
    let role = described("OpportunityContactRole", 67);
    assert_eq!(field(&role, "ContactId")["searchPrefilterable"], false);
}

#[test]
fn record_types_stand_beside_the_master_one() {
    let schema = Schema::standard(BTreeSet::new());
    let runner = Runner::system(Id::numbered("005", 1));
    let view = View { schema: &schema, runner: &runner, version: ApiVersion::NEWEST, origin: ORIGIN };
    let household = RecordType {
        person: false,
        default: false,
        id: Id::numbered("012", 1),
        name: "Household".to_owned(),
        developer_name: "Household".to_owned(),
        active: true,
    };
    let account = schema.object("Account").expect("Account");
    let describe = serde_json::to_value(object(&account, view, &[household])).expect("text keys");
    let names: Vec<_> = describe["recordTypeInfos"]
        .as_array()
        .expect("record types")
        .iter()
        .map(|info| (info["name"].clone(), info["defaultRecordTypeMapping"].clone()))
        .collect();
    assert_eq!(names, [(json!("Household"), json!(false)), (json!("Master"), json!(true))]);
    assert_eq!(described("User", 67)["recordTypeInfos"], json!([]));
}

/// The parts of a describe that a reader can take in: everything but the lists, and one of each list.
fn shape(mut describe: Value, fields: &[&str]) -> Value {
    let chosen: Vec<_> = fields.iter().map(|name| shortened(field(&describe, name).clone())).collect();
    let all = describe["fields"].as_array().map_or(0, Vec::len);
    describe["fields"] = json!({ "count": all, "chosen": chosen });
    let children = describe["childRelationships"].as_array().cloned().unwrap_or_default();
    describe["childRelationships"] = json!({ "count": children.len(), "first": children.first() });
    describe
}

fn shortened(mut field: Value) -> Value {
    if let Some(values) = field["picklistValues"].as_array_mut() {
        values.truncate(2);
    }
    field
}

#[test]
fn describes_are_whole() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| {
        let account = shape(
            described("Account", 67),
            &["Id", "Name", "Type", "BillingAddress", "OwnerId", "IsDeleted"],
        );
        insta::assert_json_snapshot!("describe_account", account);
        let user = shape(described("User", 67), &["Username", "TimeZoneSidKey", "ProfileId"]);
        insta::assert_json_snapshot!("describe_user", user);
        let global = described_globally(67);
        let entries = global["sobjects"].as_array().expect("a list of objects");
        let user = entries.iter().find(|entry| entry["name"] == "User");
        insta::assert_json_snapshot!("describe_global_user", user);
    });
}
