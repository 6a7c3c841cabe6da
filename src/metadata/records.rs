//! Components that are records: profiles, permission sets, sign-on configurations, communities and
//! their sites, record types.

use super::component_record::{self, Named};
use super::kind::Kind;
use super::tree::Node;
use super::{custom_site, network, permission_set, profile, record_type, saml_sso_config};
use crate::dml::Call;
use crate::model::fault::Fault;
use crate::model::record::Record;
use crate::org::Org;

/// All components of a type, by name; none of those that are no records.
pub(super) fn all(org: &Org, kind: Kind) -> Result<Vec<Named>, Fault> {
    let mut all = of_type(org, kind)?;
    all.sort_by(|one, other| one.full_name.cmp(&other.full_name));
    Ok(all)
}

/// All components of a type, in the order of their records.
fn of_type(org: &Org, kind: Kind) -> Result<Vec<Named>, Fault> {
    match kind {
        Kind::Profile => profile::all(org),
        Kind::PermissionSet => permission_set::all(org),
        Kind::SamlSsoConfig => saml_sso_config::all(org),
        Kind::CustomSite => custom_site::all(org),
        Kind::Network => network::all(org),
        Kind::RecordType => record_type::all(org),
        Kind::CustomObject | Kind::CustomField => Ok(Vec::new()),
    }
}

/// The component of that name.
pub(super) fn find(org: &Org, kind: Kind, full_name: &str) -> Result<Option<Named>, Fault> {
    Ok(component_record::find(of_type(org, kind)?, full_name))
}

pub(super) fn read(org: &Org, kind: Kind, named: &Named) -> Result<Node, Fault> {
    let node = match kind {
        Kind::Profile => profile::read(org, &named.record),
        Kind::PermissionSet => permission_set::read(org, &named.record),
        Kind::SamlSsoConfig => saml_sso_config::read(org, &named.record),
        Kind::CustomSite => custom_site::read(org, named),
        Kind::Network => network::read(org, named),
        Kind::RecordType => record_type::read(&named.record),
        Kind::CustomObject | Kind::CustomField => Ok(Node::default()),
    }?;
    Ok(Node { name: kind.name().to_owned(), ..node.leaf("fullName", &named.full_name).sorted() })
}

/// Makes a component, or changes it.
pub(super) fn save(
    call: Call,
    kind: Kind,
    full_name: &str,
    old: Option<&Record>,
    node: &Node,
) -> Result<(), Fault> {
    match kind {
        Kind::Profile => profile::save(call, full_name, old, node),
        Kind::PermissionSet => permission_set::save(call, full_name, old, node),
        Kind::SamlSsoConfig => saml_sso_config::save(call, full_name, old, node),
        Kind::CustomSite => custom_site::save(call, full_name, old, node),
        Kind::Network => network::save(call, full_name, old, node),
        Kind::RecordType => record_type::save(call, full_name, old, node),
        Kind::CustomObject | Kind::CustomField => Ok(()),
    }
}

pub(super) fn delete(call: Call, kind: Kind, record: &Record) -> Result<(), Fault> {
    match kind {
        Kind::Profile => profile::delete(call, record),
        Kind::PermissionSet => permission_set::delete(call, record),
        Kind::SamlSsoConfig => saml_sso_config::delete(call, record),
        _ => Err(super::component_fault::cannot_delete(kind)),
    }
}
