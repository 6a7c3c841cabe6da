//! The hybrid flows: with the access token come sessions for the pages of an org, by scope, that an app puts into the
//! cookies of its browser view.
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_hybrid_app_token_flow.htm>,
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_hybrid_app_flow_cookies.htm>

use serde_json::{Map, Value};

use super::error::OauthError;
use super::oauth_request::OauthRequest;
use super::scope::allows;
use super::{authorization_code, refresh_token};
use crate::world::Session;

/// The scopes that open pages besides those that `web` opens.
const DOMAINS: [&str; 3] = ["lightning", "visualforce", "content"];

/// `grant_type=hybrid_auth_code`
/// <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_hybrid_web_server_flow.htm>
pub fn code(oauth: OauthRequest) -> Result<Map<String, Value>, OauthError> {
    authorization_code::exchange(oauth).map(|(session, fields)| with_pages(oauth, &session, fields))
}

/// `grant_type=hybrid_refresh`
/// <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_hybrid_app_refresh_token_flow.htm>
pub fn refresh(oauth: OauthRequest) -> Result<Map<String, Value>, OauthError> {
    refresh_token::renew(oauth).map(|(session, fields)| with_pages(oauth, &session, fields))
}

/// The fields of an answer, and those for pages; without the scope `web` there are none.
pub fn with_pages(
    oauth: OauthRequest,
    session: &Session,
    mut fields: Map<String, Value>,
) -> Map<String, Value> {
    if !allows(&session.scopes, "web") {
        return fields;
    }
    let mut add = |name: String, value: String| fields.insert(name, value.into());
    // One host serves here what has a domain each in the real service.
    let host = instance_host(oauth, session);
    for domain in DOMAINS.into_iter().filter(|domain| allows(&session.scopes, domain)) {
        add(format!("{domain}_domain"), host.clone());
        add(format!("{domain}_sid"), oauth.state.open_linked_session(session).token);
        if domain == "lightning" {
            add("csrf_token".to_owned(), csrf_token(oauth));
        }
    }
    let client =
        [session.user.short(), session.org.short()].map(|id| id.get(4..).unwrap_or_default()).concat();
    add("sidCookieName".to_owned(), "sid".to_owned());
    add("cookie-sid_Client".to_owned(), client);
    add("cookie-clientSrc".to_owned(), oauth.request.peer.ip().to_string());
    fields
}

fn instance_host(oauth: OauthRequest, session: &Session) -> String {
    let org = oauth.state.org(session.org);
    let url = oauth.request.instance(org.and_then(|org| org.seeded.my_domain.as_deref()));
    url.split_once("://").map_or(url.as_str(), |(_, host)| host).to_owned()
}

fn csrf_token(oauth: OauthRequest) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    oauth.state.random.text(64, ALPHABET)
}
