//! Who calls the token endpoint: a connected app, or one of the clients that every org knows.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::form::Form;
use super::refusal::Refusal;
use crate::cloud::State;
use crate::message::Request;
use crate::message::header::AUTHORIZATION;
use crate::org::Org;
use crate::org::connected_app::ConnectedApp;

/// Public clients that need no registration: `(client id, name)`.
/// <https://github.com/forcedotcom/sfdx-core/blob/main/src/org/authInfo.ts>,
/// <https://github.com/forcedotcom/dataloader/blob/master/src/main/java/com/salesforce/dataloader/config/Config.java>
const BUILT_IN: &[(&str, &str)] = &[
    ("PlatformCLI", "Salesforce CLI"),
    ("SalesforceDevelopmentExperience", "Salesforce Developer Experience"),
    ("DataLoaderPartnerUI/", "Data Loader Partner"),
    ("DataLoaderBulkUI/", "Data Loader Bulk"),
];
const BUILT_IN_SCOPES: &[&str] = &["api", "refresh_token", "web"];

/// A client of the OAuth endpoints.
#[derive(Clone, Copy)]
pub enum Client<'a> {
    /// A connected app, and the org it is defined in.
    App {
        org: &'a Org,
        app: &'a ConnectedApp,
    },
    BuiltIn {
        id: &'static str,
        name: &'static str,
    },
}

impl<'a> Client<'a> {
    /// The client of a consumer key, whoever asks.
    pub fn find(state: &'a State, id: &str) -> Option<Client<'a>> {
        if let Some((org, app)) = state.connected_app(id) {
            return Some(Client::App { org, app });
        }
        let built_in = BUILT_IN.iter().find(|(key, _)| *key == id);
        built_in.map(|(id, name)| Client::BuiltIn { id, name })
    }

    /// The client that a request names, after its secret has been checked.
    pub fn authenticated(state: &'a State, request: &Request, form: &Form) -> Result<Client<'a>, Refusal> {
        let basic = basic_credentials(request);
        let (id, secret) = match (&basic, form.get("client_id")) {
            (_, Some(id)) => (id, form.get("client_secret")),
            (Some((id, secret)), None) => (id.as_str(), Some(secret.as_str())),
            (None, None) => return Err(Refusal::invalid_client_id()),
        };
        let secret = secret.or(basic.as_ref().map(|(_, secret)| secret.as_str()));
        let client = Client::find(state, id).ok_or_else(Refusal::invalid_client_id)?;
        match client {
            Client::App { app, .. } => {
                let given = secret.unwrap_or_default().as_bytes();
                verify_slices_are_equal(given, app.client_secret.as_bytes())
                    .map_err(|_| Refusal::invalid_client())?;
            }
            Client::BuiltIn { .. } => {}
        }
        Ok(client)
    }

    /// The consumer key.
    pub fn id(&self) -> &'a str {
        match self {
            Client::App { app, .. } => &app.client_id,
            Client::BuiltIn { id, .. } => id,
        }
    }

    /// The name in the login history.
    pub fn name(&self) -> &'a str {
        match self {
            Client::App { app, .. } => &app.name,
            Client::BuiltIn { name, .. } => name,
        }
    }

    /// The key of the signatures in token answers; public clients have none.
    pub fn secret(&self) -> &'a str {
        match self {
            Client::App { app, .. } => &app.client_secret,
            Client::BuiltIn { .. } => "",
        }
    }

    /// The scopes that the client may ask for.
    pub fn scopes(&self) -> Vec<String> {
        match self {
            Client::App { app, .. } => app.scopes.clone(),
            Client::BuiltIn { .. } => BUILT_IN_SCOPES.iter().map(|scope| (*scope).to_owned()).collect(),
        }
    }

    /// The scopes that a request asks for, or all of the client's when it names none.
    pub fn scopes_asked(&self, form: &Form) -> Result<Vec<String>, Refusal> {
        let all = self.scopes();
        if all.is_empty() {
            return Err(Refusal::no_scopes());
        }
        let Some(asked) = form.get("scope") else { return Ok(all) };
        let asked: Vec<String> = asked.split_ascii_whitespace().map(str::to_owned).collect();
        let allowed = |scope: &String| all.contains(scope) || all.iter().any(|known| known == "full");
        if asked.iter().all(allowed) { Ok(asked) } else { Err(Refusal::scope_not_allowed()) }
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
