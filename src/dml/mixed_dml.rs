//! `MIXED_DML_OPERATION`: one transaction changes setup objects or others, not both.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_dml_non_mix_sobjects.htm>

use std::cell::{Cell, RefCell};

use super::call::{Call, Operation, RecordInput};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::schema::SObject;
use crate::org::Org;
use crate::org::extensions::Extension;

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

/// What the first record of a transaction was; the others have to be of that kind, where the org is strict about it. A
/// transaction is one call, or several that stand and fall together.
#[derive(Default)]
pub(crate) struct MixedDml {
    /// The number of the transaction that `first` is of.
    transaction: Cell<u64>,
    first: RefCell<Option<(bool, String)>>,
}

impl Extension for MixedDml {}

impl MixedDml {
    /// That of the transaction that a call which begins now belongs to.
    pub fn of(org: &Org) -> &MixedDml {
        let mixed_dml: &MixedDml = org.extensions.get();
        let transaction = org.transaction_number();
        if mixed_dml.transaction.replace(transaction) != transaction {
            mixed_dml.first.take();
        }
        mixed_dml
    }

    /// Lets a record in.
    ///
    /// # Errors
    /// `MIXED_DML_OPERATION` when the transaction began with the other kind.
    pub fn admit(&self, call: Call, sent: &RecordInput, operation: Operation) -> Result<(), Vec<Fault>> {
        self.enter(call, &sent.object, || is_setup(sent, operation))
    }

    /// Lets a record go, of whatever object its id is.
    ///
    /// # Errors
    /// `MIXED_DML_OPERATION`
    pub fn admit_deletion(&self, call: Call, id: &str) -> Result<(), Vec<Fault>> {
        let object = Id::parse(id).and_then(|id| call.org.schema.by_key_prefix(id.key_prefix()));
        object.map_or(Ok(()), |object| self.enter(call, &object, || SETUP.contains(&object.name.as_str())))
    }

    /// The platform itself may do as it likes.
    fn enter(&self, call: Call, object: &SObject, is_setup: impl FnOnce() -> bool) -> Result<(), Vec<Fault>> {
        if !call.org.settings.strict_mixed_dml || call.options.mixes || call.runner.is_system() {
            return Ok(());
        }
        let setup = is_setup();
        let mut first = self.first.borrow_mut();
        match first.as_ref() {
            Some((other, original)) if *other != setup => Err(vec![mixed_dml(&object.name, original)]),
            Some(_) => Ok(()),
            None => {
                *first = Some((setup, object.name.clone()));
                Ok(())
            }
        }
    }
}

fn is_setup(sent: &RecordInput, operation: Operation) -> bool {
    if sent.object.name != "User" {
        return SETUP.contains(&sent.object.name.as_str());
    }
    let names_one =
        |(name, _): &(String, _)| SETUP_FIELDS_OF_USER.iter().any(|setup| setup.eq_ignore_ascii_case(name));
    operation == Operation::Insert || sent.fields.iter().any(names_one)
}

faults! {
    /// a list of records, or a composite call that is all or none, mixes setup objects (User, UserRole, Group,
    /// PermissionSetAssignment, …) with others, and the seed's `strictMixedDml` is on
    mixed_dml(object: &str, original: &str) = MIXED_DML_OPERATION,
        "DML operation on setup object is not permitted after you have updated a non-setup object (or vice versa): \
         {object}, original object: {original}",
        Quoted "https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_dml_non_mix_sobjects.htm";
}
