//! Duplicate and matching rules: those of the platform, and what `org.json` changes about them or adds, in the form of
//! the metadata types.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_duplicaterule.htm>

use super::duplicate_rule_file::{
    ActionName, BlankName, DuplicateRuleFile, MatchingRuleFile, OperationName, StatusName,
};
use super::org_file::OrgFile;
use super::seed_error::{SeedError, json_error};
use super::seed_files::standard_file;
use crate::model::duplicate::{Action, DuplicateRule, Item, Logic, MatchingRule, Rules};
use crate::model::schema::Schema;
use serde::Deserialize;

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
