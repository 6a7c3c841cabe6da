//! Every page, on one screen.

use std::sync::LazyLock;

use super::{
    auth_configuration, change_password, forgot_password, front_door, landing, login, self_register,
};
use crate::router::{Methods, Route, Router, TableError};
use crate::web::page_route::PageHandler::{self, Page, PageIfAny};
use crate::web::session_redirect::FRONT_DOOR;

const GET: Methods = Methods::GET;
const POST: Methods = Methods::POST;
const FORM: Methods = GET.and(POST);

/// Method, path below the org or the community, handler.
#[rustfmt::skip]
pub(super) const ROUTES: &[Route<PageHandler>] = &[
    (GET,  "/",                         PageIfAny(login::root)),
    (GET,  "/login",                    Page(login::page)),
    (POST, "/",                         PageIfAny(login::submit)),
    (POST, "/login",                    PageIfAny(login::submit)),
    (GET,  auth_configuration::PATH,    PageIfAny(auth_configuration::respond)),
    (FORM, FRONT_DOOR,                  Page(front_door::respond)),
    (FORM, change_password::PATH,       Page(change_password::respond)),
    (FORM, forgot_password::PATH,       Page(forgot_password::respond)),
    (GET,  "/home/home.jsp",            Page(landing::respond)),
    (GET,  "/lightning/page/home",      Page(landing::respond)),
    (GET,  "/s",                        Page(landing::respond)),
    (FORM, self_register::PATH,         PageIfAny(self_register::respond)),
    (FORM, "/apex/CommunitiesSelfReg",  PageIfAny(self_register::respond)),
    (FORM, "/s/login/SelfRegister",     PageIfAny(self_register::respond)),
    (GET,  self_register::CONFIRM,      PageIfAny(self_register::confirm)),
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
