//! The headers that every answer has.

use crate::message::header::HeaderName;
use crate::message::{HeaderValue, Response, header};
use crate::model::id::Id;
use crate::world::{ApiVersion, DAILY_API_CALLS, State};
use jiff::Timestamp;
use jiff::tz::Offset;

const LIMIT_INFO: HeaderName = HeaderName::from_static("sforce-limit-info");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const SFDC_REQUEST_ID: HeaderName = HeaderName::from_static("x-sfdc-request-id");

/// Adds what the service adds to every answer of this API. `Strict-Transport-Security` is left out, as it would make browsers
/// refuse `http://localhost`, and so are the cookies, whose domain no client on localhost would accept.
pub fn dress(response: &mut Response, state: &State, org: Option<Id>) {
    let headers = &mut response.headers;
    if let Ok(date) = HeaderValue::from_bytes(&http_date(state.clock.now())) {
        headers.insert(header::DATE, date);
    }
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache,must-revalidate,max-age=0,no-store,private"),
    );
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Ok(id) = HeaderValue::from_bytes(&request_id(state)) {
        headers.insert(REQUEST_ID, id.clone());
        headers.insert(SFDC_REQUEST_ID, id);
    }
    if let Some(org) = org {
        let usage = format!("api-usage={}/{DAILY_API_CALLS}", state.api_calls(org));
        if let Ok(usage) = HeaderValue::try_from(usage) {
            headers.insert(LIMIT_INFO, usage);
        }
    }
}

/// Warns of a version that the real service no longer has.
pub fn warn_of_version(response: &mut Response, version: ApiVersion) {
    let end = match version.number() {
        ..=20 => "Summer '22",
        21..=30 => "Summer '25",
        _ => return,
    };
    let warning = format!(
        "299 - \"This API is deprecated and will be removed by {end}. Please see \
         https://help.salesforce.com/articleView?id=000351312 for details.\""
    );
    if let Ok(warning) = HeaderValue::try_from(warning) {
        response.headers.insert(header::WARNING, warning);
    }
}

/// 32 hexadecimal digits.
fn request_id(state: &State) -> [u8; 32] {
    let mut bytes = [0; 16];
    state.random.fill(&mut bytes);
    let mut id = [0; 32];
    for (pair, byte) in id.chunks_mut(2).zip(bytes) {
        for (slot, nibble) in pair.iter_mut().zip([byte >> 4, byte & 15]) {
            *slot = if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
        }
    }
    id
}

/// `Thu, 01 Jan 2026 00:00:00 GMT` (RFC 9110, 5.6.7).
pub fn http_date(milliseconds: i64) -> [u8; 29] {
    const DAYS: [&[u8; 3]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
    const MONTHS: [&[u8; 3]; 12] =
        [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    let at = Offset::UTC.to_datetime(Timestamp::from_millisecond(milliseconds).unwrap_or_default());
    let mut text = *b"Mon, 00 Jan 0000 00:00:00 GMT";
    let name = |names: &'static [&'static [u8; 3]], place: i8| {
        names.get(usize::from((place - 1).unsigned_abs())).map_or(b"???", |name| *name)
    };
    let (day, month) = (name(&DAYS, at.weekday().to_monday_one_offset()), name(&MONTHS, at.month()));
    let numbers = [
        (5, 2, i32::from(at.day())),
        (12, 4, i32::from(at.year())),
        (17, 2, i32::from(at.hour())),
        (20, 2, i32::from(at.minute())),
        (23, 2, i32::from(at.second())),
    ];
    for (slot, byte) in text.iter_mut().zip(day) {
        *slot = *byte;
    }
    for (slot, byte) in text.iter_mut().skip(8).zip(month) {
        *slot = *byte;
    }
    for (start, width, number) in numbers {
        let mut rest = number.unsigned_abs();
        for slot in text.iter_mut().skip(start).take(width).rev() {
            *slot = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(&http_date(1_767_225_600_000), b"Thu, 01 Jan 2026 00:00:00 GMT");
        assert_eq!(&http_date(784_111_777_999), b"Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
