//! One component after another: create, update, upsert, delete, read, list.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_calls_intro.htm>

use super::component_fault::no_component;
use super::component_type::ComponentType;
use super::definitions::Stamp;
use super::tree::Node;
use super::{definitions, records, schema_change};
use crate::dml::{Call, rolled_back_with_others};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::{FieldFlag, FieldType};
use crate::model::value::Value;
use crate::org::Org;

/// What is to be done with a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Create,
    Update,
    Upsert,
}

/// How a component fared.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub full_name: String,
    pub created: bool,
    pub fault: Option<Fault>,
}

/// What is known of a component besides what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    pub kind: ComponentType,
    pub full_name: String,
    pub id: Option<Id>,
    pub stamp: Stamp,
    /// It is the org's own, not the platform's.
    pub custom: bool,
}

/// Saves components of one type; one outcome each, in order.
///
/// # Errors
/// A store that failed.
pub fn save(call: Call, how: How, kind: ComponentType, nodes: &[Node]) -> Result<Vec<Outcome>, Fault> {
    let outcomes = each(
        call,
        nodes,
        |node| node.full_name().to_owned(),
        |node| save_one(call, how, kind, node.full_name(), node),
    )?;
    call.org.find_sites()?;
    Ok(outcomes)
}

/// Deletes components of one type by name; one outcome each, in order.
///
/// # Errors
/// A store that failed.
pub fn delete(call: Call, kind: ComponentType, names: &[String]) -> Result<Vec<Outcome>, Fault> {
    each(call, names, Clone::clone, |name| delete_one(call, kind, name).map(|()| false))
}

/// Runs each item in a savepoint of its own; where all or none are wanted, one failure undoes all.
pub(super) fn each<T>(
    call: Call,
    items: &[T],
    name: impl Fn(&T) -> String,
    work: impl Fn(&T) -> Result<bool, Fault>,
) -> Result<Vec<Outcome>, Fault> {
    let mut outcomes = Vec::with_capacity(items.len());
    let whole = call.org.redefine(|| {
        for item in items {
            call.org.check_deadline()?;
            let (created, fault) = match call.org.redefine(|| work(item)) {
                Ok(created) => (created, None),
                Err(fault) if fault.is_out_of_time() => return Err(fault),
                Err(fault) => (false, Some(fault)),
            };
            outcomes.push(Outcome { full_name: name(item), created, fault });
        }
        let failed = outcomes.iter().any(|outcome| outcome.fault.is_some());
        if failed && call.options.all_or_none { Err(rolled_back_with_others()) } else { Ok(()) }
    });
    if let Err(fault) = whole {
        // It is no matter of the components: the call ends.
        if fault.is_out_of_time() {
            return Err(fault);
        }
        for outcome in outcomes.iter_mut().filter(|outcome| outcome.fault.is_none()) {
            (outcome.created, outcome.fault) = (false, Some(fault.clone()));
        }
    }
    call.org.send_mails(call.environment);
    Ok(outcomes)
}

/// Saves a component; `true` when it is new.
pub(super) fn save_one(
    call: Call,
    how: How,
    kind: ComponentType,
    full_name: &str,
    node: &Node,
) -> Result<bool, Fault> {
    if full_name.is_empty() {
        return Err(super::custom_field::required_element("fullName"));
    }
    let record = records::find(call.org, kind, full_name)?.map(|named| named.record);
    let there = record.is_some() || is_in_schema(call.org, kind, full_name);
    match how {
        How::Create if there => return Err(taken(kind, full_name)),
        How::Update if !there => return Err(no_component("fullName", kind, full_name)),
        _ => {}
    }
    match kind {
        ComponentType::CustomObject => save_object(call, how, full_name, node)?,
        ComponentType::CustomField => schema_change::save_field(call, full_name, node)?,
        _ => records::save(call, kind, full_name, record.as_ref(), node)?,
    }
    Ok(!there)
}

/// An object, and the fields and record types that stand in its definition.
fn save_object(call: Call, how: How, name: &str, node: &Node) -> Result<(), Fault> {
    schema_change::save_object(call, name, node)?;
    for kind in [ComponentType::CustomField, ComponentType::RecordType] {
        for part in node.all(kind.part_of_object().unwrap_or_default()) {
            save_one(call, how, kind, &format!("{name}.{}", part.full_name()), part)?;
        }
    }
    Ok(())
}

pub(super) fn delete_one(call: Call, kind: ComponentType, full_name: &str) -> Result<(), Fault> {
    let missing = || no_component("fullName", kind, full_name);
    match kind {
        ComponentType::CustomObject if is_in_schema(call.org, kind, full_name) => {
            schema_change::delete_object(call, full_name)
        }
        ComponentType::CustomField => {
            let (object, name) = full_name.split_once('.').ok_or_else(missing)?;
            schema_change::delete_field(call, object, name)
        }
        _ => {
            let named = records::find(call.org, kind, full_name)?.ok_or_else(missing)?;
            records::delete(call, kind, &named.record)
        }
    }
}

/// Reads a component; `None` when there is none of that name.
///
/// # Errors
/// A store that failed.
pub fn read(org: &Org, kind: ComponentType, full_name: &str) -> Result<Option<Node>, Fault> {
    match kind {
        ComponentType::CustomObject => read_object(org, full_name),
        ComponentType::CustomField => Ok(read_field(org, full_name).map(|mut node| {
            node.set("fullName", full_name);
            node
        })),
        _ => match records::find(org, kind, full_name)? {
            Some(named) => records::read(org, kind, &named).map(Some),
            None => Ok(None),
        },
    }
}

fn read_object(org: &Org, name: &str) -> Result<Option<Node>, Fault> {
    let Some(object) = org.schema.object(name) else { return Ok(None) };
    let definition =
        definitions::of(org).borrow().live(ComponentType::CustomObject, name).and_then(|d| d.node.clone());
    let mut node = definition.unwrap_or_else(|| Node::new(ComponentType::CustomObject.name()));
    node.set("fullName", &object.name);
    for field in &object.fields {
        let part = match field.is(FieldFlag::Custom) {
            true => read_field(org, &format!("{}.{}", object.name, field.name)),
            // Parts of addresses and what the platform keeps are none of metadata.
            false if object.is("custom") || field.compound.is_some() || field.kind == FieldType::Id => None,
            false => Some(Node::default().leaf("fullName", &field.name)),
        };
        node.children.extend(part.map(|part| Node { name: "fields".to_owned(), ..part }));
    }
    for named in records::all(org, ComponentType::RecordType)? {
        if let Some((_, own)) = named.full_name.split_once('.').filter(|(of, _)| *of == object.name) {
            let mut part = records::read(org, ComponentType::RecordType, &named)?;
            part.set("fullName", own);
            node.children.push(Node { name: "recordTypes".to_owned(), ..part });
        }
    }
    Ok(Some(node.sorted()))
}

/// A custom field's definition, named as a part of its object.
fn read_field(org: &Org, full_name: &str) -> Option<Node> {
    let definitions = definitions::of(org).borrow();
    let mut node = definitions.live(ComponentType::CustomField, full_name)?.node.clone()?;
    let kind = node.text_of("type").unwrap_or_default();
    let look_up = matches!(kind, "Text" | "Number" | "Email");
    let always_filled = matches!(kind, "Checkbox" | "MasterDetail");
    for (element, has) in
        [("externalId", true), ("required", !always_filled), ("trackTrending", true), ("unique", look_up)]
    {
        if has && node.child(element).is_none() {
            node = node.flag(element, false);
        }
    }
    Some(Node { name: ComponentType::CustomField.name().to_owned(), ..node }.sorted())
}

/// All components of a type, by name.
///
/// # Errors
/// A store that failed.
pub fn list(org: &Org, kind: ComponentType) -> Result<Vec<Listed>, Fault> {
    let mut listed = Vec::new();
    if matches!(kind, ComponentType::CustomObject | ComponentType::CustomField) {
        let definitions = definitions::of(org).borrow();
        listed.extend(definitions.of(kind).map(|(definition, _)| Listed {
            kind,
            full_name: definition.full_name.clone(),
            id: definition.id,
            stamp: definition.stamp,
            custom: true,
        }));
    }
    if kind == ComponentType::CustomObject {
        let standard =
            org.schema.all().into_iter().filter(|object| object.is("layoutable") && !object.is("custom"));
        let stamp = Stamp { created_by: org.created.by, modified_by: org.created.by, ..Stamp::default() };
        let of_platform = |full_name| Listed { kind, full_name, id: None, stamp, custom: false };
        listed.extend(standard.map(|object| of_platform(object.name.clone())));
    }
    for named in records::all(org, kind)? {
        let id = named.record.id("Id");
        let facts =
            id.filter(|_| kind == ComponentType::Profile).map(|id| org.profile(id)).transpose()?.flatten();
        let custom = facts.is_none_or(|facts| facts.is_custom);
        listed.push(Listed { kind, full_name: named.full_name, id, stamp: stamp(&named.record), custom });
    }
    listed.sort_by(|one, other| one.full_name.cmp(&other.full_name));
    Ok(listed)
}

fn stamp(record: &Record) -> Stamp {
    let time = |field| match record.get(field) {
        Value::Int(time) => *time,
        _ => 0,
    };
    Stamp {
        created: time("CreatedDate"),
        created_by: record.id("CreatedById"),
        modified: time("LastModifiedDate"),
        modified_by: record.id("LastModifiedById"),
    }
}

pub(super) fn is_in_schema(org: &Org, kind: ComponentType, full_name: &str) -> bool {
    match (kind, full_name.split_once('.')) {
        (ComponentType::CustomObject, None) => org.schema.object(full_name).is_some(),
        (ComponentType::CustomField, Some((object, field))) => {
            org.schema.object(object).is_some_and(|object| object.field(field).is_some())
        }
        _ => false,
    }
}

pub(super) fn taken(kind: ComponentType, full_name: &str) -> Fault {
    match (kind, full_name.split_once('.')) {
        (ComponentType::CustomField, Some((object, field))) => {
            field_taken(object, field.strip_suffix("__c").unwrap_or(field))
        }
        (ComponentType::CustomObject, _) => object_taken(),
        _ => component_taken(kind, full_name),
    }
}

faults! {
    /// a custom field is created through the Metadata API, and the object has one of that name
    field_taken(object: &str, field: &str) = DUPLICATE_DEVELOPER_NAME on ["DeveloperName"],
        "There is already a field named {field} on {object}.", Quoted;

    /// a custom object is created through the Metadata API, and there is one of that name
    object_taken() = DUPLICATE_DEVELOPER_NAME on ["DeveloperName"], "That object name is already in use.", Quoted;

    /// another component is created through the Metadata API, and there is one of that type and name; the words are ours
    component_taken(kind: ComponentType, name: &str) = DUPLICATE_DEVELOPER_NAME on ["DeveloperName"],
        "There is already a {kind} named {name}.", Assumed;
}
