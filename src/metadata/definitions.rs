//! The definitions that an org's schema has grown by: custom objects and fields, and the record types of objects that
//! had none. Those of a seed are read from its files at each start; those that were made, changed or deleted since are
//! kept in the store.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::component_type::ComponentType;
use super::tree::Node;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::org::definition_ids::DEFINITIONS;
use crate::org::extensions::Extension;
use crate::org::{Creation, Org};
use crate::store::{Result, Store};

const MAKING: &str = "CREATE TABLE IF NOT EXISTS \"_metadata\" (kind TEXT NOT NULL, name TEXT NOT NULL, id TEXT, \
    prefix TEXT, source TEXT NOT NULL, granted INTEGER NOT NULL, xml TEXT, created INTEGER, created_by TEXT, modified INTEGER, modified_by TEXT, \
    PRIMARY KEY (kind, name))";

/// Who made a component and who changed it last, and when (milliseconds since 1970 UTC).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Stamp {
    pub created: i64,
    pub created_by: Option<Id>,
    pub modified: i64,
    pub modified_by: Option<Id>,
}

/// One definition.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    pub kind: ComponentType,
    pub full_name: String,
    /// `None` until the org can give ids.
    pub id: Option<Id>,
    /// Of a custom object: the key prefix of its records.
    pub prefix: Option<String>,
    pub source: Source,
    /// Of a custom field: only those see it to whom it is granted.
    pub granted: bool,
    /// `None` for what has been deleted.
    pub node: Option<Node>,
    pub stamp: Stamp,
}

/// Where a definition comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Seed,
    Api,
}

type Key = (ComponentType, String);

/// All definitions, by type and by name in lower case.
#[derive(Debug, Clone, Default)]
pub(crate) struct Definitions {
    /// Shared with copies of the org until one of them changes it.
    all: Arc<BTreeMap<Key, Definition>>,
}

impl Extension for RefCell<Definitions> {
    fn copy(&self) -> Self {
        self.clone()
    }
}

impl Definitions {
    /// What a store holds. Of those that came from a seed it is only remembered under which ids.
    pub fn stored(store: &Store) -> Result<Definitions> {
        let mut definitions = Definitions::default();
        if !store.has_table(DEFINITIONS)? {
            return Ok(definitions);
        }
        let sql = "SELECT kind, name, id, prefix, source, granted, xml, created, created_by, modified, modified_by \
                   FROM \"_metadata\"";
        let id = |text: Option<String>| text.as_deref().and_then(Id::parse);
        let rows = store.rows(sql, [], |row| {
            let source = if row.get::<_, String>(4)? == "seed" { Source::Seed } else { Source::Api };
            let stamp = Stamp {
                created: row.get(7)?,
                created_by: id(row.get(8)?),
                modified: row.get(9)?,
                modified_by: id(row.get(10)?),
            };
            let node = row.get::<_, Option<String>>(6)?.and_then(|xml| Node::parse(&xml).ok());
            let kind = ComponentType::named(&row.get::<_, String>(0)?);
            let (full_name, id, prefix, granted) = (row.get(1)?, id(row.get(2)?), row.get(3)?, row.get(5)?);
            Ok(kind.map(|kind| Definition { kind, full_name, id, prefix, source, granted, node, stamp }))
        })?;
        rows.into_iter().flatten().for_each(|definition| definitions.put(definition));
        Ok(definitions)
    }

    pub fn get(&self, kind: ComponentType, full_name: &str) -> Option<&Definition> {
        self.all.get(&(kind, full_name.to_ascii_lowercase()))
    }

    /// A definition that is in force.
    pub fn live(&self, kind: ComponentType, full_name: &str) -> Option<&Definition> {
        self.get(kind, full_name).filter(|definition| definition.node.is_some())
    }

    /// Those of a type that are in force, by name.
    pub fn of(&self, kind: ComponentType) -> impl Iterator<Item = (&Definition, &Node)> {
        let all = self.all.values().filter(move |definition| definition.kind == kind);
        all.filter_map(|definition| Some((definition, definition.node.as_ref()?)))
    }

    /// Those that were made through the API, objects before fields.
    pub fn made(&self) -> Vec<Definition> {
        let made = self.all.values().filter(|definition| definition.source == Source::Api);
        made.filter(|definition| definition.node.is_some()).cloned().collect()
    }

    pub fn put(&mut self, definition: Definition) {
        let all = Arc::make_mut(&mut self.all);
        all.insert((definition.kind, definition.full_name.to_ascii_lowercase()), definition);
    }

    /// Takes up what a seed's file says, unless the API has said otherwise since: `false` then.
    pub fn put_seeded(&mut self, kind: ComponentType, full_name: &str, node: Node) -> bool {
        let known = self.get(kind, full_name);
        if known.is_some_and(|known| known.source == Source::Api) {
            return false;
        }
        let (id, prefix, stamp) = match known {
            Some(known) => (known.id, known.prefix.clone(), known.stamp),
            None => (None, None, Stamp::default()),
        };
        let prefix = prefix.or_else(|| (kind == ComponentType::CustomObject).then(|| self.free_prefix()));
        let full_name = full_name.to_owned();
        self.put(Definition {
            kind,
            full_name,
            id,
            prefix,
            source: Source::Seed,
            granted: false,
            node: Some(node),
            stamp,
        });
        true
    }

    /// The first of `a00`, `a01`, … that no custom object has had.
    pub fn free_prefix(&self) -> String {
        let taken: HashSet<&str> =
            self.all.values().filter_map(|definition| definition.prefix.as_deref()).collect();
        let digits = || ('0'..='9').chain('A'..='Z').chain('a'..='z');
        let all = digits().flat_map(|high| digits().map(move |low| format!("a{high}{low}")));
        all.into_iter().find(|prefix| !taken.contains(prefix.as_str())).unwrap_or_default()
    }
}

/// The definitions of an org.
pub(crate) fn of(org: &Org) -> &RefCell<Definitions> {
    org.extensions.get()
}

impl Org {
    /// Gives ids to the definitions of a seed that have none yet.
    pub(crate) fn settle_definitions(&self) -> std::result::Result<(), Fault> {
        let new: Vec<Definition> = {
            let definitions = of(self).borrow();
            definitions.all.values().filter(|definition| definition.id.is_none()).cloned().collect()
        };
        let Creation { at, by } = self.created;
        for mut definition in new {
            definition.id = Some(self.next_id_under(definition.kind.key_prefix())?);
            definition.stamp = Stamp { created: at, created_by: by, modified: at, modified_by: by };
            self.keep_definition(definition)?;
        }
        Ok(())
    }

    /// Keeps a definition, here and in the store.
    pub(crate) fn keep_definition(&self, definition: Definition) -> std::result::Result<(), Fault> {
        self.store.execute(MAKING, [])?;
        let Definition { kind, full_name, id, prefix, source, granted, node, stamp } = &definition;
        let source = if *source == Source::Seed { "seed" } else { "api" };
        let sql =
            "INSERT OR REPLACE INTO \"_metadata\" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        let text = |id: &Option<Id>| id.map(|id| id.as_str().to_owned());
        // What a seed says is read from its files.
        let xml = node.as_ref().filter(|_| source == "api").map(Node::file);
        self.store.execute(
            sql,
            rusqlite::params![
                kind.name(),
                full_name,
                text(id),
                prefix,
                source,
                granted,
                xml,
                stamp.created,
                text(&stamp.created_by),
                stamp.modified,
                text(&stamp.modified_by),
            ],
        )?;
        of(self).borrow_mut().put(definition);
        Ok(())
    }

    /// When the org's own objects and fields last changed; `None` when there are none.
    pub(super) fn definitions_changed(&self) -> Option<i64> {
        of(self).borrow().all.values().map(|definition| definition.stamp.modified).max()
    }
}
