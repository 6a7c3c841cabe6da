//! Which page of which resources a request asks for, and with which attributes.

use serde_json::Value;

use super::attribute::Names;
use super::document::{self, Members};
use super::error::ScimError;
use super::exchange::Exchange;
use super::filter;
use super::projection::Projection;
use super::search::Search;
use crate::message::Response;
use crate::model::id::Id;
use crate::model::record::Record;

/// So many resources are in one answer at most.
/// Source: `filter.maxResults` of the service provider's configuration.
pub const MOST: usize = 200;
/// SOQL's OFFSET goes no further.
const LAST_OFFSET: usize = 2000;

/// What a request for a list says.
pub struct Listing {
    /// 1-based.
    pub start: usize,
    pub count: usize,
    pub projection: Projection,
    /// SOQL, of the request's filter and what is always so.
    condition: String,
}

impl Listing {
    /// Reads the query: `always` is a condition in SOQL for all records of the object.
    pub fn asked(exchange: &Exchange, names: Names, always: &str) -> Result<Listing, ScimError> {
        Listing::searched(exchange, names, always, &Search::of_query(exchange.request))
    }

    /// The same for a search.
    pub fn searched(
        exchange: &Exchange,
        names: Names,
        always: &str,
        search: &Search,
    ) -> Result<Listing, ScimError> {
        let number = |value: &Option<String>, refusal: fn(&str) -> ScimError| {
            let value = value.as_deref();
            value.map(|value| value.trim().parse::<i64>().map_err(|_| refusal(value))).transpose()
        };
        // Clients begin at 0, too; less than 1 is 1 (RFC 7644, 3.4.2.4).
        let start =
            number(&search.start_index, ScimError::illegal_start_index)?.map_or(1, |start| start.max(1));
        let count =
            number(&search.count, ScimError::illegal_count)?.map_or(MOST as i64, |count| count.max(0));
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        if start > LAST_OFFSET + 1 {
            return Err(ScimError::start_index_too_big());
        }
        let count = usize::try_from(count).unwrap_or(MOST).min(MOST);
        let mut condition = always.to_owned();
        if let Some(text) = search.filter.as_deref().filter(|text| !text.trim().is_empty()) {
            condition = format!("{condition} AND {}", filter::condition(exchange, names, text)?);
        }
        Ok(Listing { start, count, projection: Projection::asked(search, names)?, condition })
    }

    /// The records of an object that are on the page, and how many there are on all.
    pub fn ids(&self, exchange: &Exchange, object: &str) -> Result<(usize, Vec<Id>), ScimError> {
        self.ids_from(exchange, object, self.start - 1, self.count)
    }

    /// The same for another page.
    pub fn ids_from(
        &self,
        exchange: &Exchange,
        object: &str,
        offset: usize,
        count: usize,
    ) -> Result<(usize, Vec<Id>), ScimError> {
        let Listing { condition, .. } = self;
        let total = exchange.count(&format!("SELECT COUNT() FROM {object} WHERE {condition}"))?;
        if count == 0 || offset >= total {
            return Ok((total, Vec::new()));
        }
        let page = format!("ORDER BY Id LIMIT {count} OFFSET {offset}");
        Ok((total, exchange.ids(&format!("SELECT Id FROM {object} WHERE {condition} {page}"))?))
    }

    /// The records of an object that are on the page, as resources, and how many there are on all.
    pub fn resources(
        &self,
        exchange: &Exchange,
        object: &'static str,
        resource: impl Fn(&Exchange, Id, &Record) -> Result<Members, ScimError>,
    ) -> Result<(usize, Vec<Members>), ScimError> {
        let (total, ids) = self.ids(exchange, object)?;
        let found = ids.into_iter().filter_map(|id| {
            let record = exchange.record(object, id).transpose()?;
            Some(record.and_then(|record| resource(exchange, id, &record)))
        });
        Ok((total, found.collect::<Result<_, _>>()?))
    }

    /// The page.
    pub fn answer(&self, exchange: &Exchange, total: usize, resources: Vec<Members>) -> Response {
        let shown = resources.into_iter().map(|resource| Value::Object(self.projection.of(resource)));
        document::list(exchange, total, self.start, shown.collect())
    }
}
