//! The device flow: a device shows a code, its user types it into a browser, the device asks until they have.
//! <https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_device_flow.htm>

use serde_json::{Map, Value, json};

use super::browser::base;
use super::client::Client;
use super::error::OauthError;
use super::oauth_request::OauthRequest;
use super::{connect, policy, tokens};
use crate::world::{Device, DeviceVerdict, LoginMethod};

/// Seconds between two questions of a device.
const INTERVAL: i64 = 5;

/// `response_type=device_code`: the codes for a device.
pub fn start(oauth: OauthRequest) -> Result<Map<String, Value>, OauthError> {
    // Without what is mistaken for something else.
    const READABLE: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let client = client(oauth)?;
    let scopes = client.scopes_asked(oauth.form)?;
    let user_code = oauth.state.random.text(8, READABLE);
    let device_code = format!("{}==", oauth.state.random.text(94, ALPHABET));
    let device = Device {
        user_code: user_code.clone(),
        client_id: client.id().to_owned(),
        scopes,
        issued: oauth.state.clock.now(),
        asked: None,
        verdict: None,
    };
    oauth.state.authorizations.await_user(device_code.clone(), device);
    let fields = json!({
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": format!("{}{}", base(oauth), connect::PAGE),
        "interval": INTERVAL,
    });
    Ok(fields.as_object().cloned().unwrap_or_default())
}

/// `grant_type=device`: whether the user has answered.
pub fn grant(oauth: OauthRequest) -> Result<Map<String, Value>, OauthError> {
    let client = client(oauth)?;
    let code = oauth.form.get("code").ok_or_else(|| OauthError::missing("code"))?;
    let known = &oauth.state.authorizations;
    let device = known.device(code).filter(|device| device.client_id == client.id());
    let device = device.ok_or_else(OauthError::invalid_device_code)?;
    let now = oauth.state.clock.now();
    if !device.is_good(now) {
        return Err(OauthError::expired_device_code());
    }
    // A clock that stands would let no device in that keeps to the interval.
    let waits = oauth.state.clock.is_running();
    if waits && device.asked.is_some_and(|last| now < last + INTERVAL * 1000) {
        return Err(OauthError::slow_down());
    }
    known.device_asked(code, now);
    match device.verdict {
        None => Err(OauthError::authorization_pending()),
        Some(DeviceVerdict::Denied) => Err(OauthError::end_user_denied()),
        Some(DeviceVerdict::Allowed { org, user }) => {
            known.forget_device(code);
            let org = oauth.state.org(org).ok_or_else(OauthError::invalid_device_code)?;
            tokens::issue(oauth, client, LoginMethod::OauthDevice, (org, user), device.scopes, None)
                .map(|(_, fields)| fields)
        }
    }
}

/// Devices keep no secrets.
fn client(oauth: OauthRequest) -> Result<Client, OauthError> {
    let client = Client::proven(oauth, |_| false)?;
    policy::is_installed(client)?;
    match client.app() {
        Some(app) if !app.device_flow => Err(OauthError::flow_disabled("device")),
        _ => Ok(client),
    }
}
