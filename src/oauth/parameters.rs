//! The parameters of a request: a form in the body, and, though deprecated, the query.

use std::borrow::Cow;

use crate::message::Request;
use crate::message::header::AUTHORIZATION;

/// Decoded parameters; those of the body come first.
#[derive(Debug)]
pub struct RequestParameters<'a> {
    pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> RequestParameters<'a> {
    /// Reads a request's parameters, whatever `Content-Type` it names.
    pub fn of(request: &'a Request) -> RequestParameters<'a> {
        RequestParameters {
            pairs: form_urlencoded::parse(&request.body).chain(request.query_pairs()).collect(),
        }
    }

    /// Reads parameters from a text of their form.
    pub fn read(text: &'a str) -> RequestParameters<'a> {
        RequestParameters { pairs: form_urlencoded::parse(text.as_bytes()).collect() }
    }

    /// The parameters as a text of that form.
    pub fn text(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.pairs).finish()
    }

    /// The first value of a parameter; an empty one counts as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| &**value).filter(|v| !v.is_empty())
    }
}

/// The access token of a request: in the `Authorization` header, as `Bearer` or as `OAuth`, or in a parameter.
pub fn access_token(request: &Request) -> Option<String> {
    let header = request.header(AUTHORIZATION).and_then(|value| {
        let (scheme, token) = value.trim().split_once(' ')?;
        let known = scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("OAuth");
        known.then(|| token.trim().to_owned())
    });
    header.or_else(|| {
        let form = RequestParameters::of(request);
        form.get("oauth_token").or_else(|| form.get("access_token")).map(str::to_owned)
    })
}
