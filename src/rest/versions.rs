//! `GET /services/data`: the API versions, for anyone who asks.

use serde::Serialize;

/// The newest API version: Summer '26.
pub const NEWEST: u32 = 67;

/// The oldest version whose URLs can be made to work.
pub const OLDEST: u32 = 20;

/// One line of the version list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version {
    pub label: String,
    pub url: String,
    pub version: String,
}

/// The versions from `first` to the newest, oldest first.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_versions.htm>
pub fn list(first: u32) -> Vec<Version> {
    (first.max(OLDEST)..=NEWEST)
        .map(|number| Version { label: release(number), url: root(number), version: format!("{number}.0") })
        .collect()
}

/// Where a version's resources are: `/services/data/v67.0`.
pub fn root(number: u32) -> String {
    format!("/services/data/v{number}.0")
}

/// The release that brought a version: three a year, `Winter '11` brought 20.
fn release(number: u32) -> String {
    let season = match number % 3 {
        0 => "Spring",
        1 => "Summer",
        _ => "Winter",
    };
    format!("{season} '{}", number.saturating_sub(OLDEST) / 3 + 11)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_bear_their_releases() {
        let expected = [
            (20, "Winter '11"),
            (31, "Summer '14"),
            (58, "Summer '23"),
            (62, "Winter '25"),
            (65, "Winter '26"),
            (66, "Spring '26"),
            (67, "Summer '26"),
        ];
        for (number, label) in expected {
            assert_eq!(release(number), label);
        }
    }

    #[test]
    fn the_list_runs_from_the_oldest_allowed_to_the_newest() {
        let versions = list(31);
        assert_eq!(versions.len(), 37);
        assert_eq!(versions.first().map(|v| v.url.as_str()), Some("/services/data/v31.0"));
        assert_eq!(versions.last().map(|v| v.version.as_str()), Some("67.0"));
        assert_eq!(list(0).first().map(|v| v.version.as_str()), Some("20.0"));
    }
}
