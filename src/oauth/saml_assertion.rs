//! The SAML assertion flow: a Response of a single sign-on configuration is exchanged for a token, without an app.
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_sso_flow.htm>

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::answer::{Format, answer};
use super::error::OauthError;
use super::grant::identity_url;
use super::login_context::login_context_of;
use super::oauth_request::OauthRequest;
use crate::flow::sign_on::{Arrival, SignedOn, sign_on};
use crate::message::{Response, StatusCode};
use crate::world::LoginMethod;

/// The only kind of assertion that is exchanged.
const BROWSER_SSO: &str = "urn:oasis:names:tc:SAML:2.0:profiles:SSO:browser";

pub fn respond(oauth: OauthRequest, format: Format) -> Response {
    if oauth.form.get("assertion_type") != Some(BROWSER_SSO) {
        return OauthError::invalid_assertion_type().response(format);
    }
    // Communities have no such flow.
    let assertion = oauth.form.get("assertion").filter(|_| oauth.site.is_none());
    let Some(response) = assertion else { return refused(oauth, format, false) };
    let arrival = Arrival {
        response,
        origin: oauth.request.origin(),
        org: oauth.form.get("so"),
        config: oauth.form.get("sc"),
        site: None,
    };
    match sign_on(
        oauth.state,
        &arrival,
        login_context_of(LoginMethod::Saml { answers_request: false }, "", oauth),
    ) {
        Ok(signed_on) => answer(StatusCode::OK, format, "OAuth", &fields(oauth, &signed_on)),
        Err(refused_login) => refused(oauth, format, refused_login.parsed),
    }
}

/// As documented, without a consumer: the signature is keyed with the org's id.
fn fields(oauth: OauthRequest, signed_on: &SignedOn) -> Map<String, Value> {
    let issued_at = oauth.state.clock.now().to_string();
    let id = identity_url(oauth.request, &signed_on.session);
    let key = hmac::Key::new(hmac::HMAC_SHA256, signed_on.org.id.as_str().as_bytes());
    let signature = STANDARD.encode(hmac::sign(&key, format!("{id}{issued_at}").as_bytes()));
    let mut fields = Map::new();
    fields.insert("id".to_owned(), id.into());
    fields.insert("issued_at".to_owned(), issued_at.into());
    let instance = oauth.request.instance(signed_on.org.seeded.my_domain.as_deref());
    fields.insert("instance_url".to_owned(), instance.into());
    fields.insert("signature".to_owned(), signature.into());
    fields.insert("access_token".to_owned(), signed_on.session.token.clone().into());
    fields.insert("token_type".to_owned(), "Bearer".into());
    fields
}

/// The validator is named when the assertion could be read.
fn refused(oauth: OauthRequest, format: Format, parsed: bool) -> Response {
    let mut fields = Map::new();
    if parsed {
        let uri = format!("{}/setup/secur/SAMLValidationPage.apexp", oauth.request.origin());
        fields.insert("error_uri".to_owned(), uri.into());
    }
    fields.extend(OauthError::invalid_assertion().fields());
    answer(StatusCode::BAD_REQUEST, format, "OAuth", &fields)
}
