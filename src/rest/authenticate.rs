//! Who asks: the session behind a request, and whether it may use the REST API.

use std::borrow::Cow;

use super::fault::RestFault;
use crate::credentials::password;
use crate::message::{HeaderMap, Method, Request, header, percent_decoded};
use crate::model::fault::{Fault, faults};
use crate::world::{Denial, Purpose, RequestContext, State, session_expired};

/// Opens the visit of the session that a request names.
///
/// # Errors
/// 401 `INVALID_SESSION_ID`, `INVALID_AUTH_HEADER`; 403 `API_DISABLED_FOR_ORG`,
/// `INVALID_OPERATION_WITH_EXPIRED_PASSWORD`; what is injected for calls.
pub fn request_context<'a>(
    state: &'a State,
    request: &Request,
    purpose: Purpose,
) -> Result<RequestContext<'a>, RestFault> {
    let token = token(request)?;
    Ok(state.admit(&token, request.host(), purpose).map_err(fault_of)?)
}

fn fault_of(denial: Denial) -> Fault {
    match denial {
        Denial::NoSession | Denial::OtherMyDomain => session_expired(),
        Denial::MissingScope => not_for_rest(),
        Denial::PasswordExpired => password::expired(),
        Denial::ApiDisabled => api_disabled(),
        Denial::Refused(fault) => fault,
    }
}

/// The session token: of `Authorization: Bearer` or `OAuth`, or for reading of a browser's `sid` cookie.
fn token(request: &Request) -> Result<Cow<'_, str>, Fault> {
    let Some(value) = request.headers.get(header::AUTHORIZATION) else {
        let reads = matches!(request.method, Method::GET | Method::HEAD);
        return sid_cookie(&request.headers).filter(|_| reads).ok_or_else(session_expired);
    };
    let value = str::from_utf8(value.as_bytes()).map_err(|_| session_expired())?;
    // What follows the scheme is the token, blanks and all: no session has such a name.
    let (scheme, token) = value.trim().split_once(' ').ok_or_else(bad_auth_header)?;
    let known = scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("OAuth");
    if known { Ok(token.trim().into()) } else { Err(bad_auth_header()) }
}

fn sid_cookie(headers: &HeaderMap) -> Option<Cow<'_, str>> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| name.trim() == "sid").map(|(_, value)| percent_decoded(value.trim()))
}

faults! {
    /// the Authorization header is not `Bearer` or `OAuth` and a token (401)
    bad_auth_header() = INVALID_AUTH_HEADER, "INVALID_HEADER_TYPE", Seen "public issues of API clients";

    /// a session's OAuth scopes have neither `api` nor `full` (401; jsforce does not log in again on this text)
    not_for_rest() = INVALID_SESSION_ID, "This session is not valid for use with the REST API", Quoted;

    /// the user does not have "API Enabled" (403)
    api_disabled() = API_DISABLED_FOR_ORG,
        "The REST API is not enabled for this Organization.",
        Seen "https://github.com/xgeek-net/salesforce-mass-editor/issues/8";
}
