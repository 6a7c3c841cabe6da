//! Refusals: which status a fault has on REST, and how its body looks.
//!
//! Bodies are arrays of errors. `fields` is there when a record was refused, and only then; what the service refuses
//! before it has looked at any data says `errorCode` first.
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm>

use super::document::document;
use super::duplicates;
use super::encode::{Layout, Writer, record_url};
use crate::dml::several_records;
use crate::message::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use crate::model::fault::{Detail, Fault, StatusCode as Code, faults};
use crate::model::id::Id;
use crate::model::schema::{Field, SObject};
use crate::router::Methods;
use crate::world::{ApiVersion, State};

/// A refused call.
#[derive(Debug, Clone)]
pub struct RestFault {
    pub status: StatusCode,
    pub faults: Vec<Fault>,
    pub shape: ErrorShape,
    /// Headers that only this refusal has.
    headers: Vec<(HeaderName, HeaderValue)>,
    /// What the call asked for that is not emulated.
    pub gap: Option<String>,
}

/// What the error objects of a refusal consist of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorShape {
    /// `message`, `errorCode`, `fields`: a record was refused.
    Record,
    /// `message`, `errorCode`: the call was.
    Call,
    /// `errorCode`, `message`: no resource or method, as the framework says it.
    Framework,
    /// No body.
    Bare,
}

impl From<Fault> for RestFault {
    fn from(fault: Fault) -> RestFault {
        let gap = fault.not_emulated().map(str::to_owned);
        let refusal = RestFault { gap, ..RestFault::new(status(&fault), ErrorShape::Call, fault) };
        match refusal.status {
            StatusCode::UNAUTHORIZED => refusal.with_header(header::WWW_AUTHENTICATE, "Token"),
            _ => refusal,
        }
    }
}

impl RestFault {
    fn new(status: StatusCode, shape: ErrorShape, fault: Fault) -> RestFault {
        RestFault { status, faults: vec![fault], shape, headers: Vec::new(), gap: None }
    }

    /// What the write pipeline said about a record. Rules that refuse one with `UNKNOWN_EXCEPTION` do not mean that the
    /// server has failed.
    pub fn of_record(faults: Vec<Fault>) -> RestFault {
        let status = match faults.first() {
            Some(fault) if fault.code != Code::UNKNOWN_EXCEPTION || fault.is_store_trouble() => status(fault),
            _ => StatusCode::BAD_REQUEST,
        };
        RestFault { status, faults, shape: ErrorShape::Record, headers: Vec::new(), gap: None }
    }

    /// A call that is refused with this status, whatever the code of its fault says.
    pub fn of_call(status: StatusCode, fault: Fault) -> RestFault {
        RestFault::new(status, ErrorShape::Framework, fault)
    }

    /// There is nothing under this path.
    pub fn not_found() -> RestFault {
        RestFault::new(StatusCode::NOT_FOUND, ErrorShape::Framework, nothing_here())
    }

    /// A path names a record by something that is no id, or by a field that is no external id.
    pub fn no_external_id(name: &str) -> RestFault {
        RestFault::new(StatusCode::NOT_FOUND, ErrorShape::Framework, no_external_id_field(name))
    }

    /// No Apex class is mapped to this URL.
    pub fn no_apex_class(url: &str) -> RestFault {
        RestFault::new(StatusCode::NOT_FOUND, ErrorShape::Framework, no_class_for(url))
    }

    /// Several records have the external id in the path: 300 with their paths.
    pub fn several_records(object: &SObject, field: &Field, ids: &[Id]) -> RestFault {
        several_records(&object.name, &field.name, ids).into()
    }

    pub fn method_not_allowed(method: &Method, allowed: Methods) -> RestFault {
        let fault = not_allowed(method, allowed);
        let refusal = RestFault::new(StatusCode::METHOD_NOT_ALLOWED, ErrorShape::Framework, fault);
        refusal.with_header(header::ALLOW, &allowed.to_string())
    }

    pub fn unsupported_media_type(media_type: &str) -> RestFault {
        no_such_media_type(media_type).into()
    }

    /// The API version is no longer served.
    pub fn retired_version() -> RestFault {
        RestFault::new(StatusCode::GONE, ErrorShape::Framework, version_is_retired())
    }

    /// `If-Unmodified-Since` or `If-Match` does not hold.
    pub fn precondition_failed() -> RestFault {
        RestFault::bare(StatusCode::PRECONDITION_FAILED)
    }

    /// `If-Modified-Since` or `If-None-Match` says that the client has the answer, which would have these headers.
    pub fn not_modified(headers: HeaderMap) -> RestFault {
        let headers = headers.into_iter().filter_map(|(name, value)| Some((name?, value)));
        RestFault { headers: headers.collect(), ..RestFault::bare(StatusCode::NOT_MODIFIED) }
    }

    fn bare(status: StatusCode) -> RestFault {
        RestFault { status, faults: Vec::new(), shape: ErrorShape::Bare, headers: Vec::new(), gap: None }
    }

    /// Something that the real service has and this one does not: answered as something absent, or plainly.
    pub fn not_emulated(what: &str, strict: bool) -> RestFault {
        let refusal = match strict {
            false => RestFault::not_found(),
            true => RestFault::new(StatusCode::NOT_IMPLEMENTED, ErrorShape::Framework, no_emulation(what)),
        };
        refusal.for_want_of(what)
    }

    /// The same refusal, noted as something that is not emulated.
    pub fn for_want_of(mut self, what: &str) -> RestFault {
        self.gap = Some(what.to_owned());
        self
    }

    /// The same refusal with a header more. A value that is no header value is left out.
    pub fn with_header(mut self, name: HeaderName, value: &str) -> RestFault {
        self.headers.extend(HeaderValue::try_from(value).ok().map(|value| (name, value)));
        self
    }

    /// The answer.
    pub fn response(&self, layout: Layout, version: ApiVersion) -> Response {
        let mut response = match self.shape {
            ErrorShape::Bare => Response::new(self.status),
            _ => document(self.status, layout, self.body(layout, version)),
        };
        response.headers.extend(self.headers.iter().cloned());
        response.telling(self.faults.iter().filter_map(|fault| fault.row))
    }

    /// The answer; what the call asked for that is not emulated is noted as a gap.
    pub fn noted_response(&self, state: &State, layout: Layout, version: ApiVersion) -> Response {
        let response = self.response(layout, version);
        match &self.gap {
            Some(what) => {
                state.gaps.note(what);
                response.with_gap(what)
            }
            None => response,
        }
    }

    fn body(&self, layout: Layout, version: ApiVersion) -> Vec<u8> {
        if let [Fault { detail: Some(detail), .. }] = self.faults.as_slice()
            && let Detail::Choices(choices) = &**detail
        {
            return Writer::list(layout, "urls", |w| {
                for (object, id) in choices {
                    w.text("url", &record_url(version, object, id.as_str()));
                }
            });
        }
        Writer::list(layout, "Errors", |w| {
            for fault in &self.faults {
                w.group("Error", |w| self.error(w, fault, version));
            }
        })
    }

    fn error(&self, w: &mut Writer, fault: &Fault, version: ApiVersion) {
        let code = fault.code.as_str();
        let with_fields = self.shape == ErrorShape::Record && !fault.unread;
        let fields = |w: &mut Writer| {
            if with_fields {
                w.items("fields", |w| fault.fields.iter().for_each(|field| w.text("fields", field)));
            }
        };
        if let Some(Detail::Duplicates(result)) = fault.detail.as_deref() {
            // The misspelling is the service's; clients look for it.
            w.tree("duplicateResut", &duplicates::tree(result, version));
            w.text("errorCode", code);
            w.text("message", &fault.message);
        } else if w.is_xml() {
            w.text("errorCode", code);
            fields(w);
            w.text("message", &fault.message);
        } else if self.shape == ErrorShape::Framework {
            w.text("errorCode", code);
            w.text("message", &fault.message);
        } else {
            w.text("message", &fault.message);
            w.text("errorCode", code);
            fields(w);
        }
    }
}

/// The status of a fault.
pub fn status(fault: &Fault) -> StatusCode {
    match fault.code {
        Code::INVALID_SESSION_ID | Code::INVALID_AUTH_HEADER => StatusCode::UNAUTHORIZED,
        Code::API_DISABLED_FOR_ORG
        | Code::API_CURRENTLY_DISABLED
        | Code::FUNCTIONALITY_NOT_ENABLED
        | Code::REQUEST_LIMIT_EXCEEDED
        | Code::INSUFFICIENT_ACCESS
        | Code::INVALID_OPERATION_WITH_EXPIRED_PASSWORD => StatusCode::FORBIDDEN,
        Code::NOT_FOUND => StatusCode::NOT_FOUND,
        Code::ENTITY_IS_DELETED | Code::INVALID_CROSS_REFERENCE_KEY if fault.addressed => {
            StatusCode::NOT_FOUND
        }
        Code::DUPLICATE_EXTERNAL_ID if matches!(fault.detail.as_deref(), Some(Detail::Choices(_))) => {
            StatusCode::MULTIPLE_CHOICES
        }
        Code::METHOD_NOT_ALLOWED => StatusCode::METHOD_NOT_ALLOWED,
        Code::UNSUPPORTED_MEDIA_TYPE => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::GONE => StatusCode::GONE,
        Code::UNKNOWN_EXCEPTION if fault.is_store_trouble() => StatusCode::SERVICE_UNAVAILABLE,
        Code::UNKNOWN_EXCEPTION => StatusCode::INTERNAL_SERVER_ERROR,
        Code::SERVER_UNAVAILABLE => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    }
}

faults! {
    /// there is nothing under the path, no such object or record, or it is not emulated (404)
    nothing_here() = NOT_FOUND, "The requested resource does not exist", Seen "public issues of API clients";

    /// a path names a record by something that is no id, or by a field that is no external id (404)
    no_external_id_field(name: &str) = NOT_FOUND,
        "Provided external ID field does not exist or is not accessible: {name}", Seen "public issues of API clients";

    /// no Apex class is mapped to a URL below `/services/apexrest` (404): orgs here have no Apex
    no_class_for(url: &str) = NOT_FOUND, "Could not find a match for URL {url}", Seen "public issues of API clients";

    /// a resource does not have the method (405)
    not_allowed(method: &Method, allowed: Methods) = METHOD_NOT_ALLOWED,
        "HTTP Method '{method}' not allowed. Allowed are {allowed}", Seen "https://github.com/omniphx/forrest/issues/191";

    /// a body is neither JSON nor XML (415)
    no_such_media_type(media_type: &str) = UNSUPPORTED_MEDIA_TYPE,
        "MediaType of '{media_type}' is not supported by this resource",
        Seen "https://github.com/kevinohara80/nforce/issues/74";

    /// the API version is one that REST had once, from 7.0 on, and is older than 20.0 or `--min-api-version` (410; the status
    /// is documented, the text is not)
    version_is_retired() = GONE, "The requested API version is retired.", Assumed;

    /// something that fauxforce does not emulate is asked for with `--strict` (501); without, it is answered as absent
    no_emulation(what: &str) = NOT_IMPLEMENTED, "fauxforce does not emulate {what}", Assumed;

    /// a call that needs a body has none
    pub(super) body_required() = JSON_PARSER_ERROR,
        "The HTTP entity body is required, but this request has no entity body.", Seen "public issues of API clients";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::duplicate::{Duplicates, Match, MatchResult};

    fn body(refusal: &RestFault, layout: Layout) -> String {
        String::from_utf8(refusal.body(layout, ApiVersion::NEWEST)).expect("UTF-8")
    }

    /// The misspelt key and the order of keys are those of recorded answers.
    #[test]
    fn a_duplicate_is_shown() {
        let found = Match { id: Id::numbered("003", 1), confidence: 100.0, fields: Vec::new() };
        let result = MatchResult {
            object: "Contact".to_owned(),
            engine: "FuzzyMatchEngine",
            rule: "Standard_Contact_Match_Rule_v1_1".to_owned(),
            records: vec![found],
        };
        let found = Duplicates {
            allow_save: true,
            rule: "Standard_Contact_Duplicate_Rule".to_owned(),
            object: "Contact".to_owned(),
            message: "Use one of these records?".to_owned(),
            results: vec![result],
        };
        let fault = Fault::new(Code::DUPLICATES_DETECTED, "Use one of these records?");
        let refusal = RestFault::of_record(vec![fault.with(Detail::Duplicates(found))]);
        assert_eq!(refusal.status, StatusCode::BAD_REQUEST);
        let id = Id::numbered("003", 1);
        let version = ApiVersion::NEWEST;
        let expected = [
            r#"[{"duplicateResut":{"allowSave":true,"duplicateRule":"Standard_Contact_Duplicate_Rule","#,
            r#""duplicateRuleEntityType":"Contact","errorMessage":"Use one of these records?","matchResults":[{"#,
            r#""entityType":"Contact","errors":[],"matchEngine":"FuzzyMatchEngine","matchRecords":[{"#,
            r#""additionalInformation":[],"fieldDiffs":[],"matchConfidence":100.0,"record":{"attributes":{"#,
            &format!(
                r#""type":"Contact","url":"/services/data/v{version}/sobjects/Contact/{id}"}},"Id":"{id}"}}}}],"#
            ),
            r#""rule":"Standard_Contact_Match_Rule_v1_1","size":1,"success":true}]},"#,
            r#""errorCode":"DUPLICATES_DETECTED","message":"Use one of these records?"}]"#,
        ];
        assert_eq!(body(&refusal, Layout::Json), expected.concat());
    }

    #[test]
    fn all_faults_of_a_record_are_told() {
        let fault = |field| Fault::new(Code::STRING_TOO_LONG, "too long").on([field]);
        let refusal = RestFault::of_record(vec![fault("A"), fault("B")]);
        assert_eq!(
            body(&refusal, Layout::Json),
            r#"[{"message":"too long","errorCode":"STRING_TOO_LONG","fields":["A"]},{"message":"too long","errorCode":"STRING_TOO_LONG","fields":["B"]}]"#
        );
        assert!(body(&refusal, Layout::Xml).ends_with(
            "<Errors><Error><errorCode>STRING_TOO_LONG</errorCode><fields>A</fields><message>too long</message></Error>\
             <Error><errorCode>STRING_TOO_LONG</errorCode><fields>B</fields><message>too long</message></Error></Errors>"
        ));
    }

    #[test]
    fn the_status_depends_on_what_is_meant() {
        let deleted = Fault::entity_is_deleted();
        assert_eq!(status(&deleted), StatusCode::BAD_REQUEST, "a reference to it");
        assert_eq!(status(&deleted.of_addressed_record()), StatusCode::NOT_FOUND);
    }
}
