//! `GET /services/data`: the API versions, for anyone who asks.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_versions.htm>

use super::encode::{Layout, Writer};
use super::exchange::{OpenRequest, RestResult};
use crate::message::StatusCode;
use crate::world::ApiVersion;

/// The versions that are served, oldest first.
pub fn list(asked: &OpenRequest) -> RestResult {
    let body = versions(asked.layout, asked.state.settings.min_api_version);
    Ok(super::document::document(StatusCode::OK, asked.layout, body))
}

fn versions(layout: Layout, first: u32) -> Vec<u8> {
    let first = first.max(ApiVersion::OLDEST.number());
    Writer::list(layout, "Versions", |w| {
        for version in (first..=ApiVersion::NEWEST.number()).map(ApiVersion::new) {
            w.group("Version", |w| {
                w.text("label", &version.label());
                w.text("url", &format!("/services/data/v{version}"));
                w.text("version", &version.to_string());
            });
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(layout: Layout, first: u32) -> String {
        String::from_utf8(versions(layout, first)).expect("UTF-8")
    }

    #[test]
    fn the_list_runs_from_the_oldest_allowed_to_the_newest() {
        assert_eq!(
            text(Layout::Json, 66),
            "[{\"label\":\"Spring '26\",\"url\":\"/services/data/v66.0\",\"version\":\"66.0\"},\
             {\"label\":\"Summer '26\",\"url\":\"/services/data/v67.0\",\"version\":\"67.0\"}]"
        );
        assert!(text(Layout::Json, 31).starts_with("[{\"label\":\"Summer '14\""));
        assert!(text(Layout::Json, 0).starts_with("[{\"label\":\"Winter '11\""));
    }

    #[test]
    fn as_xml() {
        let version = "<Version><label>Summer &apos;26</label><url>/services/data/v67.0</url>\
                       <version>67.0</version></Version>";
        assert!(text(Layout::Xml, 67).ends_with(&format!("<Versions>{version}</Versions>")));
    }
}
