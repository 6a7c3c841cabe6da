//! The objects of an org as types: a field is an element of its value's type, a lookup also one of the parent's type,
//! a child relationship one of type `QueryResult`.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::document::Subject;
use super::model::Model;
use super::schema::{self, ANY_FIELD, complex};
use crate::model::schema::{Field, FieldFlag, FieldType, SObject};

/// Writes a type per object that the user may read, by name.
pub fn write(out: &mut String, subject: &Subject) {
    complex(out, "AggregateResult", Some("ens:sObject"), |out| {
        out.push_str(ANY_FIELD);
        out.push('\n');
    });
    let objects: Vec<Arc<SObject>> =
        subject.org.schema.all().into_iter().filter(|object| subject.runner.object(object).read).collect();
    let known: HashSet<&str> = objects.iter().map(|object| object.name.as_str()).collect();
    for object in &objects {
        let elements = elements(subject, object, &known);
        complex(out, &object.name, Some("ens:sObject"), |out| {
            for (name, kind) in elements {
                schema::element(out, &name, &kind, 0, Some(1), true);
            }
        });
    }
}

/// Fields and relationships by name: that is their order.
fn elements(subject: &Subject, object: &SObject, known: &HashSet<&str>) -> BTreeMap<String, String> {
    let mut elements = BTreeMap::new();
    let children = object.children().iter().filter(|child| known.contains(child.child.as_str()));
    for child in children.filter_map(|child| child.relationship.as_ref()) {
        elements.insert(child.clone(), "tns:QueryResult".to_owned());
    }
    for field in &object.fields {
        if field.name == "Id" || !subject.runner.sees_field(object, field) || !has_type(subject, field) {
            continue;
        }
        if let Some(relationship) = &field.relationship {
            elements.insert(relationship.clone(), format!("ens:{}", parent(field, known)));
        }
        elements.insert(field.name.clone(), kind(field.kind).to_owned());
    }
    elements
}

/// Whether the version knows the type of such a field.
fn has_type(subject: &Subject, field: &Field) -> bool {
    !field.is_compound() || Model::get().types(subject.version).any(|kind| kind.name == field.kind.name())
}

fn parent<'a>(field: &'a Field, known: &HashSet<&str>) -> &'a str {
    match field.reference_to.as_slice() {
        [one] if known.contains(one.as_str()) => one,
        _ if field.is(FieldFlag::NamePointing) && known.contains("Name") => "Name",
        _ => "sObject",
    }
}

fn kind(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Id | FieldType::Reference => "tns:ID",
        FieldType::Address => "tns:address",
        FieldType::Location => "tns:location",
        other => other.soap_type(),
    }
}
