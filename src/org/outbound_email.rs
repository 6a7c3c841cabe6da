//! Mail that a user sends through the org. It goes to the outbox.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_sendemail.htm>

use super::access::Runner;
use super::dml::is_email_address;
use super::fault::{Fault, StatusCode};
use super::id::Id;
use super::{Mail, Org, World};

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
pub fn send(org: &Org, world: &dyn World, runner: &Runner, email: &OutboundEmail) -> Result<(), Fault> {
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
        world.post(Mail { kind: "email", to, user, subject, body: body.clone(), link_token: None });
    }
    Ok(())
}

/// The address of a record, and its id when it is a user.
fn address_of(org: &Org, runner: &Runner, target: &str) -> Result<(String, Option<Id>), Fault> {
    let id = Id::parse(target).ok_or_else(|| bad_target(target))?;
    let object = org.schema.by_key_prefix(id.key_prefix());
    let object = object.filter(|object| matches!(object.name.as_str(), "Contact" | "Lead" | "User"));
    let object = object.ok_or_else(|| bad_target(target))?;
    let record = org.find(&object, id)?.ok_or_else(|| bad_target(target))?;
    if !runner.sees_record(org, &record)? {
        return Err(bad_target(target));
    }
    let address = record.text("Email").ok_or_else(target_without_address)?;
    Ok((address.to_owned(), (object.name == "User").then_some(id)))
}

/// Seen from Apex, as are the other texts here unless they say otherwise.
fn no_body() -> Fault {
    let message = "Missing body, need at least one of template, htmlBody, or plainTextBody";
    Fault::new(StatusCode::REQUIRED_FIELD_MISSING, message)
}

fn no_recipient() -> Fault {
    Fault::new(StatusCode::REQUIRED_FIELD_MISSING, "Missing target address (target, to, cc, bcc)")
}

fn invalid_address(field: &'static str, address: &str) -> Fault {
    let kind = field.trim_end_matches("Addresses");
    Fault::new(StatusCode::INVALID_EMAIL_ADDRESS, format!("Invalid {kind} address : {address}")).on([field])
}

/// The text is ours.
fn too_many_recipients(field: &'static str, most: usize) -> Fault {
    let message = format!("{field} takes no more than {most} addresses");
    Fault::new(StatusCode::SINGLE_EMAIL_LIMIT_EXCEEDED, message).on([field])
}

/// The text is ours.
fn bad_target(target: &str) -> Fault {
    let message = format!("Only User, Contact and Lead ids are accepted as target: {target}");
    Fault::new(StatusCode::INVALID_ID_FIELD, message).on(["targetObjectId"])
}

/// The text is ours.
fn target_without_address() -> Fault {
    let message = "The target object has no email address";
    Fault::new(StatusCode::UNSPECIFIED_EMAIL_ADDRESS, message).on(["targetObjectId"])
}
