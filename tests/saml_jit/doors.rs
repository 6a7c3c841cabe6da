//! Users who may not log in, and saves that meet a fault of the moment.

use fauxforce::org::injected_fault::InjectedFault;
use fauxforce::world::{FaultKind, FaultRule};

use crate::support::{Home, To, home, snapshot};

const ADA: &[(&str, &str)] = &[
    ("User.Username", "ada@acme.test"),
    ("User.Email", "ada@acme.test"),
    ("User.LastName", "Lovelace"),
    ("User.ProfileId", "Standard User"),
];

fn ada(home: &Home) -> String {
    home.login(To::Internal, "emp-1001", ADA)
}

#[test]
fn a_frozen_user_stays_out() {
    let home = home();
    ada(&home);
    let user = home.id("User", "Username", "ada@acme.test").to_string();
    home.update("UserLogin", home.id("UserLogin", "UserId", &user), &[("IsFrozen", "true")]);
    snapshot("door_frozen", &ada(&home));
}

#[test]
fn a_deactivated_user_stays_out() {
    let home = home();
    ada(&home);
    home.update("User", home.id("User", "Username", "ada@acme.test"), &[("IsActive", "false")]);
    snapshot("door_deactivated", &ada(&home));
}

#[test]
fn a_locked_password_is_no_matter() {
    let home = home();
    ada(&home);
    {
        let state = home.world.lock();
        let org = &state.orgs[0];
        let users = org.standard("User").expect("User");
        let user = org.ids_where(&users, "Username", &"ada@acme.test".into(), 1).expect("a store")[0];
        let environment = state.environment(org.id);
        fauxforce::credentials::password::store(org, &environment, user, "right-pass1", None)
            .expect("a password");
        for _ in 0..10 {
            fauxforce::credentials::password::check(org, &environment, user, "wrong").expect("a store");
        }
    }
    let told = ada(&home);
    assert!(told.starts_with("302"), "{told}");
    assert!(!told.contains("error "), "{told}");
}

#[test]
fn another_login_that_makes_the_same_user_is_waited_for_in_vain() {
    let home = home();
    home.world.lock().fault_plan.add(FaultRule {
        number: 0,
        kind: FaultKind::Save(InjectedFault::RowLocked),
        object: Some("User".to_owned()),
        id: None,
        skip: 0,
        times: Some(1),
    });
    let told = ada(&home);
    assert!(told.contains("error 4: Unable to acquire lock"), "{told}");
    snapshot("door_row_locked", &told);
    assert!(!ada(&home).contains("error "));
}
