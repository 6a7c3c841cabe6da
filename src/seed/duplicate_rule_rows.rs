//! The rows of DuplicateRule, MatchingRule and MatchingRuleItem.

use super::platform::{Platform, Row, put};
use crate::model::duplicate::{DuplicateRule, MatchingRule, Rules};
use crate::model::schema::SObject;
use crate::model::value::Value;

/// The rows of DuplicateRule.
pub(super) fn duplicate_rule_rows(platform: &Platform, rules: &Rules, object: &SObject) -> Vec<Row> {
    let row = |(index, rule): (usize, &DuplicateRule)| {
        let mut row = platform.row(object, index);
        put(object, &mut row, "SobjectType", rule.object.as_str());
        put(object, &mut row, "DeveloperName", rule.developer_name.as_str());
        put(object, &mut row, "MasterLabel", rule.label.as_str());
        put(object, &mut row, "Language", "en_US");
        put(object, &mut row, "IsActive", rule.active);
        row
    };
    rules.duplicate.iter().enumerate().map(row).collect()
}

/// The rows of MatchingRule.
pub(super) fn matching_rule_rows(platform: &Platform, rules: &Rules, object: &SObject) -> Vec<Row> {
    let row = |(index, rule): (usize, &MatchingRule)| {
        let mut row = platform.row(object, index);
        put(object, &mut row, "SobjectType", rule.object.as_str());
        put(object, &mut row, "DeveloperName", rule.developer_name.as_str());
        put(object, &mut row, "MasterLabel", rule.label.as_str());
        put(object, &mut row, "Language", "en_US");
        put(object, &mut row, "MatchEngine", rule.engine());
        put(object, &mut row, "RuleStatus", if rule.active { "Active" } else { "Inactive" });
        put(
            object,
            &mut row,
            "BooleanFilter",
            rule.boolean_filter.as_deref().map_or(Value::Null, Value::from),
        );
        row
    };
    rules.matching.iter().enumerate().map(row).collect()
}

/// The rows of MatchingRuleItem.
pub(super) fn matching_rule_item_rows(platform: &Platform, rules: &Rules, object: &SObject) -> Vec<Row> {
    let mut rows = Vec::new();
    for (index, rule) in rules.matching.iter().enumerate() {
        for (order, item) in rule.items.iter().enumerate() {
            let mut row = platform.row(object, rows.len());
            put(object, &mut row, "MatchingRuleId", platform.numbered(MATCHING_RULE, index));
            put(object, &mut row, "SortOrder", order as i64 + 1);
            put(object, &mut row, "Field", item.field.as_str());
            put(object, &mut row, "MatchingMethod", item.method.name());
            let blank = if item.blanks_match { "MatchBlanks" } else { "NullNotAllowed" };
            put(object, &mut row, "BlankValueBehavior", blank);
            rows.push(row);
        }
    }
    rows
}

const MATCHING_RULE: &str = "0JD";
