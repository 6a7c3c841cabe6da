//! The device flow: a device shows a code, its user types it into a browser, the device asks until they have.
//! <https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_device_flow.htm>

use serde_json::{Map, Value, json};

use super::browser::base;
use super::client::Client;
use super::error::OauthError;
use super::token_request::TokenRequest;
use super::{connect, policy, tokens};
use crate::world::{Device, DeviceVerdict, LoginMethod};

/// Seconds between two questions of a device.
const INTERVAL: i64 = 5;

/// `response_type=device_code`: the codes for a device.
pub fn start(asked: TokenRequest) -> Result<Map<String, Value>, OauthError> {
    // Without what is mistaken for something else.
    const READABLE: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let client = client(asked)?;
    let scopes = client.scopes_asked(asked.form)?;
    let user_code = asked.state.random.text(8, READABLE);
    let device_code = format!("{}==", asked.state.random.text(94, ALPHABET));
    let device = Device {
        user_code: user_code.clone(),
        client_id: client.id().to_owned(),
        scopes,
        issued: asked.state.clock.now(),
        asked: None,
        verdict: None,
    };
    asked.state.authorizations.await_user(device_code.clone(), device);
    let fields = json!({
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": format!("{}{}", base(asked), connect::PAGE),
        "interval": INTERVAL,
    });
    Ok(fields.as_object().cloned().unwrap_or_default())
}

/// `grant_type=device`: whether the user has answered.
pub fn grant(asked: TokenRequest) -> Result<Map<String, Value>, OauthError> {
    let client = client(asked)?;
    let code = asked.form.get("code").ok_or_else(|| OauthError::missing("code"))?;
    let known = &asked.state.authorizations;
    let device = known.device(code).filter(|device| device.client_id == client.id());
    let device = device.ok_or_else(OauthError::invalid_device_code)?;
    let now = asked.state.clock.now();
    if !device.is_good(now) {
        return Err(OauthError::expired_device_code());
    }
    // A clock that stands would let no device in that keeps to the interval.
    let waits = asked.state.clock.is_running();
    if waits && device.asked.is_some_and(|last| now < last + INTERVAL * 1000) {
        return Err(OauthError::slow_down());
    }
    known.device_asked(code, now);
    match device.verdict {
        None => Err(OauthError::authorization_pending()),
        Some(DeviceVerdict::Denied) => Err(OauthError::end_user_denied()),
        Some(DeviceVerdict::Allowed { org, user }) => {
            known.forget_device(code);
            let org = asked.state.org(org).ok_or_else(OauthError::invalid_device_code)?;
            tokens::issue(asked, client, LoginMethod::OauthDevice, (org, user), device.scopes, None)
                .map(|(_, fields)| fields)
        }
    }
}

/// Devices keep no secrets.
fn client(asked: TokenRequest) -> Result<Client, OauthError> {
    let client = Client::proven(asked, |_| false)?;
    policy::is_installed(client)?;
    match client.app() {
        Some(app) if !app.device_flow => Err(OauthError::flow_disabled("device")),
        _ => Ok(client),
    }
}
