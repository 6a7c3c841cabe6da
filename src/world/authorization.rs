//! What OAuth remembers between a browser and a client: authorization codes, devices that wait, one-time front doors.

use std::cell::RefCell;

use super::expiring::Expiring;
use crate::model::id::Id;

/// What an authorization code stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationCode {
    pub org: Id,
    pub user: Id,
    /// The client's consumer key.
    pub client_id: String,
    pub redirect_uri: String,
    pub scopes: Vec<String>,
    /// Base64url of the SHA-256 of the code verifier (RFC 7636).
    pub challenge: Option<String>,
    pub nonce: Option<String>,
    /// Milliseconds since 1970 UTC.
    pub issued: i64,
    pub is_spent: bool,
}

impl AuthorizationCode {
    /// 15 minutes: <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm>
    const LIFETIME: i64 = 15 * 60 * 1000;

    /// Whether it can be exchanged for a token at that time.
    pub fn is_good(&self, now: i64) -> bool {
        !self.is_spent && now < self.issued + AuthorizationCode::LIFETIME
    }
}

/// A device that has asked to be let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// What the user types.
    pub user_code: String,
    pub client_id: String,
    pub scopes: Vec<String>,
    /// Milliseconds since 1970 UTC.
    pub issued: i64,
    /// When the device asked last and was not told to slow down.
    pub asked: Option<i64>,
    pub verdict: Option<DeviceVerdict>,
}

/// What the user has said to a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceVerdict {
    Allowed { org: Id, user: Id },
    Denied,
}

impl Device {
    /// 10 minutes: <https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_device_flow.htm>
    const LIFETIME: i64 = 10 * 60 * 1000;

    pub fn is_good(&self, now: i64) -> bool {
        now < self.issued + Device::LIFETIME
    }
}

/// How long what is over is remembered, to be told from what never was: a day.
const REMEMBERED: i64 = 24 * 3_600_000;
/// A minute: <https://help.salesforce.com/s/articleView?id=xcloud.frontdoor_singleaccess.htm>
const FRONT_DOOR_TOKEN_LIFETIME: i64 = 60_000;

/// So many codes, devices and one-time tokens of each kind are remembered; then the oldest are forgotten, as if they had
/// never been. Codes are exchanged at once; these are as many as a load test has under way.
const MOST: usize = 4096;

/// The memory of the authorization endpoint.
#[derive(Debug, Clone)]
pub struct Authorizations {
    codes: RefCell<Expiring<String, AuthorizationCode>>,
    devices: RefCell<Expiring<String, Device>>,
    /// Session tokens by one-time token.
    front_door_tokens: RefCell<Expiring<String, String>>,
}

impl Default for Authorizations {
    fn default() -> Authorizations {
        Authorizations {
            codes: RefCell::new(Expiring::new(MOST)),
            devices: RefCell::new(Expiring::new(MOST)),
            front_door_tokens: RefCell::new(Expiring::new(MOST)),
        }
    }
}

impl Authorizations {
    /// Keeps a code until it is exchanged.
    pub fn give_code(&self, text: String, code: AuthorizationCode) {
        let now = code.issued;
        self.codes.borrow_mut().insert(text, code, now + REMEMBERED, now);
    }

    /// A code that was given out within a day, spent or not.
    pub fn code(&self, text: &str) -> Option<AuthorizationCode> {
        self.codes.borrow().get(text).map(|entry| entry.value.clone())
    }

    /// A code is good for one exchange.
    pub fn spend_code(&self, text: &str) {
        if let Some(code) = self.codes.borrow_mut().get_mut(text) {
            code.value.is_spent = true;
        }
    }

    /// Keeps a device by its device code.
    pub fn await_user(&self, device_code: String, device: Device) {
        let now = device.issued;
        self.devices.borrow_mut().insert(device_code, device, now + REMEMBERED, now);
    }

    /// The device with a device code.
    pub fn device(&self, device_code: &str) -> Option<Device> {
        self.devices.borrow().get(device_code).map(|entry| entry.value.clone())
    }

    /// The device that shows a user code, in any case, while the code is good and not answered.
    pub fn device_of_user_code(&self, user_code: &str, now: i64) -> Option<Device> {
        let devices = self.devices.borrow();
        let is_meant = |device: &&Device| {
            device.is_good(now)
                && device.verdict.is_none()
                && device.user_code.eq_ignore_ascii_case(user_code.trim())
        };
        devices.iter().map(|(_, device)| device).find(is_meant).cloned()
    }

    /// The user has answered the device that shows a user code.
    pub fn answer_device(&self, user_code: &str, verdict: DeviceVerdict) {
        let mut devices = self.devices.borrow_mut();
        if let Some(device) = devices.values_mut().find(|device| device.user_code == user_code) {
            device.verdict = Some(verdict);
        }
    }

    /// The device has asked, at that time.
    pub fn device_asked(&self, device_code: &str, now: i64) {
        if let Some(device) = self.devices.borrow_mut().get_mut(device_code) {
            device.value.asked = Some(now);
        }
    }

    /// A device has got its token: the code is used up.
    pub fn forget_device(&self, device_code: &str) {
        self.devices.borrow_mut().remove(device_code);
    }

    /// Issues a one-time token for the front door, which stands for a session.
    pub fn issue_front_door_token(&self, one_time: String, session: &str, now: i64) {
        self.front_door_tokens.borrow_mut().insert(
            one_time,
            session.to_owned(),
            now + FRONT_DOOR_TOKEN_LIFETIME,
            now,
        );
    }

    /// The session of a one-time token, which is used up then.
    pub fn redeem_front_door_token(&self, one_time: &str, now: i64) -> Option<String> {
        let token = self.front_door_tokens.borrow_mut().remove(one_time)?;
        (now < token.expires).then_some(token.value)
    }
}
