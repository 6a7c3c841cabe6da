//! Developer names: made from a label, unique.

use crate::org::dml::Save;
use crate::org::fault::{Fault, faults};
use crate::org::record::Record;
use crate::org::value::Value;

/// A label without blanks and punctuation, beginning with a letter: `Acme Customer User` is `AcmeCustomerUser`.
pub(super) fn developer_name(label: &str) -> String {
    let kept: String = label.chars().filter(char::is_ascii_alphanumeric).take(80).collect();
    match kept.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => kept,
        _ => format!("X{kept}").chars().take(80).collect(),
    }
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
}
