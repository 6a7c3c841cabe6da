//! What a handler is given, and what it gives back.

use std::borrow::Cow;
use std::sync::Arc;

use super::encode::{Layout, Writer};
use super::fault::RestFault;
use crate::dml::{Call, Options, call_context};
use crate::message::{AsHeaderName, HeaderName, Method, Request, Response, StatusCode, header};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::SObject;
use crate::router::Captures;
use crate::world::{ApiVersion, OrgEnvironment, RequestContext, State};

const DUPLICATES: HeaderName = HeaderName::from_static("sforce-duplicate-rule-header");
const PRETTY: HeaderName = HeaderName::from_static("x-prettyprint");

/// What a handler gives back.
pub type RestResult = Result<Response, RestFault>;

/// A request by nobody in particular.
pub struct OpenRequest<'a> {
    pub state: &'a State,
    pub request: &'a Request,
    pub layout: Layout,
}

/// What is before the namespace in the name of a header.
const PACKAGE_VERSION: &str = "x-sfdc-packageversion-";

/// A request of a session to a resource of one API version.
pub struct Exchange<'a> {
    pub context: RequestContext<'a>,
    pub version: ApiVersion,
    pub request: &'a Request,
    /// The method meant: a `POST` may stand for another.
    pub method: Method,
    pub captures: Captures<'a, 'a>,
    pub layout: Layout,
    /// Answers a request that is part of this one.
    pub dispatch: Dispatch,
}

/// Answers a request that is part of another, in its session.
pub type Dispatch = fn(&Exchange, &Request) -> Response;

impl<'a> Exchange<'a> {
    /// A decoded part of the path, by the name it has in the route's pattern.
    pub fn capture(&self, name: &str) -> Cow<'_, str> {
        self.captures.get(name)
    }

    /// The object that the path names, in any case.
    ///
    /// # Errors
    /// 404 when there is none, or the user may not read it.
    pub fn object(&self) -> Result<Arc<SObject>, RestFault> {
        let object = self.context.org.object(&self.captures.get("object"))?;
        object.filter(|object| self.context.runner.object(object).read).ok_or_else(RestFault::not_found)
    }

    /// The record of that object which `text` names.
    ///
    /// # Errors
    /// 404 when the text is no id or one of another object; `MALFORMED_ID` when it only looks like one of this.
    pub fn record_id(&self, object: &SObject, text: &str) -> Result<Id, RestFault> {
        let Some(id) = Id::parse(text) else {
            let shaped = matches!(text.len(), 15 | 18) && text.bytes().all(|b| b.is_ascii_alphanumeric());
            let prefix = object.key_prefix.as_deref().filter(|prefix| shaped && text.starts_with(*prefix));
            return Err(match prefix.and(object.field("Id")) {
                Some(field) => RestFault::of_record(vec![Fault::malformed_id(field, text)]),
                None => RestFault::no_external_id(text),
            });
        };
        if object.key_prefix.as_deref() == Some(id.key_prefix()) {
            Ok(id)
        } else {
            Err(RestFault::not_found())
        }
    }

    /// The org's world, to be lent to [`Exchange::call`].
    pub fn environment(&self) -> OrgEnvironment<'_> {
        self.context.environment()
    }

    /// A call of the write pipeline in the user's name.
    pub fn call<'c>(&'c self, environment: &'c OrgEnvironment<'c>, options: &'c Options) -> Call<'c> {
        Call {
            org: self.context.org,
            environment,
            runner: &self.context.runner,
            options,
            rules: &crate::rules::BOOK,
        }
    }

    /// How records are to be saved, as the request's headers say.
    pub fn save_options(&self) -> Options {
        let of_duplicates = |name: &str| {
            let value = self.option(DUPLICATES, name);
            value.is_some_and(|value| value.eq_ignore_ascii_case("true"))
        };
        Options {
            allow_duplicates: of_duplicates("allowSave"),
            duplicate_details: of_duplicates("includeRecordDetails"),
            ..Options::default()
        }
    }

    /// Checks the rule that `Sforce-Auto-Assign` names for saves of those objects; `true` and `false` name none.
    ///
    /// # Errors
    /// When there is no such rule.
    pub fn check_assignment_rule<'o>(&self, objects: impl Iterator<Item = &'o str>) -> Result<(), Fault> {
        let named = self.request.header("sforce-auto-assign").map(str::trim);
        let is_switch = |text: &str| text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
        match named.filter(|text| !text.is_empty() && !is_switch(text)) {
            Some(rule) => call_context::assignment_rule(self.context.org, rule, objects),
            None => Ok(()),
        }
    }

    /// Checks the packages whose versions the headers `x-sfdc-packageversion-NAMESPACE: 1.2` name.
    ///
    /// # Errors
    /// When one is not installed.
    pub fn check_packages(&self) -> Result<(), Fault> {
        for (name, value) in &self.request.headers {
            let Some(namespace) = name.as_str().strip_prefix(PACKAGE_VERSION) else { continue };
            let version = value.to_str().unwrap_or_default().trim();
            let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
            call_context::package_version(self.context.org, namespace, [major, minor])?;
        }
        Ok(())
    }

    /// A setting in a header such as `Sforce-Query-Options: batchSize=200`.
    pub fn option(&self, header: impl AsHeaderName, name: &str) -> Option<&str> {
        option(self.request, header, name)
    }

    /// 200 with an object.
    pub fn ok(&self, root: &str, members: impl FnOnce(&mut Writer)) -> Response {
        super::document::document(StatusCode::OK, self.layout, Writer::object(self.layout, root, members))
    }

    /// 200 with a list.
    pub fn ok_list(&self, root: &str, items: impl FnOnce(&mut Writer)) -> Response {
        super::document::document(StatusCode::OK, self.layout, Writer::list(self.layout, root, items))
    }
}

/// The layout that a request asks for: by the suffix of its path, else by `Accept`, else JSON.
pub fn layout(request: &Request, suffix: Option<Layout>) -> Layout {
    let xml = match suffix {
        Some(layout) => layout == Layout::Xml,
        None => request.header(header::ACCEPT).is_some_and(prefers_xml),
    };
    match (xml, request.header(PRETTY)) {
        (true, _) => Layout::Xml,
        (false, Some("1" | "true")) => Layout::PrettyJson,
        (false, _) => Layout::Json,
    }
}

/// Whether the first of the two types that an `Accept` header likes best is XML (RFC 9110, 12.5.1).
fn prefers_xml(accept: &str) -> bool {
    let mut best = (0.0, false);
    for item in accept.split(',') {
        let mut parts = item.split(';').map(str::trim);
        let xml = match parts.next() {
            Some("application/xml" | "text/xml") => true,
            Some("application/json" | "application/*" | "*/*") => false,
            _ => continue,
        };
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
        if weight > best.0 {
            best = (weight, xml);
        }
    }
    best.1
}

fn option<'r>(request: &'r Request, header: impl AsHeaderName, name: &str) -> Option<&'r str> {
    let pairs = request.header(header)?.split([';', ',']);
    pairs
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| key.trim() == name)
        .map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_chooses_the_layout() {
        for json in [
            "*/*",
            "application/json",
            "text/html, */*;q=0.5",
            "garbage",
            "application/json, application/xml",
        ] {
            assert!(!prefers_xml(json), "{json}");
        }
        for xml in [
            "application/xml",
            "text/html,application/xml;q=0.9,*/*;q=0.8",
            "application/json;q=0.1, text/xml",
        ] {
            assert!(prefers_xml(xml), "{xml}");
        }
    }
}
