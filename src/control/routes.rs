//! Every route of the control API, on one screen.

use std::sync::{Arc, LazyLock};

use super::host::WorldHost;
use super::{
    checkpoints, clock, confirm, faults, gaps, health, openapi, outbox, outcome, requests, wait, worlds,
};
use crate::http::Reply;
use crate::message::{Request, Response};
use crate::router::{CallClass, Captures, Methods, Route, Router, TableError};
use crate::saml;
use crate::web::browser_request::BrowserRequest;
use crate::web::request_target::RequestTarget;
use crate::world::{Site, State, World};

/// What answers a route.
#[derive(Clone, Copy)]
pub enum Handler {
    /// Needs no world: answered while others are inside.
    Open(fn() -> Response),
    /// A call of the world, [`CallClass::Slow`].
    Slow(fn(&Asked) -> Response),
    /// A call of the world, [`CallClass::Quick`].
    Quick(fn(&Asked) -> Response),
    /// Acts on the world as a whole, or waits for something. Runs on a thread that serves sockets, outside the world's gate:
    /// it must not block, and what takes its time is a [`Reply::Later`].
    Outside(fn(&AskedWorld) -> Reply),
}

impl Handler {
    /// Where its calls are run, if they are calls of the world.
    pub fn class(self) -> CallClass {
        match self {
            Open(_) | Quick(_) => CallClass::Quick,
            Slow(_) | Outside(_) => CallClass::Slow,
        }
    }
}

/// What a call of the world is handed.
pub struct Asked<'a> {
    pub state: &'a State,
    pub request: &'a Request,
    pub captures: &'a Captures<'a, 'a>,
    /// The community whose path has been taken off the request's.
    pub site: Option<Site<'a>>,
}

/// What a handler is handed that runs outside the world's gate.
pub struct AskedWorld<'a> {
    /// The world that the request is addressed to.
    pub world: &'a Arc<World>,
    /// Who makes and ends worlds, where somebody does.
    pub host: Option<&'a Arc<dyn WorldHost>>,
    pub request: &'a Request,
    pub captures: &'a Captures<'a, 'a>,
}

use Handler::{Open, Outside, Quick, Slow};

const GET: Methods = Methods::GET;
const POST: Methods = Methods::POST;
const PUT: Methods = Methods::PUT;
const DELETE: Methods = Methods::DELETE;

/// What all paths begin with.
pub const ROOT: &str = "/_fauxforce";

/// Method, pattern, handler.
#[rustfmt::skip]
pub const ROUTES: &[Route<Handler>] = &[
    (GET,            "/_fauxforce/health",          Open(health)),
    (GET,            "/_fauxforce/openapi.json",    Open(openapi::document)),
    (GET,            "/_fauxforce/org.schema.json", Open(openapi::org_schema)),
    (POST,           "/_fauxforce/worlds",          Outside(worlds::make)),
    (GET,            "/_fauxforce/worlds",          Outside(worlds::list)),
    (GET,            "/_fauxforce/worlds/{name}",   Outside(worlds::one)),
    (DELETE,         "/_fauxforce/worlds/{name}",   Outside(worlds::end)),
    (POST,           "/_fauxforce/reset",           Outside(worlds::reset)),
    (GET,            "/_fauxforce/checkpoints",     Outside(checkpoints::list)),
    (GET,            "/_fauxforce/checkpoints/{name}", Outside(checkpoints::one)),
    (PUT,            "/_fauxforce/checkpoints/{name}", Outside(checkpoints::put)),
    (DELETE,         "/_fauxforce/checkpoints/{name}", Outside(checkpoints::forget)),
    (POST,           "/_fauxforce/checkpoints/{name}/restore", Outside(checkpoints::restore)),
    (GET,            "/_fauxforce/clock",           Quick(clock::get)),
    (PUT,            "/_fauxforce/clock",           Quick(clock::put)),
    (GET,            "/_fauxforce/requests",        Outside(requests::list)),
    (DELETE,         "/_fauxforce/requests",        Outside(requests::clear)),
    (GET,            "/_fauxforce/requests/{id}",   Outside(requests::one)),
    (GET,            "/_fauxforce/wait",            Outside(wait::wait)),
    (GET,            "/_fauxforce/outcome",         Outside(outcome::get)),
    (GET,            "/_fauxforce/gaps",            Quick(gaps::list)),
    (GET,            "/_fauxforce/outbox",          Quick(outbox::list)),
    (DELETE,         "/_fauxforce/outbox",          Quick(outbox::clear)),
    (GET,            "/_fauxforce/faults",          Quick(faults::list)),
    (POST,           "/_fauxforce/faults",          Quick(faults::plant)),
    (DELETE,         "/_fauxforce/faults",          Quick(faults::clear)),
    (DELETE,         "/_fauxforce/faults/{number}", Quick(faults::remove)),
    (GET.and(POST),  "/_fauxforce/confirm",         Slow(|asked| confirm::confirm(asked.state, asked.request))),
    // The parts that speak of logins stand beside the pages on which users log in.
    (GET,            "/_fauxforce/logins",          Slow(|asked| of_browser(asked, saml::list_logins))),
    (GET,            "/_fauxforce/logins/{id}",     Slow(|asked| of_browser(asked, saml::one_login))),
    (GET.and(POST),  "/_fauxforce/saml/validate",   Slow(|asked| of_browser(asked, saml::validate))),
    (POST,           "/_fauxforce/saml/locks",      Slow(|asked| of_browser(asked, saml::lock_subject))),
];

fn of_browser(asked: &Asked, answer: fn(BrowserRequest) -> Response) -> Response {
    let Asked { state, request, site, .. } = *asked;
    let target = RequestTarget::of(state, request, site);
    answer(BrowserRequest { state, request, target: &target })
}

/// The routes ready for look-ups; `None` if the table contradicts itself, which a test rules out.
pub(super) fn router() -> Option<&'static Router<Handler>> {
    static ROUTER: LazyLock<Option<Router<Handler>>> = LazyLock::new(|| build().ok());
    ROUTER.as_ref()
}

fn build() -> Result<Router<Handler>, TableError> {
    Router::new(ROUTES)
}

/// The paths of the table, as an error lists them.
pub(super) fn paths() -> String {
    let mut paths: Vec<&str> = Vec::new();
    for (_, pattern, _) in ROUTES {
        let path = pattern.strip_prefix("/_fauxforce/").unwrap_or(pattern);
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    paths.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_does_not_contradict_itself() {
        assert!(build().is_ok(), "{:?}", build().err());
        assert!(ROUTES.iter().all(|(_, pattern, _)| pattern.starts_with(ROOT)));
    }
}
