//! The Authorization Code and Credentials flow: an external user's username and password come with the request, no page
//! is shown, and the client's callback gets a code.
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_authorization_code_credentials_flow.htm>

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};

use super::super::answer::Format;
use super::super::error::OauthError;
use super::super::login_context::login_context;
use super::super::oauth_request::OauthRequest;
use super::super::parameters::RequestParameters;
use super::super::policy;
use super::answer;
use super::request::Authorization;
use crate::message::Response;
use crate::message::header::AUTHORIZATION;
use crate::world::{AuthenticatedUser, LoginMethod};

/// What `Auth-Request-Type` may say in the real service, and does not here.
pub const GAPS: [&str; 4] = ["user-registration", "passwordless-login", "forgot-password", "guest"];

/// 302 to the callback with a code. A refusal is an HTTP 400: the callback never hears of it.
pub fn respond(oauth: OauthRequest, form: &RequestParameters, authorization: &Authorization) -> Response {
    match member(oauth, authorization) {
        Ok(member) => answer::grant(oauth, authorization, &member),
        Err(refusal) => {
            let response = refusal.response(Format::oauth(oauth.request, form, Format::Json));
            let kind = request_type(oauth);
            if refusal != OauthError::wrong_request_type() || !GAPS.contains(&kind.to_lowercase().as_str()) {
                return response;
            }
            let what = format!("OAuth Auth-Request-Type {kind}");
            oauth.state.gaps.note(&what);
            response.with_gap(&what)
        }
    }
}

fn request_type(oauth: OauthRequest<'_>) -> &str {
    oauth.request.header("auth-request-type").unwrap_or_default()
}

fn member<'a>(
    oauth: OauthRequest<'a>,
    authorization: &Authorization,
) -> Result<AuthenticatedUser<'a>, OauthError> {
    let client = authorization.client;
    if !client.app().is_some_and(|app| app.code_credentials) {
        return Err(OauthError::flow_disabled("authorization code and credentials"));
    }
    if oauth.site.is_none() {
        return Err(OauthError::not_on_this_domain());
    }
    if !request_type(oauth).eq_ignore_ascii_case("Named-User") {
        return Err(OauthError::wrong_request_type());
    }
    let (username, password) = credentials(oauth).ok_or_else(OauthError::authentication_failure)?;
    let login_context = login_context(LoginMethod::OauthWebServer, client, oauth);
    let member = oauth.state.identify(&username, &password, &login_context);
    let member = member.map_err(|_| OauthError::authentication_failure())?;
    let runner = member.org.runner(member.id).map_err(|_| OauthError::unknown_error())?;
    if !runner.is_external() {
        return Err(OauthError::authentication_failure());
    }
    policy::permits(client, &member, &login_context)?;
    let approved = policy::is_approved(client, &member, &authorization.scopes);
    if approved.map_err(|_| OauthError::unknown_error())? {
        Ok(member)
    } else {
        Err(OauthError::not_approved())
    }
}

/// Username and password as of HTTP Basic; the Mobile SDK encodes them in the alphabet for URLs.
fn credentials(oauth: OauthRequest) -> Option<(String, String)> {
    let (scheme, encoded) = oauth.request.header(AUTHORIZATION)?.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    let encoded = encoded.trim();
    let decoded = [STANDARD, URL_SAFE, URL_SAFE_NO_PAD].iter().find_map(|coding| coding.decode(encoded).ok());
    let text = String::from_utf8(decoded?).ok()?;
    let (username, password) = text.split_once(':')?;
    Some((username.to_owned(), password.to_owned()))
}
