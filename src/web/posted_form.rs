//! The fields of a posted form.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use crate::message::Request;

/// Decoded fields of the body.
pub struct PostedForm<'a> {
    pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> PostedForm<'a> {
    /// Reads the body, whatever `Content-Type` it names.
    pub fn of(request: &'a Request) -> PostedForm<'a> {
        let mut pairs = Vec::new();
        let mut rest: &[u8] = &request.body;
        while !rest.is_empty() {
            let (pair, next) = cut(rest, b'&');
            if !pair.is_empty() {
                let (name, value) = cut(pair, b'=');
                pairs.push((decoded(name), decoded(value)));
            }
            rest = next;
        }
        PostedForm { pairs }
    }

    /// The first value of a field; an empty one counts as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| &**value)
            .filter(|value| !value.is_empty())
    }
}

/// What is before and behind the first separator.
fn cut(bytes: &[u8], separator: u8) -> (&[u8], &[u8]) {
    match memchr(separator, bytes).map(|at| bytes.split_at(at)) {
        Some((before, [_, after @ ..])) => (before, after),
        _ => (bytes, &[]),
    }
}

/// A name or value without its escapes (<https://url.spec.whatwg.org/#application/x-www-form-urlencoded>). A Response is ten
/// thousand characters with an escape here and there: what is between them is copied in one piece, where
/// `form_urlencoded` takes every byte by itself.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let special = |bytes: &[u8]| memchr2(b'%', b'+', bytes);
    if special(bytes).is_none() {
        // Valid text, which nearly all is, `from_utf8` looks through by words.
        return std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed);
    }
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((before, [special, after @ ..])) = special(rest).map(|at| rest.split_at(at)) {
        plain.extend_from_slice(before);
        rest = after;
        match (special, after) {
            (b'+', _) => plain.push(b' '),
            (_, [high, low, after @ ..]) => match (hexadecimal(*high), hexadecimal(*low)) {
                (Some(high), Some(low)) => {
                    plain.push(high << 4 | low);
                    rest = after;
                }
                _ => plain.push(*special),
            },
            _ => plain.push(*special),
        }
    }
    plain.extend_from_slice(rest);
    Cow::Owned(
        String::from_utf8(plain)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
    )
}

fn hexadecimal(digit: u8) -> Option<u8> {
    (digit as char).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::decoded;

    proptest! {
        #[test]
        fn reads_as_the_library_does(bytes in prop::collection::vec(any::<u8>(), 0..20), text in "[%+a-f0-9G]{0,12}") {
            for bytes in [bytes.as_slice(), text.as_bytes()] {
                let bytes: Vec<u8> = bytes.iter().copied().filter(|byte| !matches!(byte, b'&' | b'=')).collect();
                let known = form_urlencoded::parse(&bytes).next().map(|(name, _)| name.into_owned());
                prop_assert_eq!(decoded(&bytes).into_owned(), known.unwrap_or_default());
            }
        }
    }
}
