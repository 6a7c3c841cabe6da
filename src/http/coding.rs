//! Content codings (RFC 9110, 8.4): gzip and deflate of requests undone, responses gzipped for those who ask.

use std::io::{Read, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use flate2::write::GzEncoder;
use hyper::HeaderMap;
use hyper::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, HeaderValue, VARY};

use super::transport_error::TransportError;
use crate::message::Response;
use crate::message::entity_tag;

/// Smaller bodies go as they are: they fit one packet either way.
const SMALLEST_GZIPPED: usize = 1024;

/// Undoes the coding that `Content-Encoding` names, and removes the header. `limit` bounds what comes out, in bytes.
pub fn decode(headers: &mut HeaderMap, body: Bytes, limit: usize) -> Result<Bytes, TransportError> {
    let Some(value) = headers.get(CONTENT_ENCODING) else {
        return Ok(body);
    };
    let coding = String::from_utf8_lossy(value.as_bytes()).trim().to_ascii_lowercase();
    let plain = match coding.as_str() {
        "" | "identity" => body,
        // Clients that compress whatever they send also say so for a body of no bytes.
        "gzip" | "x-gzip" | "deflate" if body.is_empty() => body,
        "gzip" | "x-gzip" => unpack(MultiGzDecoder::new(&body[..]), "gzip", limit)?,
        // Meant is the zlib format (RFC 9110, 8.4.1.2); some clients send the bare stream under that name.
        "deflate" if is_zlib(&body) => unpack(ZlibDecoder::new(&body[..]), "deflate", limit)?,
        "deflate" => unpack(DeflateDecoder::new(&body[..]), "deflate", limit)?,
        _ => return Err(TransportError::UnknownCoding(coding)),
    };
    headers.remove(CONTENT_ENCODING);
    headers.remove(CONTENT_LENGTH);
    Ok(plain)
}

/// Whether the first two bytes are a zlib header (RFC 1950, 2.2).
fn is_zlib(packed: &[u8]) -> bool {
    match packed {
        [method, flags, ..] => method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]).is_multiple_of(31),
        _ => false,
    }
}

fn unpack(decoder: impl Read, coding: &'static str, limit: usize) -> Result<Bytes, TransportError> {
    let mut plain = Vec::new();
    let bound = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    decoder.take(bound).read_to_end(&mut plain).map_err(|_| TransportError::BodyCorrupt(coding))?;
    if plain.len() > limit { Err(TransportError::BodyTooLarge(limit)) } else { Ok(plain.into()) }
}

/// Whether `Accept-Encoding` allows gzip (RFC 9110, 12.5.3): named with a weight above 0, or covered by `*`.
pub fn accepts_gzip(headers: &HeaderMap) -> bool {
    let mut by_wildcard = false;
    for value in headers.get_all(ACCEPT_ENCODING) {
        // What most clients send.
        if matches!(value.as_bytes(), b"gzip" | [b'g', b'z', b'i', b'p', b',', ..]) {
            return true;
        }
        let Ok(list) = value.to_str() else { continue };
        for item in list.split(',') {
            let (coding, parameters) = item.split_once(';').unwrap_or((item, ""));
            let coding = coding.trim();
            if coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip") {
                return has_weight(parameters);
            }
            if coding == "*" {
                by_wildcard = has_weight(parameters);
            }
        }
    }
    by_wildcard
}

fn has_weight(parameters: &str) -> bool {
    let weight = parameters.trim().strip_prefix("q=").or_else(|| parameters.trim().strip_prefix("Q="));
    weight.is_none_or(|weight| weight.trim().parse::<f32>().is_ok_and(|weight| weight > 0.0))
}

/// Gzips a response that is worth it and has no coding yet.
pub fn gzip(response: &mut Response) {
    if response.body.len() < SMALLEST_GZIPPED || response.headers.contains_key(CONTENT_ENCODING) {
        return;
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(response.body.len() / 4), Compression::fast());
    let Ok(packed) = encoder.write_all(&response.body).and_then(|()| encoder.finish()) else {
        return;
    };
    response.body = packed.into();
    response.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    response.headers.remove(CONTENT_LENGTH);
    if !response.headers.contains_key(VARY) {
        response.headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    entity_tag::mark_gzip(&mut response.headers);
}

#[cfg(test)]
mod tests {
    use hyper::StatusCode;
    use hyper::header::ETAG;

    use super::*;

    fn accepting(values: &[&'static str]) -> bool {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(ACCEPT_ENCODING, HeaderValue::from_static(value));
        }
        accepts_gzip(&headers)
    }

    #[test]
    fn gzip_is_accepted_as_the_header_says() {
        for yes in [&["gzip"][..], &["deflate, GZIP;q=0.5"], &["br", "gzip"], &["*"], &["gzip, *;q=0"]] {
            assert!(accepting(yes), "{yes:?}");
        }
        for no in [&[][..], &["identity"], &["gzip;q=0"], &["gzip;q=0.000, *"], &["*;q=0"], &["gzip;q=x"]] {
            assert!(!accepting(no), "{no:?}");
        }
    }

    #[test]
    fn what_is_gzipped_is_said_and_comes_back() {
        let text = "provisioning ".repeat(1000);
        let mut response = Response::text(StatusCode::OK, text.clone())
            .with_header(ETAG, HeaderValue::from_static("\"f2293620\""));
        gzip(&mut response);
        assert_eq!(response.headers[CONTENT_ENCODING], "gzip");
        assert_eq!(response.headers[VARY], "Accept-Encoding");
        assert_eq!(response.headers[ETAG], "\"f2293620--gzip\"");
        assert!(response.body.len() < 500);
        let plain = decode(&mut response.headers, response.body, text.len()).unwrap();
        assert_eq!(plain, text);
        assert!(!response.headers.contains_key(CONTENT_ENCODING));
    }

    #[test]
    fn a_small_or_coded_body_stays_as_it_is() {
        let mut small = Response::text(StatusCode::OK, "small");
        gzip(&mut small);
        assert_eq!(small.body, "small");
        let mut coded = Response::text(StatusCode::OK, vec![b'x'; 5000])
            .with_header(CONTENT_ENCODING, HeaderValue::from_static("br"));
        gzip(&mut coded);
        assert_eq!(coded.body.len(), 5000);
    }

    fn decoded(coding: &'static str, body: &[u8], limit: usize) -> Result<Bytes, TransportError> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
        decode(&mut headers, Bytes::copy_from_slice(body), limit)
    }

    #[test]
    fn deflate_may_come_with_or_without_a_zlib_header() {
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(b"some text").unwrap();
        let zlib = zlib.finish().unwrap();
        assert_eq!(decoded("deflate", &zlib, 100).unwrap(), "some text");
        assert_eq!(decoded("Deflate", &zlib[2..zlib.len() - 4], 100).unwrap(), "some text");
        assert_eq!(
            decoded("deflate", &zlib[..zlib.len() - 6], 100),
            Err(TransportError::BodyCorrupt("deflate"))
        );
    }

    #[test]
    fn bad_packed_bodies_are_refused() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(&[b'x'; 1000]).unwrap();
        let gzip = gzip.finish().unwrap();
        assert_eq!(decoded("gzip", &gzip, 1000).unwrap().len(), 1000);
        assert_eq!(decoded("gzip", &gzip, 999), Err(TransportError::BodyTooLarge(999)));
        assert_eq!(decoded("gzip", &gzip[..gzip.len() - 1], 1000), Err(TransportError::BodyCorrupt("gzip")));
        assert_eq!(decoded("gzip", b"{}", 1000), Err(TransportError::BodyCorrupt("gzip")));
        assert_eq!(decoded("gzip", b"", 1000).unwrap(), "");
        assert_eq!(decoded("br", b"x", 1000), Err(TransportError::UnknownCoding("br".to_owned())));
    }
}
