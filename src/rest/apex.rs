//! `/services/apexrest/…`: methods of an org's own Apex classes. Orgs here have no Apex, so no class answers.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_rest_methods.htm>

use super::exchange::layout;
use super::fault::RestFault;
use super::{authenticate, headers};
use crate::message::{Request, Response};
use crate::world::{ApiVersion, Purpose, State};

pub const ROOT: &str = "/services/apexrest";

/// Answers a request to a class: there is none.
pub fn answer(state: &State, request: &Request) -> Response {
    let layout = layout(request, None);
    let (refusal, org) = match authenticate::request_context(state, request, Purpose::Api) {
        Ok(context) => (no_class(request, state.settings.strict), Some(context.org.id)),
        Err(refusal) => (refusal, None),
    };
    let mut response = refusal.noted_response(state, layout, ApiVersion::NEWEST);
    headers::dress(&mut response, state, org);
    response
}

fn no_class(request: &Request, strict: bool) -> RestFault {
    let url = request.path().strip_prefix(ROOT).unwrap_or_default();
    // The class, without what varies from call to call.
    let class = url.split('/').take(2).collect::<Vec<_>>().join("/");
    let what = format!("{} {ROOT}{class}", request.method);
    if strict {
        RestFault::not_emulated(&what, strict)
    } else {
        RestFault::no_apex_class(url).for_want_of(&what)
    }
}
