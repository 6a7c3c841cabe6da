//! SOSL: words looked up in an index of names, e-mail addresses and phone numbers; what is found goes through SOQL.
//!
//! * [`parse`]: text to its clauses. * [`term`]: the words to an expression of SQLite's FTS5.
//! * [`index`]: one index per object, made when it is first searched, kept by triggers from then on.
//!
//! Reference: <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl.htm>

use std::collections::HashMap;
use std::sync::Arc;

use super::soql::{self, QueryOptions};
use crate::model::fault::{Fault, Rows};
use crate::model::id::Id;
use crate::model::record::{Row, Shape};
use crate::org::access::Runner;
use crate::org::{Environment, Org};

mod fault;
mod index;
mod parse;
mod term;

use fault::{not_searchable, unexpected_in_search};
pub use parse::{Returning, Scope, Search};

/// What searches are refused for.
pub(crate) const FAULTS: Rows = fault::FAULTS;

/// Records that a search gives at most.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_limits.htm>
const MOST: usize = 2000;
/// A search for more characters finds nothing.
/// Source: <https://developer.salesforce.com/docs/platform/salesforce-soql-sosl/guide/sforce-api-calls-sosl-syntax.html>
const LONGEST_TERM: usize = 10_000;

/// What was found of one object.
#[derive(Debug, Clone)]
pub struct Found {
    pub shape: Arc<Shape>,
    pub rows: Vec<Row>,
}

impl Search {
    /// Reads SOSL.
    ///
    /// # Errors
    /// `MALFORMED_SEARCH`.
    pub fn parse(text: &str) -> Result<Search, Fault> {
        parse::parse(text)
    }
}

/// Looks words up as a user: the objects in the order of RETURNING, of each the best matches first.
///
/// # Errors
/// `MALFORMED_SEARCH` for the words, and those of SOQL for the clauses of RETURNING; `REQUEST_RUNNING_TOO_LONG` when the call
/// has had its time.
pub fn search(
    org: &Org,
    environment: &dyn Environment,
    runner: &Runner,
    search: &Search,
    api_version: u32,
) -> Result<Vec<Found>, Fault> {
    let found = look_up(org, environment, runner, search, api_version);
    found.map_err(|fault| if fault.is_out_of_time() { Fault::running_too_long() } else { fault })
}

fn look_up(
    org: &Org,
    environment: &dyn Environment,
    runner: &Runner,
    search: &Search,
    api_version: u32,
) -> Result<Vec<Found>, Fault> {
    if search.narrowed().is_some() {
        return Err(unexpected_in_search("WITH"));
    }
    let finds_nothing = search.term.chars().count() > LONGEST_TERM;
    if !finds_nothing {
        term::expression(&search.term, &mut |_| Ok(Vec::new()))?;
    }
    let everything: Vec<Returning>;
    let returning = match search.returning.as_slice() {
        [] => {
            everything = searchable(org, runner).into_iter().map(Returning::ids).collect();
            &everything
        }
        named => named,
    };
    let mut left = search.limit.unwrap_or(MOST).min(MOST);
    let mut all = Vec::new();
    for returning in returning {
        let object = org.object(&returning.object)?.filter(|object| runner.object(object).read);
        let object = object.ok_or_else(|| soql::no_such_object_here(&returning.object))?;
        if !object.is("searchable") {
            return Err(not_searchable(&object));
        }
        let options = QueryOptions { all_rows: false, api_version };
        // The clauses are checked as they were sent, whether or not there is a match.
        soql::outline(org, environment, runner, &returning.soql(&object, None), &options)?;
        let ids = match finds_nothing {
            true => Vec::new(),
            false => index::matches(org, &object, search.scope, &search.term, MOST)?,
        };
        let found = soql::query(org, environment, runner, &returning.soql(&object, Some(&ids)), &options)?;
        let mut rows = found.rows;
        if returning.order.is_none() {
            let places: HashMap<Id, usize> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
            rows.sort_by_key(|row| row.id.and_then(|id| places.get(&id).copied()));
        }
        rows.drain(..returning.offset.unwrap_or_default().min(rows.len()));
        rows.truncate(returning.limit.unwrap_or(MOST).min(left));
        left -= rows.len();
        all.push(Found { shape: found.shape, rows });
    }
    Ok(all)
}

/// Forgets an object's index, because its fields change: the next search makes it anew.
pub(crate) fn forget(org: &Org, object: &str) -> Result<(), Fault> {
    index::forget(org, object)
}

/// The objects that a search without RETURNING goes through: those with records.
fn searchable(org: &Org, runner: &Runner) -> Vec<String> {
    let names = ["Account", "Contact", "Lead", "User", "Group", "Case", "Opportunity", "Campaign"];
    let own = org.schema.custom_objects();
    let all = names.iter().map(|name| (*name).to_owned()).chain(own);
    let found = all.filter(|name| {
        let object = org.schema.object(name);
        let has_rows = org.has_table(name).unwrap_or_default();
        has_rows && object.is_some_and(|object| object.is("searchable") && runner.object(&object).read)
    });
    found.collect()
}
