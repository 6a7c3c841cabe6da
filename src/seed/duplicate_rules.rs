//! Duplicate and matching rules: those of the platform, and what `org.json` changes about them or adds, in the form of
//! the metadata types.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_duplicaterule.htm>

use serde::Deserialize;

use super::org_file::{OrgFile, json_error};
use super::platform::{Platform, Row, put};
use super::{SeedError, standard_file};
use crate::model::duplicate::{Action, DuplicateRule, Item, Logic, MatchingRule, Method, Rules};
use crate::model::schema::{SObject, Schema};
use crate::model::value::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct DuplicateRuleFile {
    /// `Object.DeveloperName`
    full_name: String,
    master_label: Option<String>,
    is_active: Option<bool>,
    action_on_insert: Option<ActionName>,
    action_on_update: Option<ActionName>,
    operations_on_insert: Option<Vec<OperationName>>,
    operations_on_update: Option<Vec<OperationName>>,
    alert_text: Option<String>,
    duplicate_rule_match_rules: Option<Vec<MatchRuleName>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
enum ActionName {
    Allow,
    Block,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
enum OperationName {
    #[serde(alias = "alert")]
    Alert,
    #[serde(alias = "report")]
    Report,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct MatchRuleName {
    matching_rule: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct MatchingRuleFile {
    /// `Object.DeveloperName`
    full_name: String,
    label: Option<String>,
    rule_status: Option<StatusName>,
    boolean_filter: Option<String>,
    matching_rule_items: Vec<ItemFile>,
}

#[derive(Deserialize, PartialEq)]
enum StatusName {
    Active,
    Inactive,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ItemFile {
    field_name: String,
    matching_method: Method,
    #[serde(default)]
    blank_value_behavior: BlankName,
}

#[derive(Deserialize, Default, PartialEq)]
enum BlankName {
    #[default]
    NullNotAllowed,
    MatchBlanks,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StandardFile {
    duplicate_rules: Vec<DuplicateRuleFile>,
    matching_rules: Vec<MatchingRuleFile>,
}

/// The rules of an org with this `org.json`.
pub(super) fn rules(file: &OrgFile, schema: &Schema) -> Result<Rules, SeedError> {
    const NAME: &str = "duplicate_rules.json";
    let standard: StandardFile =
        serde_json::from_str(standard_file(NAME)?).map_err(|error| json_error(NAME, &error))?;
    let mut rules = Rules::default();
    for rule in &file.matching_rules {
        fields_exist(rule, file, schema)?;
    }
    for rule in standard.matching_rules.iter().chain(&file.matching_rules) {
        rules.matching.push(matching(rule, file)?);
    }
    for change in standard.duplicate_rules.iter().chain(&file.duplicate_rules) {
        let (object, name) = parts(&change.full_name, file)?;
        let known =
            rules.duplicate.iter().position(|rule| rule.object == object && rule.developer_name == name);
        let place = known.unwrap_or(rules.duplicate.len());
        if known.is_none() {
            rules.duplicate.push(new_rule(object, name, change));
        }
        if let Some(rule) = rules.duplicate.get_mut(place) {
            set(rule, change);
        }
    }
    for rule in &rules.duplicate {
        let unknown = |name: &&String| {
            !rules.matching.iter().any(|known| known.object == rule.object && known.developer_name == **name)
        };
        if let Some(name) = rule.matching.iter().find(unknown) {
            let what = format!("{} has no matching rule {name:?}", rule.object);
            return Err(file.mistake(name, what, "the name of a matching rule of the object"));
        }
    }
    Ok(rules)
}

fn parts<'a>(full_name: &'a str, file: &OrgFile) -> Result<(&'a str, &'a str), SeedError> {
    let what = format!("{full_name:?} names no rule");
    full_name.split_once('.').ok_or_else(|| file.mistake(full_name, what, "Object.Rule_Name"))
}

fn new_rule(object: &str, name: &str, file: &DuplicateRuleFile) -> DuplicateRule {
    DuplicateRule {
        object: object.to_owned(),
        developer_name: name.to_owned(),
        label: file.master_label.clone().unwrap_or_else(|| name.replace('_', " ")),
        active: false,
        on_insert: Action::default(),
        on_update: Action::default(),
        alert: "Use one of these records?".to_owned(),
        matching: Vec::new(),
    }
}

fn set(rule: &mut DuplicateRule, file: &DuplicateRuleFile) {
    rule.active = file.is_active.unwrap_or(rule.active);
    if let Some(text) = &file.alert_text {
        rule.alert.clone_from(text);
    }
    if let Some(names) = &file.duplicate_rule_match_rules {
        rule.matching = names.iter().map(|name| name.matching_rule.clone()).collect();
    }
    set_action(&mut rule.on_insert, file.action_on_insert, file.operations_on_insert.as_deref());
    set_action(&mut rule.on_update, file.action_on_update, file.operations_on_update.as_deref());
}

fn set_action(action: &mut Action, name: Option<ActionName>, operations: Option<&[OperationName]>) {
    if let Some(name) = name {
        action.block = name == ActionName::Block;
    }
    if let Some(operations) = operations {
        action.alert = operations.contains(&OperationName::Alert);
        action.report = operations.contains(&OperationName::Report);
    }
}

fn fields_exist(rule: &MatchingRuleFile, file: &OrgFile, schema: &Schema) -> Result<(), SeedError> {
    let (object, _) = parts(&rule.full_name, file)?;
    let described = schema.object(object);
    let known = |field: &str| {
        let described = described.as_deref();
        described.is_some_and(|o| o.field(field).is_some() || o.parent_relationship(field).is_some())
    };
    if let Some(item) = rule.matching_rule_items.iter().find(|item| !known(&item.field_name)) {
        let what = format!("{object} has no field {:?}", item.field_name);
        return Err(file.mistake(&item.field_name, what, "a field or a relationship of the object"));
    }
    Ok(())
}

fn matching(rule: &MatchingRuleFile, file: &OrgFile) -> Result<MatchingRule, SeedError> {
    let (object, name) = parts(&rule.full_name, file)?;
    let logic = match &rule.boolean_filter {
        None => None,
        Some(text) => Some(Logic::read(text, rule.matching_rule_items.len()).ok_or_else(|| {
            let what = format!("{text:?} cannot be read");
            file.mistake(text, what, "numbers of items, AND, OR and parentheses, such as (1 AND 2) OR 3")
        })?),
    };
    let items = rule.matching_rule_items.iter().map(|item| Item {
        field: item.field_name.clone(),
        method: item.matching_method,
        blanks_match: item.blank_value_behavior == BlankName::MatchBlanks,
    });
    Ok(MatchingRule {
        object: object.to_owned(),
        developer_name: name.to_owned(),
        label: rule.label.clone().unwrap_or_else(|| name.replace('_', " ")),
        active: rule.rule_status != Some(StatusName::Inactive),
        items: items.collect(),
        logic,
        boolean_filter: rule.boolean_filter.clone(),
    })
}

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
