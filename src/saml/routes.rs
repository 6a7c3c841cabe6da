//! Every route of single sign-on, on one screen.

use std::sync::LazyLock;

use super::{acs, authn_request, error_page, logout, metadata, validator};
use crate::router::{Methods, Route, Router, TableError};
use crate::web::authn_request_url;
use crate::web::page_route::PageHandler::{self, Page, PageIfAny, Quick};

const GET: Methods = Methods::GET;
const POST: Methods = Methods::POST;
const FORM: Methods = GET.and(POST);

/// Method, path below the org or the community, handler. The forms of the login page go to the same paths as Responses.
#[rustfmt::skip]
pub(super) const ROUTES: &[Route<PageHandler>] = &[
    (POST, "/",                                       PageIfAny(acs::respond)),
    (POST, "/login",                                  PageIfAny(acs::respond)),
    (GET,  authn_request_url::PATH,                   Page(authn_request::respond)),
    (GET,  "/secur/logout.jsp",                       Page(logout::log_out)),
    (FORM, logout::PATH,                              Page(logout::respond)),
    (GET,  "/identity/saml/metadata",                 Page(metadata::respond)),
    (GET,  error_page::PATH,                          Quick(error_page::respond)),
    (GET,  "/identity/jit/saml-error.jsp",            Quick(error_page::respond)),
    (FORM, "/setup/secur/SAMLValidationPage.apexp",   Page(validator::page)),
];

/// The routes ready for look-ups; `None` if the table contradicts itself, which a test rules out.
pub(super) fn router() -> Option<&'static Router<PageHandler>> {
    static ROUTER: LazyLock<Option<Router<PageHandler>>> = LazyLock::new(|| build().ok());
    ROUTER.as_ref()
}

fn build() -> Result<Router<PageHandler>, TableError> {
    Router::new(ROUTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_does_not_contradict_itself() {
        assert!(build().is_ok(), "{:?}", build().err());
    }
}
