//! Components that are records: profiles, permission sets, sign-on configurations, communities and
//! their sites, record types.

use super::component_record::{self, Named};
use super::component_type::ComponentType;
use super::tree::Node;
use super::{custom_site, network, permission_set, profile, record_type, saml_sso_config};
use crate::dml::Call;
use crate::model::fault::Fault;
use crate::model::record::Record;
use crate::org::Org;

/// All components of a type, by name; none of those that are no records.
pub(super) fn all(org: &Org, kind: ComponentType) -> Result<Vec<Named>, Fault> {
    let mut all = of_type(org, kind)?;
    all.sort_by(|one, other| one.full_name.cmp(&other.full_name));
    Ok(all)
}

/// All components of a type, in the order of their records.
fn of_type(org: &Org, kind: ComponentType) -> Result<Vec<Named>, Fault> {
    match kind {
        ComponentType::Profile => profile::all(org),
        ComponentType::PermissionSet => permission_set::all(org),
        ComponentType::SamlSsoConfig => saml_sso_config::all(org),
        ComponentType::CustomSite => custom_site::all(org),
        ComponentType::Network => network::all(org),
        ComponentType::RecordType => record_type::all(org),
        ComponentType::CustomObject | ComponentType::CustomField => Ok(Vec::new()),
    }
}

/// The component of that name.
pub(super) fn find(org: &Org, kind: ComponentType, full_name: &str) -> Result<Option<Named>, Fault> {
    Ok(component_record::find(of_type(org, kind)?, full_name))
}

pub(super) fn read(org: &Org, kind: ComponentType, named: &Named) -> Result<Node, Fault> {
    let node = match kind {
        ComponentType::Profile => profile::read(org, &named.record),
        ComponentType::PermissionSet => permission_set::read(org, &named.record),
        ComponentType::SamlSsoConfig => saml_sso_config::read(org, &named.record),
        ComponentType::CustomSite => custom_site::read(org, named),
        ComponentType::Network => network::read(org, named),
        ComponentType::RecordType => record_type::read(&named.record),
        ComponentType::CustomObject | ComponentType::CustomField => Ok(Node::default()),
    }?;
    Ok(Node { name: kind.name().to_owned(), ..node.leaf("fullName", &named.full_name).sorted() })
}

/// Makes a component, or changes it.
pub(super) fn save(
    call: Call,
    kind: ComponentType,
    full_name: &str,
    old: Option<&Record>,
    node: &Node,
) -> Result<(), Fault> {
    match kind {
        ComponentType::Profile => profile::save(call, full_name, old, node),
        ComponentType::PermissionSet => permission_set::save(call, full_name, old, node),
        ComponentType::SamlSsoConfig => saml_sso_config::save(call, full_name, old, node),
        ComponentType::CustomSite => custom_site::save(call, full_name, old, node),
        ComponentType::Network => network::save(call, full_name, old, node),
        ComponentType::RecordType => record_type::save(call, full_name, old, node),
        ComponentType::CustomObject | ComponentType::CustomField => Ok(()),
    }
}

pub(super) fn delete(call: Call, kind: ComponentType, record: &Record) -> Result<(), Fault> {
    match kind {
        ComponentType::Profile => profile::delete(call, record),
        ComponentType::PermissionSet => permission_set::delete(call, record),
        ComponentType::SamlSsoConfig => saml_sso_config::delete(call, record),
        _ => Err(super::component_fault::cannot_delete(kind)),
    }
}
