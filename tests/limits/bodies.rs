//! The limit of each path, and the words in which it is told.

use crate::process::{Process, gzipped};

const MIB: usize = 1024 * 1024;

/// A client that waits for a go-ahead hears of the limit without sending anything.
fn announce(process: &Process, path: &str, bytes: usize, session: bool) -> (u16, String) {
    let token = if session { process.token.as_str() } else { "" };
    let head = format!(
        "POST {path} HTTP/1.1\r\nAuthorization: Bearer {token}\r\nX-SFDC-Session: {token}\r\nSOAPAction: \"\"\r\n\
         Content-Length: {bytes}\r\nExpect: 100-continue"
    );
    process.send(&head, b"")
}

#[test]
fn each_surface_has_its_limit_and_its_words() {
    let process = Process::start();
    for (path, limit, status, words) in [
        (
            "/services/Soap/u/59.0",
            50,
            500,
            "Maximum size of request reached. Maximum size of request is 52428800 bytes",
        ),
        ("/services/data/v62.0/composite", 50, 413, "\"errorCode\":\"REQUEST_ENTITY_TOO_LARGE\""),
        (
            "/services/data/v62.0/jobs/ingest/750000000000001AAA/batches",
            150,
            400,
            "\"errorCode\":\"API_ERROR\"",
        ),
        ("/services/async/62.0/job/750000000000001AAA/batch", 10, 400, "Exceeded max size limit of 10485760"),
        ("/services/async/62.0/job", 1, 400, "Exceeded max size limit of 1048576"),
        ("/services/scim/v2/Users", 1, 413, "urn:ietf:params:scim:api:messages:2.0:Error"),
        ("/services/oauth2/token", 1, 400, "\"error\":\"invalid_request\""),
        ("/", 1, 413, "the maximum size is 1048576 bytes"),
        ("/_fauxforce/faults", 1, 413, "the maximum size is 1048576 bytes"),
    ] {
        let (got, body) = announce(&process, path, limit * MIB + 1, true);
        assert!(got == status && body.contains(words), "{path}: {got} {body}");
    }
    // Who shows no session may send little, wherever.
    for path in ["/services/data/v62.0/composite", "/services/async/62.0/job/750000000000001AAA/batch"] {
        let (_, body) = announce(&process, path, MIB + 1, false);
        assert!(body.contains("1048576"), "{path}: {body}");
    }
}

#[test]
fn a_session_in_an_envelope_counts_as_one_in_a_header() {
    let process = Process::start();
    let envelope = |session: &str| {
        format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header>{session}</e:Header><e:Body>\
             <getServerTimestamp xmlns=\"urn:partner.soap.sforce.com\"/></e:Body><!--"
        )
    };
    let with = envelope(&format!(
        "<SessionHeader xmlns=\"urn:partner.soap.sforce.com\"><sessionId>{}</sessionId></SessionHeader>",
        process.token
    ));
    let (path, end) = ("/services/Soap/u/59.0", "--></e:Envelope>");
    let post = |body: &[u8]| process.post_gzipped(path, "text/xml", None, body);
    let (status, body) = post(&gzipped(&with, "x", 3_000_000, end));
    assert!(status == 200 && body.contains("getServerTimestampResponse"), "{body}");
    let (status, body) = post(&gzipped(&envelope(""), "x", 3_000_000, end));
    assert!(status == 500 && body.contains("Maximum size of request is 1048576 bytes"), "{body}");
    let plain = |begin: &str| {
        let body = format!("{begin}{}{end}", "x".repeat(3_000_000));
        let head = format!(
            "POST {path} HTTP/1.1\r\nSOAPAction: \"\"\r\nContent-Type: text/xml\r\nContent-Length: {}",
            body.len()
        );
        process.send(&head, body.as_bytes())
    };
    let (status, body) = plain(&with);
    assert!(status == 200 && body.contains("getServerTimestampResponse"), "{body}");
    let (status, body) = plain(&envelope(""));
    assert!(status == 500 && body.contains("Maximum size of request is 1048576 bytes"), "{body}");
}
