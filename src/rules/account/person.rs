//! Person accounts: an account that is a person, with one contact behind it.
//! Source: <https://help.salesforce.com/s/articleView?id=000386207&type=1>

use super::mirror::is_person_field;
use crate::dml::Save;
use crate::model::fault::{Fault, faults};
use crate::model::value::Value;

fn enabled(save: &Save) -> bool {
    save.call.org.schema.has_feature("PersonAccounts")
}

/// Names of the person fields that the caller sent with a value, in describe order.
fn sent_person_fields<'a>(save: &'a Save) -> Vec<&'a str> {
    let fields = save.object.fields.iter().map(|field| field.name.as_str());
    let given =
        |name: &&str| save.was_sent(name) && !matches!(save.value(name), Value::Null | Value::Bool(false));
    fields.filter(|name| is_person_field(name)).filter(given).collect()
}

/// The record type says what it is; without one, a field of a person does, and the org's default type of that kind is
/// taken.
pub(super) fn record_type_makes_a_person_account(save: &mut Save) -> Result<(), Fault> {
    if !enabled(save) {
        return Ok(());
    }
    let by_type = save.parent("RecordType", "RecordTypeId")?.map(|kind| kind.get("IsPersonType").is_true());
    let person = match by_type {
        Some(person) => person,
        // The platform's own seeds name no fields as sent.
        None => !sent_person_fields(save).is_empty() || !save.value("LastName").is_null(),
    };
    save.set("IsPersonAccount", person);
    if by_type.is_none() {
        let default = save.call.org.default_record_type(&save.object, person)?;
        save.set("RecordTypeId", default.map_or(Value::Null, |kind| Value::from(kind.id)));
    }
    Ok(())
}

/// `Name` of a person account is made of the names, and cannot be sent.
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

/// A business account has no fields of a person, and a person no parent account.
pub(super) fn fields_fit_the_kind_of_account(save: &mut Save) -> Result<(), Fault> {
    if !enabled(save) {
        return Ok(());
    }
    let sent = match save.value("IsPersonAccount").is_true() {
        false => sent_person_fields(save),
        true if save.was_sent("ParentId") && !save.value("ParentId").is_null() => vec!["ParentId"],
        true => Vec::new(),
    };
    if sent.is_empty() { Ok(()) } else { Err(bad_field_names(&sent)) }
}

faults! {
    /// `Name` or `ParentId` of a person account is sent, or a field of a person for a business account
    bad_field_names(names: &[&str]) = INVALID_FIELD_FOR_INSERT_UPDATE
        on (names.iter().map(|name| name.to_string()), "all of them"),
        "Account: bad field names on insert/update call: {list}" with (list = names.join(", ")),
        Documented "https://help.salesforce.com/s/articleView?id=000386207&type=1";
}
