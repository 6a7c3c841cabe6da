//! Addresses and locations: which stored fields they are made of.

use crate::model::schema::{Field, SObject};

/// The parts by their name in answers, in the order of answers: a suffix of the part's own name.
const PARTS: [(&str, &str); 10] = [
    ("City", "city"),
    ("Country", "country"),
    ("CountryCode", "countryCode"),
    ("GeocodeAccuracy", "geocodeAccuracy"),
    ("Latitude", "latitude"),
    ("Longitude", "longitude"),
    ("PostalCode", "postalCode"),
    ("State", "state"),
    ("StateCode", "stateCode"),
    ("Street", "street"),
];

/// The parts of a compound field of an object: `("city", MailingCity)`, …
pub fn parts<'o>(object: &'o SObject, compound: &str) -> Vec<(&'static str, &'o Field)> {
    let mut parts = Vec::new();
    for (suffix, name) in PARTS {
        let part = object.fields.iter().find(|field| {
            let own = field.name.strip_suffix("__s").unwrap_or(&field.name);
            field.compound.as_deref() == Some(compound) && own.ends_with(suffix)
        });
        parts.extend(part.map(|part| (name, part)));
    }
    parts
}
