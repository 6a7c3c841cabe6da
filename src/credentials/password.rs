//! Passwords: set, check, expire, lock; security tokens.
//!
//! A password is kept as HMAC-SHA-256 under a random salt: enough for a test server, and quick at each login.
//! Source of the rules: <https://help.salesforce.com/s/articleView?id=sf.admin_password.htm>

use aws_lc_rs::hmac;
use rusqlite::params;

use crate::dml::update_without_rules;
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;
use crate::org::access::{Runner, is_external_type, manages_external_users};
use crate::org::setup_audit::SetupChange;
use crate::org::{Environment, Mail, Org};

mod link;

pub use link::{
    RESET_LINK_LASTS, WELCOME_LINK_LASTS, has_link, is_set, mail_link, new_link, set_by_link, user_of_link,
};

/// What a check of a password found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Right,
    /// Right, but it must be changed before anything else is done.
    Expired,
    Wrong,
    /// Too many wrong passwords; until when, the org's policy says.
    Locked,
}

/// A user's row in the store.
struct Stored {
    salt: Vec<u8>,
    hash: Vec<u8>,
    /// `salt hash` pairs of old passwords in hexadecimal, newest first, one a line.
    history: String,
    token: Option<String>,
    failed: u32,
    locked_until: Option<i64>,
    expires: Option<i64>,
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS \"_password\" (\"user\" TEXT PRIMARY KEY NOT NULL, salt BLOB NOT NULL, \
     hash BLOB NOT NULL, history TEXT NOT NULL, token TEXT, failed INTEGER NOT NULL, locked_until INTEGER, expires INTEGER)";
const DAY: i64 = 86_400_000;
const MINUTE: i64 = 60_000;

/// Checks a user's password and counts the wrong ones.
pub fn check(org: &Org, environment: &dyn Environment, user: Id, password: &str) -> Result<Verdict, Fault> {
    let Some(mut stored) = read(org, user)? else { return Ok(Verdict::Wrong) };
    let now = environment.now();
    if stored.locked_until.is_some_and(|until| now < until) {
        return Ok(Verdict::Locked);
    }
    if !matches(&stored.salt, &stored.hash, password) {
        stored.failed += 1;
        let policy = &org.settings.password_policy;
        let locks = policy.lockout_after > 0 && stored.failed >= policy.lockout_after;
        if locks {
            let minutes = i64::from(policy.lockout_minutes);
            // A lockout of 0 minutes lasts until an administrator ends it.
            stored.locked_until = Some(if minutes == 0 { i64::MAX } else { now + minutes * MINUTE });
            stored.failed = 0;
        }
        org.savepoint(|| {
            write(org, user, &stored)?;
            if locks { show_lock(org, user, true) } else { Ok(()) }
        })?;
        return Ok(Verdict::Wrong);
    }
    if stored.failed > 0 || stored.locked_until.is_some() {
        let was_locked = stored.locked_until.take().is_some();
        stored.failed = 0;
        org.savepoint(|| {
            write(org, user, &stored)?;
            if was_locked { show_lock(org, user, false) } else { Ok(()) }
        })?;
    }
    Ok(if stored.expires.is_some_and(|at| now >= at) { Verdict::Expired } else { Verdict::Right })
}

/// True when the user's password has expired or was reset, and must be changed.
pub fn is_expired(org: &Org, environment: &dyn Environment, user: Id) -> Result<bool, Fault> {
    Ok(read(org, user)?.and_then(|stored| stored.expires).is_some_and(|at| environment.now() >= at))
}

/// Sets a password that keeps to the org's policy.
///
/// # Errors
/// `INVALID_NEW_PASSWORD`.
pub fn set(org: &Org, environment: &dyn Environment, user: &Record, password: &str) -> Result<(), Fault> {
    let Some(id) = user.id("Id") else { return Err(Fault::invalid_cross_reference()) };
    let stored = read(org, id)?;
    keeps_to_policy(org, user, password)?;
    is_no_repetition(org, stored.as_ref(), password)?;
    let days = i64::from(org.settings.password_policy.expires_after_days);
    let expires = (days > 0).then(|| environment.now() + days * DAY);
    replace(org, environment, id, password, stored, expires)
}

/// Whether the runner may see and set a user's password: their own, or as an administrator
/// of users, by delegation too.
///
/// # Errors
/// `INSUFFICIENT_ACCESS`.
pub fn may_manage(runner: &Runner, user: &Record) -> Result<(), Fault> {
    let own = user.id("Id") == Some(runner.user);
    let user_type = user.text("UserType").unwrap_or_default();
    let manages = runner.may("ResetPasswords")
        || (is_external_type(user_type) && manages_external_users(runner, user_type))
        || runner.administers(user);
    if own || manages { Ok(()) } else { Err(no_access_to_password()) }
}

/// As [`may_manage`], for setting a password: one's own only if the org allows it through the API.
///
/// # Errors
/// `INSUFFICIENT_ACCESS`.
pub fn may_set(org: &Org, runner: &Runner, user: &Record) -> Result<(), Fault> {
    may_manage(runner, user)?;
    let own = user.id("Id") == Some(runner.user);
    if own && !org.settings.set_own_password_in_api { Err(no_own_password()) } else { Ok(()) }
}

/// Changes a user's password for one who knows the old one.
///
/// # Errors
/// `INVALID_OLD_PASSWORD`, `INVALID_NEW_PASSWORD`.
pub fn change(
    org: &Org,
    environment: &dyn Environment,
    user: &Record,
    old: &str,
    new: &str,
) -> Result<(), Fault> {
    let Some(id) = user.id("Id") else { return Err(Fault::invalid_cross_reference()) };
    match check(org, environment, id, old)? {
        Verdict::Right | Verdict::Expired => set(org, environment, user, new),
        Verdict::Wrong | Verdict::Locked => Err(wrong_old_password()),
    }
}

/// Gives the user a generated password, which must be changed at the next login, and mails it if that is wanted.
pub fn reset(org: &Org, environment: &dyn Environment, user: Id, by_mail: bool) -> Result<String, Fault> {
    // No 0, O, 1, l, I; letters and digits both.
    let letters = random_text(environment, 6, b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ");
    let password = letters + &random_text(environment, 4, b"23456789");
    org.transaction(environment, || {
        let stored = read(org, user)?;
        replace(org, environment, user, &password, stored, Some(environment.now()))?;
        if by_mail && let Some(record) = org.find(&org.standard("User")?, user)? {
            org.mail(reset_mail(&record, &password));
        }
        Ok::<_, Fault>(())
    })?;
    Ok(password)
}

fn reset_mail(user: &Record, password: &str) -> Mail {
    let username = user.text("Username").unwrap_or_default();
    Mail {
        kind: "password_reset",
        to: user.text("Email").unwrap_or_default().to_owned(),
        user: user.id("Id"),
        subject: "Your Salesforce password has been reset".to_owned(),
        body: format!(
            "The password of {username} has been reset to {password}. It must be changed at the next login."
        ),
        link: None,
    }
}

/// Stores a password as it is, and a security token: the given one, or a new one.
pub fn store(
    org: &Org,
    environment: &dyn Environment,
    user: Id,
    password: &str,
    token: Option<&str>,
) -> Result<(), Fault> {
    let days = i64::from(org.settings.password_policy.expires_after_days);
    let expires = (days > 0).then(|| environment.now() + days * DAY);
    replace(org, environment, user, password, None, expires)?;
    match token {
        Some(token) => set_token(org, user, token),
        None => new_security_token(org, environment, user).map(drop),
    }
}

/// Tells the setup audit trail that somebody else than the user has set or reset a password.
///
/// # Errors
/// A store that failed.
pub fn note_change(
    org: &Org,
    environment: &dyn Environment,
    by: Id,
    user: &Record,
    was_reset: bool,
) -> Result<(), Fault> {
    if user.id("Id") == Some(by) {
        return Ok(());
    }
    let (action, words) = match was_reset {
        true => ("resetpassword", "Reset password for user"),
        false => ("changedpassword", "Set new password for user"),
    };
    let display = format!("{words} {}", user.text("Name").unwrap_or_default());
    org.note_setup_change(environment, by, SetupChange::new(action, "Manage Users", display))
}

/// Makes the table of passwords, which is otherwise made when it is first touched.
pub(crate) fn make_table(org: &Org) -> Result<(), Fault> {
    org.store.execute(TABLE, [])?;
    Ok(())
}

/// What is appended to the password where a security token is asked for.
pub fn security_token(org: &Org, user: Id) -> Result<Option<String>, Fault> {
    Ok(read(org, user)?.and_then(|stored| stored.token))
}

/// Gives the user another security token.
pub fn new_security_token(org: &Org, environment: &dyn Environment, user: Id) -> Result<String, Fault> {
    let token =
        random_text(environment, 24, b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    set_token(org, user, &token)?;
    Ok(token)
}

/// Ends a lockout, as setting `UserLogin.IsPasswordLocked` to false does.
pub(crate) fn unlock(org: &Org, user: Id) -> Result<(), Fault> {
    if let Some(mut stored) = read(org, user)? {
        stored.failed = 0;
        stored.locked_until = None;
        write(org, user, &stored)?;
    }
    Ok(())
}

/// Random characters of an alphabet.
pub(crate) fn random_text(environment: &dyn Environment, length: usize, alphabet: &[u8]) -> String {
    let mut bytes = vec![0; length];
    environment.random(&mut bytes);
    let pick = |byte: &u8| alphabet.get(usize::from(*byte) % alphabet.len().max(1)).copied().unwrap_or(b'x');
    bytes.iter().map(pick).map(char::from).collect()
}

fn keeps_to_policy(org: &Org, user: &Record, password: &str) -> Result<(), Fault> {
    let policy = &org.settings.password_policy;
    if password.chars().count() < policy.minimum_length {
        return Err(too_short(policy.minimum_length));
    }
    let lower = password.to_lowercase();
    if EASY_TO_GUESS.iter().any(|easy| lower == *easy) || is_one_character(&lower) {
        return Err(easy_to_guess());
    }
    let has = |kind: fn(char) -> bool| password.chars().any(kind);
    if policy.letters_and_digits && !(has(|c| c.is_alphabetic()) && has(|c| c.is_numeric())) {
        return Err(not_letters_and_numbers());
    }
    let username = user.text("Username").unwrap_or_default().to_lowercase();
    let name_of_address = username.split('@').next().unwrap_or_default();
    if lower.contains(&username) || lower == name_of_address {
        return Err(contains_username());
    }
    let is_name = |field: &str| user.text(field).is_some_and(|name| name.to_lowercase() == lower);
    if is_name("FirstName") || is_name("LastName") {
        return Err(easy_to_guess());
    }
    Ok(())
}

/// Refused under any policy.
const EASY_TO_GUESS: &[&str] =
    &["password", "password1", "passw0rd", "12345678", "123456789", "1234567890", "qwertyuiop"];

fn is_one_character(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next();
    characters.all(|c| Some(c) == first)
}

fn is_no_repetition(org: &Org, stored: Option<&Stored>, password: &str) -> Result<(), Fault> {
    let Some(stored) = stored else { return Ok(()) };
    let remembered = stored.history.lines().take(org.settings.password_policy.history.saturating_sub(1));
    let repeats_old = |line: &str| {
        let (salt, hash) = line.split_once(' ').unwrap_or_default();
        matches(&from_hex(salt), &from_hex(hash), password)
    };
    let repeated = matches(&stored.salt, &stored.hash, password) || remembered.into_iter().any(repeats_old);
    if repeated { Err(invalid_repeated_password()) } else { Ok(()) }
}

fn replace(
    org: &Org,
    environment: &dyn Environment,
    user: Id,
    password: &str,
    old: Option<Stored>,
    expires: Option<i64>,
) -> Result<(), Fault> {
    let mut salt = vec![0; 16];
    environment.random(&mut salt);
    let hash = hashed(&salt, password);
    let (history, token) = match old {
        Some(old) => {
            let newest = format!("{} {}", to_hex(&old.salt), to_hex(&old.hash));
            let older = old.history.lines().take(org.settings.password_policy.history);
            (std::iter::once(newest.as_str()).chain(older).collect::<Vec<_>>().join("\n"), old.token)
        }
        None => (String::new(), None),
    };
    let now = Value::from(environment.now());
    let expiry = expires.map_or(Value::Null, Value::from);
    org.savepoint(|| {
        write(org, user, &Stored { salt, hash, history, token, failed: 0, locked_until: None, expires })?;
        let fields = [("LastPasswordChangeDate", now), ("PasswordExpirationDate", expiry)];
        update_without_rules(org, "User", user, &fields)?;
        show_lock(org, user, false)
    })
}

/// `UserLogin.IsPasswordLocked` follows the lock.
fn show_lock(org: &Org, user: Id, locked: bool) -> Result<(), Fault> {
    let logins = org.standard("UserLogin")?;
    match org.ids_where(&logins, "UserId", &Value::from(user), 1)?.first() {
        Some(login) => {
            update_without_rules(org, "UserLogin", *login, &[("IsPasswordLocked", Value::from(locked))])
        }
        None => Ok(()),
    }
}

fn hashed(salt: &[u8], password: &str) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, salt), password.as_bytes()).as_ref().to_vec()
}

/// Compares in constant time.
fn matches(salt: &[u8], hash: &[u8], password: &str) -> bool {
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, salt), password.as_bytes(), hash).is_ok()
}

fn read(org: &Org, user: Id) -> Result<Option<Stored>, Fault> {
    make_table(org)?;
    let sql = "SELECT salt, hash, history, token, failed, locked_until, expires FROM \"_password\" WHERE \"user\" = ?1";
    let stored = org.store.row(sql, [user.as_str()], |row| {
        Ok(Stored {
            salt: row.get(0)?,
            hash: row.get(1)?,
            history: row.get(2)?,
            token: row.get(3)?,
            failed: row.get(4)?,
            locked_until: row.get(5)?,
            expires: row.get(6)?,
        })
    });
    Ok(stored?)
}

fn write(org: &Org, user: Id, stored: &Stored) -> Result<(), Fault> {
    make_table(org)?;
    let Stored { salt, hash, history, token, failed, locked_until, expires } = stored;
    org.store.execute(
        "INSERT OR REPLACE INTO \"_password\" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![user.as_str(), salt, hash, history, token, failed, locked_until, expires],
    )?;
    Ok(())
}

fn set_token(org: &Org, user: Id, token: &str) -> Result<(), Fault> {
    make_table(org)?;
    org.store.execute("UPDATE \"_password\" SET token = ?2 WHERE \"user\" = ?1", [user.as_str(), token])?;
    Ok(())
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Vec<u8> {
    let pairs = (0..text.len()).step_by(2).filter_map(|at| text.get(at..at + 2));
    pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect()
}

faults! {
    /// a session that began with an expired password is used for anything but setting another
    pub expired() = INVALID_OPERATION_WITH_EXPIRED_PASSWORD,
        "The users password has expired, you must call SetPassword before attempting any other API operations",
        Seen "https://salesforce.stackexchange.com/questions/96709";

    /// a user's password is looked at, set or reset by one who may not
    no_access_to_password() = INSUFFICIENT_ACCESS,
        "You do not have permission to view this record.",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_user_password.htm";

    /// `changeOwnPassword()` is called with an old password that is not the user's
    wrong_old_password() = INVALID_OLD_PASSWORD, "The old password is not correct.", Assumed;

    /// users set their own password through the API, and the seed's `setOwnPasswordInApi` is off
    no_own_password() = INSUFFICIENT_ACCESS,
        "Cannot set password for self", Seen "https://github.com/forcedotcom/sfdx-core";

    /// a new password is shorter than the org's policy says
    too_short(length: usize) = INVALID_NEW_PASSWORD,
        "Your password must be at least {length} characters long.", Quoted;

    /// a new password has no letter or no digit, and the org's policy asks for both
    not_letters_and_numbers() = INVALID_NEW_PASSWORD,
        "Your password must have a mix of letters and numbers.",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_user_password.htm";

    /// a new password is one of the commonest, one character repeated, or the user's first or last name
    easy_to_guess() = INVALID_NEW_PASSWORD,
        "Your password cannot be easy to guess. Please choose a different one.",
        Seen "https://dfc-org-production.my.site.com/forums/ForumsMain?id=906F0000000B3qHIAS";

    /// a new password has the username in it
    contains_username() = INVALID_NEW_PASSWORD,
        "Your password cannot equal or contain your user name.", Quoted;

    /// a new password is the present one, or one of those that the org's policy remembers
    invalid_repeated_password() = INVALID_NEW_PASSWORD, "invalid repeated password", Seen "public issues of API clients";
}
