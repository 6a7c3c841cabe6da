//! `Last-Modified`, `ETag` and `If-Modified-Since` of describes.

use flate2::Crc;
use jiff::fmt::rfc2822::DateTimeParser;

use crate::message::{HeaderValue, Response, header};
use crate::rest::exchange::Exchange;
use crate::rest::fault::RestFault;
use crate::rest::headers::http_date;

/// When what the describe shows last changed: milliseconds since 1970 UTC.
///
/// # Errors
/// 304 when that is not after what `If-Modified-Since` says.
pub(super) fn since_asked(exchange: &Exchange) -> Result<i64, RestFault> {
    let changed = exchange.context.org.metadata_changed(exchange.context.runner.user)?;
    let asked = exchange.request.header(header::IF_MODIFIED_SINCE).and_then(milliseconds);
    // The header knows no fractions of a second.
    if asked.is_some_and(|asked| changed / 1000 <= asked / 1000) {
        return Err(RestFault::not_modified());
    }
    Ok(changed)
}

/// The response with the headers that a later request can refer to.
pub(super) fn stamped(response: Response, changed: i64) -> Response {
    let mut checksum = Crc::new();
    checksum.update(&response.body);
    let tag = HeaderValue::try_from(format!("\"{:08x}\"", checksum.sum()));
    let date = HeaderValue::from_bytes(&http_date(changed));
    match (tag, date) {
        (Ok(tag), Ok(date)) => {
            response.with_header(header::ETAG, tag).with_header(header::LAST_MODIFIED, date)
        }
        _ => response,
    }
}

/// `Thu, 01 Jan 2026 00:00:00 GMT` (RFC 9110, 5.6.7). `None` for what is no such date, which is then ignored.
fn milliseconds(date: &str) -> Option<i64> {
    static PARSER: DateTimeParser = DateTimeParser::new();
    PARSER.parse_timestamp(date).ok().map(|at| at.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_they_are_written() {
        let date = String::from_utf8(http_date(1_767_225_600_000).to_vec()).expect("ASCII");
        assert_eq!(milliseconds(&date), Some(1_767_225_600_000));
        assert_eq!(milliseconds("yesterday"), None);
    }
}
