//! What the real REST API has and this one does not, in one table.
//!
//! The answer is that of the real service for something absent, marked with `X-Fauxforce-Gap`; with `--strict` it
//! is 501. Either way the gap is noted, never a silent success.

use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;

/// Patterns below `/services/data/{version}`; each stands for itself and for all below it.
pub const GAPS: &[&str] = &[
    "/actions/custom/{kind}/{name}",
    "/actions/standard",
    "/analytics",
    "/appMenu/NetworkTabs",
    "/apps",
    "/assistant",
    "/async-queries",
    "/chatter",
    "/commerce",
    "/connect",
    "/consent",
    "/contact-tracing",
    "/dedupe",
    "/domino",
    "/eclair",
    "/einstein",
    "/emailConnect",
    "/event",
    "/eventLogFile",
    "/fingerprint",
    "/folders",
    "/graphql",
    "/iot",
    "/jsonxform",
    "/knowledgeManagement",
    "/licensing",
    "/localizedvalue",
    "/metadata",
    "/mobile",
    "/nouns",
    "/payments",
    "/platformEventSchema",
    "/prechatForms",
    "/process",
    "/quickActions",
    "/scheduling",
    "/search/layout",
    "/search/scopeOrder",
    "/search/suggestSearchQueries",
    "/search/suggestTitleMatches",
    "/search/suggestions",
    "/serviceTemplates",
    "/smartdatadiscovery",
    "/sobjects/relevantItems",
    "/sobjects/{object}/defaultValues",
    "/sobjects/{object}/quickActions",
    "/suggestedArticles",
    "/support",
    "/tokenizer",
    "/tooling",
    "/ui-api",
    "/wave",
];

/// Answers for a pattern of [`GAPS`].
pub fn answer(exchange: &Exchange) -> RestResult {
    let path = exchange.request.path();
    let below = path.strip_prefix("/services/data/").and_then(|rest| rest.split_once('/'));
    let below = below.map_or(path, |(_, below)| below.trim_end_matches('/'));
    Err(not_emulated(exchange, &format!("{} /{below}", exchange.method)))
}

/// The refusal of a feature of an emulated resource.
pub fn not_emulated(exchange: &Exchange, what: &str) -> RestFault {
    RestFault::not_emulated(what, exchange.context.state.settings.strict)
}
