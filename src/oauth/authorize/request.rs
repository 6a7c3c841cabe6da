//! What an authorization request asks for.

use super::super::client::Client;
use super::super::error::OauthError;
use super::super::oauth_request::OauthRequest;
use super::super::parameters::RequestParameters;
use crate::world::LoginMethod;

/// What the browser comes back with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseType {
    /// The web server flow.
    Code,
    /// The user-agent flow.
    Token,
    TokenIdToken,
    /// As the user-agent flow, with sessions for pages.
    HybridToken,
    /// A code for a username and a password, without pages.
    CodeCredentials,
}

impl ResponseType {
    /// Whether the client gets a code, in the query; tokens come in the fragment.
    pub fn is_code(self) -> bool {
        matches!(self, ResponseType::Code | ResponseType::CodeCredentials)
    }

    /// The way of logging in that the login history names.
    pub fn login_method(self) -> LoginMethod {
        match self {
            ResponseType::Code | ResponseType::CodeCredentials => LoginMethod::OauthWebServer,
            ResponseType::Token | ResponseType::HybridToken => {
                LoginMethod::OauthUserAgent { id_token: false }
            }
            ResponseType::TokenIdToken => LoginMethod::OauthUserAgent { id_token: true },
        }
    }
}

/// An authorization request that is right.
pub struct Authorization<'a> {
    pub client: Client<'a>,
    pub redirect_uri: String,
    pub response_type: ResponseType,
    pub scopes: Vec<String>,
    pub state: Option<String>,
    pub nonce: Option<String>,
    /// Base64url of the SHA-256 of the code verifier.
    pub challenge: Option<String>,
    pub login_hint: Option<String>,
    /// Nothing may be shown.
    pub silent: bool,
    /// The user has to log in, whoever is logged in.
    pub asks_login: bool,
    /// The user has to approve, whatever was approved before.
    pub asks_approval: bool,
}

/// What a wrong request is answered with.
pub enum Wrong<'a> {
    /// The client cannot be trusted with an answer.
    Shown(OauthError),
    /// The client learns of it.
    Sent(Box<Authorization<'a>>, OauthError),
}

impl<'a> Authorization<'a> {
    /// Reads a request's parameters.
    ///
    /// # Errors
    /// [`Wrong`].
    pub fn read(oauth: OauthRequest<'a>, form: &RequestParameters) -> Result<Authorization<'a>, Wrong<'a>> {
        let text = |name| form.get(name).map(str::to_owned);
        let client = form.get("client_id").and_then(|id| Client::find(oauth.state, id));
        let client = client.ok_or(Wrong::Shown(OauthError::invalid_client_id()))?;
        let redirect_uri = text("redirect_uri").ok_or(Wrong::Shown(OauthError::redirect_uri_missing()))?;
        if !client.may_return_to(&redirect_uri, &oauth.request.origin()) {
            return Err(Wrong::Shown(OauthError::redirect_uri_mismatch()));
        }
        let response_type = response_type(form).map_err(Wrong::Shown)?;
        let challenge = text("code_challenge");
        if form.get("code_challenge_method").is_some_and(|method| method != "S256") {
            return Err(Wrong::Shown(OauthError::unsupported_challenge_method()));
        }
        let needs_challenge = client.app().is_some_and(|app| app.requires_pkce);
        if challenge.is_none() && needs_challenge && response_type.is_code() {
            return Err(Wrong::Shown(OauthError::missing_code_challenge()));
        }
        let prompt: Vec<&str> = form.get("prompt").unwrap_or_default().split_ascii_whitespace().collect();
        let mut authorization = Authorization {
            client,
            redirect_uri,
            response_type,
            scopes: Vec::new(),
            state: text("state"),
            nonce: text("nonce"),
            challenge,
            login_hint: text("login_hint"),
            silent: form.get("immediate") == Some("true") || prompt.contains(&"none"),
            asks_login: prompt.contains(&"login"),
            // With one account to choose from, the page to choose on is the one to approve on.
            asks_approval: prompt.contains(&"consent") || prompt.contains(&"select_account"),
        };
        match client.scopes_asked(form) {
            Ok(scopes) => authorization.scopes = scopes,
            Err(refusal) => return Err(Wrong::Sent(Box::new(authorization), refusal)),
        }
        Ok(authorization)
    }
}

fn response_type(form: &RequestParameters) -> Result<ResponseType, OauthError> {
    let named = form.get("response_type").unwrap_or_default();
    let mut words: Vec<&str> = named.split_ascii_whitespace().collect();
    words.sort_unstable();
    match words.as_slice() {
        ["code"] => Ok(ResponseType::Code),
        ["token"] => Ok(ResponseType::Token),
        ["id_token", "token"] => Ok(ResponseType::TokenIdToken),
        ["hybrid_token"] => Ok(ResponseType::HybridToken),
        ["code_credentials"] => Ok(ResponseType::CodeCredentials),
        _ => Err(OauthError::unsupported_response_type()),
    }
}
