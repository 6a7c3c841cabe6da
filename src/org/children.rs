//! The child relationships of an object whose children have tables.

use std::sync::Arc;

use super::Org;
use super::child_tables::CachedChildren;
use crate::model::fault::Fault;
use crate::model::schema::{ChildRelationship, SObject};

impl Org {
    /// The relationships by which records of other objects can refer to one of this: the child's table has been made, or
    /// is filled when it is.
    pub(crate) fn children_with_table(
        &self,
        object: &Arc<SObject>,
    ) -> Result<Arc<[ChildRelationship]>, Fault> {
        let version = self.store.schema_version()?;
        if let Some(cached) = self.child_tables.0.borrow().get(&object.name)
            && cached.version == version
            && Arc::ptr_eq(&cached.object, object)
        {
            return Ok(cached.relationships.clone());
        }
        let names = self.store.table_names()?;
        let has_table = |child: &&ChildRelationship| {
            names.contains(&child.child) || self.standard_rows.has_rows(&child.child)
        };
        let relationships: Arc<[_]> = object.children().iter().filter(has_table).cloned().collect();
        let cached = CachedChildren { object: object.clone(), version, relationships: relationships.clone() };
        self.child_tables.0.borrow_mut().insert(object.name.clone(), cached);
        Ok(relationships)
    }
}
