//! `Last-Modified`, `ETag` and `If-Modified-Since` of describes.

use flate2::Crc;
use jiff::fmt::rfc2822::DateTimeParser;

use crate::message::{HeaderMap, Response, header};
use crate::rest::conditional;
use crate::rest::exchange::{Exchange, RestResult};
use crate::rest::fault::RestFault;

/// The response with the headers that a later request can refer to.
///
/// # Errors
/// 304 with the same headers when what the describe shows has not changed after what `If-Modified-Since` says.
pub(super) fn stamped(exchange: &Exchange, mut response: Response) -> RestResult {
    let changed = exchange.context.org.metadata_changed(exchange.context.runner.user)?;
    let mut checksum = Crc::new();
    checksum.update(&response.body);
    let tag = format!("\"{:08x}\"", checksum.sum());
    let asked = exchange.request.header(header::IF_MODIFIED_SINCE).and_then(milliseconds);
    // The header knows no fractions of a second.
    if asked.is_some_and(|asked| changed / 1000 <= asked / 1000) {
        let mut headers = HeaderMap::new();
        conditional::stamp(&mut headers, Some(&tag), Some(changed));
        return Err(RestFault::not_modified(headers));
    }
    conditional::stamp(&mut response.headers, Some(&tag), Some(changed));
    Ok(response)
}

/// `Thu, 01 Jan 2026 00:00:00 GMT` (RFC 9110, 5.6.7). `None` for what is no such date, which is then ignored.
fn milliseconds(date: &str) -> Option<i64> {
    static PARSER: DateTimeParser = DateTimeParser::new();
    PARSER.parse_timestamp(date).ok().map(|at| at.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::headers::http_date;

    #[test]
    fn dates_are_read_as_they_are_written() {
        let date = String::from_utf8(http_date(1_767_225_600_000).to_vec()).expect("ASCII");
        assert_eq!(milliseconds(&date), Some(1_767_225_600_000));
        assert_eq!(milliseconds("yesterday"), None);
    }
}
