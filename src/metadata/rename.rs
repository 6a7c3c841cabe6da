//! A component gets another name; records and what refers to it go along.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_renameMetadata.htm>

use super::component::{Outcome, each, is_in_schema, taken};
use super::component_fault::no_component;
use super::component_type::ComponentType;
use super::custom_field::not_a_custom_name;
use super::definitions::Definition;
use super::schema_change::{delete_field, delete_object, put_field};
use super::tree::Node;
use super::{custom_field, custom_object, definitions, profile, records};
use crate::dml::{Call, update_as_platform};
use crate::model::fault::{Fault, faults};
use crate::model::record::Record;
use crate::model::schema::FieldFlag;
use crate::model::value::Value;
use crate::org::{NO_LIMIT, Org};
use crate::store::quoted;

/// Renames a component; the outcome has the old name.
///
/// # Errors
/// A store that failed.
pub fn rename(call: Call, kind: ComponentType, old: &str, new: &str) -> Result<Outcome, Fault> {
    let names = [(old, new)];
    let outcomes = each(
        call,
        &names,
        |(old, _)| (*old).to_owned(),
        |(old, new)| run(call, kind, old, new).map(|()| false),
    )?;
    let outcome = outcomes.into_iter().next();
    Ok(outcome.unwrap_or(Outcome { full_name: old.to_owned(), created: false, fault: None }))
}

fn run(call: Call, kind: ComponentType, old: &str, new: &str) -> Result<(), Fault> {
    let org = call.org;
    let missing = || no_component("fullName", kind, old);
    if new.is_empty() {
        return Err(custom_field::required_element("newFullName"));
    }
    if is_in_schema(org, kind, new) || records::find(org, kind, new)?.is_some() {
        return Err(taken(kind, new));
    }
    match kind {
        ComponentType::CustomObject | ComponentType::CustomField if !is_in_schema(org, kind, old) => {
            Err(missing())
        }
        ComponentType::CustomObject => object(call, old, new),
        ComponentType::CustomField => field(call, old, new),
        _ => {
            let named = records::find(org, kind, old)?.ok_or_else(missing)?;
            record(call, kind, &named.record, new)?;
            follow(org, kind, &named.full_name, new)
        }
    }
}

/// The field of a component's record that has its name.
fn record(call: Call, kind: ComponentType, record: &Record, new: &str) -> Result<(), Fault> {
    let (object, field) = match kind {
        ComponentType::Profile => ("Profile", "Name"),
        ComponentType::PermissionSet => ("PermissionSet", "Name"),
        ComponentType::SamlSsoConfig => ("SamlSsoConfig", "DeveloperName"),
        ComponentType::CustomSite => ("Site", "Name"),
        ComponentType::Network => ("Network", "Name"),
        ComponentType::RecordType => ("RecordType", "DeveloperName"),
        ComponentType::CustomObject | ComponentType::CustomField => return Ok(()),
    };
    let name = match kind {
        ComponentType::Profile => profile::is_custom(call.org, record)?
            .then(|| profile::unescaped(new))
            .ok_or_else(|| cannot_rename(kind))?,
        ComponentType::RecordType => {
            own_name(new, record.text("SobjectType").unwrap_or_default())?.to_owned()
        }
        _ => new.to_owned(),
    };
    match record.id("Id") {
        Some(id) => update_as_platform(call, object, id, &[(field, Value::from(name))]),
        None => Ok(()),
    }
}

/// The name of an object's part, which stays one of that object.
fn own_name<'n>(full_name: &'n str, object: &str) -> Result<&'n str, Fault> {
    let parts = full_name.split_once('.').filter(|(of, _)| of.eq_ignore_ascii_case(object));
    parts.map(|(_, name)| name).ok_or_else(|| stays_with_object(object))
}

/// What is kept of a component is kept under its new name.
fn follow(org: &Org, kind: ComponentType, old: &str, new: &str) -> Result<(), Fault> {
    let known = definitions::of(org).borrow().live(kind, old).cloned();
    let Some(known) = known else { return Ok(()) };
    org.keep_definition(Definition { full_name: new.to_owned(), ..known.clone() })?;
    org.keep_definition(Definition { node: None, id: None, ..known })
}

fn field(call: Call, old: &str, new: &str) -> Result<(), Fault> {
    let org = call.org;
    let missing = || no_component("fullName", ComponentType::CustomField, old);
    let (of, old_name) = old.split_once('.').ok_or_else(missing)?;
    let object = org.schema.object(of).ok_or_else(missing)?;
    let known = object.field(old_name).ok_or_else(missing)?;
    let definition = definitions::of(org).borrow().live(ComponentType::CustomField, old).cloned();
    let definition = definition.ok_or_else(|| cannot_rename(ComponentType::CustomField))?;
    let name = own_name(new, &object.name)?;
    let old_name = known.name.clone();
    let mut node = definition.node.clone().unwrap_or_default();
    node.set("fullName", name);
    let read = custom_field::read(&org.schema, &object.name, name, &node)?;
    put_field(org, &object.name, read, known.is(FieldFlag::OnGrant));
    let (full_name, old_full_name) =
        (format!("{}.{name}", object.name), format!("{}.{old_name}", object.name));
    org.keep_definition(from_api(
        call,
        Definition { full_name: full_name.clone(), node: Some(node), ..definition },
    ))?;
    org.schema_changed(&object.name)?;
    let person = |name: &str| name.replace("__c", "__pc");
    let mirrored = (object.name == "Contact").then(|| ("Account", person(&old_name), person(name)));
    let own = (object.name.as_str(), old_name.clone(), name.to_owned());
    for (table, from, to) in std::iter::once(own).chain(mirrored) {
        if org.has_table(table)? && org.store.columns(table)?.contains(&from) {
            let sql = format!("UPDATE {} SET {} = {}", quoted(table), quoted(&to), quoted(&from));
            org.store.execute(&sql, [])?;
        }
    }
    replace(call, "FieldPermissions", "Field", (&old_full_name, &full_name))?;
    delete_field(call, &object.name, &old_name)
}

/// The object of the new name takes over key prefix, fields and records; those of the old name are let go.
fn object(call: Call, old: &str, new: &str) -> Result<(), Fault> {
    let org = call.org;
    let definition = definitions::of(org).borrow().live(ComponentType::CustomObject, old).cloned();
    let definition = definition.ok_or_else(|| cannot_rename(ComponentType::CustomObject))?;
    if !new.ends_with("__c") {
        return Err(not_a_custom_name());
    }
    let old = definition.full_name.clone();
    // Filled while they do not know the new object.
    let permissions = ["ObjectPermissions", "FieldPermissions"].map(|object| org.standard(object));
    permissions.into_iter().try_for_each(|object| object.map(drop))?;
    let node = definition.node.clone().unwrap_or_default();
    let prefix = definition.prefix.clone().unwrap_or_default();
    org.schema.add_object(custom_object::read(&org.schema, new, prefix, &node)?);
    org.keep_definition(from_api(call, Definition { full_name: new.to_owned(), ..definition }))?;
    let fields: Vec<Definition> = {
        let definitions = definitions::of(org).borrow();
        definitions.of(ComponentType::CustomField).map(|(definition, _)| definition.clone()).collect()
    };
    for field in fields {
        let Some((of, name)) = field.full_name.split_once('.') else { continue };
        let is_own = of == old;
        let node = field.node.clone().unwrap_or_default();
        let refers = node.text_of("referenceTo") == Some(old.as_str());
        if !is_own && !refers {
            continue;
        }
        let node = if refers { referring(node, new) } else { node };
        let of = if is_own { new } else { of };
        put_field(org, of, custom_field::read(&org.schema, of, name, &node)?, field.granted);
        let full_name = format!("{of}.{name}");
        org.keep_definition(from_api(call, Definition { full_name, node: Some(node), ..field.clone() }))?;
    }
    org.schema_changed(new)?;
    if org.has_table(&old)? {
        org.object(new)?;
        let known = org.store.columns(new)?;
        let columns: Vec<_> =
            org.store.columns(&old)?.into_iter().filter(|name| known.contains(name)).collect();
        let columns: Vec<_> = columns.iter().map(|name| quoted(name)).collect();
        let columns = columns.join(", ");
        let sql = format!("INSERT INTO {} ({columns}) SELECT {columns} FROM {}", quoted(new), quoted(&old));
        org.store.execute(&sql, [])?;
    }
    for (rows, field) in [
        ("ObjectPermissions", "SobjectType"),
        ("FieldPermissions", "SobjectType"),
        ("RecordType", "SobjectType"),
    ] {
        replace(call, rows, field, (&old, new))?;
    }
    let own: Vec<String> = {
        let object = org.schema.object(new);
        object
            .map(|object| object.fields.iter().map(|field| field.name.clone()).collect())
            .unwrap_or_default()
    };
    for name in own {
        replace(call, "FieldPermissions", "Field", (&format!("{old}.{name}"), &format!("{new}.{name}")))?;
    }
    delete_object(call, &old)
}

fn referring(mut node: Node, to: &str) -> Node {
    node.set("referenceTo", to);
    node
}

/// A definition that is changed is no longer what a seed says.
fn from_api(call: Call, definition: Definition) -> Definition {
    let mut stamp = definition.stamp;
    (stamp.modified, stamp.modified_by) = (call.environment.now(), Some(call.runner.user));
    Definition { source: super::definitions::Source::Api, stamp, ..definition }
}

/// Puts a text in place of another in the rows of an object.
fn replace(call: Call, object: &'static str, field: &str, (old, new): (&str, &str)) -> Result<(), Fault> {
    let rows = call.org.standard(object)?;
    for id in call.org.ids_where(&rows, field, &Value::from(old), NO_LIMIT)? {
        update_as_platform(call, object, id, &[(field, Value::from(new))])?;
    }
    Ok(())
}

faults! {
    /// a metadata component is renamed that cannot be: a standard object, field or profile; the words are ours
    cannot_rename(kind: ComponentType) = INSUFFICIENT_ACCESS, "This {kind} cannot be renamed", Assumed;

    /// a field or record type is renamed to one of another object; the words are ours
    stays_with_object(object: &str) = FIELD_INTEGRITY_EXCEPTION on ["fullName"],
        "The new name must be one of the object {object}", Assumed;
}
