//! The right side of a comparison.

use super::{Parsed, Parser};
use crate::query::soql::ast::{Literal, LiteralValue};
use crate::query::soql::dates::DateLiteral;
use crate::query::soql::lexer::{Token, TokenKind};
use crate::query::soql::{dates, fault};

impl<'q> Parser<'q> {
    pub(super) fn literal(&mut self) -> Parsed<Literal<'q>> {
        let token = self.peek();
        let position = self.position(token.at);
        let value = match token.kind {
            TokenKind::Text => LiteralValue::Text(token.text),
            TokenKind::Int => match token.text.parse() {
                Ok(number) => LiteralValue::Int(number),
                Err(_) => LiteralValue::Decimal(token.text.parse().unwrap_or(f64::MAX)),
            },
            TokenKind::Decimal => LiteralValue::Decimal(token.text.parse().unwrap_or(f64::MAX)),
            TokenKind::Date => match dates::date(token.text) {
                Some(date) => LiteralValue::Date(date.to_string()),
                None => return Err(fault::invalid_date(position, token.text)),
            },
            TokenKind::DateTime => match dates::datetime(token.text) {
                Some(millis) => LiteralValue::DateTime(millis),
                None => return Err(fault::invalid_datetime(position, token.text)),
            },
            TokenKind::Time => match dates::time(token.text) {
                Some(time) => LiteralValue::Time(time),
                None => return Err(self.unexpected()),
            },
            TokenKind::Word => return self.word(token),
            TokenKind::Symbol if token.text == ":" => return Err(fault::bind_outside_apex(position)),
            TokenKind::Symbol | TokenKind::End => return Err(self.unexpected()),
        };
        self.next += 1;
        Ok(Literal { value, text: token.text, at: token.at })
    }

    /// `TRUE`, `NULL`, `TODAY`, `LAST_N_DAYS:3`, `USD500`. Any other word reads like an Apex variable.
    fn word(&mut self, token: Token<'q>) -> Parsed<Literal<'q>> {
        let numbered = self.ahead(1).is_symbol(":") && self.ahead(2).kind == TokenKind::Int;
        let value = if token.is("TRUE") {
            LiteralValue::Bool(true)
        } else if token.is("FALSE") {
            LiteralValue::Bool(false)
        } else if token.is("NULL") {
            LiteralValue::Null
        } else if let Some(range) = DateLiteral::named(token.text) {
            LiteralValue::Range(range)
        } else if numbered {
            let number = self.ahead(2).text.parse().ok().filter(|number| *number >= 0);
            match number.and_then(|number| DateLiteral::numbered(token.text, number)) {
                Some(range) => {
                    self.next += 2;
                    LiteralValue::Range(range)
                }
                None => return Err(fault::bind_outside_apex(self.position(token.at))),
            }
        } else if let Some(amount) = self.currency(token) {
            LiteralValue::Currency(amount)
        } else {
            return Err(fault::bind_outside_apex(self.position(token.at)));
        };
        self.next += 1;
        Ok(Literal { value, text: token.text, at: token.at })
    }

    /// `USD500`, `USD-500`, `USD500.25`: leaves the last of its tokens to be taken.
    fn currency(&mut self, token: Token<'q>) -> Option<f64> {
        let (code, whole) = token.text.split_at_checked(3)?;
        if !code.bytes().all(|b| b.is_ascii_alphabetic()) {
            return None;
        }
        let next = self.ahead(1);
        if whole.is_empty() {
            let signed = matches!(next.kind, TokenKind::Int | TokenKind::Decimal) && next.at == token.end();
            let amount = next.text.parse().ok().filter(|_| signed)?;
            self.next += 1;
            return Some(amount);
        }
        let amount = whole.parse::<f64>().ok().filter(|_| whole.bytes().all(|b| b.is_ascii_digit()))?;
        let fraction = self.ahead(2);
        let adjacent = next.at == token.end() && fraction.at == next.end() && fraction.kind == TokenKind::Int;
        if next.is_symbol(".") && adjacent {
            self.next += 2;
            return format!("{whole}.{}", fraction.text).parse().ok();
        }
        Some(amount)
    }
}
