//! The countries and states that addresses may have, where the org has lists of them.
//! Source: <https://help.salesforce.com/s/articleView?id=sf.admin_state_country_picklist_enable.htm>

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::schema::{Picklist, PicklistEntry};

/// The org feature that brings the lists, and the fields for codes.
pub const FEATURE: &str = "StateAndCountryPicklist";

/// The lists, in the order in which describe shows them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Countries(pub Vec<Country>);

#[derive(Debug, Clone, PartialEq)]
pub struct Country {
    pub entry: AddressEntry,
    pub is_default: bool,
    pub states: Vec<AddressEntry>,
}

/// A country or a state.
#[derive(Debug, Clone, PartialEq)]
pub struct AddressEntry {
    /// ISO 3166: what the code field holds.
    pub code: String,
    /// What people read.
    pub label: String,
    /// What the text field holds.
    pub integration_value: String,
    pub active: bool,
}

impl AddressEntry {
    /// A place whose integration value is its label.
    pub fn new(code: &str, label: &str) -> AddressEntry {
        AddressEntry {
            code: code.to_owned(),
            label: label.to_owned(),
            integration_value: label.to_owned(),
            active: true,
        }
    }

    /// True when the text of a field names the place.
    pub fn is_named(&self, text: &str) -> bool {
        self.active && self.integration_value.to_lowercase() == text.to_lowercase()
    }

    /// True when a code field holds the place.
    pub fn is_coded(&self, code: &str) -> bool {
        self.active && self.code.eq_ignore_ascii_case(code)
    }

    fn entry(&self, default: bool, valid_for: Option<String>) -> PicklistEntry {
        PicklistEntry {
            value: self.code.clone(),
            label: self.label.clone(),
            default,
            active: true,
            valid_for,
        }
    }
}

impl Countries {
    /// True when any country has a state with this code.
    pub fn have_state(&self, code: &str) -> bool {
        self.0.iter().any(|country| country.states.iter().any(|state| state.is_coded(code)))
    }

    fn active(&self) -> impl Iterator<Item = &Country> {
        self.0.iter().filter(|country| country.entry.active)
    }

    /// The values of the fields for country codes.
    pub fn country_entries(&self) -> Arc<Picklist> {
        Arc::new(self.active().map(|country| country.entry.entry(country.is_default, None)).collect())
    }

    /// The values of the fields for state codes, each valid for its country.
    pub fn state_entries(&self) -> Arc<Picklist> {
        let of = |(index, country): (usize, &Country)| {
            let valid_for = bits(index);
            let states = country.states.iter().filter(|state| state.active);
            states.map(|state| state.entry(false, Some(valid_for.clone()))).collect::<Vec<_>>()
        };
        let mut entries: Vec<_> = self.active().enumerate().flat_map(of).collect();
        entries.sort_by(|a, b| a.label.cmp(&b.label));
        Arc::new(entries.into())
    }
}

/// The bit of one value of the controlling field, the first of a byte being its highest, in base64.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describesobjects_describesobjectresult.htm>
fn bits(index: usize) -> String {
    let mut bytes = vec![0u8; index / 8];
    bytes.push(0x80 >> (index % 8));
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bit_for_each_country() {
        assert_eq!((bits(0), bits(7), bits(8)), ("gA==".into(), "AQ==".into(), "AIA=".into()));
    }
}
