//! Links in mails that lead to the page on which a password is set.
//!
//! A link works once, and a user has one at a time.
//! Source: <https://help.salesforce.com/s/articleView?id=platform.faq_communities_external_member_login_info.htm&language=en_US&type=5>

use rusqlite::params;

use super::{random_text, read, set};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::org::{Environment, Link, Mail, Org};

const TABLE: &str = "CREATE TABLE IF NOT EXISTS \"_set_password_link\" \
     (token TEXT PRIMARY KEY NOT NULL, \"user\" TEXT NOT NULL, expires INTEGER NOT NULL)";
/// Milliseconds that the link in the mail to a new user lasts: 7 days.
pub const WELCOME_LINK_LASTS: i64 = 7 * 24 * 3_600_000;
/// Milliseconds that the link in the mail to one who has forgotten the password lasts: 24 hours.
pub const RESET_LINK_LASTS: i64 = 24 * 3_600_000;

/// Whether a user has a password at all.
pub fn is_set(org: &Org, user: Id) -> Result<bool, Fault> {
    Ok(read(org, user)?.is_some())
}

/// Whether a link of the user's still lasts.
pub fn has_link(org: &Org, environment: &dyn Environment, user: Id) -> Result<bool, Fault> {
    org.store.execute(TABLE, [])?;
    let sql = "SELECT expires FROM \"_set_password_link\" WHERE \"user\" = ?1";
    let expires = org.store.row(sql, [user.as_str()], |row| row.get::<_, i64>(0))?;
    Ok(expires.is_some_and(|expires| environment.now() < expires))
}

/// Makes a link for a user that lasts so many milliseconds, and ends the one they had; gives its token.
pub fn new_link(org: &Org, environment: &dyn Environment, user: Id, lasts: i64) -> Result<String, Fault> {
    let token =
        random_text(environment, 48, b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    org.savepoint(|| {
        org.store.execute(TABLE, [])?;
        org.store.execute("DELETE FROM \"_set_password_link\" WHERE \"user\" = ?1", [user.as_str()])?;
        let sql = "INSERT INTO \"_set_password_link\" VALUES (?1, ?2, ?3)";
        org.store.execute(sql, params![token, user.as_str(), environment.now() + lasts])?;
        Ok::<_, Fault>(())
    })?;
    Ok(token)
}

/// Mails a user who has forgotten their password a link to the page of the org, or of a community, that sets another.
pub fn mail_link(
    org: &Org,
    environment: &dyn Environment,
    user: &Record,
    network: Option<Id>,
) -> Result<(), Fault> {
    let (Some(id), Some(to)) = (user.id("Id"), user.text("Email")) else { return Ok(()) };
    let username = user.text("Username").unwrap_or_default();
    org.transaction(environment, || {
        let token = new_link(org, environment, id, RESET_LINK_LASTS)?;
        org.mail(Mail {
            kind: "forgot_password",
            to: to.to_owned(),
            user: Some(id),
            subject: "Finish resetting your Salesforce password".to_owned(),
            body: format!(
                "We received a request to reset the password of {username}. To set another, follow the link. It expires in 24 hours."
            ),
            link: Some(Link::SetPassword { token, network }),
        });
        Ok(())
    })
}

/// The user of a link that still lasts.
pub fn user_of_link(org: &Org, environment: &dyn Environment, token: &str) -> Result<Option<Id>, Fault> {
    org.store.execute(TABLE, [])?;
    let sql = "SELECT \"user\", expires FROM \"_set_password_link\" WHERE token = ?1";
    let read = |row: &rusqlite::Row| -> rusqlite::Result<(String, i64)> { Ok((row.get(0)?, row.get(1)?)) };
    let found = org.store.row(sql, [token], read)?;
    Ok(found.filter(|(_, expires)| environment.now() < *expires).and_then(|(user, _)| Id::parse(&user)))
}

/// Sets the password of a link's user. The link has done its duty then.
///
/// # Errors
/// `INVALID_NEW_PASSWORD`, after which the link still lasts.
pub fn set_by_link(org: &Org, environment: &dyn Environment, user: Id, password: &str) -> Result<(), Fault> {
    let record = org.find(&org.standard("User")?, user)?.ok_or_else(Fault::invalid_cross_reference)?;
    org.savepoint(|| {
        set(org, environment, &record, password)?;
        org.store.execute("DELETE FROM \"_set_password_link\" WHERE \"user\" = ?1", [user.as_str()])?;
        Ok(())
    })
}
