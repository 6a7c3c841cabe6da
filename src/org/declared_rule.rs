//! Rules that an administrator has declared for an org: validation rules and lookup filters.

/// One declared rule.
#[derive(Debug, Clone, PartialEq)]
pub struct DeclaredRule {
    pub object: String,
    pub kind: DeclaredRuleKind,
    /// What stands after WHERE in a query of the object.
    pub condition: String,
    pub message: String,
}

/// When a declared rule refuses a record.
#[derive(Debug, Clone, PartialEq)]
pub enum DeclaredRuleKind {
    /// When the condition holds; the error stands at this field, or at the record.
    Validation { field: Option<String> },
    /// When this lookup changes and is not empty, and the condition does not hold.
    LookupFilter { field: String },
}
