//! Many components at once: what an archive of files and its `package.xml` say.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/file_based_zip_file.htm>

use std::collections::BTreeMap;

use super::kind::Kind;
use super::tree::Node;
use crate::error_entry::Rows;

mod deploy;
mod retrieve;

pub use deploy::{DeployOptions, Deployed, Message, Problem, deploy};
pub use retrieve::{Missing, Retrieved, retrieve};

/// What is wrong with packages.
pub(crate) const ERRORS: &[Rows] = &[deploy::ERRORS, retrieve::ERRORS];

/// The file that says what a package has.
pub const MANIFEST: &str = "package.xml";

/// Files by path, with `/` between folders.
pub type Files = BTreeMap<String, String>;

/// What a `package.xml` names, or the same in a request.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Manifest {
    /// Types and their members, as they are written.
    pub types: Vec<(String, Vec<String>)>,
    pub version: Option<String>,
}

/// Stands for all components of a type.
const ALL: &str = "*";

impl Manifest {
    /// Reads an element `Package`, or whatever holds elements like it.
    pub fn of(node: &Node) -> Manifest {
        let types = node.all("types").map(|types| {
            let members = types.all("members").map(|member| member.text.clone());
            (types.text_of("name").unwrap_or_default().to_owned(), members.collect())
        });
        Manifest { types: types.collect(), version: node.text_of("version").map(str::to_owned) }
    }

    fn has(&self, kind: Kind, full_name: &str) -> bool {
        let is_it = |member: &String| member == full_name || member == ALL;
        self.members(kind).any(is_it)
    }

    fn members(&self, kind: Kind) -> impl Iterator<Item = &String> {
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

/// The path of a component's file; that of an object's part is the object's.
pub(super) fn path(kind: Kind, full_name: &str) -> String {
    let place = kind.place();
    let stem = match kind.part_of_object() {
        Some(_) => full_name.split('.').next().unwrap_or(full_name),
        None => full_name,
    };
    format!("{}/{stem}.{}", place.folder, place.suffix)
}

impl super::component::Listed {
    /// Where a package has the component.
    pub fn file_name(&self) -> String {
        path(self.kind, &self.full_name)
    }
}

/// The components that a file may be, and the name it has.
fn component_at(path: &str) -> Option<(Kind, &str)> {
    let of_file = |kind: &Kind| kind.part_of_object().is_none();
    Kind::ALL.into_iter().filter(of_file).find_map(|kind| {
        let place = kind.place();
        let file = path.strip_prefix(place.folder)?.strip_prefix('/')?;
        Some((kind, file.strip_suffix(place.suffix)?.strip_suffix('.')?))
    })
}
