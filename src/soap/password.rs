//! `setPassword()`, `resetPassword()`, `changeOwnPassword()`.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_setpassword.htm>

use super::call::Call;
use super::fault::SoapFault;
use super::writer::Writer;
use crate::credentials::password;
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::world::RequestContext;

pub fn set(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let operation = &call.envelope.operation;
    operation.takes(&["userId", "password"])?;
    let user = named(context, operation.text_of("userId").unwrap_or_default().trim())?;
    // Whose password has expired has no other way to set one.
    match context.session.password_expired {
        true => password::may_manage(&context.runner, &user)?,
        false => password::may_set(context.org, &context.runner, &user)?,
    }
    let new = operation.text_of("password").unwrap_or_default();
    password::set(context.org, &context.environment(), &user, new)?;
    password::note_change(context.org, &context.environment(), context.runner.user, &user, false)?;
    if user.id("Id") == Some(context.runner.user) {
        call.state.sessions.password_changed(&context.session.token);
    }
    answer.nest("setPasswordResponse", |answer| answer.empty("result"));
    Ok(())
}

pub fn reset(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let user = named(context, call.envelope.operation.only("userId")?.trim())?;
    password::may_manage(&context.runner, &user)?;
    let id = user.id("Id").unwrap_or(context.runner.user);
    let new = password::reset(context.org, &context.environment(), id, call.asks_for_user_mail())?;
    password::note_change(context.org, &context.environment(), context.runner.user, &user, true)?;
    answer.nest("resetPasswordResponse", |answer| {
        answer.nest("result", |answer| answer.text("password", &new));
    });
    Ok(())
}

pub fn change_own(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let operation = &call.envelope.operation;
    operation.takes(&["oldPassword", "newPassword"])?;
    let user = context.org.find(&context.org.standard("User")?, context.runner.user)?;
    let user = user.ok_or_else(Fault::invalid_cross_reference)?;
    let text = |name| operation.text_of(name).unwrap_or_default();
    password::change(context.org, &context.environment(), &user, text("oldPassword"), text("newPassword"))?;
    call.state.sessions.password_changed(&context.session.token);
    answer.nest("changeOwnPasswordResponse", |answer| answer.empty("result"));
    Ok(())
}

fn named(context: &RequestContext, text: &str) -> Result<Record, SoapFault> {
    let users = context.org.standard("User")?;
    let id = Id::parse(text).filter(|id| users.key_prefix.as_deref() == Some(id.key_prefix()));
    let user = id.map(|id| context.org.find_visible(&context.runner, &users, id)).transpose()?.flatten();
    user.ok_or_else(|| bad_id(text).into())
}

faults! {
    /// an operation on a user or layout is called with an id that is none; the code is assumed
    pub bad_id(text: &str) = INVALID_ID_FIELD, "bad id {text}", Seen "public issues of API clients";
}
