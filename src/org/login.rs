//! What logging in writes of a user, besides the password.

use super::Org;
use super::dml::update_quietly;
use super::fault::Fault;
use super::id::Id;
use super::record::Record;
use super::value::Value;

/// Notes a login at that time (milliseconds since 1970 UTC). The row does not count as modified.
pub fn note_success(org: &Org, user: Id, at: i64) -> Result<(), Fault> {
    let fields = [("LastLoginDate", Value::Int(at)), ("NumberOfFailedLogins", Value::Int(0))];
    update_quietly(org, "User", user, &fields)
}

/// Counts a wrong password.
pub fn note_failure(org: &Org, user: &Record) -> Result<(), Fault> {
    let Some(id) = user.id("Id") else { return Ok(()) };
    let failures = match user.get("NumberOfFailedLogins") {
        Value::Int(failures) => failures + 1,
        _ => 1,
    };
    update_quietly(org, "User", id, &[("NumberOfFailedLogins", Value::Int(failures))])
}
