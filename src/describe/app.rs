//! The one app that an org here has.

use crate::model::id::Id;

/// Its name in menus.
pub const LABEL: &str = "Sales";

/// Its id: that of a set of tabs.
pub fn id() -> Id {
    Id::numbered("02u", 1)
}
