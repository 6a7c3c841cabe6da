//! Username, email, nickname, Federation ID.

use crate::dml::Save;
use crate::model::email_address::is_email_address;
use crate::model::fault::{Fault, faults};
use crate::model::record::Record;
use crate::model::value::Value;

/// Users of the platform itself have usernames of another form, and addresses of its own. Nobody sends them.
fn is_platform_user(save: &Save) -> bool {
    save.call.runner.is_system() && !save.was_sent("Username")
}

/// Source: <https://support.okta.com/help/s/article/automatic-provisioning-of-user-to-app-salesforce-com-federated-id-failed>
pub(super) fn username_is_an_email_address(save: &mut Save) -> Result<(), Fault> {
    let bad = save.changes("Username") && !save.text("Username").is_some_and(is_email_address);
    if bad && !is_platform_user(save) {
        return Err(username_no_address(save.label("Username")));
    }
    Ok(())
}

/// Setup > Allowed Email Domains.
/// Source: <https://help.salesforce.com/s/articleView?id=sf.security_allowed_email_domains.htm>
pub(super) fn email_is_in_an_allowed_domain(save: &mut Save) -> Result<(), Fault> {
    let domains = &save.call.org.settings.allowed_email_domains;
    if domains.is_empty() || !save.changes("Email") || is_platform_user(save) {
        return Ok(());
    }
    let domain = save.text("Email").and_then(|email| email.rsplit_once('@')).map_or("", |(_, domain)| domain);
    if domains.iter().any(|allowed| allowed.eq_ignore_ascii_case(domain)) {
        return Ok(());
    }
    Err(email_domain_not_allowed(domains, save.label("Email")))
}

/// Case counts, inactive users too.
/// Source: <https://support.okta.com/help/s/article/automatic-provisioning-of-user-to-app-salesforce-com-federated-id-failed>
pub(super) fn federation_id_is_unique(save: &mut Save) -> Result<(), Fault> {
    let Some(id) = save.text("FederationIdentifier").filter(|_| save.changes("FederationIdentifier")) else {
        return Ok(());
    };
    // The column may compare without case: what it finds is compared again.
    let same = |record: &Record| record.text("FederationIdentifier") == Some(id);
    if super::super::names::is_taken(save, "FederationIdentifier", id, same)? {
        return Err(duplicate_federation_id(save.label("FederationIdentifier")));
    }
    Ok(())
}

/// In this org and, unless the username is of this org only, in all others.
/// Source: <https://help.salesforce.com/s/articleView?id=000381924&type=1>
pub(super) fn username_is_unique(save: &mut Save) -> Result<(), Fault> {
    let Some(username) = save.text("Username").filter(|_| save.changes("Username")) else {
        return Ok(());
    };
    let shared = save.call.org.shares_usernames(save.text("UserType").unwrap_or_default());
    if super::super::names::is_taken(save, "Username", username, |_| true)? {
        return Err(duplicate_username().because(format!("another user of this org is {username}")));
    }
    if shared && save.call.environment.username_taken_elsewhere(username)? {
        return Err(
            duplicate_username().because(format!("a user of another org of this world is {username}"))
        );
    }
    Ok(())
}

/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_user.htm>
pub(super) fn nickname_is_unique(save: &mut Save) -> Result<(), Fault> {
    let Some(nickname) = save.text("CommunityNickname").filter(|_| save.changes("CommunityNickname")) else {
        return Ok(());
    };
    let others = save.call.org.ids_where(&save.object, "CommunityNickname", &Value::from(nickname), 2)?;
    if others.into_iter().any(|id| id != save.id) { Err(duplicate_nickname()) } else { Ok(()) }
}

faults! {
    /// a username is no e-mail address
    username_no_address(label: &str) = FIELD_INTEGRITY_EXCEPTION on ["Username"],
        "Username must be in the form of an email address (for example, john@acme.com): {label}",
        Seen "https://support.okta.com/help/s/article/automatic-provisioning-of-user-to-app-salesforce-com-federated-id-failed";

    /// the org allows mail domains, and the address is in none of them
    email_domain_not_allowed(domains: &[String], label: &str) = FIELD_INTEGRITY_EXCEPTION on ["Email"],
        "Invalid Email Address: Must be in domain(s) {domains}: {label}" with (domains = domains.join(",")),
        Seen "a public log of an enterprise directory's connector";

    /// another user, active or not, has the Federation ID (case counts)
    duplicate_federation_id(label: &str) = FIELD_INTEGRITY_EXCEPTION on ["FederationIdentifier"],
        "This Federation ID is already in use. Use a different Federation ID.: {label}",
        Seen "https://support.okta.com/help/s/article/automatic-provisioning-of-user-to-app-salesforce-com-federated-id-failed (text; the code is inferred)";

    /// another user, active or not, of any org of the world has the username
    duplicate_username() = DUPLICATE_USERNAME on ["Username"],
        "Duplicate Username.<br>The username already exists in this or another Salesforce organization. Usernames must \
         be unique across all Salesforce organizations. To resolve, use a different username (it doesn't need to match \
         the user's email address). ",
        Documented "https://help.salesforce.com/s/articleView?id=000381924&type=1";

    /// another user of the org has the nickname
    duplicate_nickname() = DUPLICATE_COMM_NICKNAME on ["CommunityNickname"],
        "Duplicate Nickname.<br>Another user has already selected this nickname.<br>Please select another.",
        Seen "https://github.com/forcedotcom/cli/issues/3142";
}
