//! Email changes and mails about users.
//! Source: <https://help.salesforce.com/s/articleView?id=005103627&type=1>

use crate::credentials::password::random_text;
use crate::dml::Save;
use crate::model::fault::Fault;
use crate::org::{Link, Mail};

pub(crate) const TABLE: &str = "CREATE TABLE IF NOT EXISTS \"_email_change\" \
     (token TEXT PRIMARY KEY NOT NULL, \"user\" TEXT NOT NULL, address TEXT NOT NULL, asked INTEGER NOT NULL)";
/// 72 hours, in milliseconds.
pub(crate) const LINK_LASTS: i64 = 72 * 3_600_000;

/// The new address of an active employee, or of an external user who changes their own, waits until the link in the
/// mail to it is followed; the old address gets a notice. Saving it again sends the mail again.
pub(super) fn email_change_pends(save: &mut Save) -> Result<(), Fault> {
    let (runner, org) = (save.call.runner, save.call.org);
    let own = save.id == runner.user;
    let waits = !is_external(save) || own;
    let active = save.value("IsActive").is_true();
    if !save.changes("Email") || !org.settings.email_changes_pend || runner.is_system() || !waits || !active {
        return Ok(());
    }
    let (Some(new), Some(old)) = (save.text("Email"), save.old.text("Email")) else { return Ok(()) };
    let token = random_text(
        save.call.environment,
        32,
        b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    );
    org.store.execute(TABLE, [])?;
    org.store.execute("DELETE FROM \"_email_change\" WHERE \"user\" = ?1", [save.id.as_str()])?;
    org.store.execute(
        "INSERT INTO \"_email_change\" VALUES (?1, ?2, ?3, ?4)",
        rusqlite::params![token, save.id.as_str(), new, save.call.environment.now()],
    )?;
    let username = save.text("Username").unwrap_or_default();
    org.mail(Mail {
        kind: "email_change",
        to: new.to_owned(),
        user: Some(save.id),
        subject: "Verify your new Salesforce email address".to_owned(),
        body: format!("Confirm {new} as the email address of {username} within 72 hours: {token}"),
        link: Some(Link::ConfirmEmail { token }),
    });
    org.mail(Mail {
        kind: "email_change_notice",
        to: old.to_owned(),
        user: Some(save.id),
        subject: "Your Salesforce email address is being changed".to_owned(),
        body: format!("The email address of {username} will change to {new} once that address is verified."),
        link: None,
    });
    let old = old.to_owned();
    save.set("Email", old);
    Ok(())
}

/// An administrator's change takes effect at once, and the verification is lost.
pub(super) fn external_email_is_no_longer_verified(save: &mut Save) -> Result<(), Fault> {
    if save.changes("Email") && is_external(save) && save.id != save.call.runner.user {
        save.set("HasUserVerifiedEmail", false);
    }
    Ok(())
}

/// A user of a contact gets no credentials before the welcome to a community.
/// Sources: <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_header_emailheader.htm>,
/// <https://help.salesforce.com/s/articleView?id=platform.faq_communities_external_member_login_info.htm&language=en_US&type=5>
pub(super) fn new_user_is_welcomed(save: &mut Save) -> Result<(), Fault> {
    let of_contact = is_external(save) && !save.value("ContactId").is_null();
    if save.call.options.user_mail && !of_contact {
        let username = save.text("Username").unwrap_or_default();
        let body = format!("A user was created for you. Your username is {username}.");
        post(save, "welcome", "Welcome to Salesforce: Verify your account", body);
    }
    Ok(())
}

/// A username changes at once; its user is told, if active.
pub(super) fn username_change_is_announced(save: &mut Save) -> Result<(), Fault> {
    let told = save.value("IsActive").is_true() && !save.call.runner.is_system();
    if save.changes("Username") && told {
        let (old, new) =
            (save.old.text("Username").unwrap_or_default(), save.text("Username").unwrap_or_default());
        let body = format!("The username {old} was changed to {new}.");
        post(save, "username_change", "Your Salesforce username has changed", body);
    }
    Ok(())
}

fn post(save: &Save, kind: &'static str, subject: &str, body: String) {
    let Some(to) = save.text("Email") else { return };
    let (to, subject) = (to.to_owned(), subject.to_owned());
    let mail = Mail { kind, to, user: Some(save.id), subject, body, link: None };
    save.call.org.mail(mail);
}

fn is_external(save: &Save) -> bool {
    crate::org::access::is_external_type(save.text("UserType").unwrap_or_default())
}
