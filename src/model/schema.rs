//! sObjects and fields, read from the files in `objects/` when first asked for.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};
use std::thread;

use foldhash::fast::FixedState;

mod children;
mod field;
mod flags;
mod load;
mod number_format;
mod packed;
mod places;

pub use children::ChildRelationship;
use children::Children;
pub(crate) use field::Picklists;
pub use field::{Field, FieldType, Picklist, PicklistEntry, Versions};
use field::{of_person_account, person_name};
pub use flags::{FieldFlag, FieldFlags};
pub use number_format::NumberFormat;
use packed::Packed;
pub use places::Places;

use super::value::Value;

/// One sObject: what describe shows, what DML and SOQL are checked against, what tables are made of.
#[derive(Debug, Clone)]
pub struct SObject {
    pub name: String,
    pub label: String,
    pub label_plural: String,
    pub key_prefix: Option<String>,
    pub name_field: Option<String>,
    /// Names of the describe booleans that are true: `createable`, `undeletable`, …
    flags: BTreeSet<String>,
    /// `(name, label)` of the supported query scopes.
    pub scopes: Vec<(String, String)>,
    /// In describe order.
    pub fields: Vec<Field>,
    children: Children,
    places: Places,
    has_recycle_bin: bool,
    /// What a new record has in each field before anything is said of it: booleans are never null.
    blank: Arc<Vec<Value>>,
}

impl SObject {
    /// Whether a describe boolean (`createable`, `deletable`, `mruEnabled`, …) is true.
    pub fn is(&self, flag: &str) -> bool {
        self.flags.contains(flag)
    }

    /// Finds a field by API name, in any case.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.field_index(name).and_then(|index| self.fields.get(index))
    }

    /// The place of a field in [`SObject::fields`], by API name in any case.
    pub fn field_index(&self, name: &str) -> Option<usize> {
        self.places.named(&self.fields, name)
    }

    /// What a new record has in each field before anything is said of it.
    pub(crate) fn blank(&self) -> &Arc<Vec<Value>> {
        &self.blank
    }

    /// Where the fields are that every save looks at.
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// The reference field whose relationship has this name (`Account` finds `AccountId`).
    pub fn parent_relationship(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.relationship.as_deref().is_some_and(|r| r.eq_ignore_ascii_case(name)))
    }

    /// The relationships by which other objects refer to this one.
    pub fn children(&self) -> &[ChildRelationship] {
        self.children.all()
    }

    /// The child relationship with this name (`Contacts` of Account).
    pub fn child_relationship(&self, name: &str) -> Option<&ChildRelationship> {
        self.children()
            .iter()
            .find(|c| c.relationship.as_deref().is_some_and(|r| r.eq_ignore_ascii_case(name)))
    }

    /// True when rows of this object go to the recycle bin instead of vanishing.
    pub fn has_recycle_bin(&self) -> bool {
        self.has_recycle_bin
    }

    /// An object of an org's own.
    pub(crate) fn custom(
        (name, label, label_plural): (&str, &str, &str),
        key_prefix: String,
        fields: Vec<Field>,
    ) -> SObject {
        let words = "createable custom deletable layoutable mruEnabled queryable replicateable retrieveable searchable \
                     triggerable undeletable updateable";
        let mut object = SObject {
            name: name.to_owned(),
            label: label.to_owned(),
            label_plural: label_plural.to_owned(),
            key_prefix: Some(key_prefix),
            name_field: Some("Name".to_owned()),
            flags: words.split_ascii_whitespace().map(str::to_owned).collect(),
            scopes: vec![
                ("everything".to_owned(), format!("All {label_plural}")),
                ("mine".to_owned(), format!("My {label_plural}")),
            ],
            fields,
            children: Children::new(None, &[]),
            places: Places::default(),
            has_recycle_bin: false,
            blank: Arc::default(),
        };
        object.index();
        object
    }

    /// The same object with a further field, as reading it with that field would make it.
    fn with_field(&self, field: Field) -> SObject {
        let mut object = self.clone();
        object.fields.push(field);
        object.index();
        object
    }

    fn index(&mut self) {
        self.places = Places::of(&self.fields);
        self.has_recycle_bin = self.field("IsDeleted").is_some();
        let blank = |field: &Field| match field.kind {
            FieldType::Boolean => Value::Bool(false),
            _ => Value::Null,
        };
        self.blank = Arc::new(self.fields.iter().map(blank).collect());
    }
}

/// The objects of one org: the standard ones its features switch on, and its own. Those can change while it runs.
#[derive(Clone)]
pub struct Schema {
    features: Arc<BTreeSet<String>>,
    picklists: Arc<Picklists>,
    /// Copied when it changes and a copy of the org, or a call that may be undone, has it too.
    slots: RefCell<Arc<Slots>>,
}

/// Bytes that the name of an object has at most, and more: 40 letters, a namespace, `__Share`.
const LONGEST_NAME: usize = 128;

/// By name in lower case.
type Slots = HashMap<String, Slot, FixedState>;

#[derive(Clone)]
struct Slot {
    name: String,
    source: Source,
    own: Own,
    /// Shared with the thread that reads ahead.
    loaded: Arc<OnceLock<Option<Arc<SObject>>>>,
}

/// What the org has added to an object.
#[derive(Clone, Default)]
struct Own {
    fields: Vec<Field>,
    children: Vec<ChildRelationship>,
    /// Further objects that a field of a standard object refers to: `(field, object)`.
    targets: Vec<(&'static str, String)>,
}

/// What every custom object is a parent of: object, field, relationship.
const PARTS_OF_CUSTOM_OBJECTS: [(&str, &str, &str); 4] = [
    ("Attachment", "ParentId", "Attachments"),
    ("Note", "ParentId", "Notes"),
    ("Task", "WhatId", "Tasks"),
    ("Event", "WhatId", "Events"),
];

/// The same of what is read from tasks and events.
const LISTS_OF_CUSTOM_OBJECTS: [(&str, &str, &str); 2] =
    [("ActivityHistory", "WhatId", "ActivityHistories"), ("OpenActivity", "WhatId", "OpenActivities")];

/// What an object is before the org's own fields are added.
#[derive(Clone)]
enum Source {
    /// The packed object, its children, and the features it exists under.
    Standard(Packed, Packed, &'static str),
    Custom(Arc<SObject>),
}

impl Slot {
    fn new(name: &str, source: Source) -> Slot {
        Slot { name: name.to_owned(), source, own: Own::default(), loaded: Arc::default() }
    }

    fn object(&self, features: &BTreeSet<String>, picklists: &Picklists) -> Option<Arc<SObject>> {
        let load = || match &self.source {
            Source::Standard(object, children, _) => {
                load::load((*object, *children), features, &self.own, picklists)
            }
            Source::Custom(object) => {
                let mut object = SObject::clone(object);
                object.fields.extend(self.own.fields.iter().cloned());
                object.children = Children::new(None, &self.own.children);
                object.index();
                Some(Arc::new(object))
            }
        };
        self.loaded.get_or_init(load).clone()
    }
}

/// The objects as they were, to go back to.
pub(crate) struct Before(Arc<Slots>);

impl Schema {
    /// The standard objects as an org with these features (`PersonAccounts`, `Communities`, …) has them.
    pub fn standard(mut features: BTreeSet<String>) -> Schema {
        // A person account is one by its record type.
        if features.contains("PersonAccounts") {
            features.insert("RecordTypes".to_owned());
        }
        let slots = load::STANDARD
            .iter()
            .map(|(name, object, children, when)| {
                (name.to_ascii_lowercase(), Slot::new(name, Source::Standard(*object, *children, when)))
            })
            .collect();
        Schema {
            features: Arc::new(features),
            picklists: Arc::new(Picklists::new()),
            slots: RefCell::new(Arc::new(slots)),
        }
    }

    /// Reads these objects on a thread of its own, in this order. Who asks for one that is being read waits for it.
    pub(crate) fn read_ahead(&self, names: &[&str]) {
        let slots = self.slots.borrow();
        let slots = names.iter().filter_map(|name| slots.get(&name.to_ascii_lowercase()));
        let slots: Vec<Slot> = slots.cloned().collect();
        let (features, picklists) = (self.features.clone(), self.picklists.clone());
        let read = move || {
            for slot in slots {
                slot.object(&features, &picklists);
            }
        };
        // Without a thread to spare they are read when they are asked for.
        let _ = thread::Builder::new().name("fauxforce-objects".to_owned()).spawn(read);
    }

    /// Finds an object by API name, in any case.
    pub fn object(&self, name: &str) -> Option<Arc<SObject>> {
        let slots = self.slots.borrow();
        let mut lower = [0; LONGEST_NAME];
        let lower = lower.get_mut(..name.len())?;
        lower.copy_from_slice(name.as_bytes());
        lower.make_ascii_lowercase();
        slots.get(str::from_utf8(lower).ok()?)?.object(&self.features, &self.picklists)
    }

    /// The object whose ids begin with this key prefix (case-sensitive).
    pub fn by_key_prefix(&self, prefix: &str) -> Option<Arc<SObject>> {
        match load::object_of_prefix(prefix) {
            Some(name) => self.object(name),
            None => {
                let own = self.custom_objects().into_iter().filter_map(|name| self.object(&name));
                own.into_iter().find(|object| object.key_prefix.as_deref() == Some(prefix))
            }
        }
    }

    /// All objects, by name. Loads every one: meant for describe global, not for the way of a request.
    pub fn all(&self) -> Vec<Arc<SObject>> {
        let slots = self.slots.borrow();
        let mut all: Vec<_> =
            slots.values().filter_map(|slot| slot.object(&self.features, &self.picklists)).collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    /// Whether there is a file or a definition of this object, without loading it.
    pub fn has_object(&self, name: &str) -> bool {
        self.slots.borrow().contains_key(&name.to_ascii_lowercase())
    }

    /// Whether the org has this object, without loading it.
    pub fn offers(&self, name: &str) -> bool {
        self.slots.borrow().get(&name.to_ascii_lowercase()).is_some_and(|slot| match slot.source {
            Source::Standard(.., when) => {
                when.split_ascii_whitespace().all(|feature| self.features.contains(feature))
            }
            Source::Custom(_) => true,
        })
    }

    /// Whether any object or field asks for a feature of this name.
    pub fn knows_feature(feature: &str) -> bool {
        load::FEATURES.contains(&feature)
    }

    pub fn has_feature(&self, feature: &str) -> bool {
        self.features.contains(feature)
    }

    /// Gives the org a list of values of its own, under the name that objects' files refer to. To be called before any
    /// object is asked for.
    pub fn set_picklist(&mut self, name: &'static str, values: Arc<Picklist>) {
        Arc::make_mut(&mut self.picklists).insert(name, values);
    }

    /// Adds a custom field to an object. `false` when there is no such object or the field exists.
    pub fn add_field(&self, object: &str, field: Field) -> bool {
        if object.eq_ignore_ascii_case("Contact") && self.has_feature("PersonAccounts") {
            self.add_field("Account", of_person_account(&field));
        }
        let Some(before) = self.object(object).filter(|object| object.field(&field.name).is_none()) else {
            return false;
        };
        let mut slots = self.slots.borrow_mut();
        let Some(slot) = Arc::make_mut(&mut slots).get_mut(&object.to_ascii_lowercase()) else {
            return false;
        };
        slot.loaded = Arc::new(OnceLock::from(Some(Arc::new(before.with_field(field.clone())))));
        slot.own.fields.push(field);
        true
    }

    /// Puts another custom field in the place of one. `false` when the object has no custom field of that name.
    pub(crate) fn replace_field(&self, object: &str, field: Field) -> bool {
        if object.eq_ignore_ascii_case("Contact") && self.has_feature("PersonAccounts") {
            self.replace_field("Account", of_person_account(&field));
        }
        let mut found = false;
        self.change(object, |slot| {
            for own in slot.own.fields.iter_mut().filter(|own| own.name.eq_ignore_ascii_case(&field.name)) {
                *own = field.clone();
                found = true;
            }
        });
        found
    }

    /// Takes a custom field from an object, and with it the other end of its relationship.
    pub(crate) fn remove_field(&self, object: &str, name: &str) {
        if object.eq_ignore_ascii_case("Contact") && self.has_feature("PersonAccounts") {
            self.remove_field("Account", &person_name(name, "__c", "__pc"));
        }
        self.change(object, |slot| slot.own.fields.retain(|own| !own.name.eq_ignore_ascii_case(name)));
        self.remove_child(object, name);
    }

    /// Takes the other end of a custom lookup from whatever object has it.
    pub(crate) fn remove_child(&self, object: &str, field: &str) {
        let mut slots = self.slots.borrow_mut();
        let is_it = |child: &ChildRelationship| {
            child.child.eq_ignore_ascii_case(object) && child.field.eq_ignore_ascii_case(field)
        };
        let slots = Arc::make_mut(&mut slots);
        for slot in slots.values_mut().filter(|slot| slot.own.children.iter().any(is_it)) {
            slot.own.children.retain(|child| !is_it(child));
            slot.loaded = Arc::default();
        }
    }

    /// Adds the other end of a custom lookup to an object. `false` when there is no such object.
    pub fn add_child(&self, object: &str, child: ChildRelationship) -> bool {
        if child.child.eq_ignore_ascii_case("Contact") && self.has_feature("PersonAccounts") {
            let (field, child) = (person_name(&child.field, "__c", "__pc"), child.clone());
            let of_account =
                ChildRelationship { child: "Account".into(), field, relationship: None, ..child };
            self.add_child(object, of_account);
        }
        self.change(object, |slot| slot.own.children.push(child))
    }

    /// Names of the org's own objects, in order.
    pub fn custom_objects(&self) -> Vec<String> {
        let slots = self.slots.borrow();
        let own = slots.values().filter(|slot| matches!(slot.source, Source::Custom(_)));
        let mut names: Vec<_> = own.map(|slot| slot.name.clone()).collect();
        names.sort();
        names
    }

    /// Adds a custom object. `false` when the name is taken.
    pub fn add_object(&self, object: SObject) -> bool {
        let key = object.name.to_ascii_lowercase();
        let mut slots = self.slots.borrow_mut();
        if slots.contains_key(&key) {
            return false;
        }
        let name = object.name.clone();
        let mut slot = Slot::new(&name, Source::Custom(Arc::new(object)));
        let lists = PARTS_OF_CUSTOM_OBJECTS.iter().chain(&LISTS_OF_CUSTOM_OBJECTS);
        slot.own.children =
            lists.map(|(child, field, relationship)| part(child, field, relationship)).collect();
        Arc::make_mut(&mut slots).insert(key, slot);
        drop(slots);
        for (child, field, _) in PARTS_OF_CUSTOM_OBJECTS.iter().chain(&LISTS_OF_CUSTOM_OBJECTS) {
            self.change(child, |slot| slot.own.targets.push((field, name.clone())));
        }
        true
    }

    /// Puts another definition in the place of a custom object's; its fields stay.
    pub(crate) fn replace_object(&self, object: SObject) {
        let name = object.name.clone();
        self.change(&name, |slot| slot.source = Source::Custom(Arc::new(object)));
    }

    /// Takes a custom object away.
    pub(crate) fn remove_object(&self, name: &str) {
        Arc::make_mut(&mut self.slots.borrow_mut()).remove(&name.to_ascii_lowercase());
        for (child, ..) in PARTS_OF_CUSTOM_OBJECTS.iter().chain(&LISTS_OF_CUSTOM_OBJECTS) {
            self.change(child, |slot| {
                slot.own.targets.retain(|(_, target)| !target.eq_ignore_ascii_case(name))
            });
        }
    }

    /// The objects as they are.
    pub(crate) fn now(&self) -> Before {
        Before(self.slots.borrow().clone())
    }

    /// Undoes what has changed since.
    pub(crate) fn go_back(&self, before: Before) {
        self.slots.replace(before.0);
    }

    fn change(&self, object: &str, change: impl FnOnce(&mut Slot)) -> bool {
        let mut slots = self.slots.borrow_mut();
        let Some(slot) = Arc::make_mut(&mut slots).get_mut(&object.to_ascii_lowercase()) else {
            return false;
        };
        change(slot);
        slot.loaded = Arc::default();
        true
    }
}

/// A relationship to what is deleted along with its parent.
fn part(child: &str, field: &str, relationship: &str) -> ChildRelationship {
    ChildRelationship {
        child: child.to_owned(),
        field: field.to_owned(),
        relationship: Some(relationship.to_owned()),
        cascade_delete: true,
        restricted_delete: false,
    }
}
