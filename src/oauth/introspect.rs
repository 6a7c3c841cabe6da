//! `/services/oauth2/introspect` (RFC 7662).
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oidc_token_introspection_endpoint.htm>

use serde_json::{Map, Value, json};

use super::answer::{Format, answer};
use super::client::Client;
use super::error::OauthError;
use super::oauth_request::OauthRequest;
use super::parameters::RequestParameters;
use crate::message::{Method, Request, Response, StatusCode};
use crate::model::id::Id;
use crate::org::Org;
use crate::org::connected_app::RefreshTokenPolicy;
use crate::world::{Site, State};

pub fn respond(state: &State, request: &Request, site: Option<Site>) -> Response {
    let form = RequestParameters::of(request);
    if request.method != Method::POST {
        return OauthError::must_post().response(Format::Json);
    }
    let client = match Client::authenticated(OauthRequest { state, request, form: &form, site }) {
        Ok(client) => client,
        Err(refusal) => return refusal.response(Format::Json),
    };
    let token = form.get("token").unwrap_or_default();
    let fields = access(state, request, client, token).or_else(|| refresh(state, request, client, token));
    let fields = fields.unwrap_or_else(|| Map::from_iter([("active".to_owned(), Value::Bool(false))]));
    answer(StatusCode::OK, Format::Json, "OAuth", &fields)
}

fn access(state: &State, request: &Request, client: Client, token: &str) -> Option<Map<String, Value>> {
    let session = state.sessions.look_at(token, state.clock.now())?;
    if session.client_id.as_deref() != Some(client.id()) {
        return None;
    }
    let org = state.org(session.org)?;
    let mut fields = common(request, org, session.user, client, &session.scopes.join(" "), "access_token")?;
    let opened = session.opened / 1000;
    fields.insert("exp".to_owned(), (session.expires / 1000).into());
    fields.insert("iat".to_owned(), opened.into());
    fields.insert("nbf".to_owned(), opened.into());
    Some(fields)
}

fn refresh(state: &State, request: &Request, client: Client, token: &str) -> Option<Map<String, Value>> {
    let (org, kept) = state.refresh_token(token).ok()??;
    let policy = client.app().map(|app| app.refresh_token_policy).unwrap_or_default();
    if kept.client_id != client.id() || !kept.is_live || !kept.lasts(policy, state.clock.now()) {
        return None;
    }
    let mut fields = common(request, org, kept.user, client, &kept.scopes.join(" "), "refresh_token")?;
    if let (Some((issued, _)), RefreshTokenPolicy::Lifetime(length)) = (kept.times, policy) {
        fields.insert("exp".to_owned(), ((issued + length) / 1000).into());
        fields.insert("iat".to_owned(), (issued / 1000).into());
        fields.insert("nbf".to_owned(), (issued / 1000).into());
    }
    Some(fields)
}

fn common(
    request: &Request,
    org: &Org,
    user: Id,
    client: Client,
    scope: &str,
    token_type: &str,
) -> Option<Map<String, Value>> {
    let record = org.find(&org.standard("User").ok()?, user).ok()??;
    let fields = json!({
        "active": true,
        "scope": scope,
        "client_id": client.id(),
        "username": record.text("Username"),
        "sub": format!("{}/id/{}/{user}", request.origin(), org.id),
        "token_type": token_type,
    });
    fields.as_object().cloned()
}
