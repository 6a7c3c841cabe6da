//! Developer names: made from a label, well formed, unique.

use crate::dml::Save;
use crate::model::fault::{Fault, faults};
use crate::model::record::Record;
use crate::model::value::Value;

/// A label without blanks and punctuation, beginning with a letter: `Acme Customer User` is `AcmeCustomerUser`.
pub(super) fn developer_name(label: &str) -> String {
    let kept: String = label.chars().filter(char::is_ascii_alphanumeric).take(80).collect();
    match kept.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => kept,
        _ => format!("X{kept}").chars().take(80).collect(),
    }
}

/// Whether a text is an API name: letters, digits and single underscores, a letter first and no underscore last.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_permissionset.htm>
pub(crate) fn is_api_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !text.ends_with('_')
        && !text.contains("__")
}

/// The API name in a field is one.
pub(super) fn is_well_formed(save: &Save, field: &str) -> Result<(), Fault> {
    match save.text(field).filter(|name| save.changes(field) && !is_api_name(name)) {
        Some(_) => Err(malformed_api_name(&save.object.label, field)),
        None => Ok(()),
    }
}

pub(super) fn developer_name_is_well_formed(save: &mut Save) -> Result<(), Fault> {
    is_well_formed(save, "DeveloperName")
}

/// Whether another record that `counts` has the value in a field.
pub(super) fn is_taken(
    save: &Save,
    field: &str,
    value: &str,
    counts: impl Fn(&Record) -> bool,
) -> Result<bool, Fault> {
    const MOST: usize = 1000;
    for id in save.call.org.ids_where(&save.object, field, &Value::from(value), MOST)? {
        if id == save.id {
            continue;
        }
        if save.call.org.find(&save.object, id)?.is_some_and(|record| counts(&record)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The developer name of a label, with a number if others have it.
pub(super) fn free_developer_name(
    save: &Save,
    label: &str,
    counts: impl Fn(&Record) -> bool,
) -> Result<String, Fault> {
    let name = developer_name(label);
    if !is_taken(save, "DeveloperName", &name, &counts)? {
        return Ok(name);
    }
    for number in 1u32.. {
        let suffix = number.to_string();
        let kept: String = name.chars().take(80 - suffix.len()).collect();
        let numbered = kept + &suffix;
        if !is_taken(save, "DeveloperName", &numbered, &counts)? {
            return Ok(numbered);
        }
    }
    Ok(name)
}

faults! {
    /// another group of the type, role or permission set has the developer name
    pub(super) duplicate_developer_name() = DUPLICATE_DEVELOPER_NAME on ["DeveloperName"],
        "This Name already exists or has been previously used. Please choose a different Name.", Inferred;

    /// the API name of a permission set, group, role, custom field or custom object is no such name; the code is assumed
    pub(crate) malformed_api_name(object: &str, field: &str) = FIELD_INTEGRITY_EXCEPTION
        on ([field.to_owned()], "the field of the name"),
        "The {object} API Name can only contain underscores and alphanumeric characters. It must be unique, begin with a letter, not include spaces, not end with an underscore, and not contain two consecutive underscores.",
        Quoted;
}
