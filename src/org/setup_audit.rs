//! The setup audit trail: a row of SetupAuditTrail for each change of the setup.
//! Source: <https://help.salesforce.com/s/articleView?id=xcloud.admin_monitorsetup.htm>

use super::{Environment, Org};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::value::Value;

/// Milliseconds for which a row is kept: 180 days. Those that are older go with every so many rows.
const LIFETIME: i64 = 180 * 24 * 3_600_000;
const SWEEP: u64 = 1000;

/// A change of the setup, as the trail tells it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SetupChange {
    /// `createduser`, `changedprofileforuser`, …
    pub action: String,
    /// The part of the setup; `None` where the service shows none.
    pub section: Option<&'static str>,
    pub display: String,
}

impl SetupChange {
    pub fn new(action: impl Into<String>, section: &'static str, display: String) -> SetupChange {
        SetupChange { action: action.into(), section: Some(section), display }
    }
}

impl Org {
    /// Writes a row of the trail. What a seed sets up is not in it.
    ///
    /// # Errors
    /// A store that failed.
    pub(crate) fn note_setup_change(
        &self,
        environment: &dyn Environment,
        by: Id,
        change: SetupChange,
    ) -> Result<(), Fault> {
        if !self.notes_setup_changes.get() {
            return Ok(());
        }
        let now = environment.now();
        let object = self.standard("SetupAuditTrail")?;
        let layout = self.layout(&object)?;
        let length = object.field("Display").map_or(usize::MAX, |field| field.length as usize);
        let display: String = change.display.chars().take(length).collect();
        let id = self.next_id(&object)?;
        if id.number().is_some_and(|number| number % SWEEP == 0) {
            let sql = "DELETE FROM \"SetupAuditTrail\" WHERE \"CreatedDate\" < ?1";
            self.store.execute(sql, [now - LIFETIME])?;
        }
        let values = [
            ("Id", Value::from(id)),
            ("Action", Value::from(change.action.as_str())),
            ("Section", change.section.map_or(Value::Null, Value::from)),
            ("Display", Value::from(display)),
            ("CreatedDate", Value::Int(now)),
            ("CreatedById", Value::from(by)),
            ("DelegateUser", environment.delegate_user().map_or(Value::Null, Value::from)),
        ];
        let value = |at: usize| {
            let named = values.iter().find(|(name, _)| object.field_index(name) == Some(at));
            named.map_or(&Value::Null, |(_, value)| value)
        };
        self.store.insert(&layout.insert, layout.values(value))?;
        Ok(())
    }
}
