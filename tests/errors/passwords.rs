//! What new passwords can be refused for.

use crate::scene::Scenario;
use crate::soap::told;
use crate::surroundings::{Got, Surroundings};

pub const SCENARIOS: &[Scenario] = &[
    ("expired", |rig| {
        let user = rig.user("norole.owner");
        let reset = rig.delete(&format!("v59.0/sobjects/User/{user}/password"));
        let password = reset.field("NewPassword");
        let session = rig.soap_login("norole.owner@fauxforce.test", &password);
        rig.use_session(&session);
        rig.get("v59.0/recent")
    }),
    ("no_access_to_password", |rig| {
        let admin = rig.user("admin");
        rig.run_by("readonly.owner");
        rig.get(&format!("v59.0/sobjects/User/{admin}/password"))
    }),
    ("no_access_to_password", |rig| {
        let admin = rig.user("admin");
        rig.run_by("readonly.owner");
        rig.set_password(&admin, "another-pass1")
    }),
    ("no_own_password", |rig| {
        let rig = &rig.only_on_an_emulator().with_settings("\"setOwnPasswordInApi\": false");
        assert_eq!(rig.set_password(&rig.user("norole.owner"), "another-pass1").status, 204);
        rig.set_password(&rig.user("admin"), "another-pass1")
    }),
    ("too_short", |rig| set(rig, "short1")),
    ("not_letters_and_numbers", |rig| set(rig, "lettersonly")),
    ("easy_to_guess", |rig| set(rig, "password1")),
    ("contains_username", |rig| set(rig, "norole.owner@fauxforce.test1")),
    ("invalid_repeated_password", |rig| set(rig, "fauxforce1")),
    ("no_password", |rig| {
        rig.post(&format!("v59.0/sobjects/User/{}/password", rig.user("norole.owner")), "{}")
    }),
];

#[test]
pub fn an_expired_password_stops_soap_calls() {
    let rig = Surroundings::emulator();
    let session = rig.session_with_expired_password();
    rig.use_session(&session);
    let answer = rig.soap("<getUserInfo/>");
    assert_eq!(told(&answer)[0].0, "INVALID_OPERATION_WITH_EXPIRED_PASSWORD", "{answer}");
}

fn set(rig: &Surroundings, password: &str) -> Got {
    rig.set_password(&rig.user("norole.owner"), password)
}
