//! `LIKE`: `%` for any number of characters, `_` for one, without regard to case in any alphabet.

use std::convert::Infallible;

use rusqlite::Result;
use rusqlite::functions::Context;

/// A piece of a pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Piece {
    Char(char),
    One,
    Any,
}

/// `soql_like(text, pattern)`; null for a null text.
pub fn like(context: &Context) -> Result<Option<bool>> {
    let pattern = context.get_or_create_aux(1, |value| -> std::result::Result<Vec<Piece>, Infallible> {
        Ok(pieces(value.as_str().unwrap_or_default()))
    })?;
    Ok(super::argument::text(context, 0).map(|text| matches(&fold(text), &pattern)))
}

fn fold(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_uppercase).collect()
}

/// Reads a pattern in which a backslash makes the next character an ordinary one.
fn pieces(pattern: &str) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        let literal = match c {
            '%' => {
                pieces.push(Piece::Any);
                continue;
            }
            '_' => {
                pieces.push(Piece::One);
                continue;
            }
            '\\' => characters.next().unwrap_or('\\'),
            c => c,
        };
        pieces.extend(literal.to_uppercase().map(Piece::Char));
    }
    pieces
}

/// Matches without recursion: after a mismatch only the last `%` takes one character more.
fn matches(text: &[char], pattern: &[Piece]) -> bool {
    let (mut at, mut piece) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while let Some(c) = text.get(at) {
        match pattern.get(piece) {
            Some(Piece::Any) => {
                retry = Some((at, piece + 1));
                piece += 1;
            }
            Some(Piece::One) => {
                at += 1;
                piece += 1;
            }
            Some(Piece::Char(wanted)) if wanted == c => {
                at += 1;
                piece += 1;
            }
            _ => match retry {
                Some((start, after)) => {
                    retry = Some((start + 1, after));
                    at = start + 1;
                    piece = after;
                }
                None => return false,
            },
        }
    }
    pattern.get(piece..).unwrap_or_default().iter().all(|piece| *piece == Piece::Any)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_like(text: &str, pattern: &str) -> bool {
        matches(&fold(text), &pieces(pattern))
    }

    #[test]
    fn patterns() {
        for (text, pattern, expected) in [
            ("Acme", "acme", true),
            ("Acme Inc", "acme%", true),
            ("Acme", "A_me", true),
            ("Acme", "%c%e", true),
            ("Acme", "%x%", false),
            ("ÄRGER", "ärg%", true),
            ("100%", "100\\%", true),
            ("1000", "100\\%", false),
            ("a_b", "a\\_b", true),
            ("axb", "a\\_b", false),
            ("", "%", true),
            ("a", "", false),
            ("a\\b", "a\\\\b", true),
        ] {
            assert_eq!(is_like(text, pattern), expected, "{text} {pattern}");
        }
    }

    proptest! {
        #[test]
        fn a_text_is_like_itself_and_its_parts(text in "[a-zA-ZäÖß]{0,12}", cut in 0usize..6) {
            prop_assert!(is_like(&text, &text));
            let part: String = text.chars().skip(cut).collect();
            let pattern = format!("%{part}");
            prop_assert!(is_like(&text, &pattern));
        }
    }
}
