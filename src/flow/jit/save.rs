//! Saves of provisioning, each noted in the trace.

use std::sync::Arc;

use super::error::{JitError, JitErrorCode};
use super::fields::Fields;
use super::provisioning::Jit;
use crate::dml::{Call, Options, RecordInput};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::SObject;
use crate::org::access::Runner;
use crate::world::Stage;

impl Jit<'_> {
    /// Inserts a record in the name of a user.
    ///
    /// # Errors
    /// This kind, with the save's first fault as details.
    pub(super) fn insert(
        &self,
        runner: &Runner,
        object: &Arc<SObject>,
        fields: Fields,
        kind: JitErrorCode,
    ) -> Result<Id, JitError> {
        let names = names(&fields);
        match self.try_insert(runner, object, fields)? {
            Ok(id) => {
                let by = self.username(runner.user)?;
                self.note(Stage::Save, format!("inserted {} {id} as {by}: {names}", object.name));
                Ok(id)
            }
            Err(faults) => self.failed(&format!("insert of {}", object.name), runner, &faults, kind),
        }
    }

    /// Updates a record in the name of a user. Without fields nothing is done.
    ///
    /// # Errors
    /// This kind, with the save's first fault as details.
    pub(super) fn update(
        &self,
        runner: &Runner,
        object: &Arc<SObject>,
        id: Id,
        fields: Fields,
        kind: JitErrorCode,
    ) -> Result<(), JitError> {
        if fields.is_empty() {
            return Ok(());
        }
        let names = names(&fields);
        match self.try_update(runner, object, id, fields)? {
            Ok(id) => {
                let by = self.username(runner.user)?;
                self.note(Stage::Save, format!("updated {} {id} as {by}: {names}", object.name));
                Ok(())
            }
            Err(faults) => self.failed(&format!("update of {} {id}", object.name), runner, &faults, kind),
        }
    }

    /// Inserts a record; the inner error are the faults of the record.
    pub(super) fn try_insert(
        &self,
        runner: &Runner,
        object: &Arc<SObject>,
        fields: Fields,
    ) -> Result<Result<Id, Vec<Fault>>, Fault> {
        let sent = RecordInput { object: object.clone(), id: None, fields };
        self.save(runner, |call| call.insert_one(&sent))
    }

    /// Updates a record; the inner error are the faults of the record.
    pub(super) fn try_update(
        &self,
        runner: &Runner,
        object: &Arc<SObject>,
        id: Id,
        fields: Fields,
    ) -> Result<Result<Id, Vec<Fault>>, Fault> {
        let sent = RecordInput { object: object.clone(), id: Some(id.to_string()), fields };
        self.save(runner, |call| call.update_one(&sent))
    }

    fn save(
        &self,
        runner: &Runner,
        work: impl FnOnce(Call) -> Result<Result<Id, Vec<Fault>>, Fault>,
    ) -> Result<Result<Id, Vec<Fault>>, Fault> {
        work(Call {
            org: self.org,
            environment: self.environment,
            runner,
            options: &Options::default(),
            rules: &crate::rules::BOOK,
        })
    }

    fn failed<T>(
        &self,
        what: &str,
        runner: &Runner,
        faults: &[Fault],
        kind: JitErrorCode,
    ) -> Result<T, JitError> {
        let why: Vec<_> =
            faults.iter().map(|fault| format!("{}: {}", fault.code, fault.message.trim_end())).collect();
        let by = self.username(runner.user)?;
        self.trace.borrow_mut().fail(Stage::Save, format!("{what} as {by} failed: {}", why.join("; ")));
        Err(JitError::of_save(kind, faults))
    }

    /// How the trace names a user.
    pub(super) fn username(&self, user: Id) -> Result<String, Fault> {
        if user == self.platform.user {
            return Ok("Automated Process".to_owned());
        }
        let found = self.org.find(&self.users, user)?;
        Ok(found.as_ref().and_then(|user| user.text("Username")).unwrap_or_default().to_owned())
    }
}

fn names(fields: &Fields) -> String {
    fields.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
}
