//! Who asks: the session behind a request.

use super::refusal::Refusal;
use crate::cloud::{SessionKind, State, Visit};
use crate::message::{Request, header};

/// Opens the visit of the session that a request names.
///
/// # Errors
/// 401 without a session for APIs, 403 for a user without "API Enabled", what the fault plan has for calls.
pub fn visit<'a>(state: &'a State, request: &Request) -> Result<Visit<'a>, Refusal> {
    let token = bearer(request).ok_or_else(Refusal::unauthorized)?;
    let visit = state.visit(token).map_err(|_| Refusal::unauthorized())?;
    let has_scope = |scope: &str| visit.session.scopes.iter().any(|granted| granted == scope);
    let for_apis = visit.session.kind != SessionKind::Oauth || has_scope("api") || has_scope("full");
    if !for_apis || visit.session.password_expired || !state.host_serves(request.host(), visit.org.id) {
        return Err(Refusal::unauthorized());
    }
    if !visit.runner.may("ApiEnabled") {
        return Err(Refusal::api_disabled());
    }
    state.admit_api_call()?;
    Ok(visit)
}

fn bearer(request: &Request) -> Option<&str> {
    let (scheme, token) = request.header(header::AUTHORIZATION)?.trim().split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("OAuth");
    known.then(|| token.trim()).filter(|token| !token.is_empty())
}
