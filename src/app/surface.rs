//! The table of surfaces: which of them answers the paths below which prefix.

use std::borrow::Cow;

use crate::message::{Method, Request, Response};
use crate::model::fault::Fault;
use crate::router::CallClass;
use crate::web::browser_request::BrowserRequest;
use crate::web::request_target::RequestTarget;
use crate::world::{Site, State};
use crate::{bulk, console, control, oauth, pages, rest, saml, scim, soap, web};

/// One protocol by which the outside talks to the world.
pub struct Surface {
    /// As the journal calls it.
    pub name: &'static str,
    /// Names the operation of a request, for the journal.
    pub operation: fn(&Request) -> Cow<'static, str>,
    /// Answers a request; `None` for a path at which the surface has nothing. The path of a community, which is the last
    /// argument, is not in the request any more.
    pub answer: fn(&State, &Request, Option<Site>) -> Option<Response>,
    /// Where a call is run.
    pub class: fn(&Request) -> CallClass,
    /// The answer to a request in which the store could not be read or written.
    pub unavailable: fn(&State, &Request, Fault) -> Response,
}

/// Surfaces by the beginning of their paths. The longest prefix that fits counts, so the order of the rows does not matter.
/// A prefix with a slash at its end means what is below it, one without the path itself, too.
const TABLE: &[(&str, Surface)] = &[
    ("/services/data", REST),
    (rest::APEX_ROOT, REST),
    (soap::PREFIX, SOAP),
    (soap::wsdl::PAGE, WSDL),
    (soap::wsdl::METADATA_PAGE, WSDL),
    ("/services/async/", BULK),
    ("/services/scim/", SCIM),
    ("/services/oauth2/", OAUTH),
    ("/id/", OAUTH),
    ("/_fauxforce/", CONTROL),
];

const REST: Surface = Surface {
    name: "REST",
    operation: rest::operation,
    answer: |state, request, _| Some(rest::answer(state, request)),
    class: rest::class,
    unavailable: rest::unavailable,
};

const SOAP: Surface = Surface {
    name: "SOAP",
    operation: soap::operation,
    answer: |state, request, site| {
        wsdl(state, request).or_else(|| {
            let address = soap::Address::of(request.path())?;
            Some(soap::answer(state, request, address, site))
        })
    },
    class: |request| match soap::Address::of(request.path()) {
        Some(_) => soap::class(request),
        None => CallClass::Slow,
    },
    unavailable: |_, request, fault| match soap::Address::of(request.path()) {
        Some(address) => soap::unavailable(address, fault),
        None => web::unavailable(&fault),
    },
};

const WSDL: Surface = Surface { name: "WSDL", answer: |state, request, _| wsdl(state, request), ..PAGES };

const BULK: Surface = Surface {
    name: "Bulk",
    operation: method_and_path,
    answer: |state, request, _| bulk::answer(state, request),
    class: |_| CallClass::Slow,
    unavailable: |_, request, fault| bulk::unavailable(request, fault),
};

const SCIM: Surface = Surface {
    name: "SCIM",
    operation: method_and_path,
    answer: |state, request, _| scim::answer(state, request),
    class: scim::class,
    unavailable: |_, request, fault| scim::unavailable(request, fault),
};

const OAUTH: Surface = Surface {
    name: "OAuth",
    operation: oauth::operation,
    answer: oauth::answer,
    class: oauth::class,
    unavailable: |_, request, fault| {
        oauth::unavailable(request, &fault).unwrap_or_else(|| web::unavailable(&fault))
    },
};

const CONTROL: Surface = Surface {
    name: "control",
    operation: method_and_path,
    answer: |state, request, site| {
        let target = RequestTarget::of(state, request, site);
        let page = console::answer_emulator(BrowserRequest { state, request, target: &target });
        page.or_else(|| Some(control::answer(state, request, site)))
    },
    class: control::class,
    unavailable: |_, _, fault| control::unavailable(&fault),
};

/// What browsers open, which has no prefix in common: the pages of logins, of single sign-on and of OAuth are found in their
/// tables of whole paths. A community may have the path of a page; then its login page is shown.
const PAGES: Surface = Surface {
    name: "pages",
    operation: method_and_path,
    answer: |state, request, site| {
        let target = RequestTarget::of(state, request, site);
        let browser = BrowserRequest { state, request, target: &target };
        let page = saml::answer(browser).or_else(|| console::answer(browser));
        let page = page.or_else(|| pages::answer(browser));
        let page = page.or_else(|| oauth::answer(state, request, site));
        let page = page.or_else(|| pages::deep_link(browser, console::not_there));
        page.or_else(|| (request.path() == "/").then(web::front_page))
    },
    class: |request| {
        let known = saml::class(request).or_else(|| console::class(request));
        let known = known.or_else(|| pages::class(request));
        known.unwrap_or(CallClass::Slow)
    },
    unavailable: |_, _, fault| web::unavailable(&fault),
};

/// `GET /services/async/{}/job/{}`: ids and the like are left out.
fn method_and_path(request: &Request) -> Cow<'static, str> {
    let is_fixed = |segment: &str| !segment.bytes().any(|byte| byte.is_ascii_digit() || byte == b'%');
    let segments = request.path().split('/').map(|segment| if is_fixed(segment) { segment } else { "{}" });
    format!("{} {}", request.method, segments.collect::<Vec<_>>().join("/")).into()
}

/// What the journal calls the surface of a request, and what names its operation.
pub fn named(request: &Request) -> (&'static str, fn(&Request) -> Cow<'static, str>) {
    let surface = of(request.path());
    // Browsers meet single sign-on at paths of its own among the pages.
    let is_saml = surface.name == PAGES.name && saml::class(request).is_some();
    (if is_saml { "SAML" } else { surface.name }, surface.operation)
}

/// The surface of a path.
pub fn of(path: &str) -> &'static Surface {
    let rows = TABLE.iter().filter(|(prefix, _)| is_below(path, prefix));
    rows.max_by_key(|(prefix, _)| prefix.len()).map_or(&PAGES, |(_, surface)| surface)
}

fn is_below(path: &str, prefix: &str) -> bool {
    let rest = path.strip_prefix(prefix);
    rest.is_some_and(|rest| prefix.ends_with('/') || rest.is_empty() || rest.starts_with('/'))
}

fn wsdl(state: &State, request: &Request) -> Option<Response> {
    (request.method == Method::GET).then(|| soap::wsdl::answer(state, request)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_at_a_slash() {
        assert!(is_below("/services/data", "/services/data"));
        assert!(is_below("/services/data/v59.0", "/services/data"));
        assert!(!is_below("/services/database", "/services/data"));
        assert!(is_below("/services/async/59.0/job", "/services/async/"));
        assert!(!is_below("/services/async", "/services/async/"));
    }

    #[test]
    fn no_prefix_stands_twice() {
        for (at, (prefix, _)) in TABLE.iter().enumerate() {
            assert!(TABLE.iter().skip(at + 1).all(|(other, _)| other != prefix), "{prefix}");
        }
    }
}
