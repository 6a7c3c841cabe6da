//! From text to tokens.

use super::fault::{self, QueryPosition};
use crate::model::fault::Fault;

/// A statement may have this many characters.
const LONGEST: usize = 100_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A name or keyword.
    Word,
    /// A quoted string, quotes included, escapes checked but not resolved.
    Text,
    Int,
    Decimal,
    /// `2024-01-31`, as written; may be no date.
    Date,
    /// `2024-01-31T10:00:00Z`, as written; may be no datetime.
    DateTime,
    /// `10:15:30.000Z`
    Time,
    Symbol,
    End,
}

/// A token: its kind, its text, and where it begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Token<'q> {
    pub kind: TokenKind,
    pub text: &'q str,
    pub at: usize,
}

impl Token<'_> {
    pub fn end(&self) -> usize {
        self.at + self.text.len()
    }

    /// Whether it is this keyword, in any case.
    pub fn is(&self, keyword: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(keyword)
    }

    pub fn is_symbol(&self, symbol: &str) -> bool {
        self.kind == TokenKind::Symbol && self.text == symbol
    }
}

/// All tokens of a query, with one of kind [`TokenKind::End`] last.
///
/// # Errors
/// `MALFORMED_QUERY` for an empty or too long statement, a character that begins no token, a string that does not
/// end or has an unknown escape.
pub fn tokens(text: &str) -> Result<Vec<Token<'_>>, Fault> {
    if text.len() > LONGEST && text.chars().count() > LONGEST {
        return Err(fault::too_long());
    }
    let mut tokens = Vec::with_capacity(text.len() / 6);
    let mut rest = text.trim_start_matches(is_blank);
    if rest.is_empty() {
        return Err(fault::empty());
    }
    while let Some(first) = rest.chars().next() {
        let at = text.len() - rest.len();
        let (kind, length) = match first {
            'a'..='z' | 'A'..='Z' | '_' => (TokenKind::Word, span(rest, is_word)),
            '\'' => (TokenKind::Text, string(text, at)?),
            '0'..='9' => number(rest),
            '+' | '-' if digits(&rest[1..]) > 0 => {
                let (kind, length) = plain_number(&rest[1..]);
                (kind, length + 1)
            }
            _ => (TokenKind::Symbol, symbol(rest)),
        };
        if length == 0 {
            return Err(fault::unexpected_character(QueryPosition { text, at }, &first.to_string()));
        }
        let (token, after) = rest.split_at(length);
        tokens.push(Token { kind, text: token, at });
        rest = after.trim_start_matches(is_blank);
    }
    tokens.push(Token { kind: TokenKind::End, text: "", at: text.len() });
    Ok(tokens)
}

fn is_blank(c: char) -> bool {
    c.is_ascii_whitespace()
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

/// How many bytes from the start satisfy a test for ASCII characters.
fn span(text: &str, test: impl Fn(char) -> bool) -> usize {
    text.find(|c| !test(c)).unwrap_or(text.len())
}

fn digits(text: &str) -> usize {
    span(text, |c| c.is_ascii_digit())
}

fn symbol(text: &str) -> usize {
    const TWO: [&str; 4] = ["!=", "<>", "<=", ">="];
    const ONE: &str = "(),.:=<>*";
    if TWO.iter().any(|two| text.starts_with(two)) {
        2
    } else {
        usize::from(text.starts_with(|c| ONE.contains(c)))
    }
}

/// A number, a date, a time or a datetime.
fn number(text: &str) -> (TokenKind, usize) {
    let shaped = |shape: &str| {
        text.len() >= shape.len()
            && text
                .bytes()
                .zip(shape.bytes())
                .all(|(b, s)| if s == b'0' { b.is_ascii_digit() } else { b == s })
    };
    if shaped("0000-00-00") {
        let after = text.get(10..).unwrap_or_default();
        if !after.starts_with(['T', 't']) {
            return (TokenKind::Date, 10);
        }
        let clock = 11 + span(&after[1..], |c| c.is_ascii_digit() || c == ':' || c == '.');
        return (TokenKind::DateTime, clock + zone(text.get(clock..).unwrap_or_default()));
    }
    if shaped("00:00:00") {
        let clock = span(text, |c| c.is_ascii_digit() || c == ':' || c == '.');
        return (TokenKind::Time, clock + usize::from(text[clock..].starts_with(['Z', 'z'])));
    }
    plain_number(text)
}

fn zone(text: &str) -> usize {
    match text.chars().next() {
        Some('Z' | 'z') => 1,
        Some('+' | '-') => 1 + span(&text[1..], |c| c.is_ascii_digit() || c == ':'),
        _ => 0,
    }
}

fn plain_number(text: &str) -> (TokenKind, usize) {
    let mut length = digits(text);
    let mut kind = TokenKind::Int;
    let fraction = text[length..].strip_prefix('.').map_or(0, digits);
    if fraction > 0 {
        length += 1 + fraction;
        kind = TokenKind::Decimal;
    }
    if let Some(exponent) = text[length..].strip_prefix(['e', 'E']) {
        let sign = usize::from(exponent.starts_with(['+', '-']));
        let power = digits(&exponent[sign..]);
        if power > 0 && !exponent[sign + power..].starts_with(is_word) {
            length += 1 + sign + power;
            kind = TokenKind::Decimal;
        }
    }
    (kind, length)
}

/// The length of the quoted string that begins at `at`.
fn string(text: &str, at: usize) -> Result<usize, Fault> {
    let position = QueryPosition { text, at };
    let body = &text[at..];
    let mut characters = body.char_indices().skip(1);
    while let Some((index, c)) = characters.next() {
        match c {
            '\'' => return Ok(index + 1),
            '\\' => {
                let known = match characters.next() {
                    Some((_, 'u')) => {
                        (0..4).all(|_| characters.next().is_some_and(|(_, c)| c.is_ascii_hexdigit()))
                    }
                    Some((_, c)) => "nNrRtTbBfF\"'\\_%".contains(c),
                    None => false,
                };
                if !known {
                    let end = characters.next().map_or(body.len(), |(end, _)| end);
                    return Err(fault::unexpected_character(position, &body[..end]));
                }
            }
            _ => {}
        }
    }
    Err(fault::unexpected_character(position, body))
}

/// Resolves the escapes of a quoted string. With `like` the wildcards that are meant as characters stay escaped,
/// and so do backslashes, for the LIKE function to tell them apart.
pub fn unquote(quoted: &str, like: bool) -> String {
    let body = quoted.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(quoted);
    let mut plain = String::with_capacity(body.len());
    let mut characters = body.chars();
    while let Some(c) = characters.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match characters.next() {
            Some('n' | 'N') => plain.push('\n'),
            Some('r' | 'R') => plain.push('\r'),
            Some('t' | 'T') => plain.push('\t'),
            Some('b' | 'B') => plain.push('\u{8}'),
            Some('f' | 'F') => plain.push('\u{c}'),
            Some('u') => {
                let code: String = characters.by_ref().take(4).collect();
                let code = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
                plain.push(code.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            Some(c @ ('_' | '%' | '\\')) if like => {
                plain.push('\\');
                plain.push(c);
            }
            Some(c) => plain.push(c),
            None => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds(text: &str) -> Vec<(TokenKind, &str)> {
        let tokens = tokens(text).expect("tokens");
        tokens.iter().filter(|t| t.kind != TokenKind::End).map(|t| (t.kind, t.text)).collect()
    }

    #[test]
    fn literals() {
        assert_eq!(
            kinds("a.b=-1.5 1e3 5 2024-01-31 2024-01-31T10:00:00.000+01:00 10:15:30.000Z 'it\\'s'"),
            [
                (TokenKind::Word, "a"),
                (TokenKind::Symbol, "."),
                (TokenKind::Word, "b"),
                (TokenKind::Symbol, "="),
                (TokenKind::Decimal, "-1.5"),
                (TokenKind::Decimal, "1e3"),
                (TokenKind::Int, "5"),
                (TokenKind::Date, "2024-01-31"),
                (TokenKind::DateTime, "2024-01-31T10:00:00.000+01:00"),
                (TokenKind::Time, "10:15:30.000Z"),
                (TokenKind::Text, "'it\\'s'"),
            ]
        );
        assert_eq!(kinds("0050W0"), [(TokenKind::Int, "0050"), (TokenKind::Word, "W0")]);
    }

    #[test]
    fn escapes() {
        assert_eq!(unquote(r"'a\'b\\\n\u00e4\_'", false), "a'b\\\nä_");
        assert_eq!(unquote(r"'100\%\\%'", true), r"100\%\\%");
    }

    #[test]
    fn what_is_no_token() {
        for text in ["", "  ", "'open", "'bad \\q'", "'\\u12'", "\"x\"", "a ; b", "#", "'\\", "ä"] {
            assert!(tokens(text).is_err(), "{text}");
        }
        assert!(tokens(&"a".repeat(100_001)).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_tokens_or_a_fault(text in ".{0,200}") {
            if let Ok(tokens) = tokens(&text) {
                for token in tokens {
                    prop_assert_eq!(&text[token.at..token.end()], token.text);
                    let _ = unquote(token.text, true);
                }
            }
        }
    }
}
