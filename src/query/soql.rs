//! SOQL: parse, check against the schema and the user's access, compile to one SQLite statement, read its rows.
//!
//! * [`lexer`], [`parse`]: text to [`ast`].
//! * [`scope`], [`operand`], [`literal`]: names, functions and literals checked and typed.
//! * [`filter`], [`value_lists`], [`semi_join`], [`select`], [`children`], [`records`], [`aggregate`], [`compile`]: the SQL.
//! * [`statement`], [`mod@query`], [`cursor`]: run it. [`plan`]: columns to rows. [`functions`]: what SQLite does not know.
//! * [`mod@retrieve`]: one record by id, without any text.
//!
//! Reference: <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql.htm>

use crate::model::fault::Rows;

mod aggregate;
mod ast;
mod children;
mod compile;
mod compiler;
mod compound;
mod computed;
mod cursor;
mod dates;
mod definition_filter;
mod durable_id;
mod explain;
mod fault;
mod filter;
mod functions;
mod lexer;
mod literal;
mod operand;
mod outline;
mod parse;
mod plan;
mod query;
mod query_options;
mod query_scope;
mod records;
mod retrieve;
mod scope;
mod select;
mod semi_join;
mod statement;
mod textual;
mod value_lists;
mod viewed;

pub use compile::has_records;
pub use cursor::{Cursor, FirstPage, first_page};
pub use explain::{Plan, explain};
pub(in crate::query) use fault::QueryPosition;
pub use fault::{no_such_column_here, no_such_object_here, position_of, query_timeout};
pub use outline::{Outline, outline};
pub use query::{QueryResult, query};
pub use query_options::QueryOptions;
pub use retrieve::{Stored, StoredField, retrieve, visit};

/// What queries are refused for.
pub(crate) const FAULTS: Rows = fault::FAULTS;
