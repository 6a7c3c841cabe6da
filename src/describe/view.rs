//! From where an org is looked at.

use crate::model::schema::Schema;
use crate::org::access::Runner;
use crate::world::ApiVersion;

/// From where an org is looked at: who asks, by which API version, under which address.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub schema: &'a Schema,
    pub runner: &'a Runner,
    pub version: ApiVersion,
    /// `scheme://host[:port]` as the client addressed it.
    pub origin: &'a str,
}

impl View<'_> {
    /// A key that came with an API version: `None`, and so left out, before it.
    pub(super) fn since<T>(&self, first: u32, value: T) -> Option<T> {
        (self.version.number() >= first).then_some(value)
    }
}
