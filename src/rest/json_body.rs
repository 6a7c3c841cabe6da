//! Reads a JSON record, strictly, and says what is wrong in the words of Jackson 1.9, which the service uses.
//!
//! Positions are Jackson's too. An unexpected character is reported at the column after it; a value where its token
//! began, and inside an object that is not the value itself but the comma before its name (or the name, for the first
//! member): recorded in <https://salesforce.stackexchange.com/questions/54882>. Columns count bytes.

use std::collections::HashSet;

use foldhash::fast::FixedState;

use crate::model::fault::{Fault, faults};
use crate::model::value::{Input, Place, Position, Raw};

mod scalar;
mod write;

pub use write::write;

/// How deep objects and arrays may lie in each other.
const DEEPEST: usize = 100;

/// How many values a body may have, the room for members counted: 500 records of 500 fields. A value takes 80 bytes and
/// more, which a body of one byte each would have too many of.
const MOST_VALUES: usize = 250_000;

/// Room for the members that most records have.
const MEMBERS: usize = 12;

const OBJECT: &str = "OBJECT";
const ARRAY: &str = "ARRAY";
const A_VALUE: &str = "expected a valid value (number, String, array, object, 'true', 'false' or 'null')";
const A_NAME: &str = "was expecting double-quote to start field name";

/// A list of the outermost object that is refused when it turns out to have more items than this.
#[derive(Debug, Clone, Copy)]
pub struct Bound {
    pub name: &'static str,
    pub most: usize,
    pub fault: fn(usize) -> Fault,
}

/// Reads a body that is one object.
///
/// # Errors
/// `JSON_PARSER_ERROR`, with line and column.
pub fn read(body: &[u8]) -> Result<Vec<(String, Input)>, Fault> {
    read_bounded(body, &[])
}

/// Reads a body that is one object. What comes after one item too many of a bounded list is not read.
///
/// # Errors
/// `JSON_PARSER_ERROR`, with line and column; the fault of a bound.
pub fn read_bounded(body: &[u8], bounds: &[Bound]) -> Result<Vec<(String, Input)>, Fault> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let mut reader = Reader { body, bounds, at: 0, line: 1, line_start: 0, deep: 0, values: 0 };
    let Some(first) = reader.token() else { return Err(super::fault::body_required()) };
    let start = reader.last();
    let value = reader.value(first, start)?;
    if let Some(byte) = reader.token() {
        return Err(reader.unexpected(byte, A_VALUE));
    }
    match value.raw {
        Raw::Object(members) => Ok(members),
        other => Err(not_an_object(&other, start)),
    }
}

/// Where the reader is in a body.
struct Reader<'a> {
    body: &'a [u8],
    bounds: &'a [Bound],
    at: usize,
    line: u32,
    line_start: usize,
    deep: usize,
    values: usize,
}

type Read<T> = Result<T, Fault>;

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.body.get(self.at).copied()
    }

    fn bump(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// The next byte that is no white space.
    fn token(&mut self) -> Option<u8> {
        loop {
            match self.bump()? {
                b' ' | b'\t' => {}
                b'\n' => self.break_line(),
                b'\r' => {
                    if self.peek() == Some(b'\n') {
                        self.at += 1;
                    }
                    self.break_line();
                }
                byte => return Some(byte),
            }
        }
    }

    /// The next token, where an object or array must not end.
    fn token_within(&mut self, what: &str) -> Read<u8> {
        self.token()
            .ok_or_else(|| self.error(&format!("Unexpected end-of-input within/between {what} entries")))
    }

    /// The next token, where an object or array that began at `start` may end.
    fn token_or_end(&mut self, what: &str, start: Position) -> Read<u8> {
        let missing = |reader: &Self| {
            let Position { line, column } = start;
            let from = format!("[line:{line}, column:{}]", column.saturating_sub(1));
            reader.error(&format!("Unexpected end-of-input: expected close marker for {what} (from {from})"))
        };
        self.token().ok_or_else(|| missing(self))
    }

    fn break_line(&mut self) {
        self.line += 1;
        self.line_start = self.at;
    }

    /// The position after the last byte read: where errors are.
    fn here(&self) -> Position {
        let column = u32::try_from(self.at.saturating_sub(self.line_start)).unwrap_or(u32::MAX - 1) + 1;
        Position { line: self.line, column }
    }

    /// The position of the last byte read: where tokens begin.
    fn last(&self) -> Position {
        let Position { line, column } = self.here();
        Position { line, column: column.saturating_sub(1) }
    }

    /// The value that begins with a byte just read, as the token that Jackson sees at `token`.
    fn value(&mut self, first: u8, token: Position) -> Read<Input> {
        self.value_within(first, token, None)
    }

    /// The same; a list may be bounded.
    fn value_within(&mut self, first: u8, token: Position, bound: Option<&Bound>) -> Read<Input> {
        self.make_room(1)?;
        let raw = match first {
            b'"' => Raw::Text(self.string()?),
            b'{' => Raw::Object(self.nested(|reader| reader.object(token))?),
            b'[' => Raw::Array(self.nested(|reader| reader.array(token, bound))?),
            b't' => self.literal("true", Raw::Bool(true))?,
            b'f' => self.literal("false", Raw::Bool(false))?,
            b'n' => self.literal("null", Raw::Null)?,
            b'N' => return Err(self.not_a_number()),
            b'-' | b'0'..=b'9' => self.number()?,
            byte => return Err(self.unexpected(byte, A_VALUE)),
        };
        Ok(Input { raw, at: Some(Place::Json(token)) })
    }

    fn make_room(&mut self, values: usize) -> Read<()> {
        self.values += values;
        if self.values > MOST_VALUES {
            return Err(self.error(&format!("Number of values exceeds the maximum allowed ({MOST_VALUES})")));
        }
        Ok(())
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        self.deep += 1;
        if self.deep > DEEPEST {
            return Err(self.error(&format!(
                "Document nesting depth ({}) exceeds the maximum allowed ({DEEPEST})",
                self.deep
            )));
        }
        let read = read(self);
        self.deep -= 1;
        read
    }

    fn object(&mut self, start: Position) -> Read<Vec<(String, Input)>> {
        let mut members: Vec<(String, Input)> = Vec::new();
        let bounds = if self.deep == 1 { self.bounds } else { &[] };
        let mut names = Names::default();
        loop {
            let mut byte = self.token_or_end(OBJECT, start)?;
            if byte == b'}' {
                return Ok(members);
            }
            let token = self.last();
            if !members.is_empty() {
                if byte != b',' {
                    return Err(self.unexpected(byte, "was expecting comma to separate OBJECT entries"));
                }
                byte = self.token_within(OBJECT)?;
            }
            if byte != b'"' {
                return Err(self.unexpected(byte, A_NAME));
            }
            let name = self.name()?;
            if !names.is_new(&members, &name) {
                return Err(self.error(&format!("Duplicate field '{name}'")));
            }
            let colon = self.token_within(OBJECT)?;
            if colon != b':' {
                return Err(self.unexpected(colon, "was expecting a colon to separate field name and value"));
            }
            let first = self.token_within(OBJECT)?;
            if members.is_empty() {
                self.make_room(MEMBERS)?;
                members.reserve_exact(MEMBERS);
            }
            let bound = bounds.iter().find(|bound| bound.name == name);
            members.push((name, self.value_within(first, token, bound)?));
        }
    }

    fn array(&mut self, start: Position, bound: Option<&Bound>) -> Read<Vec<Input>> {
        let mut items = Vec::new();
        loop {
            let mut byte = self.token_or_end(ARRAY, start)?;
            if byte == b']' {
                return Ok(items);
            }
            let token = self.last();
            if !items.is_empty() {
                if byte != b',' {
                    return Err(self.unexpected(byte, "was expecting comma to separate ARRAY entries"));
                }
                byte = self.token_within(ARRAY)?;
            }
            if let Some(bound) = bound.filter(|bound| items.len() >= bound.most) {
                return Err((bound.fault)(bound.most));
            }
            items.push(self.value(byte, token)?);
        }
    }

    fn unexpected(&self, byte: u8, wanted: &str) -> Fault {
        let shown = shown(self.character_ending_here(byte));
        self.error(&format!("Unexpected character ({shown}): {wanted}"))
    }

    fn error(&self, message: &str) -> Fault {
        no_json(message, self.here())
    }

    /// The character whose first byte was read last; U+FFFD for what is not UTF-8.
    fn character_ending_here(&self, byte: u8) -> char {
        let rest = self.body.get(self.at.saturating_sub(1)..).unwrap_or_default();
        let head = rest.get(..rest.len().min(4)).unwrap_or_default();
        let valid = match std::str::from_utf8(head) {
            Ok(text) => text,
            Err(error) => {
                std::str::from_utf8(head.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default()
            }
        };
        valid.chars().next().unwrap_or(if byte.is_ascii() {
            byte.into()
        } else {
            char::REPLACEMENT_CHARACTER
        })
    }
}

/// The names of an object's members so far. They are compared one by one while they are few.
#[derive(Default)]
struct Names(HashSet<String, FixedState>);

impl Names {
    const FEW: usize = 24;

    /// Whether no member has the name, in any case.
    fn is_new(&mut self, members: &[(String, Input)], name: &str) -> bool {
        if members.len() < Self::FEW {
            return !members.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        }
        if self.0.is_empty() {
            self.0.extend(members.iter().map(|(known, _)| known.to_ascii_lowercase()));
        }
        self.0.insert(name.to_ascii_lowercase())
    }
}

/// A character as messages show it: `'j' (code 106)`.
fn shown(character: char) -> String {
    let code = u32::from(character);
    match code {
        0..=0x1f | 0x7f..=0x9f => format!("(CTRL-CHAR, code {code})"),
        256.. => format!("'{character}' (code {code} / 0x{code:x})"),
        _ => format!("'{character}' (code {code})"),
    }
}

/// The body is JSON, but no record.
fn not_an_object(raw: &Raw, at: Position) -> Fault {
    let (token, _) = raw.token();
    no_record(token, at)
}

faults! {
    /// a body is no JSON, or has a member twice: `what` is in the words of the parser (`Unexpected character ('x' (code 120)): …`)
    no_json(what: &str, at: Position) = JSON_PARSER_ERROR,
        "{what} at [line:{line}, column:{column}]" with (line = at.line, column = at.column),
        Seen "public issues of API clients";

    /// a body is JSON, but no object
    no_record(token: &str, at: Position) = JSON_PARSER_ERROR,
        "Can not deserialize SObject out of {token} token at [line:{line}, column:{column}]"
            with (line = at.line, column = at.column),
        Seen "public issues of API clients";
}

#[cfg(test)]
mod tests;
