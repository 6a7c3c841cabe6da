//! `/tabs` and `/theme`: what a user may open, and how it looks.

use serde_json::json;

use super::describe::{answer, view};
use super::encode::Writer;
use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use crate::describe::tab;
use crate::message::StatusCode;
use crate::world::ApiVersion;

const FIRST_TABS: ApiVersion = ApiVersion::new(31);
const FIRST_THEME: ApiVersion = ApiVersion::new(29);

/// The tabs, as a list.
pub fn tabs(exchange: &Exchange) -> RestResult {
    if exchange.version < FIRST_TABS {
        return Err(RestFault::not_found());
    }
    let origin = exchange.request.origin();
    let tabs = tab::tabs(view(exchange, &origin));
    let body = Writer::list(exchange.layout, "Tabs", |w| tabs.iter().for_each(|tab| w.tree("Tab", tab)));
    Ok(super::document::document(StatusCode::OK, exchange.layout, body))
}

/// The icons and colours.
pub fn theme(exchange: &Exchange) -> RestResult {
    if exchange.version < FIRST_THEME {
        return Err(RestFault::not_found());
    }
    let origin = exchange.request.origin();
    let tree = json!({ "themeItems": tab::theme_items(view(exchange, &origin)) });
    answer(exchange.layout, "Theme", &tree)
}
