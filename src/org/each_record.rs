//! All records of an object, one after the other.

use std::sync::Arc;

use super::Org;
use crate::model::fault::Fault;
use crate::model::record::Record;
use crate::model::schema::SObject;

impl Org {
    /// Whether an object can have records.
    pub(crate) fn has_rows(&self, object: &str) -> bool {
        self.has_table(object).unwrap_or_default()
    }

    /// Looks at all records of an object, deleted ones too, past the cache of records.
    ///
    /// # Errors
    /// The store has failed, or the call has had its time.
    pub(crate) fn each_record(
        &self,
        object: &Arc<SObject>,
        mut look: impl FnMut(&Record),
    ) -> Result<(), Fault> {
        self.check_deadline()?;
        let layout = self.layout(object)?;
        let sql = format!("SELECT * FROM {}", crate::store::quoted(&object.name));
        self.store.rows(&sql, [], |row| layout.read(object, row).map(|record| look(&record)))?;
        Ok(())
    }
}
