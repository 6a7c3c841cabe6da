//! WHERE and HAVING.

use super::{Parsed, Parser};
use crate::query::soql::ast::{Comparison, Condition, Item, Literal, Operand, Operator, Query};
use crate::query::soql::fault;
use crate::query::soql::lexer::TokenKind;

impl<'q> Parser<'q> {
    /// Comparisons joined by AND, or by OR; a mixture wants parentheses.
    pub(super) fn condition(&mut self) -> Parsed<Condition<'q>> {
        let first = self.simple_condition()?;
        let (word, join): (_, fn(Vec<Condition<'q>>) -> Condition<'q>) = if self.at_keyword("AND") {
            ("AND", Condition::And)
        } else if self.at_keyword("OR") {
            ("OR", Condition::Or)
        } else {
            return Ok(first);
        };
        let mut all = vec![first];
        while self.accept(word) {
            all.push(self.simple_condition()?);
        }
        if self.at_keyword("AND") || self.at_keyword("OR") {
            return Err(self.unexpected());
        }
        Ok(join(all))
    }

    fn simple_condition(&mut self) -> Parsed<Condition<'q>> {
        if self.accept("NOT") {
            let inner = self.deeper(Parser::simple_condition)?;
            return Ok(Condition::Not(Box::new(inner)));
        }
        if self.accept_symbol("(") {
            let inner = self.deeper(Parser::condition)?;
            self.expect_symbol(")")?;
            return Ok(inner);
        }
        self.comparison().map(Condition::Compare)
    }

    fn comparison(&mut self) -> Parsed<Comparison<'q>> {
        let start = self.peek().at;
        let left = self.expression()?;
        let operator = self.operator()?;
        let right = match operator {
            Operator::In | Operator::NotIn => self.list_or_select(start)?,
            Operator::Includes | Operator::Excludes => Operand::Values(self.list(start)?),
            Operator::Like if self.peek().is_symbol("(") => Operand::Values(self.list(start)?),
            Operator::Like if !matches!(self.peek().kind, TokenKind::Text) && !self.peek().is_symbol(":") => {
                return Err(self.unexpected());
            }
            _ => Operand::Values(vec![self.literal()?]),
        };
        Ok(Comparison { left, operator, right })
    }

    fn operator(&mut self) -> Parsed<Operator> {
        let token = self.peek();
        let operator = match (token.kind, token.text.to_ascii_uppercase().as_str()) {
            (TokenKind::Symbol, "=") => Operator::Equal,
            (TokenKind::Symbol, "!=" | "<>") => Operator::NotEqual,
            (TokenKind::Symbol, "<") => Operator::Less,
            (TokenKind::Symbol, "<=") => Operator::LessOrEqual,
            (TokenKind::Symbol, ">") => Operator::Greater,
            (TokenKind::Symbol, ">=") => Operator::GreaterOrEqual,
            (TokenKind::Word, "LIKE") => Operator::Like,
            (TokenKind::Word, "IN") => Operator::In,
            (TokenKind::Word, "INCLUDES") => Operator::Includes,
            (TokenKind::Word, "EXCLUDES") => Operator::Excludes,
            (TokenKind::Word, "NOT") => {
                self.next += 1;
                if !self.at_keyword("IN") {
                    return Err(self.unexpected());
                }
                Operator::NotIn
            }
            _ => return Err(self.unexpected()),
        };
        self.next += 1;
        Ok(operator)
    }

    fn list_or_select(&mut self, start: usize) -> Parsed<Operand<'q>> {
        if self.peek().is_symbol("(") && self.ahead(1).is("SELECT") {
            self.next += 1;
            let select = self.deeper(Parser::semi_join)?;
            return Ok(Operand::Select(Box::new(select)));
        }
        self.list(start).map(Operand::Values)
    }

    fn list(&mut self, start: usize) -> Parsed<Vec<Literal<'q>>> {
        let open = self.peek();
        if open.is_symbol(":") {
            return Err(fault::bind_outside_apex(self.position(open.at)));
        }
        self.expect_symbol("(")?;
        if self.peek().is_symbol(")") {
            return Err(self.unexpected_since(start));
        }
        let mut values = vec![self.literal()?];
        while self.accept_symbol(",") {
            values.push(self.literal()?);
        }
        self.expect_symbol(")")?;
        Ok(values)
    }

    /// `SELECT field FROM object WHERE …)`: nothing else may stand in it.
    fn semi_join(&mut self) -> Parsed<Query<'q>> {
        self.expect("SELECT")?;
        let select = vec![Item::Expression(self.expression()?, None)];
        if !self.accept("FROM") {
            return Err(self.missing());
        }
        let from = self.from()?;
        let condition = if self.accept("WHERE") { Some(self.condition()?) } else { None };
        if !self.accept_symbol(")") {
            return Err(self.missing());
        }
        Ok(Query {
            select,
            from,
            scope: None,
            condition,
            data_category: None,
            group: None,
            having: None,
            order: Vec::new(),
            limit: None,
            offset: None,
            for_view: false,
            for_reference: false,
        })
    }
}
