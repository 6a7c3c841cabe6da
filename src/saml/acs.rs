//! Assertion consumer URLs: a Response comes in by POST, the browser goes on with a session or to the error page.
//! <https://docs.oasis-open.org/security/saml/v2.0/saml-bindings-2.0-os.pdf>, 3.5

use super::error_page;
use crate::flow::sign_on::{Arrival, sign_on};
use crate::message::Response;
use crate::web::browser_request::BrowserRequest;
use crate::web::session_redirect::to_front_door;
use crate::web::start_page;
use crate::world::LoginMethod;

/// `None` for a POST that carries no Response.
pub(super) fn respond(browser: BrowserRequest) -> Option<Response> {
    let form = browser.form();
    let response = form.get("SAMLResponse")?;
    let so = browser.parameter("so");
    let sc = browser.parameter("sc");
    let arrival = Arrival {
        response,
        origin: browser.target.origin().to_owned(),
        org: so.as_deref(),
        config: sc.as_deref(),
        site: browser.site(),
    };
    let login_context = browser.login_context(LoginMethod::Saml { answers_request: false });
    Some(match sign_on(browser.state, &arrival, login_context) {
        Ok(signed_on) => {
            // Some identity providers send a text of their own, which is no place to go to.
            let relay = form.get("RelayState").filter(|target| browser.leads_somewhere(target));
            let response = to_front_door(browser, &signed_on.session.token, relay);
            match &signed_on.start_page {
                Some(url) => start_page::remember(browser, response, url),
                None => response,
            }
        }
        Err(refused) => error_page::go(browser, &refused),
    })
}
