//! Finds the communities of an org.

use super::Org;
use super::site::Site;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::store::quoted;

impl Org {
    /// Takes up the communities that have come since this was last asked.
    pub(crate) fn find_sites(&self) -> Result<(), Fault> {
        let Some(object) = self.schema.object("Network").filter(|_| self.schema.has_feature("Communities"))
        else {
            return Ok(());
        };
        if !self.has_table(&object.name)? {
            return Ok(());
        }
        let sql = format!(
            "SELECT \"Id\", \"Name\", \"UrlPathPrefix\" FROM {} WHERE \"UrlPathPrefix\" IS NOT NULL ORDER BY rowid",
            quoted(&object.name)
        );
        let rows = self.store.rows(&sql, [], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        })?;
        for (id, name, path) in rows {
            let Some(network) = Id::parse(&id) else { continue };
            if !self.sites.iter().any(|site| site.network == network) {
                self.sites.add(Site { network, name, path });
            }
        }
        Ok(())
    }
}
