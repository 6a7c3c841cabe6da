//! Duplicate rules: when two records are taken for the same, and what a save does then.
//! Source: <https://help.salesforce.com/s/articleView?id=sf.duplicate_rules_overview.htm>

use super::id::Id;

mod comparison;
mod logic;

pub use comparison::{Method, same};
pub use logic::Logic;

/// What an org has of both kinds, the rules in the order in which they run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules {
    pub duplicate: Vec<DuplicateRule>,
    pub matching: Vec<MatchingRule>,
}

/// What happens to a record that is like others.
#[derive(Debug, Clone, PartialEq)]
pub struct DuplicateRule {
    pub object: String,
    pub developer_name: String,
    pub label: String,
    pub active: bool,
    pub on_insert: Action,
    pub on_update: Action,
    /// What the person who saves is told.
    pub alert: String,
    /// Developer names of matching rules of the object.
    pub matching: Vec<String>,
}

/// What a save does when there are others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Action {
    /// It fails, whatever the caller says.
    pub block: bool,
    /// It fails, unless the caller allows duplicates.
    pub alert: bool,
    /// It is put on record.
    pub report: bool,
}

/// When two records are alike.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchingRule {
    pub object: String,
    pub developer_name: String,
    pub label: String,
    pub active: bool,
    pub items: Vec<Item>,
    /// Over the items by their number; `None` for all of them.
    pub logic: Option<Logic>,
    /// The logic as it was written.
    pub boolean_filter: Option<String>,
}

/// One field that is compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// A field, or a relationship whose record's name is meant.
    pub field: String,
    pub method: Method,
    /// Two empty fields are alike.
    pub blanks_match: bool,
}

impl Rules {
    /// The active rules of an object that name an active matching rule, with those.
    pub fn of(&self, object: &str) -> Vec<(&DuplicateRule, Vec<&MatchingRule>)> {
        let active = self.duplicate.iter().filter(|rule| rule.active && rule.object == object);
        let matching = |rule: &DuplicateRule| {
            let known = self.matching.iter().filter(|known| known.active && known.object == object);
            known.filter(|known| rule.matching.contains(&known.developer_name)).collect::<Vec<_>>()
        };
        let rules = active.map(|rule| (rule, matching(rule)));
        rules.filter(|(_, matching)| !matching.is_empty()).collect()
    }
}

impl MatchingRule {
    /// `MatchEngine`: exact where nothing is compared in another way.
    pub fn engine(&self) -> &'static str {
        match self.items.iter().all(|item| item.method == Method::Exact) {
            true => "ExactMatchEngine",
            false => "FuzzyMatchEngine",
        }
    }

    /// Whether the values of two records, in the order of the items, are alike.
    pub fn matches(&self, one: &[Option<String>], other: &[Option<String>]) -> bool {
        let holds = |index: usize| {
            let Some(item) = self.items.get(index) else { return false };
            let value = |of: &[Option<String>]| of.get(index).cloned().flatten();
            match (value(one), value(other)) {
                (Some(one), Some(other)) => same(item.method, &one, &other),
                (None, None) => item.blanks_match,
                _ => false,
            }
        };
        match &self.logic {
            Some(logic) => logic.holds(&holds),
            None => (0..self.items.len()).all(holds),
        }
    }
}

/// The `duplicateResult` of one rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Duplicates {
    /// The caller may save all the same.
    pub allow_save: bool,
    pub rule: String,
    pub object: String,
    pub message: String,
    pub results: Vec<MatchResult>,
}

/// What one matching rule found.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchResult {
    pub object: String,
    pub engine: &'static str,
    pub rule: String,
    pub records: Vec<Match>,
}

/// A record that is like the saved one.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    pub id: Id,
    /// Out of 100.
    pub confidence: f64,
    /// The compared texts, where the caller asked to see them.
    pub fields: Vec<(String, Option<String>)>,
}
