//! The header `auto-approve-user`: who makes a user of an app is given a refresh token with which the app is that user.
//! Source: <https://github.com/forcedotcom/sfdx-core/blob/main/src/org/user.ts>

use super::error::ScimError;
use super::exchange::Exchange;
use crate::credentials::refresh_token;
use crate::message::{HeaderName, HeaderValue, Response};
use crate::model::id::Id;

const HEADER: HeaderName = HeaderName::from_static("auto-approve-user");

/// Whether a request asks for it.
pub fn is_wanted(exchange: &Exchange) -> bool {
    exchange.request.header(HEADER).is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// Approves the app of the session for a new user, where the request asks for it. A session of no app approves none.
pub fn approve(exchange: &Exchange, user: Id, response: Response) -> Result<Response, ScimError> {
    let session = &exchange.context.session;
    let Some(client) = session.client_id.as_deref().filter(|_| is_wanted(exchange)) else {
        return Ok(response);
    };
    let org = exchange.context.org;
    let app = (client, exchange.context.state.app_name(client));
    let token = refresh_token::issue(org, &exchange.environment(), user, app, &session.scopes)?;
    Ok(match HeaderValue::from_str(&token) {
        Ok(token) => response.with_header(HEADER, token),
        Err(_) => response,
    })
}
