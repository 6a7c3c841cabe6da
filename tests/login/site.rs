//! Communities: their users log in under their path, and nowhere else.

use serde_json::json;

use crate::assert_outcomes;
use crate::emulator::{ADMIN, CLIENT, Emulator, PASSWORD};

fn grant(username: &str) -> [(&str, &str); 3] {
    [("grant_type", "password"), ("username", username), ("password", PASSWORD)]
}

#[test]
fn an_external_user_logs_in_at_their_community() {
    let emulator = Emulator::with(|org| org["connectedApps"][0]["scopes"] = json!(["api"]));
    let user = emulator.partner_user();
    let at = |path: &str| emulator.form(&format!("{path}/services/oauth2/token"), &[CLIENT, &grant(user)]);
    let (own, main, other) = (at("/partners"), at(""), at("/customers"));
    assert_outcomes!("login_site", [&own, &main, &other].map(|answer| answer.line()).join("\n"));
    let bearer = format!("Bearer {}", own.field("access_token"));
    let info = emulator.get("/partners/services/oauth2/userinfo", &[("authorization", &bearer)]);
    assert_eq!(info.field("user_type"), "POWER_PARTNER");
}

#[test]
fn an_internal_member_may_use_the_community_too() {
    let emulator = Emulator::start();
    let at = |path: &str, user: &str| {
        emulator.form(&format!("{path}/services/oauth2/token"), &[CLIENT, &grant(user)]).status
    };
    assert_eq!(at("/customers", ADMIN), 200);
    assert_eq!(at("/customers", "norole.owner@fauxforce.test"), 400);
    assert_eq!(at("/nowhere", ADMIN), 404);
}

#[test]
fn soap_at_the_community() {
    let emulator = Emulator::start();
    let user = emulator.partner_user();
    let login = format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><login xmlns=\"urn:partner.soap.sforce.com\">\
         <username>{user}</username><password>{PASSWORD}</password></login></e:Body></e:Envelope>"
    );
    let own = emulator.soap("/partners/services/Soap/u/59.0", &login);
    let main = emulator.soap("/services/Soap/u/59.0", &login);
    assert_outcomes!("login_site_soap", format!("{}\n{}", own.line(), main.line()));
}
