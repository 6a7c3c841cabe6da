//! The body of a `DUPLICATES_DETECTED` refusal.

use super::encode::record_url;
use crate::model::duplicate::{Duplicates, Match, MatchResult};
use crate::world::ApiVersion;
use serde_json::{Map, Value as Json, json};

/// The `duplicateResult` object. Its keys are those of recorded answers.
pub fn tree(found: &Duplicates, version: ApiVersion) -> Json {
    let results: Vec<Json> = found.results.iter().map(|result| match_result(result, version)).collect();
    json!({
        "allowSave": found.allow_save,
        "duplicateRule": found.rule,
        "duplicateRuleEntityType": found.object,
        "errorMessage": found.message,
        "matchResults": results,
    })
}

fn match_result(result: &MatchResult, version: ApiVersion) -> Json {
    let records: Vec<Json> =
        result.records.iter().map(|found| match_record(found, &result.object, version)).collect();
    json!({
        "entityType": result.object,
        "errors": [],
        "matchEngine": result.engine,
        "matchRecords": records,
        "rule": result.rule,
        "size": records.len(),
        "success": true,
    })
}

fn match_record(found: &Match, object: &str, version: ApiVersion) -> Json {
    let mut record = Map::new();
    let attributes = json!({ "type": object, "url": record_url(version, object, found.id.as_str()) });
    record.insert("attributes".to_owned(), attributes);
    record.insert("Id".to_owned(), json!(found.id.as_str()));
    record.extend(found.fields.iter().map(|(name, text)| (name.clone(), json!(text))));
    json!({
        "additionalInformation": [],
        "fieldDiffs": [],
        "matchConfidence": found.confidence,
        "record": record,
    })
}
