//! Unmapped elements: those of a component that its record has no field for. They are kept as written, and read back.

use super::component_type::ComponentType;
use super::definitions;
use super::definitions::{Definition, Source, Stamp};
use super::tree::Node;
use crate::dml::Call;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::org::Org;

/// The elements that were kept of a component.
pub(super) fn of(org: &Org, kind: ComponentType, full_name: &str) -> Vec<Node> {
    let definitions = definitions::of(org).borrow();
    let node = definitions.live(kind, full_name).and_then(|definition| definition.node.as_ref());
    node.map(|node| node.children.clone()).unwrap_or_default()
}

/// Keeps the elements that `of_record` does not name, in place of those of the same names.
pub(super) fn keep(
    call: Call,
    (kind, full_name, id): (ComponentType, &str, Id),
    node: &Node,
    of_record: impl Fn(&str) -> bool,
) -> Result<(), Fault> {
    let new: Vec<_> = node.children.iter().filter(|child| !of_record(&child.name)).cloned().collect();
    if new.is_empty() {
        return Ok(());
    }
    let mut children = of(call.org, kind, full_name);
    children.retain(|child| !new.iter().any(|other| other.name == child.name));
    children.extend(new);
    let (now, user) = (call.environment.now(), Some(call.runner.user));
    call.org.keep_definition(Definition {
        kind,
        full_name: full_name.to_owned(),
        id: Some(id),
        prefix: None,
        source: Source::Api,
        granted: false,
        node: Some(Node { children, ..Node::new(kind.name()) }),
        stamp: Stamp { created: now, created_by: user, modified: now, modified_by: user },
    })
}
