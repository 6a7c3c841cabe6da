//! A person account and its contact are one person: what is saved in one is saved in the other.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_guidelines_personaccounts.htm>

use crate::dml::{Save, update_without_rules};
use crate::model::fault::Fault;
use crate::model::schema::{Field, SObject};
use crate::model::value::Value;

const NAMES: &[&str] = &["FirstName", "LastName", "MiddleName", "Suffix", "Salutation"];
/// Fields that both have under one name.
const SHARED: &[&str] = &["Phone", "Fax", "OwnerId"];

/// A field of Account that only persons have.
pub(super) fn is_person_field(name: &str) -> bool {
    NAMES.contains(&name)
        || name.ends_with("__pc")
        || (name.starts_with("Person") && name != "PersonContactId")
}

/// The contact's name of a field of a person account: `PersonEmail` is `Email`, `Shoe__pc` is `Shoe__c`.
fn contact_name(field: &Field) -> Option<String> {
    let name = field.name.as_str();
    if field.is_compound() || !(is_person_field(name) || SHARED.contains(&name)) {
        return None;
    }
    Some(match (name.strip_prefix("Person"), name.strip_suffix("__pc")) {
        (Some(rest), _) => rest.to_owned(),
        (None, Some(stem)) => format!("{stem}__c"),
        (None, None) => name.to_owned(),
    })
}

/// `(account's field, contact's field)`.
fn pairs(account: &SObject) -> Vec<(String, String)> {
    let fields = account.fields.iter();
    fields.filter_map(|field| Some((field.name.clone(), contact_name(field)?))).collect()
}

/// The contact is made, and follows the account. Both always carry the same stamps.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.change_data_capture.meta/change_data_capture/cdc_standard_objects_person_account_update.htm>
pub(super) fn person_account_has_a_contact(save: &mut Save) -> Result<(), Fault> {
    if !save.value("IsPersonAccount").is_true() {
        return Ok(());
    }
    let pairs = pairs(&save.object);
    let mut fields: Vec<(&str, Value)> =
        pairs.iter().map(|(ours, theirs)| (theirs.as_str(), save.value(ours).clone())).collect();
    fields.push(("IsPersonAccount", Value::from(true)));
    match save.id_in("PersonContactId") {
        Some(contact) => save.also_update("Contact", contact, &fields),
        None => {
            fields.push(("AccountId", Value::from(save.id)));
            let contact = save.also_insert("Contact", &fields)?;
            update_without_rules(
                save.call.org,
                "Account",
                save.id,
                &[("PersonContactId", Value::from(contact))],
            )
        }
    }
}

/// The account follows the contact, when the contact is saved by itself.
pub(crate) fn person_account_follows_the_contact(save: &mut Save) -> Result<(), Fault> {
    if save.call.runner.is_system() || !save.value("IsPersonAccount").is_true() {
        return Ok(());
    }
    let Some(account) = save.id_in("AccountId") else { return Ok(()) };
    let pairs = pairs(&*save.call.org.standard("Account")?);
    let fields: Vec<(&str, Value)> =
        pairs.iter().map(|(theirs, ours)| (theirs.as_str(), save.value(ours).clone())).collect();
    save.also_update("Account", account, &fields)
}

/// Gives an account that becomes a person what its contact has, or takes it when it is none any longer.
pub(super) fn take_over(save: &mut Save, contact: Option<&crate::model::record::Record>) {
    let pairs = pairs(&save.object);
    for (ours, theirs) in pairs.iter().filter(|(ours, _)| !SHARED.contains(&ours.as_str())) {
        let empty = match save.value(ours) {
            Value::Bool(_) => Value::Bool(false),
            _ => Value::Null,
        };
        save.set(ours, contact.map_or(empty, |contact| contact.get(theirs).clone()));
    }
}
