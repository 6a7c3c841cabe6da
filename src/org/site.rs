//! Where communities are on the web.

use std::cell::OnceCell;
use std::iter;

use crate::model::id::Id;

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

    pub(super) fn add(&self, site: Site) {
        let mut end = self;
        while let Some(entry) = end.0.get() {
            end = &entry.1;
        }
        end.0.get_or_init(|| Box::new((site, Sites::default())));
    }
}
