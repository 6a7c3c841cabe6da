//! The rules of Employee2. That status and contact reach the user is documented; the rest is inferred.

use super::declare::rule;
use crate::dml::{Rule, Save};
use crate::model::fault::Fault;
use crate::model::value::Value;

pub(super) const RULES: &[Rule] =
    &[rule!(After SAVE provisioning_status_asks_for_a_user), rule!(After UPDATE end_deactivates_the_user)];

/// Statuses of those who work no more.
const ENDED: [&str; 2] = ["Inactive", "Terminated"];

/// An employee who is created in the provisioning status, or moves to it, gets a user in the background.
fn provisioning_status_asks_for_a_user(save: &mut Save) -> Result<(), Fault> {
    if !save.changes("EmployeeStatus") || save.id_in("UserId").is_some() {
        return Ok(());
    }
    let settings = save.call.org.employee_user_settings()?;
    match settings {
        Some(settings)
            if settings.automatic_user_creation
                && save.text("EmployeeStatus") == Some(settings.employee_status.as_str()) =>
        {
            Ok(save.call.org.await_user(save.id)?)
        }
        _ => Ok(()),
    }
}

/// With "Cascade Employee Changes", who works no more logs in no more.
fn end_deactivates_the_user(save: &mut Save) -> Result<(), Fault> {
    let ends = save.changes("EmployeeStatus")
        && save.text("EmployeeStatus").is_some_and(|status| ENDED.contains(&status));
    let Some(user) = save.id_in("UserId").filter(|_| ends) else { return Ok(()) };
    match save.call.org.employee_user_settings()? {
        Some(settings) if settings.cascade_employee_changes => {
            save.also_update("User", user, &[("IsActive", Value::from(false))])
        }
        _ => Ok(()),
    }
}
