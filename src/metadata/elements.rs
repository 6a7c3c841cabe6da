//! Which elements the types of metadata have: a file or a request with another one is refused.
//!
//! `types.txt` has a line for each type, as the metadata WSDL has it; `src/soap/wsdl/model.rs` says how it is written. What
//! a file's package version did not have yet is let through.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::tree::{NAMESPACE, Node};

/// An element that may not be where it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Misplaced {
    pub element: String,
    /// The type that it stands in.
    pub kind: String,
    /// The byte of the file at which it begins.
    pub at: usize,
    pub how: How,
}

/// What is wrong with an element's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The type has no element of that name.
    Unknown,
    /// There is one already, and the type has only one, or something else stands between them.
    Duplicated,
}

impl Misplaced {
    /// The service's words: <https://github.com/forcedotcom/cli/issues/3320>,
    /// <https://help.salesforce.com/s/articleView?id=000383335&type=1>
    pub fn text(&self) -> String {
        let Misplaced { element, kind, .. } = self;
        match self.how {
            How::Unknown => {
                format!("Element {{{NAMESPACE}}}{element} invalid at this location in type {kind}")
            }
            How::Duplicated => format!("Element {element} is duplicated at this location in type {kind}"),
        }
    }
}

/// Looks for the first element that may not be where it is, in a component of that type or in what stands in it.
///
/// # Errors
/// [`Misplaced`]
pub fn check(kind: &str, node: &Node) -> Result<(), Misplaced> {
    for (place, child) in node.children.iter().enumerate() {
        let misplaced =
            |how| Misplaced { element: child.name.clone(), kind: kind.to_owned(), at: child.at, how };
        let element = element(kind, &child.name).ok_or_else(|| misplaced(How::Unknown))?;
        let earlier = node.children.get(..place).unwrap_or_default();
        let last = earlier.iter().rposition(|other| other.name == child.name);
        let joins = element.many && last == place.checked_sub(1);
        if last.is_some() && !joins {
            return Err(misplaced(How::Duplicated));
        }
        check(element.kind, child)?;
    }
    Ok(())
}

/// An element of a type. Types that are not in the table have none: they are texts, numbers and enumerations.
fn element(kind: &str, name: &str) -> Option<&'static Element> {
    let described = table().get(kind)?;
    let own = described.elements.iter().find(|element| element.name == name);
    own.or_else(|| element(described.base?, name))
}

struct Element {
    name: &'static str,
    /// Empty for a text.
    kind: &'static str,
    many: bool,
}

struct Type {
    base: Option<&'static str>,
    elements: Vec<Element>,
}

fn table() -> &'static BTreeMap<&'static str, Type> {
    static TABLE: OnceLock<BTreeMap<&'static str, Type>> = OnceLock::new();
    TABLE.get_or_init(|| include_str!("types.txt").lines().filter_map(line).collect())
}

fn line(line: &'static str) -> Option<(&'static str, Type)> {
    let (head, elements) = line.split_once('=')?;
    let mut words = head.split_ascii_whitespace();
    let name = words.next().filter(|word| !matches!(*word, "enum" | "header"))?;
    let base = words.skip_while(|word| *word != "<").nth(1);
    let elements = elements.split_ascii_whitespace().map(|element| {
        let end = element.find(['?', '*', '+', '~', '{', '@']).unwrap_or(element.len());
        let (named, occurrence) = element.split_at_checked(end).unwrap_or((element, ""));
        let (name, kind) = named.split_once(':').unwrap_or((named, ""));
        Element { name, kind, many: occurrence.contains(['*', '+']) }
    });
    Some((name, Type { base, elements: elements.collect() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::component_type::ComponentType;

    #[test]
    fn every_type_is_in_the_table() {
        assert!(ComponentType::ALL.iter().all(|kind| element(kind.name(), "fullName").is_some()));
        assert!(element("Package", "types").is_some_and(|types| types.many));
    }

    #[test]
    fn the_innermost_type_is_named() {
        let value = Node::new("value").leaf("fullName", "A").leaf("colour", "red");
        let set = Node::new("valueSet").with(Node::new("valueSetDefinition").with(value));
        let misplaced =
            check("CustomField", &Node::new("CustomField").with(set)).expect_err("no such element");
        assert_eq!((misplaced.element.as_str(), misplaced.kind.as_str()), ("colour", "CustomValue"));
        assert_eq!(check("CustomField", &Node::new("CustomField").leaf("label", "A")), Ok(()));
        assert!(
            check("CustomField", &Node::new("CustomField").with(Node::new("label").leaf("b", ""))).is_err()
        );
    }

    #[test]
    fn elements_of_a_name_stand_together() {
        let how = |names: &[&str]| {
            let node = names.iter().fold(Node::new("Profile"), |node, name| node.with(Node::new(*name)));
            check("Profile", &node).err().map(|misplaced| misplaced.how)
        };
        assert_eq!(how(&["tabVisibilities", "tabVisibilities", "userPermissions"]), None);
        assert_eq!(how(&["tabVisibilities", "userPermissions", "tabVisibilities"]), Some(How::Duplicated));
        assert_eq!(how(&["description", "description"]), Some(How::Duplicated));
    }
}
