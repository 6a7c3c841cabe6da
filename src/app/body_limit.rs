//! How large a body may be, by path, and what the surface says of one that is larger.

use crate::http::BodyLimit;
use crate::message::{Request, Response};
use crate::{bulk, oauth, rest, scim, soap};

const MIB: usize = 1024 * 1024;
/// Forms, SAML messages, SCIM resources and settings of jobs are some kilobytes; a group with 10,000 members is less, too.
const SMALL: usize = MIB;

/// The limit of the paths that begin and end like this.
struct Row {
    prefix: &'static str,
    suffix: &'static str,
    bytes: usize,
    /// The answer to a larger body; without, it is the transport's.
    refusal: Option<fn(&Request, usize) -> Response>,
}

/// The first row that fits counts. Sources: for SOAP and REST
/// <https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/salesforce_app_limits_platform_api.htm>,
/// for the Bulk APIs
/// <https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/salesforce_app_limits_platform_bulkapi.htm>;
/// the others are ours.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    Row { prefix: soap::PREFIX,        suffix: "",         bytes: 50 * MIB,  refusal: Some(soap::too_large) },
    Row { prefix: "/services/async/",  suffix: "/batch",   bytes: 10 * MIB,  refusal: Some(bulk::too_large) },
    Row { prefix: "/services/async/",  suffix: "",         bytes: SMALL,     refusal: Some(bulk::too_large) },
    Row { prefix: "/services/data/",   suffix: "/batches", bytes: 150 * MIB, refusal: Some(rest::too_much_data) },
    Row { prefix: "/services/data/",   suffix: "",         bytes: 50 * MIB,  refusal: None },
    Row { prefix: rest::APEX_ROOT,     suffix: "",         bytes: 50 * MIB,  refusal: None },
    Row { prefix: "/services/scim/",   suffix: "",         bytes: SMALL,     refusal: Some(scim::too_large) },
    Row { prefix: "/services/oauth2/", suffix: "",         bytes: SMALL,     refusal: Some(oauth::too_large) },
    Row { prefix: "",                  suffix: "",         bytes: SMALL,     refusal: None },
];

/// The row of a path. The path of a community may stand before that of the surface.
fn row(path: &str) -> Option<&'static Row> {
    let path = path.find("/services/").and_then(|at| path.get(at..)).unwrap_or(path);
    let path = path.trim_end_matches('/');
    ROWS.iter().find(|row| path.starts_with(row.prefix) && path.ends_with(row.suffix))
}

/// The limit of a request.
pub fn of(path: &str) -> BodyLimit {
    match row(path) {
        Some(row) => BodyLimit { bytes: row.bytes, session_in_body: row.prefix == soap::PREFIX },
        None => BodyLimit { bytes: SMALL, session_in_body: false },
    }
}

/// A refusal in the words of the surface that serves the path. `transport` is what the transport says; its headers stay,
/// where the surface has no others of the name.
pub fn refusal(request: &Request, limit: usize, transport: Response) -> Response {
    let Some(words) = row(request.path()).and_then(|row| row.refusal) else { return transport };
    let Response { status, body, headers, errors } = words(request, limit);
    let mut response = Response { status, body, errors, ..transport };
    response.headers.extend(headers);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_by_path() {
        for (path, mib, in_body) in [
            ("/services/Soap/u/59.0/00D000000000001", 50, true),
            ("/customers/services/Soap/c/59.0", 50, true),
            ("//services/data/v62.0/composite", 50, false),
            ("/services/data/v62.0/jobs/ingest/750000000000001AAA/batches/", 150, false),
            ("/services/async/62.0/job/750000000000001AAA/batch", 10, false),
            ("/services/async/62.0/job", 1, false),
            ("/services/scim/v2/Users", 1, false),
            ("/customers/services/oauth2/token", 1, false),
            ("/saml", 1, false),
            ("", 1, false),
        ] {
            let limit = BodyLimit { bytes: mib * MIB, session_in_body: in_body };
            assert_eq!(of(path), limit, "{path}");
        }
    }
}
