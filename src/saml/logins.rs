//! `/_fauxforce/logins`: why logins ended as they did. `/_fauxforce/saml/locks`: a login that runs at the same time.

use askama::Template;
use serde_json::json;

use super::authn_request::instant;
use crate::error_entry::{Declared, declare_errors};
use crate::message::header::ACCEPT;
use crate::message::{Response, StatusCode};
use crate::web::browser_request::BrowserRequest;
use crate::world::Login;

#[derive(Template)]
#[template(path = "logins.html")]
struct LoginsPage {
    logins: Vec<Line>,
}

struct Line {
    number: u64,
    at: String,
    subject: String,
    status: String,
}

#[derive(Template)]
#[template(path = "login_trace.html")]
struct TracePage {
    number: u64,
    at: String,
    subject: String,
    status: String,
    error: String,
    steps: Vec<StepLine>,
    /// The records that it is about.
    facts: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "no_login.html")]
struct NoLoginPage<'a> {
    id: &'a str,
}

struct StepLine {
    ok: bool,
    stage: &'static str,
    text: String,
}

/// Where the list of logins is.
const PATH: &str = "/_fauxforce/logins";

/// The list; as a page for browsers, else as JSON.
pub fn list(browser: BrowserRequest) -> Response {
    let all = browser.state.logins.all();
    if wants_page(browser) {
        return Response::page(&LoginsPage { logins: all.iter().map(line).collect() });
    }
    let list: Vec<_> = all.iter().map(Login::to_json).collect();
    Response::json(StatusCode::OK, json!({ "logins": list }).to_string())
}

/// One login; as a page for browsers, else as JSON.
pub fn one(browser: BrowserRequest) -> Response {
    let below = browser.target.path.strip_prefix(PATH).unwrap_or_default();
    let id = below.trim_start_matches('/');
    let wants_page = wants_page(browser);
    match browser.state.logins.find(id) {
        Some(login) if wants_page => Response::page(&trace_page(&login)),
        Some(login) => Response::json(StatusCode::OK, login.to_json().to_string()),
        None if wants_page => {
            Response { status: StatusCode::NOT_FOUND, ..Response::page(&NoLoginPage { id }) }
        }
        None => refused(&no_login_kept(id)),
    }
}

fn wants_page(browser: BrowserRequest) -> bool {
    browser.request.header(ACCEPT).is_some_and(|accept| accept.contains("text/html"))
}

/// The error as JSON.
pub(super) fn refused(error: &Declared) -> Response {
    let status = error.row.number.and_then(|number| StatusCode::from_u16(number).ok());
    let body = json!({ "error": error.message });
    Response::json(status.unwrap_or(StatusCode::BAD_REQUEST), body.to_string())
}

fn line(login: &Login) -> Line {
    Line {
        number: login.number,
        at: instant(login.at),
        subject: login.subject.clone().unwrap_or_default(),
        status: login.status.clone(),
    }
}

fn trace_page(login: &Login) -> TracePage {
    let error = login.error.as_ref().map(|(code, description, details)| {
        let details = details.as_deref().map(|details| format!(". {details}"));
        format!("ErrorCode {code}: {description}{}", details.unwrap_or_default())
    });
    let Line { number, at, subject, status } = line(login);
    let steps = login.trace.steps.iter();
    let steps =
        steps.map(|step| StepLine { ok: step.ok, stage: step.stage.name(), text: step.text().into_owned() });
    let facts = [
        ("LoginHistory", login.history),
        ("SamlSsoConfig", login.config),
        ("User", login.user),
        ("Organization", login.org),
    ];
    let facts = facts.into_iter().filter_map(|(object, id)| Some((object, id?.to_string())));
    TracePage {
        number,
        at,
        subject,
        status,
        error: error.unwrap_or_default(),
        steps: steps.collect(),
        facts: facts.collect(),
    }
}

/// `{"federationId": "...", "held": true}`: holds or releases the lock under which a user is made.
pub fn lock(browser: BrowserRequest) -> Response {
    let body: serde_json::Value = serde_json::from_slice(&browser.request.body).unwrap_or_default();
    let subject = body.get("federationId").and_then(serde_json::Value::as_str);
    let held = body.get("held").and_then(serde_json::Value::as_bool).unwrap_or(true);
    let org = browser.target.org(browser.state, browser.parameter("so").as_deref());
    let (Some(subject), Some(org)) = (subject, org) else {
        return refused(&no_lock());
    };
    if !browser.state.sso.lock(org.id, subject, held) {
        return refused(&too_many_held());
    }
    Response::json(StatusCode::OK, json!({"federationId": subject, "held": held}).to_string())
}

declare_errors! {
    fn as Control "control";

    /// a login is asked for that is none of the last 1000
    no_login_kept(id: &str) = "" 404, "no login {id} is kept", Assumed;

    /// a lock on a Federation ID is not said as it has to be
    no_lock() = "" 400, "expected {{\"federationId\": \"...\", \"held\": true}}", Assumed;

    /// more locks on Federation IDs are to be held than the emulator keeps
    too_many_held() = "" 400, "too many federation ids are held; release some", Assumed;

    /// the validator is asked for a report, and there is nothing to report on
    pub(super) nothing_to_validate() = "" 404, "no SAMLResponse was sent, and no login has failed", Assumed;
}
