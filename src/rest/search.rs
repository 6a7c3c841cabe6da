//! `/search?q=FIND …` and `/parameterizedSearch`.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search.htm>

use super::encode::{Writer, row};
use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use super::members::Members;
use crate::message::Method;
use crate::model::fault::{Fault, faults};
use crate::model::value::Raw;
use crate::query::sosl;
use crate::query::sosl::{Found, Returning, Scope, Search};
use crate::world::ApiVersion;

/// From this version on the records are a member of the answer; before they were the answer.
const FIRST_WITH_MEMBER: ApiVersion = ApiVersion::new(37);

/// Parameters, and the word of the clause behind `WITH` that says the same.
const CLAUSES: &[(&str, &str)] = &[
    ("dataCategory", "DATA"),
    ("dataCategories", "DATA"),
    ("division", "DIVISION"),
    ("metadata", "METADATA"),
    ("netWorkIds", "NETWORK"),
    ("pricebookId", "PRICEBOOKID"),
    ("snippet", "SNIPPET"),
];

/// Runs the SOSL in `q`.
pub fn search(exchange: &Exchange) -> RestResult {
    let text = exchange.request.query_value("q").unwrap_or_default();
    answer(exchange, &Search::parse(&text)?)
}

/// Looks up words without SOSL.
pub fn parameterized(exchange: &Exchange) -> RestResult {
    let search = match exchange.method {
        Method::POST => from_body(exchange)?,
        _ => from_query(exchange)?,
    };
    answer(exchange, &search)
}

fn answer(exchange: &Exchange, search: &Search) -> RestResult {
    let gaps: Vec<String> = search.gaps().collect();
    let Some(first) = gaps.first().cloned() else { return found(exchange, search) };
    match found(exchange, search) {
        Ok(response) => {
            gaps.iter().for_each(|what| exchange.context.state.gaps.note(what));
            Ok(response.with_gap(&first))
        }
        Err(mut refusal) => {
            refusal.gap = search.narrowed().map(|_| first);
            Err(refusal)
        }
    }
}

fn found(exchange: &Exchange, search: &Search) -> RestResult {
    let (org, runner, environment) = (exchange.context.org, &exchange.context.runner, exchange.environment());
    let found = sosl::search(org, &environment, runner, search, exchange.version.number())?;
    if exchange.version < FIRST_WITH_MEMBER {
        return Ok(exchange.ok_list("SearchResult", |w| records(w, exchange, &found)));
    }
    Ok(exchange.ok("SearchResult", |w| {
        w.items("searchRecords", |w| records(w, exchange, &found));
    }))
}

fn records(w: &mut Writer, exchange: &Exchange, found: &[Found]) {
    for Found { shape, rows } in found {
        for one in rows {
            row(w, "searchRecords", exchange.version, shape, one, &|_, _| None);
        }
    }
}

/// `?q=…&sobject=Account&Account.fields=Id,Name&Account.limit=10&in=NAME&overallLimit=…`
fn from_query(exchange: &Exchange) -> Result<Search, Fault> {
    let request = exchange.request;
    let value =
        |name: &str| request.query_value(name).map(|value| value.into_owned()).filter(|v| !v.is_empty());
    let names = request.query_pairs().filter(|(key, _)| key == "sobject").map(|(_, name)| name.into_owned());
    let returning = names.map(|object| {
        let of = |name: &str| value(&format!("{object}.{name}"));
        Ok(Returning {
            fields: of("fields").or_else(|| value("fields")).unwrap_or_default(),
            condition: of("where"),
            order: of("orderBy"),
            limit: number(of("limit").or_else(|| value("defaultLimit")))?,
            offset: number(of("offset").or_else(|| value("offset")))?,
            object,
        })
    });
    Ok(Search {
        term: value("q").ok_or_else(no_words)?,
        scope: scope(value("in"))?,
        returning: returning.collect::<Result<_, Fault>>()?,
        limit: number(value("overallLimit"))?,
        with: clauses(|name| value(name).is_some()),
    })
}

/// `{"q":…,"sobjects":[{"name":…,"fields":[…],"where":…,"orderBy":…,"limit":…}],"in":…,"overallLimit":…}`
fn from_body(exchange: &Exchange) -> Result<Search, RestFault> {
    let mut body = Members::of_body(exchange)?;
    let fields = body.texts("fields")?.join(",");
    let default_limit = body.text("defaultLimit")?;
    let default_offset = body.text("offset")?;
    let mut returning = Vec::new();
    for item in body.list("sobjects")? {
        let mut one = Members::of(item)?;
        let own = one.texts("fields")?.join(",");
        returning.push(Returning {
            object: one.required_text("name")?,
            fields: if own.is_empty() { fields.clone() } else { own },
            condition: one.text("where")?,
            order: one.text("orderBy")?,
            limit: number(one.text("limit")?.or_else(|| default_limit.clone()))?,
            offset: number(one.text("offset")?.or_else(|| default_offset.clone()))?,
        });
    }
    Ok(Search {
        term: body.text("q")?.ok_or_else(no_words)?,
        scope: scope(body.text("in")?)?,
        returning,
        limit: number(body.text("overallLimit")?)?,
        with: clauses(|name| body.take(name).is_some_and(|input| input.raw != Raw::Null)),
    })
}

fn clauses(mut is_given: impl FnMut(&str) -> bool) -> Vec<String> {
    let given = CLAUSES.iter().filter(|(name, _)| is_given(name));
    given.map(|(_, clause)| (*clause).to_owned()).collect()
}

fn scope(word: Option<String>) -> Result<Scope, Fault> {
    match word {
        None => Ok(Scope::All),
        Some(word) => Scope::parse(&word).ok_or_else(|| not_a("search group", &word)),
    }
}

fn number(text: Option<String>) -> Result<Option<usize>, Fault> {
    text.map(|text| text.parse().map_err(|_| not_a("number", &text))).transpose()
}

faults! {
    /// words are to be looked up, and there are none
    no_words() = MALFORMED_SEARCH, "A search string has to be specified", Assumed;

    /// a parameter of a search is none of its values
    not_a(what: &str, value: &str) = ILLEGAL_QUERY_PARAMETER_VALUE, "{value} is not a {what}", Assumed;
}
