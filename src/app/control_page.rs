//! The control API for browsers: its answers as pages, and forms of these pages as the requests that they stand for.

use serde_json::{Map, Value};

use crate::console;
use crate::control;
use crate::errors;
use crate::http::Reply;
use crate::message::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use crate::message::{HeaderValue, Method, Request, Response, StatusCode, Uri};

const ROOT: &str = "/_fauxforce";
/// What browsers send to these they mean for the pages there.
const OWN_FORMS: &[&str] = &["/_fauxforce/idp", "/_fauxforce/saml"];

/// How an answer of the control API is to be shown.
pub(super) struct ControlPage {
    origin: String,
    path: String,
    /// Where a form leads when all is done.
    back: Option<String>,
}

/// Reads what a browser wants of the control API; `None` for programs. A form becomes the request that it stands for.
pub(super) fn of(request: &mut Request) -> Option<ControlPage> {
    let path = request.path().to_owned();
    if path != ROOT && !path.starts_with("/_fauxforce/") {
        return None;
    }
    let origin = request.origin();
    if request.method == Method::GET {
        let accepts = request.header(ACCEPT).is_some_and(|accept| accept.contains("text/html"));
        let is_plain = request.query_value("format").is_none();
        return (accepts && is_plain).then_some(ControlPage { origin, path, back: None });
    }
    let is_form = request.method == Method::POST
        && request
            .header(CONTENT_TYPE)
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    if !is_form || OWN_FORMS.iter().any(|own| path.starts_with(own)) {
        return None;
    }
    let back = translate(request, &path).unwrap_or_else(|| format!("{ROOT}/"));
    Some(ControlPage { origin, path: back.clone(), back: Some(back) })
}

/// Fields whose names begin with `_` say how the others are sent; `:n` marks a number. Gives the page to go back to.
fn translate(request: &mut Request, path: &str) -> Option<String> {
    let (mut body, mut path, mut back) = (Map::new(), path.to_owned(), None);
    for (name, value) in form_urlencoded::parse(&request.body.clone()) {
        match &*name {
            "_method" => request.method = Method::from_bytes(value.as_bytes()).unwrap_or(Method::POST),
            "_back" => back = Some(value.into_owned()).filter(|back| back.starts_with("/_fauxforce")),
            "_name" => {
                let encoded =
                    percent_encoding::utf8_percent_encode(&value, percent_encoding::NON_ALPHANUMERIC);
                path.push_str(&format!("/{encoded}"));
            }
            _ if value.is_empty() || name.starts_with('_') => {}
            _ => {
                let value = match (name.strip_suffix(":n"), &*value) {
                    (Some(_), number) => number.parse::<u64>().map_or(Value::from(number), Value::from),
                    (None, "true") => Value::Bool(true),
                    (None, "false") => Value::Bool(false),
                    (None, text) => Value::from(text),
                };
                body.insert(name.trim_end_matches(":n").to_owned(), value);
            }
        }
    }
    if let Ok(uri) = path.parse::<Uri>() {
        request.uri = uri;
    }
    request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    request.body = if body.is_empty() { Vec::new().into() } else { Value::Object(body).to_string().into() };
    back
}

impl ControlPage {
    /// The pages that need no world.
    pub(super) fn open(&self, request: &Request) -> Option<Response> {
        if self.back.is_some() {
            return None;
        }
        Some(match self.path.trim_end_matches('/') {
            ROOT => {
                let knows = |path: &str| control::has_path(&format!("{ROOT}/{path}"));
                console::emulator::start(&self.origin, knows)
            }
            "/_fauxforce/errors" => {
                let search = request.query_value("q").unwrap_or_default();
                console::emulator::errors(&search, &error_sections())
            }
            "/_fauxforce/api" => console::emulator::api(&self.origin, control::DOCUMENT),
            _ => return None,
        })
    }

    /// Shows what the control API has answered.
    pub(super) fn show(self, reply: Reply) -> Reply {
        match reply {
            Reply::Done(response) => Reply::Done(self.page(response)),
            Reply::Later(response) => Reply::Later(Box::pin(async move { self.page(response.await) })),
        }
    }

    fn page(&self, answer: Response) -> Response {
        let is_json = answer.headers.get(CONTENT_TYPE);
        let is_json = is_json.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
        let mut page = match &self.back {
            Some(back) if answer.status.is_success() => {
                let location = HeaderValue::from_str(back).unwrap_or_else(|_| HeaderValue::from_static(ROOT));
                Response::new(StatusCode::SEE_OTHER).with_header(LOCATION, location)
            }
            _ if is_json && console::emulator::has_page(&self.path) => {
                console::emulator::page(&self.origin, &self.path, &answer)
            }
            _ => return answer,
        };
        for (name, value) in &answer.headers {
            if !page.headers.contains_key(name) && name != hyper::header::CONTENT_LENGTH {
                page.headers.insert(name, value.clone());
            }
        }
        page
    }
}

fn error_sections() -> Vec<console::emulator::ErrorSection> {
    let of_row = |row: &&crate::error_entry::Entry| {
        [
            row.code.to_owned(),
            row.text.to_owned(),
            row.when.trim().to_owned(),
            row.sure.letter().to_owned(),
            row.source.to_owned(),
        ]
    };
    let sections = errors::sections();
    sections.iter().map(|section| (section.title, section.rows.iter().map(of_row).collect())).collect()
}
