//! What components of several types are refused for.

use std::fmt;

use super::component_type::ComponentType;
use crate::model::fault::{Fault, faults};

/// A component names another one that there is not.
pub(super) fn no_component(element: &str, kind: impl fmt::Display, name: &str) -> Fault {
    no_component_named(element, &kind.to_string(), name)
}

faults! {
    /// metadata says something that is none of the values of a closed list
    pub(super) no_enum_value(element: &str, value: &str, list: &str) = INVALID_INPUT
        on ([element.to_owned()], "the element"), "'{value}' is not a valid value for the enum '{list}'", Quoted;

    /// metadata names a component that there is not, or one is to be updated or deleted
    no_component_named(element: &str, kind: &str, name: &str) = INVALID_CROSS_REFERENCE_KEY,
        "In field: {element} - no {kind} named {name} found",
        Seen "https://github.com/simple-salesforce/simple-salesforce/issues/602";

    /// a metadata component is deleted that cannot be: a standard object, field or profile, a record type, a community;
    /// the words are ours
    pub(super) cannot_delete(kind: ComponentType) = INSUFFICIENT_ACCESS, "This {kind} cannot be deleted", Assumed;
}
