//! The answer of the token endpoint to a grant that succeeded.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::client::Client;
use crate::message::Request;
use crate::world::{Session, Site, State};

/// What the answer tells, besides the token.
pub struct Grant<'a> {
    pub session: &'a Session,
    pub client: Client<'a>,
    pub site: Option<Site<'a>>,
    /// A new refresh token.
    pub refresh_token: Option<&'a str>,
    pub id_token: Option<&'a str>,
}

impl<'a> Grant<'a> {
    /// A grant of an access token alone.
    pub fn of(session: &'a Session, client: Client<'a>, site: Option<Site<'a>>) -> Grant<'a> {
        Grant { session, client, site, refresh_token: None, id_token: None }
    }

    /// The answer's fields in the order of `keys`; those that the grant does not have are left out.
    pub fn fields(&self, state: &State, request: &Request, keys: &[&str]) -> Map<String, Value> {
        let issued_at = state.clock.now().to_string();
        let id = identity_url(request, self.session);
        let mut fields = Map::new();
        for key in keys {
            let value = match *key {
                "access_token" => Some(self.session.token.clone()),
                "refresh_token" => self.refresh_token.map(str::to_owned),
                "id_token" => self.id_token.map(str::to_owned),
                "sfdc_community_url" => self.site.map(|site| format!("{}/{}", request.origin(), site.path)),
                "sfdc_community_id" => self.site.map(|site| site.network.to_string()),
                "signature" => Some(signature(self.client.secret(), &id, &issued_at)),
                "scope" => Some(self.session.scopes.join(" ")),
                "instance_url" => {
                    let org = state.org(self.session.org);
                    Some(request.instance(org.and_then(|org| org.seeded.my_domain.as_deref())))
                }
                "id" => Some(id.clone()),
                "token_type" => Some("Bearer".to_owned()),
                "issued_at" => Some(issued_at.clone()),
                _ => None,
            };
            if let Some(value) = value {
                fields.insert((*key).to_owned(), value.into());
            }
        }
        fields
    }
}

/// The URL that names a session's user.
pub fn identity_url(request: &Request, session: &Session) -> String {
    format!("{}/id/{}/{}", request.origin(), session.org, session.user)
}

/// Base64 of the HMAC-SHA256 of `id` and `issued_at`, keyed with the consumer secret; django-salesforce checks it.
/// <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_username_password_flow.htm>
fn signature(secret: &str, id: &str, issued_at: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    STANDARD.encode(hmac::sign(&key, format!("{id}{issued_at}").as_bytes()))
}
