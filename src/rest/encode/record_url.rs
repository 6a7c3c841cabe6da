//! Where a record is.

use crate::world::ApiVersion;

/// The path of a record.
pub fn record_url(version: ApiVersion, object: &str, id: &str) -> String {
    let version = version.number();
    let mut url = String::with_capacity(32 + object.len() + 19);
    url.push_str("/services/data/v");
    url.push_str(&version.to_string());
    for part in [".0/sobjects/", object, "/", id] {
        url.push_str(part);
    }
    url
}
