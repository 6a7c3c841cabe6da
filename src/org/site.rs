//! Where communities are on the web, and what each of them needs there: a row of Site and, for those who register
//! themselves, a guest user in whose name that is done.

use std::cell::OnceCell;
use std::iter;

use super::Org;
use crate::dml::{Call, insert_as_platform};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;
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

/// The guest user of a site, who gets language and time zone from its administrator.
pub(crate) fn add_guest(
    call: Call,
    (label, path): (&str, &str),
    admin: &Record,
    profile: Id,
) -> Result<Id, Fault> {
    let copied = ["TimeZoneSidKey", "LocaleSidKey", "LanguageLocaleKey", "EmailEncodingKey", "Email"];
    let mut guest: Vec<_> = copied.map(|name| (name, admin.get(name).clone())).into();
    let username = format!("{}@{}.guest", path.replace('/', "-"), call.org.id).to_lowercase();
    guest.extend([
        ("FirstName", Value::from(label)),
        ("LastName", Value::from("Site Guest User")),
        ("Username", Value::from(username)),
        ("Alias", Value::from("guest")),
        ("ProfileId", Value::from(profile)),
    ]);
    insert_as_platform(call, "User", &guest)
}
