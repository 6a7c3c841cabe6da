//! Person accounts: an account that is a person, with one hidden contact.
//! Source: <https://help.salesforce.com/s/articleView?id=000386207&type=1>

use crate::org::dml::{Save, update_quietly};
use crate::org::fault::{Fault, faults};
use crate::org::value::Value;

const NAMES: &[&str] = &["FirstName", "LastName", "MiddleName", "Suffix", "Salutation"];

fn enabled(save: &Save) -> bool {
    save.call.org.schema.has_feature("PersonAccounts")
}

fn is_person_field(name: &str) -> bool {
    NAMES.contains(&name)
        || name.ends_with("__pc")
        || (name.starts_with("Person") && name != "PersonContactId")
}

/// Names of the person fields that the caller sent with a value, in describe order.
fn sent_person_fields<'a>(save: &'a Save) -> Vec<&'a str> {
    let fields = save.object.fields.iter().map(|field| field.name.as_str());
    fields
        .filter(|name| is_person_field(name) && save.was_sent(name) && !save.value(name).is_null())
        .collect()
}

/// The record type says what it is; without one, a last name does.
pub(super) fn person_fields_make_a_person_account(save: &mut Save) -> Result<(), Fault> {
    if !enabled(save) {
        return Ok(());
    }
    let by_type = save.parent("RecordType", "RecordTypeId")?.map(|kind| kind.get("IsPersonType").is_true());
    let person = by_type.unwrap_or_else(|| !save.value("LastName").is_null());
    save.set("IsPersonAccount", person);
    Ok(())
}

/// `Name` of a person account is first and last name, and cannot be sent.
pub(super) fn person_account_is_named_after_the_person(save: &mut Save) -> Result<(), Fault> {
    if !save.value("IsPersonAccount").is_true() {
        return Ok(());
    }
    if save.was_sent("Name") {
        return Err(bad_field_names(&["Name"]));
    }
    if save.value("LastName").is_null() {
        return Err(Fault::required_field_missing(&["LastName"]));
    }
    let parts = ["FirstName", "MiddleName", "LastName", "Suffix"];
    let name = parts.iter().filter_map(|part| save.text(part)).collect::<Vec<_>>().join(" ");
    save.set("Name", name);
    Ok(())
}

/// A business account has no fields of a person.
pub(super) fn fields_fit_the_kind_of_account(save: &mut Save) -> Result<(), Fault> {
    if !enabled(save) || save.value("IsPersonAccount").is_true() {
        return Ok(());
    }
    let sent = sent_person_fields(save);
    if sent.is_empty() { Ok(()) } else { Err(bad_field_names(&sent)) }
}

/// Account fields beginning with `Person`, and names, are those of the hidden contact.
fn contact_fields(save: &Save) -> Vec<(String, Value)> {
    let fields =
        save.object.fields.iter().map(|field| field.name.as_str()).filter(|name| is_person_field(name));
    let contact_name = |name: &str| match name.strip_prefix("Person") {
        Some(rest) => rest.to_owned(),
        None => name.replace("__pc", "__c"),
    };
    fields.map(|name| (contact_name(name), save.value(name).clone())).collect()
}

/// The hidden contact is made, and follows the account.
pub(super) fn person_account_has_a_contact(save: &mut Save) -> Result<(), Fault> {
    if !save.value("IsPersonAccount").is_true() {
        return Ok(());
    }
    let fields = contact_fields(save);
    let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    fields.push(("OwnerId", save.value("OwnerId").clone()));
    match save.id_in("PersonContactId") {
        Some(contact) => save.also_update("Contact", contact, &fields),
        None => {
            fields.push(("AccountId", Value::from(save.id)));
            fields.push(("IsPersonAccount", Value::from(true)));
            let contact = save.also_insert("Contact", &fields)?;
            update_quietly(save.call.org, "Account", save.id, &[("PersonContactId", Value::from(contact))])
        }
    }
}

faults! {
    /// `Name` of a person account is sent, or a field of a person for a business account
    bad_field_names(names: &[&str]) = INVALID_FIELD_FOR_INSERT_UPDATE
        on (names.iter().map(|name| name.to_string()), "all of them"),
        "Account: bad field names on insert/update call: {list}" with (list = names.join(", ")),
        Documented "https://help.salesforce.com/s/articleView?id=000386207&type=1";
}
