//! What follows FROM.

use super::{Parsed, Parser};
use crate::model::fault::Fault;
use crate::query::soql::ast::{From, Grouping, GroupingKind, Item, Order, Query};
use crate::query::soql::fault;
use crate::query::soql::lexer::TokenKind;

impl<'q> Parser<'q> {
    /// What follows FROM, each clause at its place.
    pub(super) fn clauses(&mut self, select: Vec<Item<'q>>, from: From<'q>) -> Parsed<Query<'q>> {
        let scope = if self.accept("USING") {
            self.expect("SCOPE")?;
            Some(self.name()?)
        } else {
            None
        };
        let condition = if self.accept("WHERE") { Some(self.condition()?) } else { None };
        let data_category = if self.accept("WITH") { self.with()? } else { None };
        let group = if self.accept("GROUP") { Some(self.grouping()?) } else { None };
        let having = if group.is_some() && self.accept("HAVING") { Some(self.condition()?) } else { None };
        let order = if self.accept("ORDER") { self.orders()? } else { Vec::new() };
        let limit = if self.accept("LIMIT") { Some(self.count(fault::negative_limit)?) } else { None };
        let offset = if self.accept("OFFSET") { Some(self.count(fault::negative_offset)?) } else { None };
        let mut query = Query {
            select,
            from,
            scope,
            condition,
            data_category,
            group,
            having,
            order,
            limit,
            offset,
            for_view: false,
            for_reference: false,
        };
        self.tail(&mut query)?;
        Ok(query)
    }

    /// `FOR VIEW`, `FOR REFERENCE`, `FOR UPDATE`, `UPDATE TRACKING`, `UPDATE VIEWSTAT`; no `ALL ROWS`.
    fn tail(&mut self, query: &mut Query<'q>) -> Parsed<()> {
        loop {
            if self.accept("FOR") {
                if self.accept("VIEW") {
                    query.for_view = true;
                } else if self.accept("REFERENCE") {
                    query.for_reference = true;
                } else {
                    self.expect("UPDATE")?;
                }
            } else if self.accept("UPDATE") {
                while {
                    if !self.accept("TRACKING") {
                        self.expect("VIEWSTAT")?;
                    }
                    self.accept_symbol(",")
                } {}
            } else if self.accept("ALL") {
                self.expect("ROWS")?;
                return Err(fault::all_rows_outside_apex());
            } else {
                return Ok(());
            }
        }
    }

    fn grouping(&mut self) -> Parsed<Grouping<'q>> {
        self.expect("BY")?;
        let first = self.peek();
        let kind = match self.ahead(1).is_symbol("(") {
            true if first.is("ROLLUP") => GroupingKind::Rollup,
            true if first.is("CUBE") => GroupingKind::Cube,
            _ => GroupingKind::Plain,
        };
        if kind != GroupingKind::Plain {
            self.next += 2;
        }
        let mut by = vec![self.expression()?];
        while self.accept_symbol(",") {
            by.push(self.expression()?);
        }
        if kind != GroupingKind::Plain {
            self.expect_symbol(")")?;
        }
        Ok(Grouping { kind, by, at: first.at })
    }

    fn orders(&mut self) -> Parsed<Vec<Order<'q>>> {
        self.expect("BY")?;
        let mut orders = vec![self.order()?];
        while self.accept_symbol(",") {
            orders.push(self.order()?);
        }
        Ok(orders)
    }

    fn order(&mut self) -> Parsed<Order<'q>> {
        let by = self.expression()?;
        let descending = !self.accept("ASC") && self.accept("DESC");
        let mut nulls_last = false;
        if self.accept("NULLS") && !self.accept("FIRST") {
            nulls_last = self.accept("LAST");
            if !nulls_last {
                return Err(self.missing());
            }
        }
        Ok(Order { by, descending, nulls_last })
    }

    /// The number of LIMIT or OFFSET.
    fn count(&mut self, negative: fn() -> Fault) -> Parsed<u64> {
        let token = self.peek();
        if token.is_symbol(":") {
            return Err(fault::bind_outside_apex(self.position(token.at)));
        }
        if token.kind != TokenKind::Int {
            return Err(self.unexpected());
        }
        self.next += 1;
        if token.text.starts_with('-') {
            return Err(negative());
        }
        // More than fits is as good as no limit.
        Ok(token.text.parse().unwrap_or(u64::MAX))
    }

    /// After WITH. `DATA CATEGORY` gives its place; `RecordVisibilityContext(…)` changes nothing here.
    fn with(&mut self) -> Parsed<Option<usize>> {
        let first = self.peek();
        if self.at_keywords("DATA", "CATEGORY") {
            self.next += 2;
            self.data_category()?;
            while self.accept("AND") {
                self.data_category()?;
            }
            return Ok(Some(first.at));
        }
        if first.is("RecordVisibilityContext") && self.ahead(1).is_symbol("(") {
            self.next += 2;
            while {
                self.name()?;
                self.expect_symbol("=")?;
                self.literal()?;
                self.accept_symbol(",")
            } {}
            self.expect_symbol(")")?;
            return Ok(None);
        }
        match first.kind {
            TokenKind::Word => Err(fault::security_clause_outside_apex()),
            _ => Err(self.unexpected()),
        }
    }

    /// `Geography__c AT (asia__c, europe__c)`
    fn data_category(&mut self) -> Parsed<()> {
        self.name()?;
        let selector = ["AT", "ABOVE", "BELOW", "ABOVE_OR_BELOW"].iter().any(|word| self.accept(word));
        if !selector {
            return Err(self.unexpected());
        }
        if !self.accept_symbol("(") {
            return self.name().map(|_| ());
        }
        self.name()?;
        while self.accept_symbol(",") {
            self.name()?;
        }
        self.expect_symbol(")")
    }
}
