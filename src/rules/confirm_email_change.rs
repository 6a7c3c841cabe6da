//! The link in the mail about an email change: what pends takes effect.
//! Source: <https://help.salesforce.com/s/articleView?id=005103627&type=1>

use super::user::email::{LINK_LASTS, TABLE};
use crate::dml::{Call, Options, update_as_platform};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::value::Value;
use crate::org::access::Runner;
use crate::org::{Environment, Org};

/// Follows the link of an email change: the pending address becomes the user's. `None` for a token that is unknown or
/// older than 72 hours.
pub fn confirm_email_change(
    org: &Org,
    environment: &dyn Environment,
    token: &str,
) -> Result<Option<Id>, Fault> {
    org.store.execute(TABLE, [])?;
    let sql = "SELECT \"user\", address, asked FROM \"_email_change\" WHERE token = ?1";
    let read = |row: &rusqlite::Row| -> rusqlite::Result<(String, String, i64)> {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    };
    let Some((user, address, asked)) = org.store.row(sql, [token], read)? else { return Ok(None) };
    let Some(user) = Id::parse(&user).filter(|_| environment.now() < asked + LINK_LASTS) else {
        return Ok(None);
    };
    let runner = Runner::system(user);
    let call = Call { org, environment, runner: &runner, options: &Options::default(), rules: &super::BOOK };
    let fields = [("Email", Value::from(address)), ("HasUserVerifiedEmail", Value::from(true))];
    org.savepoint(|| {
        update_as_platform(call, "User", user, &fields)?;
        org.store.execute("DELETE FROM \"_email_change\" WHERE token = ?1", [token])?;
        Ok::<_, Fault>(Some(user))
    })
}
