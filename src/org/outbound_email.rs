//! Mail that a user sends through the org. It goes to the outbox.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_sendemail.htm>

use super::access::Runner;
use super::{Environment, Mail, Org};
use crate::model::email_address::is_email_address;
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;

/// A mail to be sent.
#[derive(Debug, Clone, Default)]
pub struct OutboundEmail {
    pub to: Vec<String>,
    pub cc: Vec<String>,
    pub bcc: Vec<String>,
    /// A contact, lead or user that the mail goes to.
    pub target: Option<String>,
    pub subject: Option<String>,
    pub text: Option<String>,
    pub html: Option<String>,
}

/// Addresses that one mail may go to.
/// <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_sendemail.htm>
const MOST_RECIPIENTS: [(&str, usize); 3] = [("toAddresses", 100), ("ccAddresses", 25), ("bccAddresses", 25)];

/// Sends a mail: one to the outbox per recipient.
///
/// # Errors
/// `REQUIRED_FIELD_MISSING`, `INVALID_EMAIL_ADDRESS`, `INVALID_ID_FIELD`, `UNSPECIFIED_EMAIL_ADDRESS`.
pub fn send(
    org: &Org,
    environment: &dyn Environment,
    runner: &Runner,
    email: &OutboundEmail,
) -> Result<(), Fault> {
    let Some(body) = email.text.as_ref().or(email.html.as_ref()).filter(|body| !body.is_empty()) else {
        return Err(no_body());
    };
    let mut recipients: Vec<(String, Option<Id>)> = Vec::new();
    let lists = [&email.to, &email.cc, &email.bcc];
    for (list, (field, most)) in lists.into_iter().zip(MOST_RECIPIENTS) {
        if list.len() > most {
            return Err(too_many_recipients(field, most));
        }
        for address in list {
            if !is_email_address(address) {
                return Err(invalid_address(field, address));
            }
            recipients.push((address.clone(), None));
        }
    }
    if let Some(target) = &email.target {
        recipients.push(address_of(org, runner, target)?);
    }
    if recipients.is_empty() {
        return Err(no_recipient());
    }
    for (to, user) in recipients {
        let subject = email.subject.clone().unwrap_or_default();
        org.mail(Mail { kind: "email", to, user, subject, body: body.clone(), link: None });
    }
    org.send_mails(environment);
    Ok(())
}

/// The address of a record, and its id when it is a user.
fn address_of(org: &Org, runner: &Runner, target: &str) -> Result<(String, Option<Id>), Fault> {
    let id = Id::parse(target).ok_or_else(|| bad_target(target))?;
    let object = org.schema.by_key_prefix(id.key_prefix());
    let object = object.filter(|object| matches!(object.name.as_str(), "Contact" | "Lead" | "User"));
    let object = object.ok_or_else(|| bad_target(target))?;
    let record = org.find_visible(runner, &object, id)?.ok_or_else(|| bad_target(target))?;
    let address = record.text("Email").ok_or_else(target_without_address)?;
    Ok((address.to_owned(), (object.name == "User").then_some(id)))
}

faults! {
    /// a mail has no body, or is a template's, of which the org has none
    no_body() = REQUIRED_FIELD_MISSING,
        "Missing body, need at least one of template, htmlBody, or plainTextBody", Quoted;

    /// a mail goes to nobody
    no_recipient() = REQUIRED_FIELD_MISSING, "Missing target address (target, to, cc, bcc)", Quoted;

    /// a mail goes to what is no address
    invalid_address(field: &'static str, address: &str) = INVALID_EMAIL_ADDRESS on ([field], "the list with the address"),
        "Invalid {kind} address : {address}" with (kind = field.trim_end_matches("Addresses")), Quoted;

    /// a mail goes to more addresses than it may
    too_many_recipients(field: &'static str, most: usize) = SINGLE_EMAIL_LIMIT_EXCEEDED on ([field], "the long list"),
        "{field} takes no more than {most} addresses", Assumed;

    /// the target of a mail is no contact, lead or user that the sender sees
    bad_target(target: &str) = INVALID_ID_FIELD on ["targetObjectId"],
        "Only User, Contact and Lead ids are accepted as target: {target}", Assumed;

    /// the target of a mail has no address
    target_without_address() = UNSPECIFIED_EMAIL_ADDRESS on ["targetObjectId"],
        "The target object has no email address", Assumed;
}
