//! `package.xml`: which components a package has.

use crate::metadata::component_type::ComponentType;
use crate::metadata::tree::Node;

/// The file that says what a package has.
pub const MANIFEST: &str = "package.xml";

/// What a `package.xml` names, or the same in a request.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Manifest {
    /// Types and their members, as they are written.
    pub types: Vec<(String, Vec<String>)>,
    pub version: Option<String>,
}

/// Stands for all components of a type.
pub(super) const ALL: &str = "*";

impl Manifest {
    /// Reads an element `Package`, or whatever holds elements like it.
    pub fn of(node: &Node) -> Manifest {
        let types = node.all("types").map(|types| {
            let members = types.all("members").map(|member| member.text.clone());
            (types.text_of("name").unwrap_or_default().to_owned(), members.collect())
        });
        Manifest { types: types.collect(), version: node.text_of("version").map(str::to_owned) }
    }

    pub(super) fn has(&self, kind: ComponentType, full_name: &str) -> bool {
        let is_it = |member: &String| member == full_name || member == ALL;
        self.members(kind).any(is_it)
    }

    pub(super) fn members(&self, kind: ComponentType) -> impl Iterator<Item = &String> {
        let of_kind = self.types.iter().filter(move |(name, _)| name == kind.name());
        of_kind.flat_map(|(_, members)| members)
    }

    /// The file of a package with these components.
    pub fn file(&self, version: &str) -> String {
        let mut node = Node::new("Package");
        for (name, members) in &self.types {
            let types =
                members.iter().fold(Node::new("types"), |types, member| types.leaf("members", member));
            node = node.with(types.leaf("name", name));
        }
        node.leaf("version", version).file()
    }
}
