//! The child relationships of an object that can have children: a User has thousands, and most of their objects have no
//! table. They are worked out once and kept until a table comes or goes, or the object gets another definition.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::model::schema::{ChildRelationship, SObject};
use crate::store::SchemaVersion;

/// By the parent's name.
#[derive(Default)]
pub(crate) struct ChildTables(pub(super) RefCell<HashMap<String, CachedChildren, FixedState>>);

pub(super) struct CachedChildren {
    /// The definition that it was made of.
    pub object: Arc<SObject>,
    pub version: SchemaVersion,
    pub relationships: Arc<[ChildRelationship]>,
}
