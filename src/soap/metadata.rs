//! The Metadata API: one file per call, or per kind of call.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_calls_intro.htm>

use super::call::Call;
use super::element::Element;
use super::fault::SoapFault;
use super::outcome;
use super::writer::Writer;
use crate::metadata::{ComponentType, Node};
use crate::model::fault::{Fault, Rows, faults};

pub mod deploy;
pub mod describe;
pub mod describe_value_type;
pub mod list;
pub mod read;
pub mod rename;
pub mod retrieve;
pub mod save;

/// What calls of the Metadata API are refused for.
pub(crate) const METADATA_FAULTS: &[Rows] = &[FAULTS];

/// Components that one call may save, read or delete.
/// <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_createMetadata.htm>
const MOST_COMPONENTS: usize = 10;

/// The type of that name. One that is not emulated is noted as a gap.
fn kind(call: &Call, name: &str) -> Result<ComponentType, Fault> {
    ComponentType::named(name).ok_or_else(|| {
        call.state.gaps.note(&format!("Metadata type {name}"));
        unknown_type(name)
    })
}

fn not_too_many(count: usize, most: usize) -> Result<(), SoapFault> {
    if count > most { Err(SoapFault::too_many_records(most)) } else { Ok(()) }
}

/// A component as it stands in a request.
fn node(element: &Element) -> Node {
    let children = element.children.iter().filter(|child| !child.is_nil).map(node).collect();
    Node { name: element.name.to_owned(), text: element.text.trim().to_owned(), children, at: 0 }
}

/// Writes the inside of a component.
fn write(answer: &mut Writer, node: &Node) {
    for child in &node.children {
        match child.children.is_empty() {
            true => answer.text(child.name.as_str(), &child.text),
            false => answer.nest(child.name.as_str(), |answer| write(answer, child)),
        }
    }
}

/// Writes an element with a time.
fn time(answer: &mut Writer, name: &str, milliseconds: i64) {
    answer.datetime(name, milliseconds);
}

fn errors(answer: &mut Writer, call: &Call, fault: Option<&Fault>) {
    outcome::errors(answer, call, fault.map(std::slice::from_ref).unwrap_or_default());
}

faults! {
    /// a call of the Metadata API names a type that there is not, or one that is not emulated (a gap is noted)
    pub(super) unknown_type(name: &str) = INVALID_TYPE, "Unknown type:{name}", Quoted;

    /// a call of the Metadata API has components of more than one type
    pub(super) mixed_types() = INVALID_TYPE, "All components in a call must be of the same type", Assumed;
}
