//! The device flow.

use crate::assert_outcomes;
use crate::browser::{Browser, Page};
use crate::emulator::{ADMIN, Answer, Emulator, Form, PASSWORD};

const CLI: Form = &[("client_id", "PlatformCLI")];
const START: Form = &[("response_type", "device_code"), ("scope", "api refresh_token")];

struct Device {
    code: String,
    user_code: String,
    answer: Answer,
}

fn start(emulator: &Emulator) -> Device {
    let answer = emulator.token(&[CLI, START]);
    Device { code: answer.field("device_code"), user_code: answer.field("user_code"), answer }
}

impl Device {
    fn poll(&self, emulator: &Emulator) -> Answer {
        emulator.token(&[CLI, &[("grant_type", "device"), ("code", &self.code)]])
    }

    /// Types the code into the page.
    fn connect(&self, browser: &Browser) -> Page {
        let page = browser.open("/setup/connect");
        browser.submit(&page, &[("user_code", &self.user_code.to_lowercase()), ("connect", "Connect")])
    }
}

fn told(answer: &Answer, device: &Device) -> String {
    answer.line().replace(&device.code, "DEVICE-CODE").replace(&device.user_code, "USER-CODE")
}

#[test]
fn a_device_waits_for_its_user() {
    let emulator = Emulator::start();
    let device = start(&emulator);
    assert_eq!(device.user_code.len(), 8);
    let mut lines = vec![told(&device.answer, &device), device.poll(&emulator).line()];
    let browser = Browser::of(&emulator);
    let login = browser.open("/setup/connect");
    assert!(login.body.contains("login_form"), "{login:?}");
    let page = browser.log_in(&login, ADMIN, PASSWORD);
    lines.push(page.told());
    let approval = device.connect(&browser);
    assert!(approval.body.contains("<b>Salesforce CLI</b> is asking to:"), "{approval:?}");
    assert_eq!(device.poll(&emulator).field("error"), "authorization_pending");
    lines.push(browser.allow(&approval).told());
    let tokens = device.poll(&emulator);
    assert!(emulator.is_open(&tokens.field("access_token")));
    lines.push(tokens.line());
    lines.push(format!("once more: {}", device.poll(&emulator).line()));
    assert_outcomes!("oauth_device", lines.join("\n"));
    // The approval is remembered.
    let next = start(&emulator);
    let connected = browser.open(&format!("/setup/connect?user_code={}", next.user_code));
    assert!(connected.body.contains(&format!("value=\"{}\"", next.user_code)), "{connected:?}");
    let connected = browser.submit(&connected, &[("user_code", &next.user_code)]);
    assert!(connected.body.contains("connected"), "{connected:?}");
    assert_eq!(next.poll(&emulator).status, 200);
}

#[test]
fn refusals() {
    let emulator = Emulator::with(|org| {
        let mut other = org["connectedApps"][0].clone();
        for (key, value) in [("name", "Other"), ("clientId", "other")] {
            other[key] = value.into();
        }
        other["isDeviceFlowEnabled"] = false.into();
        other["refreshTokens"] = serde_json::json!([]);
        org["connectedApps"].as_array_mut().expect("apps").push(other);
    });
    let browser = Browser::of_admin(&emulator);
    let device = start(&emulator);
    let wrong = browser.submit(&browser.open("/connect"), &[("user_code", "NONSENSE")]);
    let message = wrong.part("class=\"message\">", "<").expect("a message");
    let denied = browser.deny(&device.connect(&browser));
    let page = denied.part("class=\"message\">", "<").expect("a message");
    let grant: Form = &[("grant_type", "device")];
    let foreign: Form = &[("client_id", "fauxforce-client-id"), ("code", &device.code)];
    let mut lines = vec![
        format!("wrong user code: {message}"),
        format!("page after denial: {page}"),
        format!("denied: {}", device.poll(&emulator).line()),
        format!("of another client: {}", emulator.token(&[grant, foreign]).line()),
        format!("unknown code: {}", emulator.token(&[CLI, grant, &[("code", "x")]]).line()),
        format!("no code: {}", emulator.token(&[CLI, grant]).line()),
        format!("unknown client: {}", emulator.token(&[START, &[("client_id", "x")]]).line()),
        format!("wrong scope: {}", emulator.token(&[CLI, &START[..1], &[("scope", "magic")]]).line()),
        format!("not enabled: {}", emulator.token(&[START, &[("client_id", "other")]]).line()),
    ];
    let late = start(&emulator);
    {
        let state = emulator.server.world().lock();
        for _ in 0..10 * 60 {
            state.clock.tick();
        }
    }
    lines.push(format!("10 minutes later: {}", late.poll(&emulator).line()));
    let page = late.connect(&browser);
    assert!(page.body.contains("invalid or has expired"), "{page:?}");
    assert_outcomes!("oauth_device_refusals", lines.join("\n"));
}

/// Only a clock that runs by itself has intervals.
#[test]
fn a_device_that_asks_too_often_is_told_to_slow_down() {
    let emulator = Emulator::of(fauxforce::Server::builder().without_https(), None);
    let device = start(&emulator);
    assert_eq!(device.poll(&emulator).field("error"), "authorization_pending");
    assert_outcomes!("oauth_device_slow_down", device.poll(&emulator).line());
}
