//! What new passwords can be refused for.

use fauxforce::cloud::Session;

use crate::harness::{Rig, TOKEN};
use crate::scene::{Scenario, rig_with_settings};

pub const SCENARIOS: &[Scenario] = &[
    ("expired", || {
        let rig = Rig::new();
        rig.delete(&format!("v59.0/sobjects/User/{}/password", rig.user("admin")));
        {
            let state = rig.cloud.enter();
            let session = state.sessions.find(TOKEN, 0).expect("the session");
            state.sessions.open(Session { password_expired: true, ..session });
        }
        rig.get("v59.0/recent")
    }),
    ("no_access_to_password", || {
        let rig = Rig::new();
        let admin = rig.user("admin");
        rig.run_by("readonly.owner");
        rig.get(&format!("v59.0/sobjects/User/{admin}/password"))
    }),
    ("no_own_password", || {
        let rig = rig_with_settings("\"setOwnPasswordInApi\": false");
        assert_eq!(rig.set_password(&rig.user("norole.owner"), "another-pass1").status, 204);
        rig.set_password(&rig.user("admin"), "another-pass1")
    }),
    ("too_short", || set("short1")),
    ("not_letters_and_numbers", || set("lettersonly")),
    ("easy_to_guess", || set("password1")),
    ("contains_username", || set("norole.owner@fauxforce.test1")),
    ("invalid_repeated_password", || set("fauxforce1")),
    ("no_password", || {
        let rig = Rig::new();
        rig.post(&format!("v59.0/sobjects/User/{}/password", rig.user("norole.owner")), "{}")
    }),
];

fn set(password: &str) -> crate::harness::Got {
    let rig = Rig::new();
    rig.set_password(&rig.user("norole.owner"), password)
}
