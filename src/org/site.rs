//! Where communities are on the web.

use std::cell::OnceCell;
use std::iter;

use super::Org;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::store::quoted;

/// A community's place on the web.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// The row of Network.
    pub network: Id,
    pub name: String,
    /// `customers` in `https://host/customers`.
    pub path: String,
}

/// Places in the order they were made. They only become more, so that one can come while others are in use.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sites(OnceCell<Box<(Site, Sites)>>);

impl Sites {
    pub fn iter(&self) -> impl Iterator<Item = &Site> {
        iter::successors(self.0.get(), |entry| entry.1.0.get()).map(|entry| &entry.0)
    }

    fn add(&self, site: Site) {
        let mut end = self;
        while let Some(entry) = end.0.get() {
            end = &entry.1;
        }
        end.0.get_or_init(|| Box::new((site, Sites::default())));
    }
}

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
