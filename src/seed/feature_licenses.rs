//! `featureLicenses` of `org.json`: seats of the licences behind the `UserPermissions…` flags of User.

use std::collections::BTreeMap;

use super::org_file::OrgFile;
use super::seed_error::SeedError;
use crate::model::schema::Schema;

const PREFIX: &str = "UserPermissions";

/// Seats by field of User.
///
/// # Errors
/// A name that is no label of such a field.
pub(super) fn read(file: &OrgFile, schema: &Schema) -> Result<BTreeMap<String, u32>, SeedError> {
    let user = schema.object("User");
    let fields = user.iter().flat_map(|user| &user.fields).filter(|field| field.name.starts_with(PREFIX));
    let fields: Vec<_> = fields.collect();
    let mut seats = BTreeMap::new();
    for (label, count) in &file.feature_licenses {
        let Some(field) = fields.iter().find(|field| field.label == *label) else {
            let labels: Vec<_> = fields.iter().map(|field| field.label.as_str()).collect();
            let what = format!("there is no feature licence {label:?}");
            return Err(file.mistake(label, what, format!("one of {}", labels.join(", "))));
        };
        seats.insert(field.name.clone(), *count);
    }
    Ok(seats)
}
