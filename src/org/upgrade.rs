//! Databases of earlier versions.

use super::{Org, storage};
use crate::model::fault::Fault;
use crate::model::schema::FieldType;
use crate::store::quoted;

impl Org {
    /// Brings the tables of an earlier version up to date, once: where false was null, it becomes 0. The schema has to be
    /// whole. What comes with it of the metadata may be read by records only until then.
    pub(crate) fn upgrade_tables(&self) -> Result<(), Fault> {
        if !self.store.has_earlier_layout()? {
            return Ok(());
        }
        self.savepoint(|| {
            for name in self.store.table_names()?.iter() {
                let Some(object) = self.schema.object(name) else { continue };
                let columns = self.store.columns(&object.name)?;
                let booleans = object.fields.iter().filter(|field| {
                    field.kind == FieldType::Boolean
                        && storage::is_stored(field)
                        && columns.contains(&field.name)
                });
                let sets: Vec<String> = booleans
                    .map(|field| quoted(&field.name))
                    .map(|column| format!("{column} = ifnull({column}, 0)"))
                    .collect();
                if !sets.is_empty() {
                    let sql = format!("UPDATE {} SET {}", quoted(&object.name), sets.join(", "));
                    self.store.execute(&sql, [])?;
                }
            }
            Ok::<_, Fault>(self.store.set_layout()?)
        })
    }
}
