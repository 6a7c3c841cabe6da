//! The SAML Assertion Validator: its checks on a pasted Response, or on the last one that failed.
//! <https://help.salesforce.com/s/articleView?id=xcloud.sso_saml_validation_errors.htm&type=5>

use std::fmt::Write as _;

use askama::Template;
use serde_json::{Value, json};

use super::authn_request::instant;
use super::logins;
use crate::assertion::Report;
use crate::flow::sign_on::{Arrival, validate};
use crate::message::{Method, Response, StatusCode};
use crate::web::browser_request::BrowserRequest;

#[derive(Template)]
#[template(path = "validator.html")]
struct Page<'a> {
    config: &'a str,
    assertion: &'a str,
    results: String,
}

const ASSERTION: &str = "thePage:block:theForm:Assertion";
const CONFIG: &str = "thePage:block:theForm:configId";

pub(super) fn page(browser: BrowserRequest) -> Response {
    let form = browser.form();
    let last = browser.state.sso.last_failure();
    let last_text = last.as_ref().map(|(text, _)| text.as_str()).unwrap_or_default();
    let config =
        form.get(CONFIG).map(str::to_owned).or_else(|| browser.parameter("ssoconfid")).unwrap_or_default();
    // An empty box is validated, too: it is told that it is empty.
    let is_posted = browser.request.method == Method::POST;
    let posted = is_posted.then(|| form.get(ASSERTION).unwrap_or_default());
    let results = posted.map(|text| {
        let (report, maps) = examined(browser, text, &config);
        let mut results = String::new();
        if let Some((_, at)) = &last {
            let _ = writeln!(results, "Last recorded SAML login failure:  {}", instant(*at));
        }
        results + &printed(&report, maps)
    });
    Response::page(&Page {
        config: &config,
        assertion: posted.unwrap_or(last_text),
        results: results.unwrap_or_default(),
    })
}

/// The same as JSON, on the body (`SAMLResponse` of a form, or `{"SAMLResponse": ..., "config": ...}`) or on the last
/// failure.
pub fn json(browser: BrowserRequest) -> Response {
    let form = browser.form();
    let body: Value = serde_json::from_slice(&browser.request.body).unwrap_or_default();
    let given =
        |name: &str| body.get(name).and_then(Value::as_str).or_else(|| form.get(name)).map(str::to_owned);
    let text = given("SAMLResponse").or_else(|| browser.state.sso.last_failure().map(|(text, _)| text));
    let Some(text) = text else {
        return logins::refused(&logins::nothing_to_validate());
    };
    let (report, maps) = examined(browser, &text, &given("config").unwrap_or_default());
    let steps = report.steps.iter().map(|step| {
        json!({"check": step.check.name(), "heading": step.check.heading(), "result": step.verdict.text(),
               "detail": step.detail})
    });
    let status = match &report.outcome {
        Ok(_) => json!({"valid": true, "status": null, "code": null}),
        Err(refusal) => {
            json!({"valid": false, "status": refusal.status.text(), "code": refusal.status.code(),
                   "check": refusal.check.name(), "detail": refusal.detail})
        }
    };
    let answer = json!({
        "outcome": status,
        "steps": steps.collect::<Vec<_>>(),
        "subject": report.subject,
        "assertionId": report.assertion_id,
        "mapsToUser": maps,
    });
    Response::json(StatusCode::OK, answer.to_string())
}

fn examined(browser: BrowserRequest, text: &str, config: &str) -> (Report, bool) {
    let so = browser.parameter("so");
    let arrival = Arrival {
        response: text,
        origin: browser.target.origin().to_owned(),
        org: so.as_deref(),
        config: Some(config).filter(|config| !config.is_empty()),
        site: browser.site(),
    };
    validate(browser.state, &arrival)
}

/// As the page of the service prints it.
fn printed(report: &Report, maps: bool) -> String {
    let mut text = String::new();
    for step in &report.steps {
        let _ = writeln!(text, "{}", step.check.heading());
        for line in step.printed() {
            let _ = writeln!(text, "  {line}");
        }
    }
    let _ = writeln!(text, "Subject: {}", report.subject.as_deref().unwrap_or_default());
    if !maps {
        let _ = writeln!(text, "Unable to map the subject to a Salesforce user");
    }
    let _ = writeln!(text, "AssertionId: {}", report.assertion_id.as_deref().unwrap_or_default());
    text
}
