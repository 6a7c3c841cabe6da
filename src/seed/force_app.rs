//! `force-app/`: metadata in SFDX source format. Objects, fields and record types make the schema; profiles and
//! permission sets are saved before the records of `data/`, sites and communities after them.

use super::seed_error::{SeedError, line_at, line_of, one_of};
use super::seed_files::Seed;
use super::sso_configs;
use crate::dml::Call;
use crate::metadata::component::How;
use crate::metadata::custom_field::{CustomField, Mistake};
use crate::metadata::{ComponentType, Definitions, Node, component, custom_field, custom_object, elements};
use crate::model::fault::Fault;
use crate::model::schema::Schema;
use crate::store::Store;

/// What is read here, in this order.
const SUFFIXES: [(&str, ComponentType); 7] = [
    (".object-meta.xml", ComponentType::CustomObject),
    (".field-meta.xml", ComponentType::CustomField),
    (".recordType-meta.xml", ComponentType::RecordType),
    (".profile-meta.xml", ComponentType::Profile),
    (".permissionset-meta.xml", ComponentType::PermissionSet),
    (".site-meta.xml", ComponentType::CustomSite),
    (".network-meta.xml", ComponentType::Network),
];

/// A file of a component.
struct Source<'a> {
    path: &'a str,
    text: &'a str,
    kind: ComponentType,
    node: Node,
}

impl<'a> Source<'a> {
    fn read(path: &'a str, text: &'a str, kind: ComponentType) -> Result<Source<'a>, SeedError> {
        let node = Node::parse(text).map_err(|broken| SeedError {
            file: path.to_owned(),
            line: line_at(text, broken.at),
            what: broken.what,
            expected: "well-formed XML".to_owned(),
        })?;
        if node.name != kind.name() {
            return Err(SeedError::whole(path, "the root element is another", kind.name()));
        }
        elements::check(kind.name(), &node).map_err(|misplaced| SeedError {
            file: path.to_owned(),
            line: line_at(text, misplaced.at),
            what: misplaced.text(),
            expected: format!("an element of {}", misplaced.kind),
        })?;
        let source = Source { path, text, kind, node };
        source.is_called_as_it_says()?;
        Ok(source)
    }

    /// The file of a field or record type is named after it, as the tools of the platform have it.
    fn is_called_as_it_says(&self) -> Result<(), SeedError> {
        let named_by_file = [ComponentType::CustomField, ComponentType::RecordType].contains(&self.kind);
        let Some(full_name) = self.node.child("fullName").filter(|_| named_by_file) else { return Ok(()) };
        let said = self.node.text_of("fullName").unwrap_or_default();
        if said.rsplit('.').next() == Some(self.stem()) {
            return Ok(());
        }
        Err(SeedError {
            file: self.path.to_owned(),
            line: line_at(self.text, full_name.at),
            what: format!("fullName is {said}, and the file is called {}", self.stem()),
            expected: "the same name".to_owned(),
        })
    }

    fn stem(&self) -> &'a str {
        let file = self.path.rsplit('/').next().unwrap_or(self.path);
        file.split('.').next().unwrap_or(file)
    }

    /// The component's name: of a part of an object without the object's.
    fn name(&self) -> &str {
        self.node.text_of("fullName").unwrap_or(self.stem())
    }

    /// The object in whose folder the file stands.
    fn object(&self) -> Result<&'a str, SeedError> {
        let folders: Vec<&str> = self.path.split('/').collect();
        let place = folders.iter().rposition(|folder| matches!(*folder, "fields" | "recordTypes"));
        let object = place.and_then(|place| folders.get(place.checked_sub(1)?));
        object.copied().ok_or_else(|| {
            let expected = "objects/<Object>/fields/<Field> or objects/<Object>/recordTypes/<RecordType>";
            SeedError::whole(self.path, "the file does not stand in an object's folder", expected)
        })
    }

    fn mistake(&self, mistake: &Mistake) -> SeedError {
        let at = self.node.child(mistake.element).map_or(self.node.at, |child| child.at);
        SeedError::of_fault(self.path, line_at(self.text, at), &mistake.fault)
    }

    fn fault(&self, fault: &Fault) -> SeedError {
        SeedError::of_fault(self.path, line_of(self.text, &self.node.name), fault)
    }
}

/// Adds the seed's objects and fields to the schema. What a store says of them comes first: they may have been changed
/// or deleted since. Files of other metadata types are named in one warning.
pub(super) fn add_definitions(seed: &Seed, schema: &Schema, store: &Store) -> Result<Definitions, SeedError> {
    let mut definitions = Definitions::stored(store)?;
    for (kind, add) in
        [(ComponentType::CustomObject, add_object as Add), (ComponentType::CustomField, add_field)]
    {
        for source in of_kind(seed, kind)? {
            add(&source, schema, &mut definitions).or_else(|mistake| seed.note(mistake))?;
        }
    }
    let ignored = seed.files.keys().filter(|path| path.starts_with("force-app/") && !is_read(path));
    let ignored: Vec<_> = ignored.map(String::as_str).collect();
    if !ignored.is_empty() {
        tracing::warn!(files = ignored.join(", "), "metadata that is not read from force-app");
    }
    Ok(definitions)
}

type Add = fn(&Source, &Schema, &mut Definitions) -> Result<(), SeedError>;

fn is_read(path: &str) -> bool {
    let mut known = SUFFIXES.iter().map(|(suffix, _)| suffix).chain(&sso_configs::SUFFIXES);
    known.any(|suffix| path.ends_with(suffix))
}

fn of_kind(seed: &Seed, kind: ComponentType) -> Result<Vec<Source<'_>>, SeedError> {
    let suffixes: Vec<_> = SUFFIXES.iter().filter(|(_, of)| *of == kind).map(|(suffix, _)| *suffix).collect();
    let files = seed.files.iter().filter(|(path, _)| {
        path.starts_with("force-app/") && suffixes.iter().any(|suffix| path.ends_with(suffix))
    });
    let mut sources = Vec::new();
    for (path, text) in files {
        match Source::read(path, text, kind) {
            Ok(source) => sources.push(source),
            Err(mistake) => seed.note(mistake)?,
        }
    }
    Ok(sources)
}

/// A file of a standard object says nothing that is kept.
fn add_object(source: &Source, schema: &Schema, definitions: &mut Definitions) -> Result<(), SeedError> {
    let name = source.name();
    if !name.ends_with("__c") || !definitions.put_seeded(source.kind, name, source.node.clone()) {
        return Ok(());
    }
    let prefix = definitions.get(source.kind, name).and_then(|known| known.prefix.clone());
    let object = custom_object::read(schema, name, prefix.unwrap_or_default(), &source.node);
    schema.add_object(object.map_err(|mistake| source.mistake(&mistake))?);
    Ok(())
}

fn add_field(source: &Source, schema: &Schema, definitions: &mut Definitions) -> Result<(), SeedError> {
    let (object, name) = (source.object()?, source.name());
    if schema.object(object).is_none() {
        let what = format!("there is no object {object:?}");
        let objects = schema.all();
        let expected = one_of(object, objects.iter().map(|object| object.name.as_str()));
        return Err(SeedError::whole(source.path, what, expected));
    }
    if !name.ends_with("__c") && schema.object(object).is_some_and(|object| object.field(name).is_some()) {
        return Ok(());
    }
    if source.node.text_of("type") == Some("Text") && source.node.child("length").is_none() {
        let line = line_of(source.text, "<type>");
        let what = format!("{object}.{name} is a text field without a length");
        let expected = "<length>, from 1 to 255".to_owned();
        return Err(SeedError { file: source.path.to_owned(), line, what, expected });
    }
    let read = custom_field::read(schema, object, name, &source.node);
    let CustomField { field, parent } = read.map_err(|mistake| source.mistake(&mistake))?;
    if !definitions.put_seeded(source.kind, &format!("{object}.{name}"), source.node.clone()) {
        return Ok(());
    }
    if !schema.add_field(object, field) {
        let what = format!("{object} already has a field {name}");
        return Err(SeedError {
            file: source.path.to_owned(),
            line: line_of(source.text, name),
            what,
            expected: "another name".into(),
        });
    }
    if let Some((parent, child)) = parent {
        schema.add_child(&parent, child);
    }
    Ok(())
}

/// What records need.
pub(super) const BEFORE_RECORDS: &[ComponentType] =
    &[ComponentType::RecordType, ComponentType::Profile, ComponentType::PermissionSet];
/// What needs users.
pub(super) const AFTER_RECORDS: &[ComponentType] = &[ComponentType::CustomSite, ComponentType::Network];

/// Saves the components of those types, that are records, in a new org.
pub(super) fn load(call: Call, seed: &Seed, kinds: &[ComponentType]) -> Result<(), SeedError> {
    for kind in kinds.iter().copied() {
        for source in of_kind(seed, kind)? {
            save(call, kind, &source).or_else(|mistake| seed.note(mistake))?;
        }
    }
    Ok(())
}

fn save(call: Call, kind: ComponentType, source: &Source) -> Result<(), SeedError> {
    let full_name = match kind {
        ComponentType::RecordType => format!("{}.{}", source.object()?, source.name()),
        _ => source.name().to_owned(),
    };
    let mut node = source.node.clone();
    node.set("fullName", &full_name);
    let outcomes = component::save(call, How::Upsert, kind, &[node]).map_err(|fault| source.fault(&fault))?;
    let fault = outcomes.into_iter().find_map(|outcome| outcome.fault);
    fault.map_or(Ok(()), |fault| Err(source.fault(&fault)))
}
