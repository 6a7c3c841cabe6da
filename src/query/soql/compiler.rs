//! What the parts of the compiler share: who asks, when, and the values bound so far.

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::Arc;

use jiff::civil::Date;

use super::ast::Query;
use super::dates::{self, DateLiteral};
use super::definition_filter;
use super::fault::{self, QueryPosition};
use super::query_options::QueryOptions;
use crate::model::fault::Fault;
use crate::model::schema::SObject;
use crate::model::value::Value;
use crate::org::access::Runner;
use crate::org::{Environment, Org};

/// A query may reach this many parents.
const MOST_PARENTS: usize = 55;
/// And have this many semi-joins.
const MOST_SEMI_JOINS: usize = 2;

/// One compilation. Text of the query never becomes text of the SQL: names come from the schema, values are bound.
pub struct Compiler<'a> {
    pub org: &'a Org,
    pub runner: &'a Runner,
    pub text: &'a str,
    pub options: &'a QueryOptions,
    pub environment: &'a dyn Environment,
    /// The objects that a query for definitions names.
    entities: Option<Vec<String>>,
    binds: RefCell<Vec<Value>>,
    aliases: Cell<usize>,
    parents: Cell<usize>,
    semi_joins: Cell<usize>,
    fiscal_year: OnceCell<FiscalYear>,
}

/// The org's fiscal year (`Organization`).
#[derive(Debug, Clone, Copy)]
pub struct FiscalYear {
    /// 1 to 12.
    pub start_month: i8,
    /// Named after the calendar year it begins in, not the one it ends in.
    pub named_by_start: bool,
}

impl<'a> Compiler<'a> {
    pub fn new(
        org: &'a Org,
        runner: &'a Runner,
        text: &'a str,
        environment: &'a dyn Environment,
        query: &Query,
        options: &'a QueryOptions,
    ) -> Compiler<'a> {
        Compiler {
            org,
            runner,
            text,
            options,
            environment,
            entities: definition_filter::entities_of(query),
            binds: RefCell::default(),
            aliases: Cell::default(),
            parents: Cell::default(),
            semi_joins: Cell::default(),
            fiscal_year: OnceCell::new(),
        }
    }

    /// Milliseconds since 1970 UTC.
    pub fn now(&self) -> i64 {
        self.environment.now()
    }

    /// The objects that a query for definitions names; `None` when it names none.
    pub fn entities(&self) -> Option<&[String]> {
        self.entities.as_deref()
    }

    /// Binds a value; gives its mark in the SQL.
    pub fn bind(&self, value: impl Into<Value>) -> String {
        let mut binds = self.binds.borrow_mut();
        binds.push(value.into());
        format!("?{}", binds.len())
    }

    /// The bound values, in the order of their marks.
    pub fn into_binds(self) -> Vec<Value> {
        self.binds.into_inner()
    }

    /// A new name for a table of the statement.
    pub fn alias(&self) -> String {
        let number = self.aliases.get();
        self.aliases.set(number + 1);
        format!("t{number}")
    }

    pub fn position(&self, at: usize) -> QueryPosition<'a> {
        QueryPosition { text: self.text, at }
    }

    /// Counts a join to a parent.
    pub fn count_parent(&self, at: usize) -> Result<(), Fault> {
        self.parents.set(self.parents.get() + 1);
        if self.parents.get() > MOST_PARENTS {
            Err(fault::too_many_parents(self.position(at)))
        } else {
            Ok(())
        }
    }

    /// Counts a semi-join.
    pub fn count_semi_join(&self) -> Result<(), Fault> {
        self.semi_joins.set(self.semi_joins.get() + 1);
        if self.semi_joins.get() > MOST_SEMI_JOINS { Err(fault::too_many_semi_joins()) } else { Ok(()) }
    }

    /// An object that exists, with its table, and that the user may read.
    pub fn readable(&self, name: &str) -> Result<Option<Arc<SObject>>, Fault> {
        let object = self.org.object(name)?;
        Ok(object.filter(|object| self.runner.object(object).read))
    }

    /// The first day of a literal's range and the first after it, for the user and now.
    pub fn days(&self, literal: DateLiteral) -> Result<(Date, Date), Fault> {
        let start_month = if literal.is_fiscal() { self.fiscal_year()?.start_month } else { 1 };
        let today = dates::day_of(self.now(), &self.runner.time_zone);
        today.and_then(|today| literal.days(today, start_month)).ok_or_else(fault::too_complicated)
    }

    /// The IANA name of the user's time zone.
    pub fn zone(&self) -> &str {
        self.runner.time_zone.iana_name().unwrap_or("UTC")
    }

    pub fn fiscal_year(&self) -> Result<FiscalYear, Fault> {
        if let Some(known) = self.fiscal_year.get() {
            return Ok(*known);
        }
        let organization = self.org.standard("Organization")?;
        let record = self.org.find(&organization, self.org.id)?;
        let field = |name: &str| record.as_ref().map(|record| record.get(name).clone()).unwrap_or_default();
        let start_month = match field("FiscalYearStartMonth") {
            Value::Int(month @ 1..=12) => month as i8,
            _ => 1,
        };
        let named_by_start = field("UsesStartDateAsFiscalYearName").is_true();
        Ok(*self.fiscal_year.get_or_init(|| FiscalYear { start_month, named_by_start }))
    }
}
