//! Entity tags (RFC 9110, 8.8.3), with the mark that the real service puts on those of gzipped answers: `"x--gzip"`.

use hyper::HeaderMap;
use hyper::header::{ETAG, HeaderValue};

const GZIP_MARK: &str = "--gzip";

/// Marks the `ETag` of a response that has been gzipped, so that its two forms have two tags.
pub fn mark_gzip(headers: &mut HeaderMap) {
    let Some(tag) = headers.get(ETAG).and_then(|tag| tag.to_str().ok()) else { return };
    let Some(open) = tag.strip_suffix('"') else { return };
    if let Ok(marked) = HeaderValue::try_from(format!("{open}{GZIP_MARK}\"")) {
        headers.insert(ETAG, marked);
    }
}

/// Whether the list of an `If-Match` or `If-None-Match` header names the tag (written with its quotes), by weak
/// comparison and whatever the coding it was sent in.
pub fn names(list: &str, tag: &str) -> bool {
    list.trim() == "*" || list.split(',').any(|item| essence(item) == essence(tag))
}

fn essence(tag: &str) -> &str {
    let tag = tag.trim();
    let tag = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
    tag.strip_suffix(GZIP_MARK).unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_a_tag_in_any_coding() {
        let tag = "\"ddpAdaTHz+Gc=\"";
        assert!(names("\"ddpAdaTHz+Gc=--gzip\", \"other\"", tag));
        assert!(names("W/\"ddpAdaTHz+Gc=\"", tag));
        assert!(names(" * ", tag));
        assert!(!names("\"other\"", tag));
    }
}
