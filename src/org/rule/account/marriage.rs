//! A record type of the other kind makes a person account of a business account and its contact, or the reverse.
//! Source: <https://help.salesforce.com/s/articleView?id=sf.account_person_convert.htm>

use super::mirror;
use crate::org::dml::{Save, update_quietly};
use crate::org::fault::{Fault, StatusCode};
use crate::org::id::Id;
use crate::org::value::Value;

/// The account takes over what its one contact has, or loses what persons have.
pub(super) fn record_type_changes_the_kind(save: &mut Save) -> Result<(), Fault> {
    if !save.changes("RecordTypeId") || save.value("RecordTypeId").is_null() {
        return Ok(());
    }
    let Some(record_type) = save.parent("RecordType", "RecordTypeId")? else { return Ok(()) };
    let person = record_type.get("IsPersonType").is_true();
    if person == save.value("IsPersonAccount").is_true() {
        return Ok(());
    }
    if save.object.fields.iter().any(|field| field.name != "RecordTypeId" && save.was_sent(&field.name)) {
        return Err(additional_fields());
    }
    let contact = if person { Some(only_contact(save)?) } else { None };
    save.set("IsPersonAccount", person);
    save.set("PersonContactId", contact.map_or(Value::Null, Value::from));
    let contact = match contact {
        Some(id) => save.call.org.find(&save.call.org.standard("Contact")?, id)?,
        None => None,
    };
    mirror::take_over(save, contact.as_ref());
    Ok(())
}

/// The contact of an account that is no person any longer is one like others.
pub(super) fn separated_contact_is_a_plain_one(save: &mut Save) -> Result<(), Fault> {
    let separated = save.old.get("IsPersonAccount").is_true() && !save.value("IsPersonAccount").is_true();
    match save.old.id("PersonContactId") {
        Some(contact) if separated => {
            update_quietly(save.call.org, "Contact", contact, &[("IsPersonAccount", Value::from(false))])
        }
        _ => Ok(()),
    }
}

fn only_contact(save: &Save) -> Result<Id, Fault> {
    let contacts = save.call.org.standard("Contact")?;
    let found = save.call.org.ids_where(&contacts, "AccountId", &Value::from(save.id), 2)?;
    match found.as_slice() {
        [one] => Ok(*one),
        _ => Err(not_one_contact()),
    }
}

/// Seen in <https://stackoverflow.com/questions/13283236>.
fn additional_fields() -> Fault {
    let message = "Cannot specify any additional fields when marrying or separating a Person-Account";
    Fault::new(StatusCode::INVALID_FIELD_FOR_INSERT_UPDATE, message)
}

/// Code and text are a choice: no public source quotes them.
fn not_one_contact() -> Fault {
    let message = "An account must have exactly one contact to become a person account.";
    Fault::new(StatusCode::INVALID_PERSON_ACCOUNT_OPERATION, message)
}
