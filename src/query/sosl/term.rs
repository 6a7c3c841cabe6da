//! The words of a search to an expression of SQLite's FTS5.

use super::fault::{term_too_short, unexpected_in_search};
use crate::model::fault::Fault;

/// In a term of more characters the operators count for nothing, and a record that has any of the words is found.
/// Source: <https://developer.salesforce.com/docs/platform/salesforce-soql-sosl/guide/sforce-api-calls-sosl-syntax.html>
const LONGEST_WITH_OPERATORS: usize = 4_000;

/// A piece of a search term.
#[derive(Debug, PartialEq)]
enum Token {
    And,
    Or,
    AndNot,
    Open,
    Close,
    /// Words beside each other; the last may be the beginning of one.
    Phrase {
        words: Vec<String>,
        prefix: bool,
    },
    /// A word with wildcards that are not at its end only, as SQLite's GLOB has it.
    Pattern(String),
}

/// Gives the words of an index that a pattern stands for.
pub(super) type Vocabulary<'v> = &'v mut dyn FnMut(&str) -> Result<Vec<String>, Fault>;

/// An FTS5 expression for a term: `bob AND (smith OR "j doe"*)`.
///
/// # Errors
/// `MALFORMED_SEARCH` for a term of less than two characters, or one that does not hold together.
pub(super) fn expression(term: &str, vocabulary: Vocabulary) -> Result<String, Fault> {
    let mut tokens = tokens(term);
    let mut join = " AND ";
    if term.chars().count() > LONGEST_WITH_OPERATORS {
        tokens.retain(|token| matches!(token, Token::Phrase { .. } | Token::Pattern(_)));
        join = " OR ";
    }
    let letters: usize = term.chars().filter(|c| c.is_alphanumeric()).count();
    if letters < 2 {
        return Err(term_too_short(term.trim()));
    }
    let mut out = String::new();
    let mut depth = 0;
    let mut wants_operand = true;
    for token in &tokens {
        let operator = |wants_operand: bool, text: &str| match wants_operand {
            true => Err(unexpected_in_search(text)),
            false => Ok(format!(" {text} ")),
        };
        match token {
            Token::And => out += &operator(std::mem::replace(&mut wants_operand, true), "AND")?,
            Token::Or => out += &operator(std::mem::replace(&mut wants_operand, true), "OR")?,
            Token::AndNot => out += &operator(std::mem::replace(&mut wants_operand, true), "NOT")?,
            Token::Open => {
                if !wants_operand {
                    out += join;
                }
                out.push('(');
                depth += 1;
                wants_operand = true;
            }
            Token::Close if depth > 0 && !wants_operand => {
                out.push(')');
                depth -= 1;
            }
            Token::Close => return Err(unexpected_in_search(")")),
            Token::Phrase { words, prefix } => {
                if !std::mem::replace(&mut wants_operand, false) {
                    out += join;
                }
                out += &format!("\"{}\"{}", words.join(" "), if *prefix { " *" } else { "" });
            }
            Token::Pattern(pattern) => {
                if !std::mem::replace(&mut wants_operand, false) {
                    out += join;
                }
                let words = vocabulary(pattern)?;
                let words: Vec<String> =
                    words.iter().map(|word| format!("\"{}\"", word.replace('"', "\"\""))).collect();
                // A phrase without words is in no record.
                out +=
                    &if words.is_empty() { "\"\"".to_owned() } else { format!("({})", words.join(" OR ")) };
            }
        }
    }
    if wants_operand || depth > 0 { Err(unexpected_in_search("<EOF>")) } else { Ok(out) }
}

fn tokens(term: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = term.trim_start();
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        let (token, behind) = match first {
            '(' => (Some(Token::Open), after),
            ')' => (Some(Token::Close), after),
            '"' => {
                let (text, behind) = after.split_once('"').unwrap_or((after, ""));
                (phrase(text), behind)
            }
            _ => {
                let end = bare_word(rest);
                let (text, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
                match text.to_ascii_uppercase().as_str() {
                    "AND" => match behind.trim_start().split_at_checked(3) {
                        Some((not, behind))
                            if not.eq_ignore_ascii_case("NOT")
                                && !behind.starts_with(char::is_alphanumeric) =>
                        {
                            (Some(Token::AndNot), behind)
                        }
                        _ => (Some(Token::And), behind),
                    },
                    "OR" => (Some(Token::Or), behind),
                    _ => (pattern(text).or_else(|| phrase(text)), behind),
                }
            }
        };
        tokens.extend(token);
        rest = behind.trim_start();
    }
    tokens
}

/// Where a word without quotes ends; a backslash keeps the character behind it in the word.
fn bare_word(text: &str) -> usize {
    let mut escaped = false;
    let end = text.char_indices().find(|(at, c)| {
        let was_escaped = escaped;
        escaped = *c == '\\' && !was_escaped;
        *at > 0 && !was_escaped && (c.is_whitespace() || matches!(c, '(' | ')' | '"'))
    });
    end.map_or(text.len(), |(at, _)| at)
}

/// A word of letters, digits and wildcards, unless a prefix says as much. The index has its words in small letters without
/// accents: what is no ASCII may be any character.
fn pattern(text: &str) -> Option<Token> {
    let is_word = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '*' | '?'));
    let is_prefix = !text.trim_end_matches('*').contains(['*', '?']);
    if !is_word || is_prefix || text.starts_with(['*', '?']) {
        return None;
    }
    let glob = text.chars().map(|c| if c.is_ascii() { c.to_ascii_lowercase() } else { '?' });
    Some(Token::Pattern(glob.collect()))
}

/// The words of a text as the index cuts them: at everything that is neither letter nor digit. What follows a wildcard is
/// left to the prefix before it.
fn phrase(text: &str) -> Option<Token> {
    let mut escaped = false;
    let wildcard = text.char_indices().find(|(_, c)| {
        let was_escaped = escaped;
        escaped = *c == '\\' && !was_escaped;
        !was_escaped && matches!(c, '*' | '?')
    });
    let text = wildcard.and_then(|(at, _)| text.get(..at)).unwrap_or(text);
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let prefix = wildcard.is_some() && text.ends_with(char::is_alphanumeric);
    (!words.is_empty()).then_some(Token::Phrase { words, prefix })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_become_expressions() {
        for (term, expected) in [
            ("bob", "\"bob\""),
            ("bob smith", "\"bob\" AND \"smith\""),
            ("bob OR (smith and not \"j. doe\")", "\"bob\" OR (\"smith\" NOT \"j doe\")"),
            ("jo*", "\"jo\" *"),
            ("a.b@acme.test", "\"a b acme test\""),
            ("o\\'neil\\*", "\"o neil\""),
            ("bob M?lle*r*", "\"bob\" AND (\"m?lle*r*\" OR \"x\")"),
            ("Mü?ler or bob", "(\"m??ler\" OR \"x\") OR \"bob\""),
            ("m.a?b", "\"m a\" *"),
        ] {
            let mut vocabulary = |pattern: &str| Ok(vec![pattern.to_owned(), "x".to_owned()]);
            assert_eq!(expression(term, &mut vocabulary).expect(term), expected, "{term}");
        }
        let long = format!("bob AND ({}) AND NOT joe", vec!["smith"; 800].join(" "));
        let expected = format!("\"bob\"{} OR \"joe\"", " OR \"smith\"".repeat(800));
        assert_eq!(expression(&long, &mut |_| Ok(Vec::new())).expect("an expression"), expected);
        for bad in ["", "a", "*", "ab AND", "OR ab", "(ab", "ab)", "ab AND OR cd"] {
            assert!(expression(bad, &mut |_| Ok(Vec::new())).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn fts_takes_every_expression(term in "(AND|OR|NOT|\\(|\\)|\"|\\\\|\\*|\\?|ab|é|NEAR|-|:|\\^| ){0,10}") {
            let database = rusqlite::Connection::open_in_memory().expect("a database");
            database.execute_batch("CREATE VIRTUAL TABLE t USING fts5(a, b)").expect("a table");
            if let Ok(expression) = expression(&term, &mut |_| Ok(Vec::new())) {
                let found = database.query_row("SELECT count(*) FROM t WHERE t MATCH ?1", [&expression], |_| Ok(()));
                prop_assert!(found.is_ok(), "{expression}: {found:?}");
            }
        }
    }
}
