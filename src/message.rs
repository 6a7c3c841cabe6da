//! What a surface sees of HTTP: a request that is all there, and a response that is all there.

pub mod entity_tag;

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
pub use hyper::header::{self, AsHeaderName, HeaderMap, HeaderName, HeaderValue};
use hyper::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION};
pub use hyper::{Method, StatusCode, Uri};
use percent_encoding::percent_decode_str;

use crate::error_entry::Entry;

/// The header of answers to what is not emulated.
pub const GAP: HeaderName = HeaderName::from_static("x-fauxforce-gap");

/// How a request came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    Http,
    Https,
}

impl Scheme {
    /// As it stands before `://`.
    pub fn as_str(self) -> &'static str {
        match self {
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A whole request: its body has been read and its content coding undone.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: Method,
    /// As the client wrote it: origin form, or absolute form when it thinks this is a proxy.
    pub uri: Uri,
    /// The query of a request inside another, in place of that of `uri`: it may be longer than a [`Uri`] can be.
    pub inner_query: Option<String>,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub scheme: Scheme,
    /// The client's address.
    pub peer: SocketAddr,
    /// The client sent it through a proxy that is this server: here it also reaches every host of the real service.
    pub proxied: bool,
    /// The user name that the client gave this server as its proxy.
    pub proxy_user: Option<Arc<str>>,
    /// What was worked out from the request before its call was let in; see [`Request::prepared`].
    pub prepared: Option<Arc<dyn Any + Send + Sync>>,
}

impl Request {
    /// A request that came over no socket, for subrequests and tests: plain HTTP, no headers, no body.
    pub fn new(method: Method, uri: Uri) -> Self {
        Request {
            method,
            uri,
            inner_query: None,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            scheme: Scheme::Http,
            peer: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            proxied: false,
            proxy_user: None,
            prepared: None,
        }
    }

    /// What was worked out from the request before its call was let in, if it is of this type. Whoever serves the request
    /// has to manage without it.
    pub fn prepared<T: Any>(&self) -> Option<&T> {
        self.prepared.as_deref().and_then(|prepared| prepared.downcast_ref())
    }

    /// The path as the client wrote it, percent-encoded. Routing works on this, so that `%2F` stays inside its segment.
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// The percent-decoded segments of the path; one trailing slash does not make an empty segment.
    pub fn segments(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let path = self.path();
        let path = path.strip_prefix('/').unwrap_or(path);
        let path = path.strip_suffix('/').unwrap_or(path);
        path.split('/').filter(move |_| !path.is_empty()).map(percent_decoded)
    }

    /// The query as the client wrote it, without `?`; empty when there is none.
    pub fn query(&self) -> &str {
        self.inner_query.as_deref().or(self.uri.query()).unwrap_or_default()
    }

    /// The decoded pairs of the query, in order. `+` and `%20` both mean a blank.
    pub fn query_pairs(&self) -> form_urlencoded::Parse<'_> {
        form_urlencoded::parse(self.query().as_bytes())
    }

    /// The decoded value of the first query parameter of that name (case-sensitive).
    pub fn query_value(&self, name: &str) -> Option<Cow<'_, str>> {
        self.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The first header of that name, when it is UTF-8.
    pub fn header(&self, name: impl AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.header(COOKIE)?.split(';').find_map(|pair| {
            let (known, value) = pair.trim().split_once('=')?;
            (known == name).then_some(value)
        })
    }

    /// The host and port the client addressed: the authority of an absolute-form target, else the `Host` header
    /// (RFC 9112, 3.2.2).
    pub fn host(&self) -> &str {
        match self.uri.authority() {
            Some(authority) => authority.as_str(),
            None => self.header(HOST).unwrap_or("localhost"),
        }
    }

    /// `scheme://host[:port]` as the client addressed it, for building absolute URLs that it can reach.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.host())
    }

    /// `scheme://host[:port]` at which the client is to use an org's APIs, given the org's My Domain: who logs in at a
    /// host that all orgs share is sent on to the org's own, provided that it leads here.
    /// <https://help.salesforce.com/s/articleView?id=sf.domain_name_login_url_and_redirect_policies.htm>
    pub fn instance(&self, my_domain: Option<&str>) -> String {
        let shared = ["login.salesforce.com", "test.salesforce.com"].contains(&self.host());
        match my_domain.filter(|_| self.proxied && shared) {
            Some(name) => format!("{}://{name}.my.salesforce.com", self.scheme),
            None => self.origin(),
        }
    }
}

/// `application/x-www-form-urlencoded`, in this order.
pub fn form_of(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Percent-decodes one path segment. `+` is left alone, and bytes that are not UTF-8 become U+FFFD.
pub fn percent_decoded(segment: &str) -> Cow<'_, str> {
    percent_decode_str(segment).decode_utf8_lossy()
}

/// Room for the headers that most responses have.
const HEADERS: usize = 12;

/// A whole response.
#[derive(Debug, Clone)]
pub struct Response {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Rows of the table of errors that it tells of, for the journal.
    pub errors: Vec<&'static Entry>,
}

impl Response {
    /// A response without body or headers.
    pub fn new(status: StatusCode) -> Self {
        Response {
            status,
            headers: HeaderMap::with_capacity(HEADERS),
            body: Bytes::new(),
            errors: Vec::new(),
        }
    }

    /// A response with a body of that `Content-Type`.
    pub fn with_body(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Response { body: body.into(), ..Response::new(status) }
            .with_header(CONTENT_TYPE, HeaderValue::from_static(content_type))
    }

    /// `application/json;charset=UTF-8`
    pub fn json(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Response::with_body(status, "application/json;charset=UTF-8", body)
    }

    /// `application/xml;charset=UTF-8`
    pub fn xml(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Response::with_body(status, "application/xml;charset=UTF-8", body)
    }

    /// `text/html;charset=UTF-8`
    pub fn html(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Response::with_body(status, "text/html;charset=UTF-8", body)
    }

    /// `text/plain;charset=UTF-8`
    pub fn text(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Response::with_body(status, "text/plain;charset=UTF-8", body)
    }

    /// A page from a template, 200.
    pub fn page(template: &impl askama::Template) -> Self {
        match template.render() {
            Ok(html) => Response::html(StatusCode::OK, html),
            Err(error) => Response::text(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
        }
    }

    /// 302 to a URL.
    pub fn found(url: &str) -> Self {
        match HeaderValue::from_str(url) {
            Ok(location) => Response::new(StatusCode::FOUND).with_header(LOCATION, location),
            Err(_) => Response::text(StatusCode::BAD_REQUEST, "a URL with control characters"),
        }
    }

    /// Notes rows of the table of errors that it tells of.
    pub fn telling(mut self, errors: impl IntoIterator<Item = &'static Entry>) -> Self {
        self.errors.extend(errors);
        self
    }

    /// Tells that what was asked for is not emulated: the header `X-Fauxforce-Gap`.
    pub fn with_gap(self, what: &str) -> Self {
        let value = HeaderValue::from_str(what).unwrap_or_else(|_| HeaderValue::from_static("?"));
        self.with_header(GAP, value)
    }

    /// Sets a header, replacing any of the same name.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(uri: &'static str) -> Request {
        Request::new(Method::GET, Uri::from_static(uri))
    }

    #[test]
    fn segments_are_decoded_and_a_trailing_slash_is_nothing() {
        let segments = |uri| get(uri).segments().map(Cow::into_owned).collect::<Vec<_>>();
        assert_eq!(segments("/a/b%20c%2Fd/e+f/"), ["a", "b c/d", "e+f"]);
        assert_eq!(segments("/a//b"), ["a", "", "b"]);
        assert!(segments("/").is_empty());
    }

    #[test]
    fn a_blank_in_a_query_is_a_plus_or_percent_20() {
        let request = get("/q?q=SELECT+Id%20FROM+User&x&q=2");
        assert_eq!(request.query_value("q").as_deref(), Some("SELECT Id FROM User"));
        assert_eq!(request.query_value("x").as_deref(), Some(""));
        assert_eq!(request.query_value("y"), None);
        assert_eq!(request.query_pairs().count(), 3);
    }

    #[test]
    fn the_target_names_the_host_before_the_header_does() {
        let mut request = get("http://login.salesforce.com/x");
        request.headers.insert(HOST, HeaderValue::from_static("localhost:7332"));
        assert_eq!(request.origin(), "http://login.salesforce.com");
        request.uri = Uri::from_static("/x");
        request.scheme = Scheme::Https;
        assert_eq!(request.origin(), "https://localhost:7332");
    }
}
