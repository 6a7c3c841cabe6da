//! What the names in one SELECT mean: fields of its object, and of the parents it reaches.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::ast::{From, Name, Path};
use super::compiler::Compiler;
use super::{computed, durable_id, fault};
use crate::model::fault::Fault;
use crate::model::schema::{Field, FieldFlags, FieldType, SObject};
use crate::store::quoted;

/// A path may climb this many relationships.
const MOST_LEVELS: usize = 5;
/// The pseudo object that polymorphic references point to.
const NAME: &str = "Name";

/// The object of a SELECT, its table, and its joins.
pub struct Scope<'a> {
    pub compiler: &'a Compiler<'a>,
    pub object: Arc<SObject>,
    /// What stands after FROM.
    table: String,
    /// The table's name in the SQL.
    pub alias: String,
    /// What the query calls the object.
    name: Option<String>,
    /// Further entries of FROM: `(alias, path)`.
    shortcuts: Vec<(String, Vec<String>)>,
    /// Parents found so far, by the path to them in lower case.
    parents: RefCell<Vec<(String, Source)>>,
    joins: Rc<RefCell<Vec<String>>>,
}

/// Where the values of an object come from.
#[derive(Clone)]
pub enum Source {
    Table {
        object: Arc<SObject>,
        alias: String,
    },
    /// A record of any of several objects, reached through the reference in `id` (SQL).
    AnyOf {
        name: Arc<SObject>,
        targets: Vec<Arc<SObject>>,
        id: String,
    },
}

/// A relationship on the way to a field, by its name in answers.
#[derive(Clone)]
pub struct Step {
    pub relationship: String,
    pub source: Source,
}

/// A field at the end of a path.
pub struct ResolvedField {
    pub steps: Vec<Step>,
    pub source: Source,
    pub name: String,
    pub kind: FieldType,
    pub flags: FieldFlags,
    /// Where the path begins in the query.
    pub at: usize,
}

impl<'a> Scope<'a> {
    /// The scope of an object that FROM names, with its alias and further entries.
    pub fn new(compiler: &'a Compiler<'a>, object: Arc<SObject>, from: &From) -> Result<Scope<'a>, Fault> {
        let mut scope = Scope::of_table(compiler, object, compiler.alias(), Rc::default())?;
        scope.name = from.alias.map(|name| name.text.to_owned());
        for (path, alias) in &from.more {
            let parts: Vec<String> = scope.relative(&path.parts).collect();
            if parts.len() == path.parts.len() && !scope.is_shortcut(&path.parts) {
                let position = compiler.position(path.at());
                return Err(fault::second_driving_object(position, &scope.object.name));
            }
            scope.join_path(&parts, path.at())?;
            let alias =
                alias.map_or_else(|| parts.last().cloned().unwrap_or_default(), |name| name.text.to_owned());
            scope.shortcuts.push((alias, parts));
        }
        Ok(scope)
    }

    fn of_table(
        compiler: &'a Compiler<'a>,
        object: Arc<SObject>,
        alias: String,
        joins: Rc<RefCell<Vec<String>>>,
    ) -> Result<Scope<'a>, Fault> {
        let table = computed::table(compiler, &object)?;
        Ok(Scope {
            compiler,
            object,
            table,
            alias,
            name: None,
            shortcuts: Vec::new(),
            parents: RefCell::default(),
            joins,
        })
    }

    /// The scope of one of the objects a reference may point to, joined to this one's table.
    pub fn joined(&self, object: Arc<SObject>, id: &str, at: usize) -> Result<Scope<'a>, Fault> {
        let alias = self.join(&object, id, at)?;
        Scope::of_table(self.compiler, object, alias, self.joins.clone())
    }

    /// `"Contact" t0 LEFT JOIN …`
    pub fn tables(&self) -> String {
        let mut sql = format!("{} {}", self.table, self.alias);
        for join in self.joins.borrow().iter() {
            sql.push_str(join);
        }
        sql
    }

    /// The condition that leaves deleted records out, unless all rows are wanted.
    pub fn live_rows(&self, all_rows: bool) -> Vec<String> {
        let hides = !all_rows && self.object.has_recycle_bin();
        hides.then(|| format!("{} = 0", self.own("IsDeleted"))).into_iter().collect()
    }

    /// The SQL of a column of the object's own table.
    pub fn own(&self, column: &str) -> String {
        format!("{}.{}", self.alias, quoted(column))
    }

    /// Finds the field at the end of a path.
    ///
    /// # Errors
    /// `INVALID_FIELD` for a relationship or field that does not exist or that the user may not see.
    pub fn resolve(&self, path: &Path) -> Result<ResolvedField, Fault> {
        let at = path.at();
        let parts: Vec<String> = self.relative(&path.parts).collect();
        let Some((field, relationships)) = parts.split_last() else {
            return Err(fault::no_such_column(self.compiler.position(at), "", &self.object.name));
        };
        let steps = self.join_path(relationships, at)?;
        let source = steps.last().map_or_else(|| self.source(), |step| step.source.clone());
        let object = source.object();
        let found = object.field(field).filter(|field| self.compiler.runner.sees_field(object, field));
        match found.map(|field| (field.name.clone(), field.kind, field.flags)) {
            Some((name, kind, flags)) => Ok(ResolvedField { steps, source, name, kind, flags, at }),
            None => Err(fault::no_such_column(self.compiler.position(at), field, &object.name)),
        }
    }

    /// Finds the parent at the end of a path of relationships.
    pub fn reach_parent(&self, path: &Path) -> Result<Vec<Step>, Fault> {
        let parts: Vec<String> = self.relative(&path.parts).collect();
        self.join_path(&parts, path.at())
    }

    pub fn source(&self) -> Source {
        Source::Table { object: self.object.clone(), alias: self.alias.clone() }
    }

    /// The parts of a path without the name or alias of the object, aliases of parents written out.
    fn relative<'n>(&'n self, parts: &'n [Name]) -> impl Iterator<Item = String> + use<'n, 'a> {
        let first = parts.first().map_or("", |name| name.text);
        let mut expansion: &[String] = &[];
        let mut skip = 0;
        if parts.len() > 1 {
            let shortcut = self.shortcuts.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(first));
            let is_alias = self.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(first));
            let is_object = self.object.name.eq_ignore_ascii_case(first)
                && self.object.parent_relationship(first).is_none();
            if let Some((_, path)) = shortcut {
                expansion = path;
                skip = 1;
            } else if is_alias || is_object {
                skip = 1;
            }
        }
        expansion.iter().cloned().chain(parts.iter().skip(skip).map(|name| name.text.to_owned()))
    }

    fn is_shortcut(&self, parts: &[Name]) -> bool {
        parts.len() > 1
            && parts.first().is_some_and(|first| {
                self.shortcuts.iter().any(|(alias, _)| alias.eq_ignore_ascii_case(first.text))
            })
    }

    /// Follows relationships, joining what is not joined yet.
    fn join_path(&self, relationships: &[String], at: usize) -> Result<Vec<Step>, Fault> {
        if relationships.len() > MOST_LEVELS {
            return Err(fault::too_many_levels_up(self.compiler.position(at)));
        }
        let mut steps: Vec<Step> = Vec::with_capacity(relationships.len());
        let mut key = String::new();
        for name in relationships {
            key.push('.');
            key.push_str(&name.to_ascii_lowercase());
            let below = steps.last().map_or_else(|| self.source(), |step| step.source.clone());
            let field = below
                .object()
                .parent_relationship(name)
                .filter(|field| self.compiler.runner.sees_field(below.object(), field))
                .ok_or_else(|| fault::no_such_parent(self.compiler.position(at), name))?;
            let known =
                self.parents.borrow().iter().find(|(k, _)| *k == key).map(|(_, source)| source.clone());
            let source = match known {
                Some(source) => source,
                None => {
                    let source = self.parent(&below, field, name, at)?;
                    self.parents.borrow_mut().push((key.clone(), source.clone()));
                    source
                }
            };
            steps.push(Step { relationship: field.relationship.clone().unwrap_or_default(), source });
        }
        Ok(steps)
    }

    fn parent(&self, below: &Source, field: &Field, name: &str, at: usize) -> Result<Source, Fault> {
        let unknown = || fault::no_such_parent(self.compiler.position(at), name);
        let id = below.column(field);
        if let [only] = field.reference_to.as_slice() {
            let object = self.compiler.readable(only)?.ok_or_else(unknown)?;
            let alias = self.join(&object, &id, at)?;
            return Ok(Source::Table { object, alias });
        }
        let mut targets = Vec::new();
        for target in &field.reference_to {
            let known = self.compiler.readable(target)?;
            targets.extend(known.filter(|target| target.key_prefix.is_some()));
        }
        let name = self.compiler.org.schema.object(NAME).ok_or_else(unknown)?;
        Ok(Source::AnyOf { name, targets, id })
    }

    fn join(&self, object: &SObject, id: &str, at: usize) -> Result<String, Fault> {
        self.compiler.count_parent(at)?;
        let alias = self.compiler.alias();
        let (table, key) = (computed::table(self.compiler, object)?, durable_id::key_column(object));
        self.joins.borrow_mut().push(format!(" LEFT JOIN {table} {alias} ON {alias}.\"{key}\" = {id}"));
        Ok(alias)
    }
}

impl Source {
    /// The object whose fields can be named: for a polymorphic reference the pseudo object `Name`.
    pub fn object(&self) -> &Arc<SObject> {
        match self {
            Source::Table { object, .. } => object,
            Source::AnyOf { name, .. } => name,
        }
    }

    /// The SQL of the record's id.
    pub fn id(&self) -> String {
        match self {
            Source::Table { object, alias } => format!("{alias}.\"{}\"", durable_id::key_column(object)),
            Source::AnyOf { id, .. } => id.clone(),
        }
    }

    /// The SQL of a field of [`Source::object`].
    pub fn column(&self, field: &Field) -> String {
        let (targets, id) = match self {
            Source::Table { alias, .. } => return format!("{alias}.{}", quoted(&field.name)),
            Source::AnyOf { targets, id, .. } => (targets, id),
        };
        if field.kind == FieldType::Id {
            return id.clone();
        }
        let mut sql = format!("CASE substr({id}, 1, 3)");
        for target in targets {
            let value = if field.name == "Type" {
                // Text from the schema, which holds nothing that users wrote into a query.
                format!("'{}'", target.name.replace('\'', "''"))
            } else {
                let own = target.field(&field.name).map(|own| own.name.as_str());
                let own = if field.name == "Name" { own.or(target.name_field.as_deref()) } else { own };
                let Some(own) = own else { continue };
                let table = quoted(&target.name);
                let column = quoted(own);
                format!("(SELECT {column} FROM {table} WHERE \"Id\" = {id})")
            };
            let prefix = target.key_prefix.as_deref().unwrap_or_default();
            sql.push_str(&format!(" WHEN '{prefix}' THEN {value}"));
        }
        if sql.ends_with("3)") {
            return "NULL".to_owned();
        }
        sql.push_str(" END");
        sql
    }

    /// True when [`Source::column`] names a column, and so has the collation it was declared with.
    pub fn is_table(&self) -> bool {
        matches!(self, Source::Table { .. })
    }
}

impl ResolvedField {
    pub fn object(&self) -> &Arc<SObject> {
        self.source.object()
    }

    /// The whole of the field's metadata.
    pub fn field(&self) -> Option<&Field> {
        self.object().field(&self.name)
    }

    /// The SQL of its value; `NULL` for compound fields, which have parts instead.
    pub fn sql(&self) -> String {
        match self.field() {
            Some(field) if !field.is_compound() => self.source.column(field),
            _ => "NULL".to_owned(),
        }
    }
}
