//! The rows that an org has from the start, such as licences and profiles: put into a table when it is made.

use super::Org;
use super::storage::Layout;
use crate::model::fault::Fault;
use crate::model::schema::SObject;

/// Who knows the rows that tables begin with. Whoever makes an org hands it in.
pub trait StandardRows: Send + Sync {
    /// Whether an object (by API name) has such rows.
    fn has_rows(&self, object: &str) -> bool;

    /// Puts an object's rows into its table, which has just been made and is empty.
    ///
    /// # Errors
    /// The store has failed.
    fn fill(&self, org: &Org, object: &SObject, layout: &Layout) -> Result<(), Fault>;
}

/// For an org whose tables all begin empty.
pub struct NoRows;

impl StandardRows for NoRows {
    fn has_rows(&self, _object: &str) -> bool {
        false
    }

    fn fill(&self, _org: &Org, _object: &SObject, _layout: &Layout) -> Result<(), Fault> {
        Ok(())
    }
}
