//! What the login history is to say of a request to the OAuth endpoints.

use super::client::Client;
use super::token_request::TokenRequest;
use crate::message::header::USER_AGENT;
use crate::message::{Method, Scheme};
use crate::world::{Door, Way};

/// A request of a client.
pub fn door<'a>(way: Way, client: Client<'a>, asked: TokenRequest<'a>) -> Door<'a> {
    door_of(way, client.name(), asked)
}

/// A request of an application with that name; empty when it has none.
pub fn door_of<'a>(way: Way, application: &'a str, asked: TokenRequest<'a>) -> Door<'a> {
    let request = asked.request;
    Door {
        way,
        source_ip: request.peer.ip(),
        host: request.host(),
        user_agent: request.header(USER_AGENT).unwrap_or_default(),
        application,
        api: None,
        is_get: request.method == Method::GET,
        is_tls: request.scheme == Scheme::Https,
        site: asked.site,
        scope: None,
    }
}
