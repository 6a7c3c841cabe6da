//! `/sobjects/User/{id}/password`: whether a password has expired; set it; reset it.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_user_password.htm>

use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use super::{body, gap};
use crate::credentials::password;
use crate::message::{Method, Response, StatusCode};
use crate::model::fault::faults;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Raw;

/// Answers for the password of a user.
pub fn answer(exchange: &Exchange) -> RestResult {
    let object = exchange.object()?;
    match object.name.as_str() {
        "User" => {}
        "SelfServiceUser" => return Err(gap::not_emulated(exchange, "passwords of SelfServiceUser")),
        _ => return Err(RestFault::not_found()),
    }
    let id = exchange.record_id(&object, &exchange.capture("id"))?;
    let (org, runner) = (exchange.context.org, &exchange.context.runner);
    let user = org.find_visible(runner, &object, id)?.ok_or_else(RestFault::not_found)?;
    password::may_manage(runner, &user)?;
    match exchange.method {
        Method::POST => set(exchange, &user),
        Method::DELETE => reset(exchange, id, &user),
        _ => expiry(exchange, id),
    }
}

fn expiry(exchange: &Exchange, id: Id) -> RestResult {
    let expired = password::is_expired(exchange.context.org, &exchange.environment(), id)?;
    Ok(exchange.ok("Result", |w| w.bool("isExpired", expired)))
}

fn set(exchange: &Exchange, user: &Record) -> RestResult {
    password::may_set(exchange.context.org, &exchange.context.runner, user)?;
    let members = body::members(exchange)?;
    let new = members.iter().find_map(|(name, input)| match &input.raw {
        Raw::Text(text) if name.eq_ignore_ascii_case("NewPassword") => Some(text.as_str()),
        _ => None,
    });
    let (org, by) = (exchange.context.org, exchange.context.runner.user);
    password::set(org, &exchange.environment(), user, new.ok_or_else(no_password)?)?;
    password::note_change(org, &exchange.environment(), by, user, false)?;
    Ok(Response::new(StatusCode::NO_CONTENT))
}

fn reset(exchange: &Exchange, id: Id, user: &Record) -> RestResult {
    let (org, by) = (exchange.context.org, exchange.context.runner.user);
    let new = password::reset(org, &exchange.environment(), id, true)?;
    password::note_change(org, &exchange.environment(), by, user, true)?;
    Ok(exchange.ok("Result", |w| w.text("NewPassword", &new)))
}

faults! {
    /// a password is set without `NewPassword`
    no_password() = INVALID_NEW_PASSWORD, "NewPassword is required.", Assumed;
}
