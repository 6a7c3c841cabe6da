//! The SAML bearer assertion flow: the app proves with its certificate's key that it may act as a user.
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_SAML_bearer_flow.htm>, RFC 7522

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::bearer;
use super::client::Client;
use super::error::OauthError;
use super::oauth_request::OauthRequest;
use crate::assertion::{self, Certificate, Expectation, Identity, SKEW, Status, Verified};
use crate::org::Org;

/// Hosts that every client may name, wherever it sends the assertion.
const PUBLIC_HOSTS: &[&str] = &["https://login.salesforce.com", "https://test.salesforce.com"];

pub fn grant(oauth: OauthRequest) -> Result<Map<String, Value>, OauthError> {
    let text = oauth.form.get("assertion").and_then(decoded).ok_or_else(OauthError::invalid_assertion)?;
    let (client, verified) = verify(oauth, &text)?;
    let now = oauth.state.clock.now();
    let org = client_org(client).ok_or_else(OauthError::invalid_assertion)?;
    if !oauth.state.sso.is_first(org, &verified.issuer, &verified.assertion_id, verified.not_on_or_after, now)
    {
        return Err(OauthError::invalid_assertion());
    }
    bearer::grant(oauth, client, &verified.subject)
}

/// The checks of the assertion against the app that its Issuer names.
fn verify<'a>(oauth: OauthRequest<'a>, text: &str) -> Result<(Client<'a>, Verified), OauthError> {
    let mut chosen = None;
    let report = assertion::examine_xml(text, oauth.state.clock.now(), |claims| {
        let found = Client::find(oauth.state, &claims.issuer).ok_or(Status::InvalidIssuer)?;
        let Client::App { org, app } = found else { return Err(Status::InvalidIssuer) };
        let certificate = app.certificate.as_deref().ok_or(Status::InvalidConfig)?;
        let certificate = Certificate::from_text(certificate).map_err(|_| Status::InvalidConfig)?;
        chosen = Some(found);
        Ok(Expectation {
            issuer: app.client_id.clone(),
            certificates: Arc::new([certificate]),
            audiences: hosts(oauth, org),
            recipients: hosts(oauth, org)
                .iter()
                .map(|host| format!("{host}/services/oauth2/token"))
                .collect(),
            identity: Identity::NameId,
            decryption_key: None,
            request: None,
            organization: Some(org.id.short().to_owned()),
            sites: Vec::new(),
            skew: SKEW,
        })
    });
    let Some(client) = chosen else { return Err(OauthError::invalid_client_id()) };
    match report.outcome {
        Ok(verified) => Ok((client, verified)),
        Err(refusal) if refusal.status == Status::InvalidAudience => {
            Err(OauthError::audience_validation_failed())
        }
        // <https://salesforce.stackexchange.com/questions/18039>
        Err(refusal) if refusal.is_about_time() => Err(OauthError::expired_authorization_code()),
        Err(_) => Err(OauthError::invalid_assertion()),
    }
}

/// Who this server may be addressed as by the app of an org: the public hosts, its names, its sites by these names.
fn hosts(oauth: OauthRequest, org: &Org) -> Vec<String> {
    let addresses = oauth.state.addresses(org, &oauth.request.origin());
    let sites = org.sites.iter().flat_map(|site| {
        addresses.iter().map(move |address| format!("{address}/{}", site.path)).collect::<Vec<_>>()
    });
    let sites: Vec<String> = sites.collect();
    let public = PUBLIC_HOSTS.iter().map(|host| (*host).to_owned());
    public.chain(addresses).chain(sites).collect()
}

fn client_org(client: Client) -> Option<crate::model::id::Id> {
    match client {
        Client::App { org, .. } => Some(org.id),
        Client::BuiltIn(_) => None,
    }
}

/// Base64url (RFC 7522, 2.1), or plain base64, padded or not.
fn decoded(text: &str) -> Option<String> {
    let text: String = text.split_ascii_whitespace().collect();
    let text = text.trim_end_matches('=');
    let bytes = URL_SAFE_NO_PAD.decode(text).or_else(|_| STANDARD_NO_PAD.decode(text)).ok()?;
    String::from_utf8(bytes).ok()
}
