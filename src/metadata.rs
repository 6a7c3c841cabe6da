//! An org's metadata: the objects and fields that it has of its own, its profiles, permission sets, sign-on
//! configurations, communities and record types, as components that a seed's `force-app/` and the Metadata API speak of.
//!
//! * [`tree`]: components as elements. * [`kind`]: their types. * [`component`]: create, update, delete, read, list.
//! * [`elements`]: which ones there are. * [`rename`]: another name. * [`package`]: several at once, from the files of an archive. * [`definitions`]: what the schema has grown by.
//!
//! Reference: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_intro.htm>

use std::fmt;

use crate::model::fault::{Fault, Rows, faults};

pub mod component;
mod component_record;
pub(crate) mod custom_field;
pub(crate) mod custom_object;
mod custom_site;
pub(crate) mod definitions;
pub mod elements;
pub(crate) mod guest_user;
pub mod kind;
mod network;
pub mod package;
mod permission_set;
mod permissions;
pub(crate) mod profile;
pub(crate) mod record_type;
mod record_types;
mod records;
pub mod rename;
mod saml_sso_config;
mod schema_change;
pub mod tree;
mod unmapped_elements;

pub(crate) use definitions::Definitions;
pub use kind::Kind;
pub use record_types::RecordType;
pub use tree::Node;

/// What is wrong with packages.
pub(crate) const PACKAGE_ERRORS: &[Rows] = package::ERRORS;

/// What components are refused for.
pub(crate) const COMPONENT_FAULTS: &[Rows] = &[
    FAULTS,
    component::FAULTS,
    schema_change::FAULTS,
    custom_field::FAULTS,
    custom_object::FAULTS,
    permissions::FAULTS,
    custom_site::FAULTS,
    network::FAULTS,
    rename::FAULTS,
];

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A component names another one that there is not.
fn no_component(element: &str, kind: impl fmt::Display, name: &str) -> Fault {
    no_component_named(element, &kind.to_string(), name)
}

faults! {
    /// metadata says something that is none of the values of a closed list
    no_enum_value(element: &str, value: &str, list: &str) = INVALID_INPUT
        on ([element.to_owned()], "the element"), "'{value}' is not a valid value for the enum '{list}'", Quoted;

    /// metadata names a component that there is not, or one is to be updated or deleted
    no_component_named(element: &str, kind: &str, name: &str) = INVALID_CROSS_REFERENCE_KEY,
        "In field: {element} - no {kind} named {name} found",
        Seen "https://github.com/simple-salesforce/simple-salesforce/issues/602";

    /// a metadata component is deleted that cannot be: a standard object, field or profile, a record type, a community;
    /// the words are ours
    cannot_delete(kind: Kind) = INSUFFICIENT_ACCESS, "This {kind} cannot be deleted", Assumed;
}
