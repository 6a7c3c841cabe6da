//! `GET /actions`, `/actions/custom` and the lists below it: what an org's own invocable actions are. Orgs here have no
//! Apex and no flows, so there are none.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_actions_invocable.htm>

use super::exchange::{Exchange, RestResult};

/// Kinds of actions that an org makes of its own code.
const OWN: [&str; 2] = ["apex", "flow"];

/// The two kinds of actions.
pub fn list(exchange: &Exchange) -> RestResult {
    let version = exchange.version;
    Ok(exchange.ok("Actions", |w| {
        for kind in ["standard", "custom"] {
            w.text(kind, &format!("/services/data/v{version}/actions/{kind}"));
        }
    }))
}

/// The kinds of custom actions.
pub fn custom(exchange: &Exchange) -> RestResult {
    let version = exchange.version;
    Ok(exchange.ok("Actions", |w| {
        for kind in ["quickAction", "apex", "emailAlert", "flow"] {
            w.text(kind, &format!("/services/data/v{version}/actions/custom/{kind}"));
        }
    }))
}

/// The custom actions of a kind.
pub fn own(exchange: &Exchange) -> RestResult {
    let kind = exchange.capture("kind");
    if !OWN.contains(&&*kind) {
        return super::gap::answer(exchange);
    }
    Ok(exchange.ok("Actions", |w| w.items("actions", |_| {})))
}
