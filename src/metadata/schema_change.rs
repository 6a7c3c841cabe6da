//! Custom objects and fields come and go while the org runs: in the schema, in the tables, and for the next start.

use super::component_fault::{cannot_delete, no_component};
use super::component_type::ComponentType;
use super::custom_field::{self, CustomField};
use super::definitions::{Definition, Definitions, Source, Stamp};
use super::tree::Node;
use super::{custom_object, definitions, permissions, record_type};
use crate::dml::Call;
use crate::model::fault::{Fault, faults};
use crate::model::schema::{Before, FieldFlag, FieldType};
use crate::org::Org;
use crate::query::sosl;
use crate::store::{StoreError, quoted};

impl Org {
    /// Runs a change of metadata in a savepoint: an `Err` or a panic undoes what it did to records, tables and schema.
    pub(super) fn redefine<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let mut before = SchemaBefore::of(self);
        let result = self.savepoint(work);
        if result.is_ok() {
            before.schema = None;
        }
        result
    }

    /// Makes an object's table follow its fields, and forgets what was made of them.
    pub(super) fn schema_changed(&self, object: &str) -> Result<(), Fault> {
        self.forget_layouts();
        // Fields of a contact are those of a person account, too.
        for name in [object, "Account"] {
            if let Some(object) = self.schema.object(name)
                && self.has_table(name)?
            {
                sosl::forget(self, &object.name)?;
                self.ensure_table(&object)?;
            }
        }
        Ok(())
    }

    fn forget_layouts(&self) {
        self.tables.borrow_mut().clear();
        self.record_cache.forget(None);
        self.access.borrow_mut().forget_all();
    }

    /// Adds to the schema what was made through the API before this start.
    pub(crate) fn take_up_definitions(&self) -> Result<(), Fault> {
        let made = definitions::of(self).borrow().made();
        for definition in made {
            let Definition { kind, full_name, prefix, granted, node, .. } = &definition;
            let Some(node) = node else { continue };
            match kind {
                ComponentType::CustomObject => {
                    let prefix = prefix.clone().unwrap_or_default();
                    self.schema.add_object(custom_object::read(&self.schema, full_name, prefix, node)?);
                }
                ComponentType::CustomField => {
                    let Some((object, name)) = full_name.split_once('.') else { continue };
                    put_field(self, object, custom_field::read(&self.schema, object, name, node)?, *granted);
                }
                _ => {}
            }
        }
        record_type::give_lookups(self)
    }
}

/// The schema as it was; dropped, it is so again, as after a panic.
struct SchemaBefore<'a> {
    org: &'a Org,
    /// `None` once the change is kept.
    schema: Option<(Before, Definitions)>,
}

impl<'a> SchemaBefore<'a> {
    fn of(org: &'a Org) -> SchemaBefore<'a> {
        SchemaBefore { org, schema: Some((org.schema.now(), definitions::of(org).borrow().clone())) }
    }
}

impl Drop for SchemaBefore<'_> {
    fn drop(&mut self) {
        if let Some((schema, definitions)) = self.schema.take() {
            self.org.schema.go_back(schema);
            definitions::of(self.org).replace(definitions);
            self.org.forget_layouts();
        }
    }
}

/// Makes a custom object, or changes it; one of the platform stays as it is.
pub(super) fn save_object(call: Call, name: &str, node: &Node) -> Result<(), Fault> {
    let org = call.org;
    let known = definitions::of(org).borrow().get(ComponentType::CustomObject, name).cloned();
    let there = org.schema.object(name);
    if there.is_some() && known.as_ref().is_none_or(|known| known.node.is_none()) {
        return Ok(());
    }
    custom_object::whole(node)?;
    // Filled while it does not know the object: nobody is given a new one.
    org.standard("ObjectPermissions")?;
    let prefix = known.as_ref().and_then(|known| known.prefix.clone());
    let prefix = prefix.unwrap_or_else(|| definitions::of(org).borrow().free_prefix());
    let object = custom_object::read(&org.schema, name, prefix.clone(), node)?;
    match there {
        Some(_) => org.schema.replace_object(object),
        None => {
            org.schema.add_object(object);
        }
    }
    keep(call, ComponentType::CustomObject, name, (Some(prefix), false), Some(definition_of(node)))?;
    org.schema_changed(name)
}

/// Deletes a custom object with its fields and its records.
pub(super) fn delete_object(call: Call, name: &str) -> Result<(), Fault> {
    let org = call.org;
    let definition = definitions::of(org).borrow().live(ComponentType::CustomObject, name).cloned();
    let Some(definition) = definition else { return Err(cannot_delete(ComponentType::CustomObject)) };
    let name = definition.full_name.as_str();
    let fields = org.schema.object(name).map(|object| object.fields.clone()).unwrap_or_default();
    for field in fields.iter().filter(|field| field.is(FieldFlag::Custom)) {
        delete_field(call, name, &field.name)?;
    }
    permissions::forget_all_about(call, "ObjectPermissions", "SobjectType", name)?;
    if org.has_table(name)? {
        sosl::forget(org, name)?;
        org.store.drop_table(name)?;
    }
    org.schema.remove_object(name);
    keep(call, ComponentType::CustomObject, name, (definition.prefix.clone(), false), None)?;
    org.forget_layouts();
    Ok(())
}

/// Makes a custom field, or changes it.
pub(super) fn save_field(call: Call, full_name: &str, node: &Node) -> Result<(), Fault> {
    let org = call.org;
    let Some((of, name)) = full_name.split_once('.') else {
        return Err(custom_field::not_a_custom_name());
    };
    let object =
        org.schema.object(of).ok_or_else(|| no_component("fullName", ComponentType::CustomObject, of))?;
    let old = object.field(name);
    if let Some(old) = old.filter(|old| !old.is(FieldFlag::Custom)) {
        // What a file says of a standard field (its history, its help) is nothing that we keep.
        tracing::debug!(object = object.name, field = old.name, "metadata of a standard field");
        return Ok(());
    }
    if old.is_none() && !name.ends_with("__c") {
        return Err(no_standard_field());
    }
    custom_field::whole(node)?;
    let new = custom_field::read(&org.schema, &object.name, name, node)?;
    if let Some(old) = old {
        may_become(org, &object.name, old, &new)?;
    }
    let granted = old.is_none_or(|old| old.is(FieldFlag::OnGrant));
    let (kind, is_on) = (new.field.kind, new.field.default == Some(serde_json::Value::Bool(true)));
    let is_new = old.is_none();
    put_field(org, &object.name, new, granted);
    let mut definition = definition_of(node);
    definition.set("fullName", name);
    keep(
        call,
        ComponentType::CustomField,
        &format!("{}.{name}", object.name),
        (None, granted),
        Some(definition),
    )?;
    org.schema_changed(&object.name)?;
    if is_new && kind == FieldType::Boolean && is_on && org.has_table(&object.name)? {
        let sql = format!("UPDATE {} SET {} = 1", quoted(&object.name), quoted(name));
        org.store.execute(&sql, [])?;
    }
    Ok(())
}

fn may_become(
    org: &Org,
    object: &str,
    old: &crate::model::schema::Field,
    new: &CustomField,
) -> Result<(), Fault> {
    if old.kind != new.field.kind || old.reference_to != new.field.reference_to {
        return Err(type_stays(old.kind.name(), new.field.kind.name()));
    }
    if new.field.is(FieldFlag::Unique) && !old.is(FieldFlag::Unique) && org.has_table(object)? {
        let (table, column) = (quoted(object), quoted(&old.name));
        let sql = format!(
            "SELECT 1 FROM {table} WHERE {column} IS NOT NULL GROUP BY {column} HAVING count(*) > 1 LIMIT 1"
        );
        if org.store.row(&sql, [], |_| Ok(()))?.is_some() {
            return Err(not_unique_yet(&old.name));
        }
    }
    Ok(())
}

/// Deletes a custom field with its values.
pub(super) fn delete_field(call: Call, object: &str, name: &str) -> Result<(), Fault> {
    let org = call.org;
    let full_name = format!("{object}.{name}");
    let found = org.schema.object(object).and_then(|object| {
        let field = object.field(name)?.clone();
        Some((object, field))
    });
    let Some((object, field)) = found else {
        return Err(no_component("fullName", ComponentType::CustomField, &full_name));
    };
    if !field.is(FieldFlag::Custom) || field.name.ends_with("__pc") {
        return Err(cannot_delete(ComponentType::CustomField));
    }
    let names = |rule: &crate::org::declared_rule::DeclaredRule| {
        rule.object == object.name && rule.condition.contains(&field.name)
    };
    if org.seeded.declared.iter().any(names) {
        return Err(referenced_elsewhere());
    }
    let full_name = format!("{}.{}", object.name, field.name);
    permissions::forget_all_about(call, "FieldPermissions", "Field", &full_name)?;
    org.schema.remove_field(&object.name, &field.name);
    let person = field.name.replace("__c", "__pc");
    for (table, column) in [(object.name.as_str(), field.name.as_str()), ("Account", person.as_str())] {
        if org.has_table(table)? {
            sosl::forget(org, table)?;
            org.store.drop_column(table, column)?;
        }
    }
    keep(call, ComponentType::CustomField, &full_name, (None, false), None)?;
    org.schema_changed(&object.name)
}

/// Puts a field and the other end of its relationship into the schema. `granted` hides it from those to whom no
/// permission shows it.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_field_types.htm>
pub(super) fn put_field(org: &Org, object: &str, new: CustomField, granted: bool) {
    let CustomField { mut field, parent } = new;
    if granted && field.is(FieldFlag::Permissionable) {
        field.flags = field.flags.with(FieldFlag::OnGrant);
    }
    let name = field.name.clone();
    if org.schema.replace_field(object, field.clone()) {
        org.schema.remove_child(object, &name);
    } else {
        org.schema.add_field(object, field);
    }
    if let Some((parent, child)) = parent {
        org.schema.add_child(&parent, child);
    }
}

/// What is kept of an object's definition: its parts are definitions of their own.
fn definition_of(node: &Node) -> Node {
    let mut node = node.clone();
    let parts = [ComponentType::CustomField, ComponentType::RecordType].map(ComponentType::part_of_object);
    node.children.retain(|child| !parts.contains(&Some(child.name.as_str())));
    node
}

fn keep(
    call: Call,
    kind: ComponentType,
    full_name: &str,
    (prefix, granted): (Option<String>, bool),
    node: Option<Node>,
) -> Result<(), Fault> {
    let known = definitions::of(call.org).borrow().get(kind, full_name).cloned();
    let (now, user) = (call.environment.now(), Some(call.runner.user));
    let made = Stamp { created: now, created_by: user, modified: now, modified_by: user };
    let (id, stamp) = match known {
        // What is made anew under an old name is another component.
        Some(known) if known.node.is_some() => {
            (known.id, Stamp { modified: now, modified_by: user, ..known.stamp })
        }
        _ => (Some(call.org.next_id_under(kind.key_prefix())?), made),
    };
    let node = node.map(|node| Node { name: kind.name().to_owned(), ..node });
    let full_name = full_name.to_owned();
    call.org.keep_definition(Definition {
        kind,
        full_name,
        id,
        prefix,
        source: Source::Api,
        granted,
        node,
        stamp,
    })
}

faults! {
    /// metadata defines a field without the ending of a custom one, and there is no standard one of that name; the code
    /// is inferred
    no_standard_field() = INVALID_CROSS_REFERENCE_KEY on ["fullName"], "Could not resolve standard field's name.",
        Seen "https://github.com/tiaanswart/lightning-fieldset/issues/17";

    /// metadata changes the type of a custom field, or where a lookup leads; the words are ours
    type_stays(old: &str, new: &str) = FIELD_INTEGRITY_EXCEPTION on ["type"],
        "Cannot change the type of a custom field from {old} to {new}", Assumed;

    /// metadata makes a custom field unique though records share a value of it
    not_unique_yet(field: &str) = DUPLICATE_VALUE on ["unique"],
        "Cannot make {field} unique: records have the same value", Assumed;

    /// a custom field is deleted that a validation rule or a lookup filter needs
    referenced_elsewhere() = FIELD_INTEGRITY_EXCEPTION,
        "This custom field is referenced elsewhere in Salesforce. Remove the usage and try again.", Quoted;
}
