//! `setPassword()`, `resetPassword()`, `changeOwnPassword()`.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_setpassword.htm>

use super::Call;
use super::fault::SoapFault;
use super::writer::Writer;
use crate::credentials::password;
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::world::Visit;

pub fn set(call: &Call, visit: &Visit, answer: &mut Writer) -> Result<(), SoapFault> {
    let operation = &call.envelope.operation;
    operation.takes(&["userId", "password"])?;
    let user = named(visit, operation.text_of("userId").unwrap_or_default().trim())?;
    // Whose password has expired has no other way to set one.
    match visit.session.password_expired {
        true => password::may_manage(&visit.runner, &user)?,
        false => password::may_set(visit.org, &visit.runner, &user)?,
    }
    let new = operation.text_of("password").unwrap_or_default();
    password::set(visit.org, &visit.world(), &user, new)?;
    if user.id("Id") == Some(visit.runner.user) {
        call.state.sessions.password_changed(&visit.session.token);
    }
    answer.nest("setPasswordResponse", |answer| answer.empty("result"));
    Ok(())
}

pub fn reset(call: &Call, visit: &Visit, answer: &mut Writer) -> Result<(), SoapFault> {
    let user = named(visit, call.envelope.operation.only("userId")?.trim())?;
    password::may_manage(&visit.runner, &user)?;
    let id = user.id("Id").unwrap_or(visit.runner.user);
    let new = password::reset(visit.org, &visit.world(), id, call.asks_for_user_mail())?;
    answer.nest("resetPasswordResponse", |answer| {
        answer.nest("result", |answer| answer.text("password", &new));
    });
    Ok(())
}

pub fn change_own(call: &Call, visit: &Visit, answer: &mut Writer) -> Result<(), SoapFault> {
    let operation = &call.envelope.operation;
    operation.takes(&["oldPassword", "newPassword"])?;
    let user = visit.org.find(&visit.org.standard("User")?, visit.runner.user)?;
    let user = user.ok_or_else(Fault::invalid_cross_reference)?;
    let text = |name| operation.text_of(name).unwrap_or_default();
    password::change(visit.org, &visit.world(), &user, text("oldPassword"), text("newPassword"))?;
    call.state.sessions.password_changed(&visit.session.token);
    answer.nest("changeOwnPasswordResponse", |answer| answer.empty("result"));
    Ok(())
}

fn named(visit: &Visit, text: &str) -> Result<Record, SoapFault> {
    let users = visit.org.standard("User")?;
    let id = Id::parse(text).filter(|id| users.key_prefix.as_deref() == Some(id.key_prefix()));
    let user = id.map(|id| visit.org.find_visible(&visit.runner, &users, id)).transpose()?.flatten();
    user.ok_or_else(|| bad_id(text).into())
}

faults! {
    /// an operation on a user or layout is called with an id that is none; the code is assumed
    pub bad_id(text: &str) = INVALID_ID_FIELD, "bad id {text}", Seen "public issues of API clients";
}
