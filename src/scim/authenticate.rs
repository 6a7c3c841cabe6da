//! Who asks: the session behind a request.

use super::error::ScimError;
use crate::message::{Request, header};
use crate::world::{Denial, Purpose, RequestContext, State};

/// Opens the visit of the session that a request names.
///
/// # Errors
/// 401 without a session for APIs, 403 for an expired password and for a user without "API Enabled", what is injected for
/// calls.
pub fn request_context<'a>(state: &'a State, request: &Request) -> Result<RequestContext<'a>, ScimError> {
    let token = bearer(request).ok_or_else(ScimError::unauthorized)?;
    state.admit(token, request.host(), Purpose::Api).map_err(|denial| match denial {
        Denial::NoSession | Denial::OtherMyDomain | Denial::MissingScope => ScimError::unauthorized(),
        Denial::PasswordExpired => ScimError::password_expired(),
        Denial::ApiDisabled => ScimError::api_disabled(),
        Denial::Refused(fault) => fault.into(),
    })
}

fn bearer(request: &Request) -> Option<&str> {
    let (scheme, token) = request.header(header::AUTHORIZATION)?.trim().split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("OAuth");
    known.then(|| token.trim()).filter(|token| !token.is_empty())
}
