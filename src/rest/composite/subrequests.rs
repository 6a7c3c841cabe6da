//! `POST /composite`: up to 25 subrequests, each of which may use what earlier ones answered.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite_post.htm>

use std::collections::HashSet;

use super::reference::{Answers, is_reference_id};
use super::subrequest::{self, Answered};
use crate::message::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use crate::model::fault::{Fault, faults};
use crate::model::value::{Input, Raw};
use crate::rest::encode::Writer;
use crate::rest::exchange::{Exchange, RestResult};
use crate::rest::fault::RestFault;
use crate::rest::json_body::Bound;
use crate::rest::members::Members;
use crate::store::StoreError;
use crate::world::ApiVersion;

const FIRST: ApiVersion = ApiVersion::new(38);
/// From this version on an illegal reference id refuses the whole call.
const FIRST_WITH_STRICT_IDS: ApiVersion = ApiVersion::new(52);
const MOST: usize = 25;
const BOUND: Bound =
    Bound { name: "compositeRequest", most: MOST, fault: |most| too_many_operations(most, "operations") };
/// So many of them may be queries or collections.
const MOST_LISTS: usize = 5;
/// Headers that are those of the whole call.
const OUTER_HEADERS: [&str; 3] = ["accept", "authorization", "content-type"];

/// One subrequest, as it was sent.
pub struct Subrequest {
    pub method: Method,
    pub url: String,
    pub reference_id: String,
    headers: HeaderMap,
    body: Option<Input>,
}

impl Subrequest {
    /// Its URL and every text of its body.
    pub fn texts(&self) -> Vec<&str> {
        let mut texts = vec![self.url.as_str()];
        let mut open: Vec<&Input> = self.body.iter().collect();
        while let Some(input) = open.pop() {
            match &input.raw {
                Raw::Text(text) => texts.push(text),
                Raw::Object(members) => open.extend(members.iter().map(|(_, value)| value)),
                Raw::Array(items) => open.extend(items),
                Raw::Null | Raw::Bool(_) | Raw::Int(_) | Raw::Float(_) => {}
            }
        }
        texts
    }
}

/// A subrequest and what became of it.
pub struct Done {
    reference_id: Option<String>,
    answered: Answered,
}

/// Runs the subrequests of the body, in order.
pub fn run(exchange: &Exchange) -> RestResult {
    if exchange.version < FIRST {
        return Err(RestFault::not_found());
    }
    let mut body = match Members::of_bounded_body(exchange, &[BOUND]) {
        Err(RestFault { faults, .. }) if faults == [(BOUND.fault)(MOST)] => {
            return Ok(refused(exchange, (BOUND.fault)(MOST)));
        }
        body => body?,
    };
    let all_or_none = body.flag("allOrNone", false)?;
    // Subrequests run in order whether or not the client would let them be put together.
    body.flag("collateSubrequests", true)?;
    let requests = read(body.list("compositeRequest")?)?;
    if let Err(fault) = check(&requests, exchange.version) {
        return Ok(refused(exchange, fault));
    }
    let done = perform(exchange, &requests, all_or_none, is_allowed)?;
    Ok(exchange.ok("CompositeResponse", |w| write(w, &done)))
}

/// The answer to a call that is refused whole.
fn refused(exchange: &Exchange, fault: Fault) -> Response {
    let answered = Answered::refused(StatusCode::BAD_REQUEST, fault, exchange);
    let refused = [Done { reference_id: None, answered }];
    let mut response = exchange.ok("CompositeResponse", |w| write(w, &refused));
    response.status = StatusCode::BAD_REQUEST;
    response
}

/// Reads a `compositeRequest`.
///
/// # Errors
/// `JSON_PARSER_ERROR` for what is none.
pub fn read(items: Vec<Input>) -> Result<Vec<Subrequest>, Fault> {
    let read = |item| {
        let mut members = Members::of(item)?;
        let method = members.required_text("method")?;
        let method = match method.as_str() {
            "GET" => Method::GET,
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            "PATCH" => Method::PATCH,
            "DELETE" => Method::DELETE,
            other => return Err(no_subrequest_method(other)),
        };
        let headers = match members.take("httpHeaders").map(|input| input.raw) {
            Some(Raw::Object(pairs)) => headers(pairs)?,
            _ => HeaderMap::new(),
        };
        Ok(Subrequest {
            method,
            url: members.required_text("url")?,
            reference_id: members.required_text("referenceId")?,
            headers,
            body: members.take("body").filter(|body| body.raw != Raw::Null),
        })
    };
    items.into_iter().map(read).collect()
}

fn headers(pairs: Vec<(String, Input)>) -> Result<HeaderMap, Fault> {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        if OUTER_HEADERS.iter().any(|outer| outer.eq_ignore_ascii_case(&name)) {
            return Err(outer_header(&name));
        }
        let value = match value.raw {
            Raw::Text(text) | Raw::Int(text) | Raw::Float(text) => text,
            Raw::Bool(flag) => flag.to_string(),
            _ => continue,
        };
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    Ok(headers)
}

/// What refuses a whole call.
fn check(requests: &[Subrequest], version: ApiVersion) -> Result<(), Fault> {
    if requests.iter().filter(|request| is_list(&request.url)).count() > MOST_LISTS {
        return Err(too_many_operations(MOST_LISTS, "Query or sObject Collections operations"));
    }
    check_ids(requests, version)
}

/// Reference ids are unique, and from v52 on well formed.
pub fn check_ids(requests: &[Subrequest], version: ApiVersion) -> Result<(), Fault> {
    let mut ids = HashSet::new();
    for Subrequest { reference_id: id, .. } in requests {
        if version >= FIRST_WITH_STRICT_IDS && !is_reference_id(id) {
            return Err(illegal_reference_id(id));
        }
        if !ids.insert(id.as_str()) {
            return Err(duplicate_reference_id(id));
        }
    }
    Ok(())
}

/// The path of a subrequest's URL below the version: `sobjects/Account`.
pub fn below_version(url: &str) -> Option<&str> {
    let path = url.split('?').next().unwrap_or(url).strip_prefix("/services/data/v")?;
    path.split_once('/').map(|(_, below)| below.trim_end_matches('/'))
}

/// Queries and collections, of which there may be few.
fn is_list(url: &str) -> bool {
    let below = below_version(url).unwrap_or_default();
    ["query", "queryAll", "composite/sobjects"]
        .iter()
        .any(|list| below.strip_prefix(list).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// The resources that subrequests may use.
fn is_allowed(url: &str) -> bool {
    let below = below_version(url).unwrap_or_default();
    is_list(url) || below == "sobjects" || below.starts_with("sobjects/")
}

/// Runs subrequests in order. With `all_or_none` one that fails undoes them all.
pub fn perform(
    exchange: &Exchange,
    requests: &[Subrequest],
    all_or_none: bool,
    allowed: fn(&str) -> bool,
) -> Result<Vec<Done>, RestFault> {
    let mut done = Vec::with_capacity(requests.len());
    if !all_or_none {
        run_each(exchange, requests, allowed, false, &mut done);
        return Ok(done);
    }
    let environment = exchange.environment();
    let whole = exchange.context.org.transaction(&environment, || {
        match run_each(exchange, requests, allowed, true, &mut done) {
            true => Ok(()),
            false => Err(Stop::Failed),
        }
    });
    match whole {
        Ok(()) => Ok(done),
        Err(Stop::Store(error)) => Err(Fault::from(error).into()),
        Err(Stop::Failed) => {
            let failed = done.pop();
            let halt =
                |request: &Subrequest| halted(exchange, &request.reference_id, rolled_back_subrequest());
            let mut all: Vec<Done> = requests.iter().map(halt).collect();
            if let (Some(failed), Some(place)) = (failed, all.get_mut(done.len())) {
                *place = failed;
            }
            Ok(all)
        }
    }
}

/// Why a transaction of subrequests was undone.
enum Stop {
    Failed,
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Store(error)
    }
}

/// Runs subrequests up to the end, or with `all_or_none` up to the first that fails; gives whether that was the end.
fn run_each(
    exchange: &Exchange,
    requests: &[Subrequest],
    allowed: fn(&str) -> bool,
    all_or_none: bool,
    done: &mut Vec<Done>,
) -> bool {
    let mut answers = Answers::default();
    for request in requests {
        let answered = run_one(exchange, request, allowed, all_or_none, &answers);
        answers.add(&request.reference_id, answered.body.clone());
        let failed = all_or_none && (!answered.is_success() || has_failed_record(request, &answered));
        done.push(Done { reference_id: Some(request.reference_id.clone()), answered });
        if failed {
            return false;
        }
    }
    true
}

/// Whether a subrequest saves several records at once; whether they stand and fall together is then for the whole call
/// to say.
fn is_collection(request: &Subrequest) -> bool {
    let below = below_version(&request.url).unwrap_or_default();
    request.method != Method::GET && below.starts_with("composite/sobjects")
}

/// Whether a collection, which answers 200, has a record that was not saved.
fn has_failed_record(request: &Subrequest, answered: &Answered) -> bool {
    let is_collection =
        below_version(&request.url).is_some_and(|below| below.starts_with("composite/sobjects"));
    let saves = request.method != Method::GET && is_collection;
    let results = serde_json::from_slice::<Vec<serde_json::Value>>(&answered.body);
    saves && results.is_ok_and(|all| all.iter().any(|one| one.get("success") == Some(&false.into())))
}

fn run_one(
    exchange: &Exchange,
    request: &Subrequest,
    allowed: fn(&str) -> bool,
    all_or_none: bool,
    answers: &Answers,
) -> Answered {
    let version = exchange.version;
    let resolved = answers.resolved(&request.url, version).and_then(|url| {
        let mut body = request.body.as_ref().map(|body| answers.resolved_in(body, version)).transpose()?;
        if let Some(Input { raw: Raw::Object(members), .. }) = &mut body
            && all_or_none
            && is_collection(request)
        {
            members.retain(|(name, _)| name != "allOrNone");
            members.push(("allOrNone".to_owned(), Input::new(Raw::Bool(true))));
        }
        Ok((url.unwrap_or_default(), body))
    });
    match resolved {
        Ok((url, _)) if !allowed(&url) => {
            Answered::refused(StatusCode::NOT_FOUND, not_for_subrequests(), exchange)
        }
        Ok((url, body)) => subrequest::run(
            exchange,
            request.method.clone(),
            &url,
            request.headers.clone(),
            body.as_ref().map(|body| &body.raw),
        ),
        Err(fault) => Answered::refused(StatusCode::BAD_REQUEST, fault, exchange),
    }
}

/// What is said of a subrequest that was not run, or was undone.
pub fn halted(exchange: &Exchange, reference_id: &str, fault: Fault) -> Done {
    let answered = Answered::refused(StatusCode::BAD_REQUEST, fault, exchange);
    Done { reference_id: Some(reference_id.to_owned()), answered }
}

/// Whether all went well.
pub fn succeeded(done: &[Done]) -> bool {
    done.iter().all(|done| done.answered.is_success())
}

/// Writes `compositeResponse`.
pub fn write(w: &mut Writer, done: &[Done]) {
    w.items("compositeResponse", |w| {
        for Done { reference_id, answered } in done {
            w.group("compositeResponse", |w| {
                match answered.body.is_empty() {
                    true => w.null("body"),
                    false => w.document_in("body", &answered.body),
                }
                w.group("httpHeaders", |w| {
                    answered.headers.iter().for_each(|(name, value)| w.text(name, value));
                });
                w.int("httpStatusCode", answered.status.as_u16().into());
                w.optional_text("referenceId", reference_id.as_deref());
            });
        }
    });
}

faults! {
    /// a composite call has more subrequests, graphs, nodes or queries than it may
    pub too_many_operations(limit: usize, what: &str) = LIMIT_EXCEEDED,
        "The request can’t contain more than {limit} {what}.",
        Seen "https://github.com/guardian/support-service-lambdas/pull/766";

    /// a subrequest was undone, or not run, as another of its transaction has failed
    pub rolled_back_subrequest() = PROCESSING_HALTED,
        "The transaction was rolled back since another operation in the same transaction failed.",
        Seen "https://github.com/django-salesforce/django-salesforce";

    /// the id of a subrequest is none, from v52 on
    pub illegal_reference_id(id: &str) = INVALID_INPUT,
        "Provided referenceId ('{id}') must start with a letter or a number, and it can contain only letters, numbers and underscores ('_').",
        Seen "https://github.com/guardian/support-service-lambdas/pull/1512";

    /// two subrequests have one id
    duplicate_reference_id(id: &str) = INVALID_INPUT, "Duplicate referenceId provided in the request: {id}", Assumed;

    /// the method of a subrequest is none
    no_subrequest_method(name: &str) = JSON_PARSER_ERROR,
        "Invalid method '{name}'. Allowed are POST, PUT, PATCH, GET, DELETE", Assumed;

    /// a subrequest sets a header that is for the whole call: Accept, Authorization, Content-Type
    outer_header(name: &str) = INVALID_INPUT, "The header {name} can't be set in a subrequest.", Assumed;

    /// a subrequest is for a resource that composite calls do not take
    not_for_subrequests() = NOT_FOUND, "The requested resource does not exist", Seen "public issues of API clients";
}
