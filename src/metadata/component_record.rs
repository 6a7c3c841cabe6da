//! A component that is a record: what all types of them need to read theirs.

use super::tree::Node;
use crate::dml::{Call, check_values, insert_as_platform, update_as_platform};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;
use crate::org::Org;
use crate::store::quoted;

/// A component's record, and the name that metadata knows it by.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub full_name: String,
    pub record: Record,
}

/// The component of that name among those of its type; of several that differ in case only, the first by name.
pub(super) fn find(all: Vec<Named>, full_name: &str) -> Option<Named> {
    let alike = all.into_iter().filter(|named| named.full_name.eq_ignore_ascii_case(full_name));
    alike.min_by(|one, other| one.full_name.cmp(&other.full_name))
}

/// The live records of an object, oldest first.
pub(super) fn live(org: &Org, object: &'static str) -> Result<Vec<Record>, Fault> {
    let object = org.standard(object)?;
    let live = if object.has_recycle_bin() { " WHERE \"IsDeleted\" = 0" } else { "" };
    let sql = format!("SELECT \"Id\" FROM {}{live} ORDER BY rowid", quoted(&object.name));
    let ids = org.store.rows(&sql, [], |row| row.get::<_, String>(0))?;
    let ids = ids.iter().filter_map(|id| Id::parse(id));
    ids.filter_map(|id| org.find(&object, id).transpose()).collect()
}

/// Inserts the record of a component, whose values come from outside.
///
/// # Errors
/// A value that its field does not take, and what the rules of the object refuse.
pub(super) fn insert_component(
    call: Call,
    object: &'static str,
    fields: &[(&str, Value)],
) -> Result<Id, Fault> {
    check_values(&*call.org.standard(object)?, fields)?;
    insert_as_platform(call, object, fields)
}

/// Updates the record of a component, whose values come from outside.
///
/// # Errors
/// As [`insert_component`].
pub(super) fn update_component(
    call: Call,
    object: &'static str,
    id: Id,
    fields: &[(&str, Value)],
) -> Result<(), Fault> {
    check_values(&*call.org.standard(object)?, fields)?;
    update_as_platform(call, object, id, fields)
}

/// A record's text, as an element if there is one.
pub(super) fn element(node: Node, name: &str, record: &Record, field: &str) -> Node {
    node.maybe(name, record.text(field))
}
