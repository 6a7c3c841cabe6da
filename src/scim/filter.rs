//! `filter` (RFC 7644, 3.4.2.2) as a condition in SOQL.
//!
//! Unlike in the RFC `and` has no precedence over `or`: without brackets the first two criteria belong together.
//! Source: <https://help.salesforce.com/s/articleView?id=xcloud.identity_scim_rest_api.htm>

use super::attribute::{Meaning, Means, Names};
use super::error::ScimError;
use super::exchange::Exchange;
use crate::model::id::Id;
use crate::model::schema::FieldType;

const LONGEST: usize = 10_000;

/// The condition that a filter is, in brackets.
///
/// # Errors
/// What it is refused for, by the first token that is wrong.
pub fn condition(exchange: &Exchange, names: Names, text: &str) -> Result<String, ScimError> {
    if text.len() > LONGEST {
        return Err(ScimError::illegal_token("…"));
    }
    let mut reader = Reader { exchange, names, tokens: tokens(text), at: 0, memberships: 0 };
    let condition = reader.alternatives(0)?;
    match reader.next() {
        None => Ok(condition),
        Some(token) if token == ")" => Err(ScimError::unbalanced_brackets()),
        Some(token) => Err(ScimError::illegal_token(&token)),
    }
}

/// Brackets, quoted texts with their quotes, words.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let mut token = character.to_string();
        match character {
            '(' | ')' => {}
            '"' => {
                let mut escaped = false;
                for character in characters.by_ref() {
                    token.push(character);
                    match character {
                        '"' if !escaped => break,
                        '\\' if !escaped => escaped = true,
                        _ => escaped = false,
                    }
                }
            }
            _ if character.is_whitespace() => continue,
            _ => {
                while let Some(next) =
                    characters.next_if(|next| !next.is_whitespace() && !"()\"".contains(*next))
                {
                    token.push(next);
                }
            }
        }
        tokens.push(token);
    }
    tokens
}

struct Reader<'r, 'e> {
    exchange: &'r Exchange<'e>,
    names: Names<'r>,
    tokens: Vec<String>,
    at: usize,
    memberships: usize,
}

impl Reader<'_, '_> {
    fn next(&mut self) -> Option<String> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn peek(&self) -> Option<&str> {
        self.tokens.get(self.at).map(String::as_str)
    }

    /// Criteria joined by `and` and `or`, from left to right.
    fn alternatives(&mut self, depth: usize) -> Result<String, ScimError> {
        const DEEPEST: usize = 20;
        if depth > DEEPEST {
            return Err(ScimError::illegal_token("("));
        }
        let mut condition = self.criterion(depth)?;
        loop {
            let word = match self.peek() {
                Some(word) if word.eq_ignore_ascii_case("and") => "AND",
                Some(word) if word.eq_ignore_ascii_case("or") => "OR",
                _ => return Ok(format!("({condition})")),
            };
            self.at += 1;
            let next = self.criterion(depth)?;
            condition = format!("({condition} {word} {next})");
        }
    }

    fn criterion(&mut self, depth: usize) -> Result<String, ScimError> {
        let Some(name) = self.next() else { return Err(ScimError::illegal_token("")) };
        if name == "(" {
            let inside = self.alternatives(depth + 1)?;
            return match self.next().as_deref() {
                Some(")") => Ok(inside),
                _ => Err(ScimError::unbalanced_brackets()),
            };
        }
        let Some(meaning) = self.names.meaning(&name) else {
            return Err(match self.names.knows(&name) {
                true => ScimError::complex_attribute(&name),
                false => ScimError::unsupported_attribute(&name),
            });
        };
        let means = match meaning {
            Meaning::Of(Means::Whole) => return Err(ScimError::complex_attribute(&name)),
            Meaning::Of(means) => means,
            Meaning::Custom(field) => {
                let (operator, value) = self.comparison()?;
                return self.compare(field, &name, &operator, value.as_deref());
            }
        };
        let (operator, value) = self.comparison()?;
        match means {
            Means::Field(field) => self.compare(field, &name, &operator, value.as_deref()),
            Means::AnyOf(fields) => {
                if !matches!(operator.as_str(), "eq" | "ne" | "pr") {
                    return Err(ScimError::unsupported_comparison(&name));
                }
                let each = fields.iter().map(|field| self.compare(field, &name, &operator, value.as_deref()));
                let each = each.collect::<Result<Vec<_>, _>>()?;
                Ok(format!("({})", each.join(" OR ")))
            }
            Means::Entitlement => self.entitled(&name, &operator, value.as_deref()),
            Means::Membership { object, has, gives } => {
                let id = self.member(&name, &operator, value.as_deref())?;
                self.rows(object, has, gives, id)
            }
            Means::Whole => Err(ScimError::complex_attribute(&name)),
        }
    }

    /// The operator in lower case, and the value without quotes; `pr` has none.
    fn comparison(&mut self) -> Result<(String, Option<String>), ScimError> {
        const OPERATORS: &[&str] = &["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "pr"];
        let word = self.next().unwrap_or_default();
        let operator = word.to_ascii_lowercase();
        if !OPERATORS.contains(&operator.as_str()) {
            return Err(ScimError::unsupported_operator(&word));
        }
        if operator == "pr" {
            return Ok((operator, None));
        }
        let token = self.next().unwrap_or_default();
        match serde_json::from_str::<String>(&token) {
            Ok(value) => Ok((operator, Some(value))),
            Err(_) => Err(ScimError::not_quoted(&token)),
        }
    }

    fn compare(
        &self,
        field: &str,
        name: &str,
        operator: &str,
        value: Option<&str>,
    ) -> Result<String, ScimError> {
        let Some(value) = value else { return Ok(format!("{field} != null")) };
        // A field of a parent is a name.
        let kind = self.names.object.field(field).map_or(FieldType::String, |field| field.kind);
        let symbol = match operator {
            "eq" => "=",
            "ne" => "!=",
            "gt" => ">",
            "ge" => ">=",
            "lt" => "<",
            "le" => "<=",
            _ if !is_quoted(kind) => return Err(ScimError::unsupported_comparison(name)),
            _ => {
                let (before, after) = match operator {
                    "co" => ("%", "%"),
                    "sw" => ("", "%"),
                    _ => ("%", ""),
                };
                let pattern = escaped(value).replace('%', "\\%").replace('_', "\\_");
                return Ok(format!("{field} LIKE '{before}{pattern}{after}'"));
            }
        };
        Ok(format!("{field} {symbol} {}", literal(kind, value)?))
    }

    fn entitled(&mut self, name: &str, operator: &str, value: Option<&str>) -> Result<String, ScimError> {
        let id = self.member(name, operator, value)?;
        match id {
            Some(id) if id.key_prefix() == "00e" => Ok(format!("ProfileId = '{id}'")),
            id => self.rows("PermissionSetAssignment", "PermissionSetId", "AssigneeId", id),
        }
    }

    /// The id in a criterion of membership, of which a filter has one at most.
    fn member(&mut self, name: &str, operator: &str, value: Option<&str>) -> Result<Option<Id>, ScimError> {
        let (Some(value), "eq") = (value, operator) else {
            return Err(ScimError::unsupported_comparison(name));
        };
        self.memberships += 1;
        if self.memberships > 1 {
            return Err(ScimError::several_memberships());
        }
        Ok(Id::parse(value))
    }

    fn rows(
        &self,
        object: &'static str,
        has: &str,
        gives: &str,
        id: Option<Id>,
    ) -> Result<String, ScimError> {
        let found =
            id.map(|id| self.exchange.records_where(object, has, id)).transpose()?.unwrap_or_default();
        let mut ids: Vec<_> = found.iter().filter_map(|row| row.id(gives)).collect();
        ids.sort();
        ids.dedup();
        if ids.is_empty() {
            return Ok("Id = null".to_owned());
        }
        let quoted: Vec<_> = ids.iter().map(|id| format!("'{id}'")).collect();
        Ok(format!("Id IN ({})", quoted.join(",")))
    }
}

fn is_quoted(kind: FieldType) -> bool {
    kind.is_text() || matches!(kind, FieldType::Id | FieldType::Reference)
}

/// A value as a literal of SOQL.
fn literal(kind: FieldType, value: &str) -> Result<String, ScimError> {
    let is_plain = || match kind {
        FieldType::Boolean => matches!(value, "true" | "false"),
        _ => {
            let plain = |b: u8| b.is_ascii_digit() || b"TZ:.+-".contains(&b);
            value.starts_with(|c: char| c.is_ascii_digit() || c == '-') && value.bytes().all(plain)
        }
    };
    match kind {
        _ if is_quoted(kind) => Ok(format!("'{}'", escaped(value))),
        _ if is_plain() => Ok(value.to_owned()),
        _ => Err(ScimError::illegal_token(value)),
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n").replace('\r', "\\r")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_comes_to_pieces() {
        let told = tokens(r#"(userName eq "a \"b\" c")and title pr"#);
        assert_eq!(told, ["(", "userName", "eq", r#""a \"b\" c""#, ")", "and", "title", "pr"]);
        assert_eq!(tokens("x eq \"open"), ["x", "eq", "\"open"]);
        assert!(tokens("  ").is_empty());
    }

    #[test]
    fn values_become_literals() {
        assert_eq!(literal(FieldType::String, "O'Neil \\").expect("a text"), "'O\\'Neil \\\\'");
        assert_eq!(literal(FieldType::Boolean, "true").expect("a flag"), "true");
        assert!(literal(FieldType::DateTime, "2026-01-01 OR Id != null").is_err());
    }
}
