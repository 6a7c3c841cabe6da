//! Strings, numbers and the three words.

use super::{Read, Reader, shown};
use crate::model::fault::Fault;
use crate::model::value::Raw;

impl Reader<'_> {
    /// A member's name, after its opening quote.
    pub(super) fn name(&mut self) -> Read<String> {
        self.quoted("was expecting closing '\"' for name", "name")
    }

    /// A string value, after its opening quote.
    pub(super) fn string(&mut self) -> Read<String> {
        self.quoted("was expecting closing quote for a string value", "string value")
    }

    fn quoted(&mut self, missing_end: &str, what: &str) -> Read<String> {
        let mut text = Vec::new();
        loop {
            let rest = self.body.get(self.at..).unwrap_or_default();
            let plain =
                rest.iter().position(|b| *b < 0x20 || *b == b'"' || *b == b'\\').unwrap_or(rest.len());
            let (plain, rest) = rest.split_at_checked(plain).unwrap_or((rest, &[]));
            self.at += plain.len();
            if text.is_empty() && rest.first() == Some(&b'"') {
                // Nearly all are plain as a whole.
                self.at += 1;
                return match std::str::from_utf8(plain) {
                    Ok(text) => Ok(text.to_owned()),
                    Err(error) => Err(self.not_utf8(plain, error)),
                };
            }
            text.extend_from_slice(plain);
            match self.bump() {
                None => return Err(self.error(&format!("Unexpected end-of-input: {missing_end}"))),
                Some(b'"') => break,
                Some(b'\\') => self.escape(&mut text)?,
                Some(control) => {
                    let shown = shown(control.into());
                    return Err(self.error(&format!(
                        "Illegal unquoted character ({shown}): has to be escaped using backslash to be included in {what}"
                    )));
                }
            }
        }
        String::from_utf8(text).map_err(|error| self.not_utf8(error.as_bytes(), error.utf8_error()))
    }

    fn not_utf8(&self, text: &[u8], error: std::str::Utf8Error) -> Fault {
        let start = error.valid_up_to();
        let byte_at = |place: usize| text.get(place).copied().unwrap_or_default();
        let first = byte_at(start);
        // A byte that may start a character is wrong because of what follows it.
        let starts = matches!(first, 0xc2..=0xf4);
        let (place, byte) = if starts {
            ("middle", byte_at(start + error.error_len().unwrap_or(1)))
        } else {
            ("start", first)
        };
        self.error(&format!("Invalid UTF-8 {place} byte 0x{byte:x}"))
    }

    fn escape(&mut self, text: &mut Vec<u8>) -> Read<()> {
        let plain = match self.bump() {
            Some(byte @ (b'"' | b'\\' | b'/')) => byte,
            Some(b'b') => 0x08,
            Some(b'f') => 0x0c,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => {
                let character = self.code_point()?;
                text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                return Ok(());
            }
            Some(byte) => {
                let shown = shown(self.character_ending_here(byte));
                return Err(self.error(&format!("Unrecognized character escape {shown}")));
            }
            None => return Err(self.error("Unexpected end-of-input in character escape sequence")),
        };
        text.push(plain);
        Ok(())
    }

    /// The character of `\uXXXX`, or of two that make a surrogate pair; half of a pair is U+FFFD.
    fn code_point(&mut self) -> Read<char> {
        let unit = self.hex_digits()?;
        if !matches!(unit, 0xd800..=0xdbff) {
            return Ok(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        if self.body.get(self.at..self.at + 2) != Some(b"\\u") {
            return Ok(char::REPLACEMENT_CHARACTER);
        }
        let before = self.at;
        self.at += 2;
        let low = self.hex_digits()?;
        if matches!(low, 0xdc00..=0xdfff) {
            let code = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        self.at = before;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex_digits(&mut self) -> Read<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            let Some(byte) = self.bump() else {
                return Err(self.error("Unexpected end-of-input in character escape sequence"));
            };
            let digit = char::from(byte).to_digit(16);
            let digit = digit
                .ok_or_else(|| self.unexpected(byte, "expected a hex-digit for character escape sequence"))?;
            unit = unit << 4 | digit;
        }
        Ok(unit)
    }

    /// `true`, `false` or `null`, after its first letter.
    pub(super) fn literal(&mut self, word: &str, value: Raw) -> Read<Raw> {
        let found = self.word();
        if found == word {
            return Ok(value);
        }
        Err(self
            .error(&format!("Unrecognized token '{found}': was expecting 'null', 'true', 'false' or NaN")))
    }

    /// `NaN` and what else begins with its letter: Jackson knows it, and refuses it.
    pub(super) fn not_a_number(&mut self) -> Fault {
        match self.literal("NaN", Raw::Null) {
            Err(fault) => fault,
            Ok(_) => self.error(
                "Non-standard token 'NaN': enable JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow",
            ),
        }
    }

    /// The identifier whose first letter has been read.
    fn word(&mut self) -> String {
        let start = self.at.saturating_sub(1);
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')) {
            self.at += 1;
        }
        String::from_utf8_lossy(self.body.get(start..self.at).unwrap_or_default()).into_owned()
    }

    /// A number, after its first character.
    pub(super) fn number(&mut self) -> Read<Raw> {
        let start = self.at.saturating_sub(1);
        let mut first = self.body.get(start).copied().unwrap_or_default();
        if first == b'-' {
            first = match self.bump() {
                Some(digit @ b'0'..=b'9') => digit,
                other => {
                    return Err(self.bad_digit(
                        other,
                        "expected digit (0-9) to follow minus sign, for valid numeric value",
                    ));
                }
            };
        }
        if first == b'0' && self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.error("Invalid numeric value: Leading zeroes not allowed"));
        }
        self.digits();
        let mut whole = true;
        if self.peek() == Some(b'.') {
            whole = false;
            self.at += 1;
            if self.digits() == 0 {
                let next = self.bump();
                return Err(self.bad_digit(next, "Decimal point not followed by a digit"));
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            whole = false;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                let next = self.bump();
                return Err(self.bad_digit(next, "Exponent indicator not followed by a digit"));
            }
        }
        let text = String::from_utf8_lossy(self.body.get(start..self.at).unwrap_or_default()).into_owned();
        Ok(if whole { Raw::Int(text) } else { Raw::Float(text) })
    }

    fn digits(&mut self) -> usize {
        let before = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - before
    }

    fn bad_digit(&self, byte: Option<u8>, why: &str) -> Fault {
        match byte {
            Some(byte) => {
                let shown = shown(self.character_ending_here(byte));
                self.error(&format!("Unexpected character ({shown}) in numeric value: {why}"))
            }
            None => self.error("Unexpected end-of-input in numeric value"),
        }
    }
}
