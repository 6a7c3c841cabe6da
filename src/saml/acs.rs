//! Assertion consumer URLs: a Response comes in by POST, the browser goes on with a session or to the error page.
//! <https://docs.oasis-open.org/security/saml/v2.0/saml-bindings-2.0-os.pdf>, 3.5

use super::{Asked, error_page, frontdoor, login_page, set_password, start_page};
use crate::flow::sign_on::{Arrival, sign_on};
use crate::message::Response;
use crate::world::LoginMethod;

/// `None` for a POST that carries no Response and is no login form.
pub(super) fn respond(asked: Asked) -> Option<Response> {
    let form = asked.form();
    let Some(response) = form.get("SAMLResponse") else {
        return set_password::set(asked, &form).or_else(|| login_page::log_in(asked, &form));
    };
    let so = asked.parameter("so");
    let sc = asked.parameter("sc");
    let arrival = Arrival {
        response,
        origin: asked.place.origin().to_owned(),
        org: so.as_deref(),
        config: sc.as_deref(),
        site: asked.site(),
    };
    let login_context = asked.login_context(LoginMethod::Saml { answers_request: false });
    Some(match sign_on(asked.state, &arrival, login_context) {
        Ok(signed_on) => {
            // Some identity providers send a text of their own, which is no place to go to.
            let relay =
                form.get("RelayState").filter(|target| asked.is_own(target) || asked.is_foreign(target));
            let response = frontdoor::go(asked, &signed_on.session.token, relay);
            match &signed_on.start_page {
                Some(url) => start_page::remember(asked, response, url),
                None => response,
            }
        }
        Err(refused) => error_page::go(asked, &refused),
    })
}
