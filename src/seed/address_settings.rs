//! The lists of countries and states: those of the platform, and what `settings.addressSettings` changes about them.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_addresssettings.htm>

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::org_file::OrgFile;
use super::seed_error::{SeedError, json_error};
use super::seed_files::standard_file;
use crate::model::address::{AddressEntry, Countries, Country, FEATURE};

#[derive(Deserialize)]
struct StandardFile {
    countries: Map<String, Json>,
    states: Map<String, Json>,
}

/// The lists of an org with the feature, `None` for one without it.
pub(super) fn countries(file: &OrgFile) -> Result<Option<Countries>, SeedError> {
    let settings = &file.settings.address_settings;
    if !file.features.iter().any(|feature| feature == FEATURE) {
        if settings.countries_and_states.countries.is_empty() {
            return Ok(None);
        }
        let what = "addressSettings needs the lists of states and countries";
        return Err(file.mistake("addressSettings", what, format!("the feature {FEATURE}")));
    }
    let mut countries = standard()?;
    for change in &settings.countries_and_states.countries {
        let known = countries.0.iter().position(|country| country.entry.code == change.iso_code);
        let entry = known.unwrap_or(countries.0.len());
        if known.is_none() {
            let entry = new_place(file, &change.iso_code, change.label.as_deref())?;
            countries.0.push(Country { entry, is_default: false, states: Vec::new() });
        }
        let Some(country) = countries.0.get_mut(entry) else { continue };
        set(&mut country.entry, &change.label, &change.integration_value, change.active);
        country.is_default |= change.org_default;
        for state in &change.states {
            let known = country.states.iter().position(|entry| entry.code == state.iso_code);
            let entry = known.unwrap_or(country.states.len());
            if known.is_none() {
                country.states.push(new_place(file, &state.iso_code, state.label.as_deref())?);
            }
            if let Some(entry) = country.states.get_mut(entry) {
                set(entry, &state.label, &state.integration_value, state.active);
            }
        }
    }
    Ok(Some(countries))
}

fn set(entry: &mut AddressEntry, label: &Option<String>, value: &Option<String>, active: Option<bool>) {
    entry.label.clone_from(label.as_ref().unwrap_or(&entry.label.clone()));
    entry.integration_value.clone_from(value.as_ref().unwrap_or(&entry.integration_value.clone()));
    entry.active = active.unwrap_or(entry.active);
}

fn new_place(file: &OrgFile, code: &str, label: Option<&str>) -> Result<AddressEntry, SeedError> {
    let what = format!("{code} is no country or state of seed/standard/countries.json and has no label");
    label.map(|label| AddressEntry::new(code, label)).ok_or_else(|| file.mistake(code, what, "a label"))
}

fn standard() -> Result<Countries, SeedError> {
    const NAME: &str = "countries.json";
    let file: StandardFile =
        serde_json::from_str(standard_file(NAME)?).map_err(|error| json_error(NAME, &error))?;
    let places = |map: &Map<String, Json>| {
        map.iter()
            .map(|(code, label)| AddressEntry::new(code, label.as_str().unwrap_or_default()))
            .collect::<Vec<_>>()
    };
    let countries = places(&file.countries).into_iter().map(|entry| {
        let states = file.states.get(&entry.code).and_then(Json::as_object).map(places);
        Country { entry, is_default: false, states: states.unwrap_or_default() }
    });
    Ok(Countries(countries.collect()))
}
