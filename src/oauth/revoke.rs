//! `/services/oauth2/revoke`: ends an access token, or a refresh token with all access tokens that came from it.
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_revoke_token.htm>

use serde_json::Map;

use super::answer::{Format, callback, script, uncached};
use super::error::OauthError;
use super::parameters::RequestParameters;
use crate::message::{Request, Response, StatusCode};
use crate::world::{Site, State};

pub fn respond(state: &State, request: &Request, _site: Option<Site>) -> Response {
    let form = RequestParameters::of(request);
    let outcome = revoke(state, &form);
    match (outcome, callback(&form)) {
        (Ok(()), None) => uncached(Response::new(StatusCode::OK)),
        (Ok(()), Some(callback)) => script(callback, &Map::new()),
        // Unlike the other endpoints, this one answers in a query string; jsforce parses it so.
        // Seen in <https://github.com/omniphx/forrest/issues/213>.
        (Err(refusal), None) => refusal.response(Format::oauth(request, &form, Format::UrlEncoded)),
        (Err(refusal), Some(callback)) => script(callback, &refusal.fields()),
    }
}

fn revoke(state: &State, form: &RequestParameters) -> Result<(), OauthError> {
    let token = form.get("token").ok_or_else(OauthError::unsupported_token_type)?;
    if state.sessions.close(token) {
        return Ok(());
    }
    match state.revoke_refresh_token(token) {
        Ok(true) => Ok(()),
        Ok(false) => Err(OauthError::invalid_token(token)),
        Err(_) => Err(OauthError::unknown_error()),
    }
}
