//! Passwords.

use fauxforce::credentials::password;
use fauxforce::credentials::password::Verdict;
use fauxforce::model::fault::Fault;

use crate::support::{Home, home, home_with};

fn set(home: &Home, user: &str, password: &str) -> Result<(), Fault> {
    password::set(&home.org, &home.environment, &home.record(home.user(user)), password)
}

fn check(home: &Home, user: &str, password: &str) -> Verdict {
    password::check(&home.org, &home.environment, home.user(user), password).expect("a store")
}

#[test]
fn passwords_obey_the_policy() {
    let home = home();
    for (password, message) in [
        ("short1", "Your password must be at least 8 characters long."),
        ("lettersonly", "Your password must have a mix of letters and numbers."),
        ("4815162342", "Your password must have a mix of letters and numbers."),
        ("password", "Your password cannot be easy to guess. Please choose a different one."),
        ("norole.owner@fauxforce.test1", "Your password cannot equal or contain your user name."),
    ] {
        let fault = set(&home, "norole.owner", password).expect_err(password);
        assert_eq!((fault.code.as_str(), fault.message.as_str()), ("INVALID_NEW_PASSWORD", message));
    }
}

#[test]
fn earlier_passwords_are_refused() {
    let home = home();
    let user = "norole.owner";
    for password in ["first-pass1", "second-pass2", "third-pass3"] {
        set(&home, user, password).expect("a new password");
        assert_eq!(check(&home, user, password), Verdict::Right);
    }
    for password in ["third-pass3", "second-pass2", "first-pass1"] {
        let fault = set(&home, user, password).expect_err("an old password");
        assert_eq!(fault.message, "invalid repeated password");
    }
    set(&home, user, "fourth-pass4").expect("a new password");
    set(&home, user, "first-pass1").expect("a password that was forgotten");
    assert_eq!(check(&home, user, "fourth-pass4"), Verdict::Wrong);
}

#[test]
fn lockout_ends_by_time_and_by_hand() {
    let home = home();
    let user = "norole.owner";
    let login = home.ids("UserLogin", "UserId", home.user(user))[0];
    let lock = || {
        for _ in 0..10 {
            assert_eq!(check(&home, user, "wrong"), Verdict::Wrong);
        }
        assert_eq!(check(&home, user, "fauxforce1"), Verdict::Locked);
        assert!(home.record(login).get("IsPasswordLocked").is_true());
    };
    lock();
    home.environment.now.set(home.environment.now.get() + 15 * 60_000);
    assert_eq!(check(&home, user, "fauxforce1"), Verdict::Right);
    assert!(!home.record(login).get("IsPasswordLocked").is_true());
    lock();
    home.updated("UserLogin", login, &[("IsPasswordLocked", "false")]);
    assert_eq!(check(&home, user, "fauxforce1"), Verdict::Right);
}

#[test]
fn passwords_expire() {
    let home = home_with(|org| org.replace("\"expiresAfterDays\": 0", "\"expiresAfterDays\": 90"));
    let user = "norole.owner";
    assert_eq!(check(&home, user, "fauxforce1"), Verdict::Right);
    home.environment.now.set(home.environment.now.get() + 90 * 86_400_000);
    assert_eq!(check(&home, user, "fauxforce1"), Verdict::Expired);
    set(&home, user, "other-pass1").expect("a new password");
    assert_eq!(check(&home, user, "other-pass1"), Verdict::Right);
}

#[test]
fn a_generated_password_must_be_changed() {
    let home = home();
    let password =
        password::reset(&home.org, &home.environment, home.user("norole.owner"), true).expect("a password");
    assert_eq!(check(&home, "norole.owner", &password), Verdict::Expired);
    assert!(password::is_expired(&home.org, &home.environment, home.user("norole.owner")).expect("a store"));
    set(&home, "norole.owner", "other-pass1").expect("a new password");
    assert!(!password::is_expired(&home.org, &home.environment, home.user("norole.owner")).expect("a store"));
}

#[test]
fn security_tokens() {
    let home = home();
    let user = home.user("norole.owner");
    let token = || password::security_token(&home.org, user).expect("a store");
    assert_eq!(token().as_deref(), Some("FAUXFORCETOKEN1"));
    let new = password::new_security_token(&home.org, &home.environment, user).expect("a store");
    assert_eq!(token(), Some(new));
}

#[test]
fn a_new_user_has_no_password() {
    let home = home();
    home.a_user("Standard User", &[]);
    assert_eq!(check(&home, "jo@example.com", ""), Verdict::Wrong);
}

#[test]
fn whose_password_one_may_manage() {
    let home = home().run_by("channel.manager");
    let may = |user: &str| password::may_manage(&home.runner, &home.record(home.user(user)));
    let fault = may("admin").expect_err("another's password");
    let text = (fault.code.as_str(), fault.message.as_str());
    assert_eq!(text, ("INSUFFICIENT_ACCESS", "You do not have permission to view this record."));
    may("channel.manager").expect("one's own");
    assert_eq!(password::expired().code.as_str(), "INVALID_OPERATION_WITH_EXPIRED_PASSWORD");
}
