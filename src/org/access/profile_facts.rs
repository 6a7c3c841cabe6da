//! What the rules ask about a profile.

use crate::model::id::Id;
use crate::org::license::License;

/// A profile with its licence.
#[derive(Debug)]
pub struct ProfileFacts {
    pub id: Id,
    pub name: String,
    /// The row of UserLicense.
    pub license_id: Option<Id>,
    pub license: License,
    /// False for the profiles of the platform, true for clones.
    pub is_custom: bool,
    /// The hidden permission set that the profile owns.
    pub permission_set: Option<Id>,
    pub modifies_all_data: bool,
}

/// A profile's hidden permission set is named after the profile's id. Names are compared without case: the long form.
pub(crate) fn hidden_set_name(profile: Id) -> String {
    format!("X{profile}")
}
