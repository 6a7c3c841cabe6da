//! `MIXED_DML_OPERATION`: one transaction changes setup objects or others, not both.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_dml_non_mix_sobjects.htm>

use std::cell::RefCell;

use super::{Operation, Sent};
use crate::org::Org;
use crate::org::fault::{Fault, faults};

const SETUP: &[&str] = &[
    "FieldPermissions",
    "Group",
    "GroupMember",
    "ObjectPermissions",
    "PermissionSet",
    "PermissionSetAssignment",
    "PermissionSetGroup",
    "PermissionSetGroupComponent",
    "QueueSobject",
    "SetupEntityAccess",
    "UserRole",
];

/// Of an update of User, only these fields make it setup.
/// Source: <https://github.com/SFDO-Community/declarative-lookup-rollup-summaries/issues/380>
const SETUP_FIELDS_OF_USER: &[&str] =
    &["ForecastEnabled", "IsActive", "IsPortalEnabled", "ProfileId", "UserRoleId", "Username"];

/// What the first record of a list was; the others have to be of that kind, where the org is strict about it.
pub(super) struct Mixed {
    strict: bool,
    first: RefCell<Option<(bool, String)>>,
}

impl Mixed {
    pub fn of(org: &Org) -> Mixed {
        Mixed { strict: org.settings.strict_mixed_dml, first: RefCell::default() }
    }

    /// Lets a record in.
    ///
    /// # Errors
    /// `MIXED_DML_OPERATION` when the list began with the other kind.
    pub fn admit(&self, sent: &Sent, operation: Operation) -> Result<(), Vec<Fault>> {
        if !self.strict {
            return Ok(());
        }
        let setup = is_setup(sent, operation);
        let mut first = self.first.borrow_mut();
        match first.as_ref() {
            Some((other, original)) if *other != setup => Err(vec![mixed_dml(&sent.object.name, original)]),
            Some(_) => Ok(()),
            None => {
                *first = Some((setup, sent.object.name.clone()));
                Ok(())
            }
        }
    }
}

fn is_setup(sent: &Sent, operation: Operation) -> bool {
    if sent.object.name != "User" {
        return SETUP.contains(&sent.object.name.as_str());
    }
    let names_one =
        |(name, _): &(String, _)| SETUP_FIELDS_OF_USER.iter().any(|setup| setup.eq_ignore_ascii_case(name));
    operation == Operation::Insert || sent.fields.iter().any(names_one)
}

faults! {
    /// a list of records mixes setup objects (User, UserRole, Group, PermissionSetAssignment, …) with others, and the
    /// seed's `strictMixedDml` is on
    mixed_dml(object: &str, original: &str) = MIXED_DML_OPERATION,
        "DML operation on setup object is not permitted after you have updated a non-setup object (or vice versa): \
         {object}, original object: {original}",
        Quoted "https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_dml_non_mix_sobjects.htm";
}
