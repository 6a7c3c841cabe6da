//! Child relationships of an sObject. A User has thousands, which few callers ask for: they are read when first needed.

use std::sync::OnceLock;

use super::packed::Packed;

/// One entry of describe's `childRelationships`.
#[derive(Debug, Clone)]
pub struct ChildRelationship {
    pub child: String,
    pub field: String,
    pub relationship: Option<String>,
    pub cascade_delete: bool,
    pub restricted_delete: bool,
}

/// The relationships of a standard object's file, and the org's own.
#[derive(Debug, Clone)]
pub(super) struct Children {
    /// A custom object has none.
    source: Option<Packed>,
    own: Vec<ChildRelationship>,
    read: OnceLock<Vec<ChildRelationship>>,
}

/// Child object, its field, relationship name, flags.
type Line = (String, String, Option<String>, String);

impl Children {
    /// `source` is a JSON list of lines; one that does not parse, which the tests rule out, counts as empty.
    pub fn new(source: Option<Packed>, own: &[ChildRelationship]) -> Children {
        Children { source, own: own.to_vec(), read: OnceLock::new() }
    }

    pub fn all(&self) -> &[ChildRelationship] {
        self.read.get_or_init(|| {
            let source = self.source.and_then(Packed::text).unwrap_or_default();
            let lines: Vec<Line> = serde_json::from_str(&source).unwrap_or_default();
            lines.into_iter().map(relationship).chain(self.own.iter().cloned()).collect()
        })
    }
}

fn relationship((child, field, relationship, flags): Line) -> ChildRelationship {
    ChildRelationship {
        child,
        field,
        relationship,
        cascade_delete: flags.contains("cascadeDelete"),
        restricted_delete: flags.contains("restrictedDelete"),
    }
}
