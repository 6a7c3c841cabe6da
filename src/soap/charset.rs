//! Requests in other characters than UTF-8. What the HTTP header says counts for more than the document's own declaration
//! (RFC 7303); a byte order mark for more than both.

use std::borrow::Cow;

use super::fault::SoapFault;

/// How bytes stand for characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Charset {
    Utf8,
    Utf16 { big_endian: bool },
    Latin1,
    Windows1252,
}

/// What stands in windows-1252 for the bytes from 0x80 on where Latin-1 has control characters.
/// <https://encoding.spec.whatwg.org/index-windows-1252.txt>
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Bytes in which an XML declaration ends.
const DECLARATION: usize = 200;

/// The document in UTF-8.
///
/// # Errors
/// When it says that it is in characters that are not known.
pub fn utf8<'b>(content_type: Option<&str>, body: &'b [u8]) -> Result<Cow<'b, [u8]>, SoapFault> {
    Ok(match charset(content_type, body)? {
        Charset::Utf8 => Cow::Borrowed(body),
        Charset::Utf16 { big_endian } => {
            let body = body.strip_prefix(&[0xfe, 0xff]).or(body.strip_prefix(&[0xff, 0xfe])).unwrap_or(body);
            let units = body.chunks(2).map(|pair| {
                let pair = [pair.first().copied().unwrap_or(0), pair.get(1).copied().unwrap_or(0)];
                if big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
            });
            let text: String = char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')).collect();
            Cow::Owned(text.into_bytes())
        }
        Charset::Latin1 => {
            Cow::Owned(body.iter().map(|byte| char::from(*byte)).collect::<String>().into_bytes())
        }
        Charset::Windows1252 => {
            let character = |byte: &u8| {
                let place = byte.checked_sub(0x80).map(usize::from);
                place.and_then(|place| WINDOWS.get(place).copied()).unwrap_or(char::from(*byte))
            };
            Cow::Owned(body.iter().map(character).collect::<String>().into_bytes())
        }
    })
}

fn charset(content_type: Option<&str>, body: &[u8]) -> Result<Charset, SoapFault> {
    match body {
        [0xfe, 0xff, ..] => return Ok(Charset::Utf16 { big_endian: true }),
        [0xff, 0xfe, ..] => return Ok(Charset::Utf16 { big_endian: false }),
        [0xef, 0xbb, 0xbf, ..] => return Ok(Charset::Utf8),
        _ => {}
    }
    let told = content_type.and_then(parameter).or_else(|| declared(body));
    told.map_or(Ok(Charset::Utf8), |name| named(name, body))
}

/// The parameter `charset` of a media type.
fn parameter(content_type: &str) -> Option<&str> {
    let pairs = content_type.split(';').filter_map(|part| part.split_once('='));
    let mut found = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    found.next().map(|(_, value)| value.trim().trim_matches(['"', '\''])).filter(|value| !value.is_empty())
}

/// What the XML declaration says.
fn declared(body: &[u8]) -> Option<&str> {
    let start = body.get(..body.len().min(DECLARATION))?.strip_prefix(b"<?xml")?;
    let end = start.windows(2).position(|pair| pair == b"?>")?;
    let text = std::str::from_utf8(start.get(..end)?).ok()?;
    let (_, rest) = text.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    rest.get(1..)?.split(quote).next()
}

fn named(name: &str, body: &[u8]) -> Result<Charset, SoapFault> {
    Ok(match name.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" | "us-ascii" | "ascii" => Charset::Utf8,
        "utf-16be" => Charset::Utf16 { big_endian: true },
        "utf-16le" => Charset::Utf16 { big_endian: false },
        // Without a byte order mark the first `<` tells.
        "utf-16" => Charset::Utf16 { big_endian: body.first() == Some(&0) },
        "iso-8859-1" | "latin1" => Charset::Latin1,
        "windows-1252" | "cp1252" => Charset::Windows1252,
        _ => return Err(SoapFault::unknown_encoding(name)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content_type: Option<&str>, body: &[u8]) -> Option<String> {
        let body = utf8(content_type, body).ok()?;
        String::from_utf8(body.into_owned()).ok()
    }

    #[test]
    fn characters_are_what_is_said() {
        let declared = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xfc</a>";
        assert_eq!(
            read(Some("text/xml"), declared).as_deref(),
            Some("<?xml version='1.0' encoding='ISO-8859-1'?><a>ü</a>")
        );
        assert_eq!(read(Some("text/xml; charset=UTF-8"), declared), None, "the header counts");
        assert_eq!(read(Some("text/xml; Charset=\"windows-1252\""), b"\x80\xfc").as_deref(), Some("€ü"));
        assert_eq!(read(None, b"\xef\xbb\xbf<a/>").as_deref(), Some("\u{feff}<a/>"));
        let both = |text: &str| {
            let bytes = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
            (bytes(u16::to_be_bytes), bytes(u16::to_le_bytes))
        };
        let (big, little) = both("\u{feff}<a>ü€😀</a>");
        for body in [&big, &little] {
            assert_eq!(read(None, body).as_deref(), Some("<a>ü€😀</a>"));
        }
        let (big, little) = both("<a/>");
        for body in [&big, &little] {
            assert_eq!(read(Some("text/xml;charset=utf-16"), body).as_deref(), Some("<a/>"));
        }
        assert_eq!(read(Some("text/xml; charset=EBCDIC"), b"<a/>"), None);
    }

    proptest::proptest! {
        #[test]
        fn anything_is_read_or_not(kind in "(text/xml; charset=(utf-16|latin1|x|utf-8))?", body in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..100)) {
            let _ = utf8(Some(&kind), &body);
        }
    }
}
