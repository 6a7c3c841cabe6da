//! Who calls the token endpoint: a connected app, or one of the clients that every org knows.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::error::OauthError;
use super::oauth_request::OauthRequest;
use super::parameters::RequestParameters;
use super::{client_assertion, scope};
use crate::message::Request;
use crate::message::header::AUTHORIZATION;
use crate::org::Org;
use crate::org::connected_app::{BUILT_IN, BuiltIn, ConnectedApp};
use crate::world::State;

const SUCCESS_PAGE: &str = "/services/oauth2/success";
const BUILT_IN_SCOPES: &[&str] = &["api", "refresh_token", "web"];

/// A client of the OAuth endpoints.
#[derive(Clone, Copy)]
pub enum Client<'a> {
    /// A connected app, and the org it is defined in.
    App {
        org: &'a Org,
        app: &'a ConnectedApp,
    },
    BuiltIn(&'static BuiltIn),
}

impl<'a> Client<'a> {
    /// The client of a consumer key, whoever asks.
    pub fn find(state: &'a State, id: &str) -> Option<Client<'a>> {
        if let Some((org, app)) = state.connected_app(id) {
            return Some(Client::App { org, app });
        }
        BUILT_IN.iter().find(|built_in| built_in.id == id).map(Client::BuiltIn)
    }

    /// The client that a request names, after its secret has been checked.
    pub fn authenticated(oauth: OauthRequest<'a>) -> Result<Client<'a>, OauthError> {
        Client::proven(oauth, |_| true)
    }

    /// As [`Client::authenticated`], for a flow that some apps may use without a secret. A wrong one is refused all the
    /// same.
    pub fn proven(
        oauth: OauthRequest<'a>,
        needs_secret: fn(&ConnectedApp) -> bool,
    ) -> Result<Client<'a>, OauthError> {
        if let Some(client) = client_assertion::client(oauth)? {
            return Ok(client);
        }
        let form = oauth.form;
        let basic = basic_credentials(oauth.request);
        let (id, secret) = match (&basic, form.get("client_id")) {
            (_, Some(id)) => (id, form.get("client_secret")),
            (Some((id, secret)), None) => (id.as_str(), Some(secret.as_str())),
            (None, None) => return Err(OauthError::invalid_client_id()),
        };
        let secret = secret.or(basic.as_ref().map(|(_, secret)| secret.as_str()));
        let client = Client::find(oauth.state, id).ok_or_else(OauthError::invalid_client_id)?;
        let Some(app) = client.app() else { return Ok(client) };
        match secret.filter(|secret| !secret.is_empty()) {
            Some(secret) => verify_slices_are_equal(secret.as_bytes(), app.client_secret.as_bytes())
                .map_err(|_| OauthError::invalid_client())?,
            None if needs_secret(app) => return Err(OauthError::invalid_client()),
            None => {}
        }
        Ok(client)
    }

    /// The connected app, if it is one.
    pub fn app(&self) -> Option<&'a ConnectedApp> {
        match self {
            Client::App { app, .. } => Some(app),
            Client::BuiltIn(_) => None,
        }
    }

    /// Whether the authorization endpoint may lead there: to the letter one of the callback URLs, of which those that are
    /// only paths are on this server (`scheme://host[:port]`). Built-in clients know the landing page of this server, too.
    pub fn may_return_to(&self, uri: &str, origin: &str) -> bool {
        match self {
            Client::App { app, .. } => app.callback_urls.iter().any(|known| {
                known == uri || (known.starts_with('/') && uri.strip_prefix(origin) == Some(known))
            }),
            Client::BuiltIn(built_in) => {
                built_in.callback_urls.contains(&uri) || uri.strip_prefix(origin) == Some(SUCCESS_PAGE)
            }
        }
    }

    /// The consumer key.
    pub fn id(&self) -> &'a str {
        match self {
            Client::App { app, .. } => &app.client_id,
            Client::BuiltIn(built_in) => built_in.id,
        }
    }

    /// The name in the login history.
    pub fn name(&self) -> &'a str {
        match self {
            Client::App { app, .. } => &app.name,
            Client::BuiltIn(built_in) => built_in.name,
        }
    }

    /// The key of the signatures in token answers; public clients have none.
    pub fn secret(&self) -> &'a str {
        match self {
            Client::App { app, .. } => &app.client_secret,
            Client::BuiltIn(_) => "",
        }
    }

    /// The scopes that the client may ask for.
    pub fn scopes(&self) -> Vec<String> {
        match self {
            Client::App { app, .. } => app.scopes.clone(),
            Client::BuiltIn(_) => BUILT_IN_SCOPES.iter().map(|scope| (*scope).to_owned()).collect(),
        }
    }

    /// The scopes that a request asks for, or all of the client's when it names none.
    pub fn scopes_asked(&self, form: &RequestParameters) -> Result<Vec<String>, OauthError> {
        let all = self.scopes();
        if all.is_empty() {
            return Err(OauthError::no_scopes());
        }
        let Some(oauth) = form.get("scope") else { return Ok(all) };
        let oauth: Vec<String> = oauth.split_ascii_whitespace().map(str::to_owned).collect();
        let allowed = oauth.iter().all(|oauth| scope::allows(&all, oauth));
        if allowed { Ok(oauth) } else { Err(OauthError::scope_not_allowed()) }
    }
}

/// Client id and secret of HTTP Basic (RFC 7617). Salesforce clients do not percent-encode them first, as RFC 6749 wants.
fn basic_credentials(request: &Request) -> Option<(String, String)> {
    let (scheme, encoded) = request.header(AUTHORIZATION)?.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}
