//! Where the components of a package are among its files.

use std::collections::BTreeMap;

use crate::metadata::component::Listed;
use crate::metadata::component_type::ComponentType;

/// Files by path, with `/` between folders.
pub type Files = BTreeMap<String, String>;

/// The path of a component's file; that of an object's part is the object's.
pub(super) fn path(kind: ComponentType, full_name: &str) -> String {
    let place = kind.package_folder();
    let stem = match kind.part_of_object() {
        Some(_) => full_name.split('.').next().unwrap_or(full_name),
        None => full_name,
    };
    format!("{}/{stem}.{}", place.folder, place.suffix)
}

impl Listed {
    /// Where a package has the component.
    pub fn file_name(&self) -> String {
        path(self.kind, &self.full_name)
    }
}

/// The components that a file may be, and the name it has.
pub(super) fn component_at(path: &str) -> Option<(ComponentType, &str)> {
    let of_file = |kind: &ComponentType| kind.part_of_object().is_none();
    ComponentType::ALL.into_iter().filter(of_file).find_map(|kind| {
        let place = kind.package_folder();
        let file = path.strip_prefix(place.folder)?.strip_prefix('/')?;
        Some((kind, file.strip_suffix(place.suffix)?.strip_suffix('.')?))
    })
}
