//! The session that a call names in its `SessionHeader`.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Call;
use super::fault::SoapFault;
use crate::cloud::{SessionKind, State, Visit};
use crate::org::fault::StatusCode;

/// What may still be done when the password has expired.
const WITH_EXPIRED_PASSWORD: [&str; 3] = ["setPassword", "changeOwnPassword", "logout"];

/// Opens the visit.
///
/// # Errors
/// `INVALID_SESSION_ID` in its variants, `API_DISABLED_FOR_ORG`, `INVALID_OPERATION_WITH_EXPIRED_PASSWORD`.
pub fn visit<'a>(call: &Call<'a>) -> Result<Visit<'a>, SoapFault> {
    let token = call.envelope.session_id().ok_or_else(SoapFault::illegal_session)?;
    let visit = call.state.visit(token).map_err(|fault| match fault.code {
        StatusCode::INVALID_SESSION_ID if may_have_been_ours(call.state, token) => {
            SoapFault::session_not_found(&hash(token))
        }
        StatusCode::INVALID_SESSION_ID => SoapFault::illegal_session(),
        _ => SoapFault::from(fault),
    })?;
    if !call.state.host_serves(call.request.host(), visit.org.id) {
        return Err(SoapFault::illegal_session());
    }
    let has_scope = |scope: &str| visit.session.scopes.iter().any(|granted| granted == scope);
    if visit.session.kind == SessionKind::Oauth && !(has_scope("api") || has_scope("full")) {
        return Err(SoapFault::session_not_for_api());
    }
    if !visit.runner.may("ApiEnabled") {
        return Err(SoapFault::api_disabled());
    }
    if visit.session.password_expired && !WITH_EXPIRED_PASSWORD.contains(&call.envelope.operation.name) {
        return Err(SoapFault::password_expired());
    }
    call.state.admit_api_call().map_err(SoapFault::from)?;
    Ok(visit)
}

/// True for what has the shape of a session id of an org that is here.
fn may_have_been_ours(state: &State, token: &str) -> bool {
    match token.split_once('!') {
        Some((org, rest)) => rest.len() == 96 && state.orgs.iter().any(|known| known.id.short() == org),
        None => false,
    }
}

fn hash(token: &str) -> String {
    STANDARD.encode(digest::digest(&digest::SHA256, token.as_bytes()))
}
