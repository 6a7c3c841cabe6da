//! The ids of an org's own objects and fields, which the metadata keeps in the store.

use std::collections::HashMap;

use super::Org;
use crate::model::fault::Fault;
use crate::model::id::Id;

/// The table of definitions. Its columns are those of the metadata.
pub(crate) const DEFINITIONS: &str = "_metadata";

impl Org {
    /// The ids of the definitions of a type (`CustomObject`, `CustomField`), by full name in lower case.
    ///
    /// # Errors
    /// A store that failed.
    pub(crate) fn definition_ids(&self, kind: &str) -> Result<HashMap<String, Id>, Fault> {
        if !self.store.has_table(DEFINITIONS)? {
            return Ok(HashMap::new());
        }
        let sql = "SELECT name, id FROM \"_metadata\" WHERE kind = ?1 AND id IS NOT NULL";
        let rows =
            self.store.rows(sql, [kind], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        Ok(rows.iter().filter_map(|(name, id)| Some((name.to_ascii_lowercase(), Id::parse(id)?))).collect())
    }
}
