//! An org's metadata: the objects and fields that it has of its own, its profiles, permission sets, sign-on
//! configurations, communities and record types, as components that a seed's `force-app/` and the Metadata API speak of.
//!
//! * [`tree`]: components as elements. * [`component_type`]: their types. * [`component`]: create, update, delete, read, list.
//! * [`elements`]: which ones there are. * [`rename`]: another name. * [`package`]: several at once, from the files of an archive. * [`definitions`]: what the schema has grown by.
//!
//! Reference: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_intro.htm>

use crate::model::fault::Rows;

pub mod component;
mod component_fault;
mod component_record;
pub mod component_type;
pub(crate) mod custom_field;
pub(crate) mod custom_object;
mod custom_site;
pub(crate) mod definitions;
pub mod elements;
pub(crate) mod guest_user;
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

pub use component_type::ComponentType;
pub(crate) use definitions::Definitions;
pub use record_types::RecordType;
pub use tree::Node;

/// What is wrong with packages.
pub(crate) const PACKAGE_ERRORS: &[Rows] = package::ERRORS;

/// What components are refused for.
pub(crate) const COMPONENT_FAULTS: &[Rows] = &[
    component_fault::FAULTS,
    component::FAULTS,
    schema_change::FAULTS,
    custom_field::FAULTS,
    custom_object::FAULTS,
    permissions::FAULTS,
    custom_site::FAULTS,
    network::FAULTS,
    rename::FAULTS,
];
