//! Setup.

use crate::browser::Browser;
use crate::emulator::{Emulator, PASSWORD};
use crate::records::{fill, link, press};

#[test]
fn a_user_is_made_changed_frozen_and_deactivated() {
    let emulator = Emulator::start();
    let browser = Browser::of_admin(&emulator);
    let list = browser.open("/lightning/setup/ManageUsers/home");
    assert!(list.body.contains("channel.manager@fauxforce.test"), "{}", list.body);
    let form = browser.open(&link(&list.body, "New User"));
    let refused = fill(
        &browser,
        &form,
        &[("LastName", "Lovelace"), ("Username", "ada"), ("Email", "ada@acme.test"), ("Alias", "ada")],
    );
    assert!(refused.body.contains("errorMsg"), "{}", refused.body);
    let profile = refused.body.split("\">Standard User</option>").next().unwrap_or_default();
    let profile = profile.rsplit("value=\"").next().unwrap_or_default().to_owned();
    let made = fill(&browser, &refused, &[("Username", "ada@fauxforce.test"), ("ProfileId", &profile)]);
    assert!(made.body.contains("User Lovelace was created."), "{}", made.body);
    let frozen = press(&browser, &made, "freeze");
    assert!(frozen.body.contains("This user is frozen"), "{}", frozen.body);
    let free = press(&browser, &frozen, "unfreeze");
    assert!(!free.body.contains("This user is frozen"), "{}", free.body);
    let reset = press(&browser, &free, "resetPW");
    assert!(reset.body.contains("has been reset, and mailed to ada@acme.test"), "{}", reset.body);
    let form = browser.open(&link(&reset.body, "Edit Assignments"));
    let set = form.body.split("name=\"set_").nth(1).and_then(|rest| rest.split('"').next()).expect("a set");
    let (name, token) =
        (format!("set_{set}"), form.body.split("_CONFIRMATIONTOKEN\" value=\"").nth(1).expect("a token"));
    let token = token.split('"').next().expect("a token").to_owned();
    let id = form.url.split("userId=").nth(1).expect("the id").to_owned();
    let path = format!("/udd/PermissionSet/assignPermissionSet.apexp?userId={id}");
    let saved = browser.post(&path, &[(&name, "1"), ("_CONFIRMATIONTOKEN", &token)]);
    assert!(saved.body.contains("The permission sets were saved."), "{}", saved.body);
    assert!(saved.body.contains("Provisioning"), "{}", saved.body);
    let gone = press(&browser, &saved, "deactivate");
    assert!(gone.body.contains("This user is not active."), "{}", gone.body);
    let back = press(&browser, &gone, "activate");
    assert!(!back.body.contains("This user is not active."), "{}", back.body);
}

#[test]
fn who_has_no_setup_sees_none() {
    let emulator = Emulator::start();
    let browser = Browser::of(&emulator);
    let home = browser.log_in(&browser.open("/login"), "integration@fauxforce.test", PASSWORD);
    assert!(home.body.contains("create and change internal users"), "{}", home.body);
    let browser = Browser::of(&emulator);
    let home = browser.log_in(&browser.open("/login"), "norole.owner@fauxforce.test", PASSWORD);
    assert!(home.body.contains("use the APIs"), "{}", home.body);
}
