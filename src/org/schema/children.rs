//! Child relationships of an sObject. A User has thousands, which few callers ask for: they are read when first needed.

use std::borrow::Cow;
use std::sync::OnceLock;

/// One entry of describe's `childRelationships`.
#[derive(Debug, Clone)]
pub struct ChildRelationship {
    pub child: Cow<'static, str>,
    pub field: Cow<'static, str>,
    pub relationship: Option<Cow<'static, str>>,
    pub cascade_delete: bool,
    pub restricted_delete: bool,
}

/// The relationships of a standard object's file, and the org's own.
#[derive(Debug, Clone)]
pub(super) struct Children {
    source: &'static str,
    own: Vec<ChildRelationship>,
    read: OnceLock<Vec<ChildRelationship>>,
}

/// Child object, its field, relationship name, flags.
type Line = (&'static str, &'static str, Option<&'static str>, &'static str);

impl Children {
    /// `source` is a JSON list of lines; one that does not parse, which the tests rule out, counts as empty.
    pub fn new(source: &'static str, own: &[ChildRelationship]) -> Children {
        Children { source, own: own.to_vec(), read: OnceLock::new() }
    }

    pub fn all(&self) -> &[ChildRelationship] {
        self.read.get_or_init(|| {
            let lines: Vec<Line> = serde_json::from_str(self.source).unwrap_or_default();
            lines.into_iter().map(relationship).chain(self.own.iter().cloned()).collect()
        })
    }
}

fn relationship((child, field, name, flags): Line) -> ChildRelationship {
    ChildRelationship {
        child: child.into(),
        field: field.into(),
        relationship: name.map(Cow::from),
        cascade_delete: flags.contains("cascadeDelete"),
        restricted_delete: flags.contains("restrictedDelete"),
    }
}
