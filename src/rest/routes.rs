//! Every route of the REST surface, on one screen.

use std::sync::LazyLock;

use super::exchange::{Answer, Asked, Exchange};
use super::gap::{self, GAPS};
use super::{describe, resources, versions};
use crate::router::{Methods, Route, Router, TableError};

/// What answers a route.
#[derive(Clone, Copy)]
pub enum Handler {
    /// Anyone may ask.
    Open(fn(&Asked) -> Answer),
    /// A session is needed.
    Session(fn(&Exchange) -> Answer),
}

use Handler::{Open, Session};

const GET: Methods = Methods::GET;
const POST: Methods = Methods::POST;
const PATCH: Methods = Methods::PATCH;
const DELETE: Methods = Methods::DELETE;
const ALL: Methods = GET.and(POST).and(PATCH).and(DELETE).and(Methods::PUT);

/// The one resource that a session with an expired password may use.
pub const PASSWORD: &str = "/services/data/{version}/sobjects/{object}/{id}/password";

/// Method, pattern, handler. Not emulated resources: [`GAPS`].
#[rustfmt::skip]
pub const ROUTES: &[Route<Handler>] = &[
    (GET, "/services/data", Open(versions::list)),
    (GET, "/services/data/{version}", Session(resources::list)),
    (GET, "/services/data/{version}/sobjects", Session(describe::list)),
    (GET, "/services/data/{version}/sobjects/{object}/describe", Session(describe::whole)),
];

/// The routes ready for look-ups; `None` if the table contradicts itself, which a test rules out.
pub(super) fn router() -> Option<&'static Router<Handler>> {
    static ROUTER: LazyLock<Option<Router<Handler>>> = LazyLock::new(|| build().ok());
    ROUTER.as_ref()
}

fn build() -> Result<Router<Handler>, TableError> {
    let mut table = ROUTES.to_vec();
    for pattern in GAPS {
        // A pattern lives as long as the router, which is as long as the process.
        for tail in ["", "/{*rest}"] {
            let pattern = format!("/services/data/{{version}}{pattern}{tail}");
            table.push((ALL, pattern.leak(), Session(gap::answer)));
        }
    }
    Router::new(&table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_does_not_contradict_itself() {
        assert!(build().is_ok(), "{:?}", build().err());
    }
}
