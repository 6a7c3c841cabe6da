//! The lists of countries and states: those of the platform, and what `settings.addressSettings` changes about them.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_addresssettings.htm>

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::org_file::OrgFile;
use super::seed_error::{SeedError, json_error};
use super::seed_files::standard_file;
use crate::model::address::{Countries, Country, FEATURE, Place};

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
        let known = countries.0.iter().position(|country| country.place.code == change.iso_code);
        let place = known.unwrap_or(countries.0.len());
        if known.is_none() {
            let place = new_place(file, &change.iso_code, change.label.as_deref())?;
            countries.0.push(Country { place, is_default: false, states: Vec::new() });
        }
        let Some(country) = countries.0.get_mut(place) else { continue };
        set(&mut country.place, &change.label, &change.integration_value, change.active);
        country.is_default |= change.org_default;
        for state in &change.states {
            let known = country.states.iter().position(|place| place.code == state.iso_code);
            let place = known.unwrap_or(country.states.len());
            if known.is_none() {
                country.states.push(new_place(file, &state.iso_code, state.label.as_deref())?);
            }
            if let Some(place) = country.states.get_mut(place) {
                set(place, &state.label, &state.integration_value, state.active);
            }
        }
    }
    Ok(Some(countries))
}

fn set(place: &mut Place, label: &Option<String>, value: &Option<String>, active: Option<bool>) {
    place.label.clone_from(label.as_ref().unwrap_or(&place.label.clone()));
    place.integration_value.clone_from(value.as_ref().unwrap_or(&place.integration_value.clone()));
    place.active = active.unwrap_or(place.active);
}

fn new_place(file: &OrgFile, code: &str, label: Option<&str>) -> Result<Place, SeedError> {
    let what = format!("{code} is no country or state of seed/standard/countries.json and has no label");
    label.map(|label| Place::new(code, label)).ok_or_else(|| file.mistake(code, what, "a label"))
}

fn standard() -> Result<Countries, SeedError> {
    const NAME: &str = "countries.json";
    let file: StandardFile =
        serde_json::from_str(standard_file(NAME)?).map_err(|error| json_error(NAME, &error))?;
    let places = |map: &Map<String, Json>| {
        map.iter()
            .map(|(code, label)| Place::new(code, label.as_str().unwrap_or_default()))
            .collect::<Vec<_>>()
    };
    let countries = places(&file.countries).into_iter().map(|place| {
        let states = file.states.get(&place.code).and_then(Json::as_object).map(places);
        Country { place, is_default: false, states: states.unwrap_or_default() }
    });
    Ok(Countries(countries.collect()))
}
