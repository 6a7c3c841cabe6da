//! A metadata component as a tree of elements, and as a file.

use std::fmt::Write as _;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

use crate::xml::escaped;

/// The namespace of metadata files and of the Metadata API.
pub const NAMESPACE: &str = "http://soap.sforce.com/2006/04/metadata";
/// Deeper than any component, shallow enough for any stack.
const DEEPEST: usize = 50;
/// More than the largest file of an org has.
const MOST_ELEMENTS: usize = 500_000;

/// An element with its text or its children.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Node {
    pub name: String,
    /// Without blanks around it.
    pub text: String,
    pub children: Vec<Node>,
    /// The byte of the file at which it begins; 0 for what was in no file.
    pub at: usize,
}

/// Why a file is no XML, and at which byte.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    pub at: usize,
    pub what: String,
}

impl Node {
    pub fn new(name: impl Into<String>) -> Node {
        Node { name: name.into(), ..Node::default() }
    }

    /// Reads a file's root element.
    ///
    /// # Errors
    /// The first place that is not well-formed.
    pub fn parse(source: &str) -> Result<Node, Broken> {
        let mut reader = Reader::from_str(source);
        let mut open = vec![Node::default()];
        let mut elements = 0;
        loop {
            let at = usize::try_from(reader.buffer_position()).unwrap_or(0);
            let broken = |what: String| Broken { at, what };
            match reader.read_event().map_err(|error| broken(error.to_string()))? {
                Event::Start(_) if open.len() > DEEPEST => {
                    return Err(broken(format!("it is nested more than {DEEPEST} elements deep")));
                }
                Event::Start(_) | Event::Empty(_) if elements >= MOST_ELEMENTS => {
                    return Err(broken(format!("it has more than {MOST_ELEMENTS} elements")));
                }
                Event::Start(start) => {
                    elements += 1;
                    open.push(Node { at, ..Node::new(start.local_name().as_ref().to_owned()) });
                }
                Event::Empty(empty) => {
                    elements += 1;
                    let node = Node { at, ..Node::new(empty.local_name().as_ref().to_owned()) };
                    innermost(&mut open, |parent| parent.children.push(node));
                }
                Event::Text(text) => innermost(&mut open, |node| node.text += &text.xml10_content()),
                Event::CData(text) => innermost(&mut open, |node| node.text += &text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let text = resolved(&reference).map_err(broken)?;
                    innermost(&mut open, |node| node.text += &text);
                }
                Event::End(_) => {
                    let mut closed = open.pop().unwrap_or_default();
                    closed.text = closed.text.trim().to_owned();
                    innermost(&mut open, |parent| parent.children.push(closed));
                }
                Event::Eof => break,
                _ => {}
            }
        }
        if open.len() > 1 {
            let what = "XML document structures must start and end within the same entity.".to_owned();
            return Err(Broken { at: source.len(), what });
        }
        let root = open.into_iter().next().and_then(|root| root.children.into_iter().next());
        root.ok_or_else(|| Broken { at: 0, what: "the file has no element".to_owned() })
    }

    pub fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|child| child.name == name)
    }

    pub fn all<'n>(&'n self, name: &'n str) -> impl Iterator<Item = &'n Node> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of a child; `None` when it has none.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str()).filter(|text| !text.is_empty())
    }

    /// Whether a child says `true`.
    pub fn is(&self, name: &str) -> bool {
        self.text_of(name).is_some_and(is_true)
    }

    /// The component's name.
    pub fn full_name(&self) -> &str {
        self.text_of("fullName").unwrap_or_default()
    }

    /// Adds a child with a text.
    pub fn leaf(mut self, name: &str, text: impl Into<String>) -> Node {
        self.children.push(Node { text: text.into(), ..Node::new(name) });
        self
    }

    /// Adds a child with a text, if there is one.
    pub fn maybe(self, name: &str, text: Option<&str>) -> Node {
        match text {
            Some(text) => self.leaf(name, text),
            None => self,
        }
    }

    /// Adds a child with `true` or `false`.
    pub fn flag(self, name: &str, flag: bool) -> Node {
        self.leaf(name, if flag { "true" } else { "false" })
    }

    pub fn with(mut self, child: Node) -> Node {
        self.children.push(child);
        self
    }

    /// Puts a text in place of that of a child, or adds it as the first one.
    pub fn set(&mut self, name: &str, text: &str) {
        match self.children.iter_mut().find(|child| child.name == name) {
            Some(child) => text.clone_into(&mut child.text),
            None => self.children.insert(0, Node { text: text.to_owned(), ..Node::new(name) }),
        }
    }

    /// The elements in the order that the service gives them: by name, after the full name.
    pub fn sorted(mut self) -> Node {
        self.children.sort_by(|one, other| {
            let key = |node: &Node| (node.name != "fullName", node.name.clone());
            key(one).cmp(&key(other))
        });
        self.children = self.children.into_iter().map(Node::sorted).collect();
        self
    }

    /// The file of a component, as `retrieve()` writes it.
    pub fn file(&self) -> String {
        let mut out =
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{} xmlns=\"{NAMESPACE}\">\n", self.name);
        self.children.iter().for_each(|child| child.lines(&mut out, 1));
        out.push_str(&format!("</{}>\n", self.name));
        out
    }

    fn lines(&self, out: &mut String, depth: usize) {
        let indent = "    ".repeat(depth);
        let name = &self.name;
        // Writing to a String cannot fail.
        let _ = match (self.children.is_empty(), self.text.as_str()) {
            (true, "") => writeln!(out, "{indent}<{name}/>"),
            (true, text) => writeln!(out, "{indent}<{name}>{}</{name}>", escaped(text)),
            (false, _) => {
                let _ = writeln!(out, "{indent}<{name}>");
                self.children.iter().for_each(|child| child.lines(out, depth + 1));
                writeln!(out, "{indent}</{name}>")
            }
        };
    }
}

/// Clients write booleans in more than one way.
pub fn is_true(text: &str) -> bool {
    text == "1" || text.eq_ignore_ascii_case("true")
}

fn innermost(open: &mut [Node], change: impl FnOnce(&mut Node)) {
    if let Some(node) = open.last_mut() {
        change(node);
    }
}

fn resolved(reference: &BytesRef) -> Result<String, String> {
    let name = reference.xml10_content();
    let known = quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned);
    let numbered = reference.resolve_char_ref().ok().flatten().map(String::from);
    known.or(numbered).ok_or_else(|| format!("there is no entity &{name};"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_back() {
        let node = Node::new("CustomField")
            .leaf("fullName", "A__c")
            .leaf("label", "R & D <x>")
            .with(Node::new("valueSet").flag("restricted", true));
        let file = node.file();
        let read = Node::parse(&file).expect("a file");
        assert_eq!(read.file(), file);
        assert_eq!((read.full_name(), read.text_of("label")), ("A__c", Some("R & D <x>")));
        assert!(read.child("valueSet").is_some_and(|set| set.is("restricted")));
        assert!(Node::parse("").is_err() && Node::parse("<a>&b;</a>").is_err());
        assert!(Node::parse(&"<a>".repeat(1000)).is_err());
    }
}
