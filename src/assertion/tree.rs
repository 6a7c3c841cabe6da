//! The elements of a message. The tree is the signature library's own: what is read is the very node that was digested,
//! so that no difference between two parsers can come between the two.

use std::ops::Range;

use bergshamra::xml::uppsala::Parser;
use bergshamra::xml::{Document as Tree, Element, NodeId, NodeKind};
use memchr::memchr_iter;

/// The most nodes of a message: real ones have a few hundred.
const MAX_NODES: usize = 20_000;
/// How deep the parser goes, which needs no stack for it.
const MAX_PARSED_DEPTH: u32 = 10_000;

/// A message that was parsed.
pub struct Document<'i> {
    tree: Tree<'i>,
    root: NodeId,
    depth: u32,
}

/// An element, a text or anything else of a document.
#[derive(Clone, Copy)]
pub struct Node<'a, 'i> {
    tree: &'a Tree<'i>,
    id: NodeId,
}

impl<'i> Document<'i> {
    /// Reads XML that has no DTD.
    pub(super) fn parse(text: &'i str) -> Result<Document<'i>, String> {
        let too_many = || "nodes limit reached".to_owned();
        // An element has two at most: what has so many is not read at all.
        if memchr_iter(b'<', text.as_bytes()).nth(2 * MAX_NODES).is_some() {
            return Err(too_many());
        }
        let parser = Parser::new().with_forbid_dtd(true).with_max_depth(MAX_PARSED_DEPTH);
        let tree = parser.parse(text).map_err(|error| error.to_string())?;
        let root = tree.document_element().ok_or("no element")?;
        let mut depth = 0;
        let mut descendants = Node { tree: &tree, id: root }.descendants();
        for _ in 0..MAX_NODES {
            match descendants.next() {
                Some(node) if node.is_element() => depth = depth.max(descendants.depth),
                Some(_) => {}
                None => return Ok(Document { tree, root, depth }),
            }
        }
        Err(too_many())
    }

    /// The outermost element.
    pub fn root_element(&self) -> Node<'_, 'i> {
        Node { tree: &self.tree, id: self.root }
    }

    /// The outermost element and all below, in document order.
    pub(super) fn descendants(&self) -> Descendants<'_, 'i> {
        self.root_element().descendants()
    }

    /// How deep elements are nested, from 1.
    pub(super) fn depth(&self) -> u32 {
        self.depth
    }
}

impl<'a, 'i> Node<'a, 'i> {
    /// The library's tree, and the place in it.
    pub(super) fn of_library(self) -> (&'a Tree<'i>, NodeId) {
        (self.tree, self.id)
    }

    /// The number that the library's sets of nodes have it under.
    pub(super) fn index(self) -> usize {
        self.id.index()
    }

    fn element(self) -> Option<&'a Element<'i>> {
        self.tree.element(self.id)
    }

    pub fn is_element(&self) -> bool {
        self.element().is_some()
    }

    /// Namespace and local name of an element; both empty for anything else.
    pub fn name(self) -> (&'a str, &'a str) {
        let name = self.element().map(|element| &element.name);
        name.map_or(("", ""), |name| (name.namespace_uri.as_deref().unwrap_or_default(), &*name.local_name))
    }

    /// Whether it is an element of this namespace and local name.
    pub fn has_name(self, (namespace, local): (&str, &str)) -> bool {
        // Namespaces are long and much alike.
        self.element().is_some_and(|element| {
            element.name.local_name == local
                && element.name.namespace_uri.as_deref().unwrap_or_default() == namespace
        })
    }

    /// Namespace, local name and value of each attribute.
    pub fn attributes(self) -> impl Iterator<Item = (&'a str, &'a str, &'a str)> {
        let attributes = self.element().map(|element| element.attributes.as_slice()).unwrap_or_default();
        attributes.iter().map(|attribute| {
            let name = &attribute.name;
            (name.namespace_uri.as_deref().unwrap_or_default(), &*name.local_name, &*attribute.value)
        })
    }

    /// An attribute without a namespace.
    pub fn attribute(self, name: &str) -> Option<&'a str> {
        self.attributes()
            .find(|(namespace, local, _)| namespace.is_empty() && *local == name)
            .map(|(.., value)| value)
    }

    /// The characters of a text or a CDATA section.
    pub fn text(self) -> Option<&'a str> {
        match self.tree.node_kind(self.id)? {
            NodeKind::Text(text) | NodeKind::CData(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn is_comment(&self) -> bool {
        matches!(self.tree.node_kind(self.id), Some(NodeKind::Comment(_)))
    }

    /// The element around a node; none for the outermost.
    pub fn parent_element(self) -> Option<Node<'a, 'i>> {
        self.parent().filter(Node::is_element)
    }

    /// What is around a node: an element, or the document around the outermost.
    pub(super) fn parent(self) -> Option<Node<'a, 'i>> {
        Some(Node { id: self.tree.parent(self.id)?, ..self })
    }

    pub fn children(self) -> impl Iterator<Item = Node<'a, 'i>> {
        self.tree.children_iter(self.id).map(move |id| Node { id, ..self })
    }

    /// The node itself and all below, in document order.
    pub(super) fn descendants(self) -> Descendants<'a, 'i> {
        Descendants { top: self, next: Some(self.id), depth: 0, below: 1 }
    }

    /// Where it stands in the text, in bytes.
    pub(super) fn range(self) -> Range<usize> {
        self.tree.node_range(self.id).unwrap_or_default()
    }
}

/// Of one document.
impl PartialEq for Node<'_, '_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl std::fmt::Debug for Node<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Node").field(&self.name()).finish()
    }
}

/// A walk without recursion.
pub(super) struct Descendants<'a, 'i> {
    top: Node<'a, 'i>,
    next: Option<NodeId>,
    /// Of the node that came last; the top has 1.
    depth: u32,
    /// Of the node that comes next.
    below: u32,
}

impl<'a, 'i> Iterator for Descendants<'a, 'i> {
    type Item = Node<'a, 'i>;

    fn next(&mut self) -> Option<Node<'a, 'i>> {
        let id = self.next?;
        let tree = self.top.tree;
        self.depth = self.below;
        self.next = tree.first_child(id);
        match self.next {
            Some(_) => self.below += 1,
            None => {
                let mut last = id;
                while last != self.top.id && self.next.is_none() {
                    self.next = tree.next_sibling(last);
                    if self.next.is_none() {
                        last = tree.parent(last)?;
                        self.below -= 1;
                    }
                }
            }
        }
        Some(Node { id, ..self.top })
    }
}
