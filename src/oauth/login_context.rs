//! The login context of a request to the OAuth endpoints.

use super::client::Client;
use super::oauth_request::OauthRequest;
use crate::message::header::USER_AGENT;
use crate::message::{Method, Scheme};
use crate::world::{LoginContext, LoginMethod};

/// A request of a client.
pub fn login_context<'a>(
    method: LoginMethod,
    client: Client<'a>,
    oauth: OauthRequest<'a>,
) -> LoginContext<'a> {
    login_context_of(method, client.name(), oauth)
}

/// A request of an application with that name; empty when it has none.
pub fn login_context_of<'a>(
    method: LoginMethod,
    application: &'a str,
    oauth: OauthRequest<'a>,
) -> LoginContext<'a> {
    let request = oauth.request;
    LoginContext {
        method,
        source_ip: request.peer.ip(),
        host: request.host(),
        user_agent: request.header(USER_AGENT).unwrap_or_default(),
        application,
        api: None,
        is_get: request.method == Method::GET,
        is_tls: request.scheme == Scheme::Https,
        site: oauth.site,
        scope: None,
        authentication_service: None,
        auth_context_class: None,
    }
}
