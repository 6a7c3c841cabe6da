//! A record type of the other kind makes a person account of a business account and its contact, or the reverse.
//! Source: <https://help.salesforce.com/s/articleView?id=sf.account_person_convert.htm>

use super::mirror;
use crate::dml::{Save, update_without_rules};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::value::Value;

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
        Some(contact) if separated => update_without_rules(
            save.call.org,
            "Contact",
            contact,
            &[("IsPersonAccount", Value::from(false))],
        ),
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

faults! {
    /// more than a record type is sent with one that makes a person of a business account, or the reverse
    additional_fields() = INVALID_FIELD_FOR_INSERT_UPDATE,
        "Cannot specify any additional fields when marrying or separating a Person-Account",
        Seen "https://stackoverflow.com/questions/13283236";

    /// an account gets a person record type and has no contact, or several
    not_one_contact() = INVALID_PERSON_ACCOUNT_OPERATION,
        "An account must have exactly one contact to become a person account.", Assumed;
}
