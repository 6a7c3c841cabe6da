//! Addresses in an org with lists of states and countries: text and code of each say the same.
//! Source: <https://help.salesforce.com/s/articleView?id=sf.admin_state_country_picklist_integration_values.htm>

use crate::dml::Save;
use crate::model::address::{AddressEntry, Countries, Country};
use crate::model::fault::{Fault, faults};
use crate::model::schema::Field;
use crate::model::value::Value;

/// A text field and the field for its code, by name.
struct Pair {
    text: String,
    code: String,
}

/// Every address that the save changes has a country of the list and a state of the country.
pub(super) fn addresses_are_in_the_lists(save: &mut Save) -> Result<(), Fault> {
    let org = save.call.org;
    let Some(countries) = &org.settings.countries else { return Ok(()) };
    let codes = save.object.fields.iter().filter(|field| field.is_address_code());
    let prefixes: Vec<String> =
        codes.filter_map(|field| field.name.strip_suffix("CountryCode")).map(str::to_owned).collect();
    for prefix in prefixes {
        let pair = |what: &str| Pair { text: format!("{prefix}{what}"), code: format!("{prefix}{what}Code") };
        let (country, state) = (pair("Country"), pair("State"));
        if [&country, &state].iter().any(|pair| save.changes(&pair.text) || save.changes(&pair.code)) {
            let found = settle_country(save, countries, &country)?;
            settle_state(save, countries, found, &country, &state)?;
        }
    }
    Ok(())
}

fn settle_country<'a>(
    save: &mut Save,
    countries: &'a Countries,
    pair: &Pair,
) -> Result<Option<&'a Country>, Fault> {
    let places = || countries.0.iter();
    let found = match asked(save, pair) {
        Asked::Nothing => None,
        Asked::Code(code) => {
            let found = places().find(|country| country.entry.is_coded(&code));
            Some(match found {
                Some(found) => found,
                None => return Err(unavailable_country(field(save, &pair.code)?, &code)),
            })
        }
        Asked::Text(text) => {
            let found = places().find(|country| country.entry.is_named(&text));
            match found {
                Some(found) => Some(found),
                None => return Err(unknown_country(field(save, &pair.text)?)),
            }
        }
    };
    write(save, pair, found.map(|country| &country.entry))?;
    Ok(found)
}

fn settle_state(
    save: &mut Save,
    countries: &Countries,
    country: Option<&Country>,
    country_pair: &Pair,
    pair: &Pair,
) -> Result<(), Fault> {
    let asked = asked(save, pair);
    let Some(country) = country else {
        return match asked {
            Asked::Nothing => write(save, pair, None),
            Asked::Code(_) => Err(state_without_country(field(save, &pair.code)?)),
            Asked::Text(_) => Err(state_without_country(field(save, &pair.text)?)),
        };
    };
    let moved = save.changes(&country_pair.code) && !save.changes(&pair.text) && !save.changes(&pair.code);
    let mut states = country.states.iter();
    let found = match asked {
        Asked::Nothing => None,
        Asked::Code(code) => match states.find(|state| state.is_coded(&code)) {
            Some(state) => Some(state),
            None if moved || countries.have_state(&code) => {
                return Err(state_of_other_country(field(save, &pair.code)?));
            }
            None => return Err(unavailable_state(field(save, &pair.code)?, &code)),
        },
        Asked::Text(text) => match states.find(|state| state.is_named(&text)) {
            Some(state) => Some(state),
            None => return Err(unknown_state(field(save, &pair.text)?)),
        },
    };
    write(save, pair, found)
}

/// What of a pair says which place is meant.
enum Asked {
    Nothing,
    Code(String),
    Text(String),
}

/// The one that changes does; a code goes before a text.
fn asked(save: &Save, pair: &Pair) -> Asked {
    let text = save.text(&pair.text).map(|text| Asked::Text(text.to_owned()));
    let code = save.text(&pair.code).map(|code| Asked::Code(code.to_owned()));
    match (save.changes(&pair.code), save.changes(&pair.text)) {
        (false, true) => text.unwrap_or(Asked::Nothing),
        (true, true) => code.or(text).unwrap_or(Asked::Nothing),
        _ => code.unwrap_or(Asked::Nothing),
    }
}

/// Sets text and code to those of the place.
fn write(save: &mut Save, pair: &Pair, entry: Option<&AddressEntry>) -> Result<(), Fault> {
    let text = save.text(&pair.text).filter(|_| save.changes(&pair.text));
    if let (Some(entry), Some(text)) = (entry, text)
        && !entry.is_named(text)
    {
        return Err(code_of_another_place(field(save, &pair.code)?));
    }
    let value = |of: fn(&AddressEntry) -> &str| entry.map_or(Value::Null, |entry| Value::from(of(entry)));
    save.set(&pair.text, value(|entry| &entry.integration_value));
    save.set(&pair.code, value(|entry| &entry.code));
    Ok(())
}

/// A field of the address.
fn field<'a>(save: &'a Save, name: &str) -> Result<&'a Field, Fault> {
    save.field(name).ok_or_else(|| Fault::no_such_column(name, &save.object))
}

faults! {
    /// the text of a country is none in the org's list
    unknown_country(field: &Field) = FIELD_INTEGRITY_EXCEPTION on field,
        "There's a problem with this country, even though it may appear correct. Please select a country/territory from the list of valid countries.",
        Seen "https://github.com/SalesforceFoundation/NPSP/issues/994";

    /// the text of a state is none in the country's list
    unknown_state(field: &Field) = FIELD_INTEGRITY_EXCEPTION on field,
        "There's a problem with this state, even though it may appear correct. Please select a state from the list of valid states.",
        Seen "https://github.com/UnofficialSF/LightningFlowComponents/issues/1567";

    /// an address has a state and no country, in an org with lists of both
    state_without_country(field: &Field) = FIELD_INTEGRITY_EXCEPTION on field,
        "A country/territory must be specified before specifying a state value for field: {label}" with (label = field.label),
        Seen "public tests of a data pipeline";

    /// the code of a state is that of another country's
    state_of_other_country(field: &Field) = FIELD_INTEGRITY_EXCEPTION on field,
        "The existing country/territory doesn't recognize the state value for field: {label}" with (label = field.label),
        Seen "https://github.com/SalesforceFoundation/NPSP/issues/2432";

    /// the code of a state is in no country's list
    unavailable_state(field: &Field, code: &str) = FIELD_INTEGRITY_EXCEPTION on field,
        "The {name} field contains {code}, which isn't an available state. Your administrator can add it for you."
            with (name = field.name),
        Seen "https://github.com/SalesforceFoundation/NPSP/issues/6405";

    /// the code of a country is not in the org's list
    unavailable_country(field: &Field, code: &str) = FIELD_INTEGRITY_EXCEPTION on field,
        "The {name} field contains {code}, which isn't an available country. Your administrator can add it for you."
            with (name = field.name),
        Inferred;

    /// text and code of a country or state are sent and name different ones; which label follows is a choice
    code_of_another_place(field: &Field) = FIELD_INTEGRITY_EXCEPTION on field,
        "Mismatched integration value and ISO code for field: {label}" with (label = field.label), Quoted;
}
