//! Finds the handler of a request by method and path.

use std::borrow::Cow;
use std::fmt;

use crate::message::{Method, percent_decoded};

/// A set of HTTP methods. `GET` brings `HEAD` with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Methods(u8);

impl Methods {
    const HEAD: Methods = Methods(1);
    pub const GET: Methods = Methods(1 | 1 << 1);
    pub const POST: Methods = Methods(1 << 2);
    pub const PUT: Methods = Methods(1 << 3);
    pub const PATCH: Methods = Methods(1 << 4);
    pub const DELETE: Methods = Methods(1 << 5);
    pub const OPTIONS: Methods = Methods(1 << 6);

    /// Both sets, usable in a constant table.
    pub const fn and(self, other: Methods) -> Methods {
        Methods(self.0 | other.0)
    }

    pub fn contains(self, method: &Method) -> bool {
        let bit = match *method {
            Method::HEAD => Methods::HEAD.0,
            Method::GET => 1 << 1,
            Method::POST => Methods::POST.0,
            Method::PUT => Methods::PUT.0,
            Method::PATCH => Methods::PATCH.0,
            Method::DELETE => Methods::DELETE.0,
            Method::OPTIONS => Methods::OPTIONS.0,
            _ => 0,
        };
        self.0 & bit != 0
    }
}

/// As a 405 lists them: `HEAD,GET,POST`.
impl fmt::Display for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMES: [&str; 7] = ["HEAD", "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
        let mut separator = "";
        for (bit, name) in NAMES.iter().enumerate() {
            if self.0 & (1 << bit) != 0 {
                write!(f, "{separator}{name}")?;
                separator = ",";
            }
        }
        Ok(())
    }
}

/// Where a call is run. A thread that serves sockets serves nobody else meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallClass {
    /// On the thread that serves the socket, if nobody holds the lock: for what costs much less than a millisecond, however many
    /// records there are.
    Quick,
    /// In the queue. Whatever is not known to be quick.
    Slow,
}

/// One line of a route table: `{name}` in the pattern captures a segment or a part of one, `{*name}` the rest of the
/// path. Patterns have no trailing slash. Several lines may share a pattern with different methods.
pub type Route<H> = (Methods, &'static str, H);

/// A route table that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    #[error("route {pattern}: {reason}")]
    Pattern { pattern: &'static str, reason: matchit::InsertError },
    #[error("route {pattern}: {methods} have two handlers")]
    Methods { pattern: &'static str, methods: Methods },
}

/// A route table made ready for lookups.
#[derive(Debug)]
pub struct Router<H> {
    paths: matchit::Router<usize>,
    resources: Vec<Resource<H>>,
}

/// What one pattern names.
#[derive(Debug)]
struct Resource<H> {
    pattern: &'static str,
    allowed: Methods,
    handlers: Vec<(Methods, H)>,
}

/// What a lookup found.
#[derive(Debug)]
pub enum Found<'r, 'p, H> {
    /// The handler, the captures of its pattern, and the pattern itself.
    Route { handler: &'r H, captures: Captures<'r, 'p>, pattern: &'static str },
    /// The path exists, for these methods only.
    MethodNotAllowed(Methods),
    /// No pattern has this path.
    NoRoute,
}

impl<H: Copy> Router<H> {
    pub fn new(table: &[Route<H>]) -> Result<Self, TableError> {
        let mut router = Router { paths: matchit::Router::new(), resources: Vec::<Resource<H>>::new() };
        for &(methods, pattern, handler) in table {
            match router.resources.iter_mut().find(|resource| resource.pattern == pattern) {
                Some(resource) if resource.allowed.0 & methods.0 != 0 => {
                    return Err(TableError::Methods {
                        pattern,
                        methods: Methods(resource.allowed.0 & methods.0),
                    });
                }
                Some(resource) => {
                    resource.allowed = resource.allowed.and(methods);
                    resource.handlers.push((methods, handler));
                }
                None => {
                    let index = router.resources.len();
                    let inserted = router.paths.insert(pattern, index);
                    inserted.map_err(|reason| TableError::Pattern { pattern, reason })?;
                    router.resources.push(Resource {
                        pattern,
                        allowed: methods,
                        handlers: vec![(methods, handler)],
                    });
                }
            }
        }
        Ok(router)
    }
}

impl<H> Router<H> {
    /// Looks a raw (percent-encoded) path up. One trailing slash makes no difference.
    pub fn find<'r, 'p>(&'r self, method: &Method, path: &'p str) -> Found<'r, 'p, H> {
        let path = match path.strip_suffix('/') {
            Some("") | None => path,
            Some(shorter) => shorter,
        };
        let Ok(matched) = self.paths.at(path) else { return Found::NoRoute };
        let Some(resource) = self.resources.get(*matched.value) else { return Found::NoRoute };
        match resource.handlers.iter().find(|(methods, _)| methods.contains(method)) {
            Some((_, handler)) => {
                Found::Route { handler, captures: Captures(matched.params), pattern: resource.pattern }
            }
            None => Found::MethodNotAllowed(resource.allowed),
        }
    }
}

/// The parts of a path that a pattern names.
#[derive(Debug, Clone)]
pub struct Captures<'r, 'p>(matchit::Params<'r, 'p>);

impl<'p> Captures<'_, 'p> {
    /// The capture as the client meant it, percent-decoded. Empty when the pattern has no capture of that name; one that
    /// it has is never empty.
    pub fn get(&self, name: &str) -> Cow<'p, str> {
        percent_decoded(self.raw(name))
    }

    /// The capture as the client wrote it.
    pub fn raw(&self, name: &str) -> &'p str {
        self.0.get(name).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[Route<&str>] = &[
        (Methods::GET, "/", "root"),
        (Methods::GET, "/services/data", "versions"),
        (Methods::GET, "/services/data/v{version}/sobjects/{object}", "basic"),
        (Methods::POST, "/services/data/v{version}/sobjects/{object}", "create"),
        (Methods::GET, "/services/data/v{version}/sobjects/{object}/describe", "describe"),
        (Methods::GET.and(Methods::DELETE), "/services/data/v{version}/sobjects/{object}/{id}", "row"),
        (Methods::GET, "/services/data/v{version}/sobjects/{object}/{id}/{*relationship}", "related"),
    ];

    fn find(method: &Method, path: &str) -> String {
        let router = Router::new(TABLE).unwrap();
        match router.find(method, path) {
            Found::Route { handler, captures, .. } => {
                let names = ["version", "object", "id", "relationship"];
                names.iter().map(|name| captures.get(name)).fold((*handler).to_owned(), |all, value| {
                    if value.is_empty() { all } else { format!("{all} {value}") }
                })
            }
            Found::MethodNotAllowed(allowed) => format!("allowed: {allowed}"),
            Found::NoRoute => "none".to_owned(),
        }
    }

    #[test]
    fn a_path_finds_its_handler_with_and_without_trailing_slash() {
        assert_eq!(find(&Method::GET, "/"), "root");
        for slash in ["", "/"] {
            let get = |path: &str| find(&Method::GET, &format!("{path}{slash}"));
            assert_eq!(get("/services/data"), "versions");
            assert_eq!(get("/services/data/v59.0/sobjects/User"), "basic 59.0 User");
            assert_eq!(get("/services/data/v59.0/sobjects/User/describe"), "describe 59.0 User");
            assert_eq!(get("/services/data/v59.0/sobjects/User/x%2Fy%20z"), "row 59.0 User x/y z");
            assert_eq!(get("/services/data/v59.0/sobjects/User/005/a/b"), "related 59.0 User 005 a/b");
        }
        assert_eq!(find(&Method::POST, "/services/data/v59.0/sobjects/User/"), "create 59.0 User");
        assert_eq!(find(&Method::HEAD, "/services/data"), "versions");
    }

    #[test]
    fn an_unknown_path_and_an_unknown_method_are_told_apart() {
        assert_eq!(find(&Method::PATCH, "/services/data/v59.0/sobjects/User"), "allowed: HEAD,GET,POST");
        assert_eq!(
            find(&Method::TRACE, "/services/data/v59.0/sobjects/User/005"),
            "allowed: HEAD,GET,DELETE"
        );
        for path in ["", "*", "/services", "/services/data//", "/services/data/v/sobjects/User"] {
            assert_eq!(find(&Method::GET, path), "none", "{path}");
        }
    }

    #[test]
    fn a_contradictory_table_is_refused() {
        let error = |table| Router::new(table).unwrap_err().to_string();
        let twice = [(Methods::GET, "/a", 1), (Methods::GET.and(Methods::POST), "/a", 2)];
        assert_eq!(error(&twice), "route /a: HEAD,GET have two handlers");
        let names = [(Methods::GET, "/{a}", 1), (Methods::GET, "/{b}", 2)];
        assert!(error(&names).starts_with("route /{b}: "), "{}", error(&names));
    }
}
