//! Lines of the log that say what was refused, and why.

use memchr::memmem;
use serde_json::Value;

use crate::message::{Method, Request, Response, StatusCode};

/// Bodies beyond this are not searched.
const LONGEST_BODY: usize = 64 * 1024;
/// What is said of a reason.
const LONGEST_REASON: usize = 400;

/// Logs an answer that refuses the request, or a record in it.
pub fn note(world: &str, request: &Request, response: &Response) {
    if !tracing::enabled!(tracing::Level::INFO) {
        return;
    }
    let refused = response.status.is_client_error() || response.status.is_server_error();
    if !refused && !has_refused_record(request, response) {
        return;
    }
    tracing::info!(
        world,
        method = %request.method,
        path = request.path(),
        status = response.status.as_u16(),
        why = reason(response),
        "refused"
    );
}

/// A list of results, one of which is no success.
fn has_refused_record(request: &Request, response: &Response) -> bool {
    let writes = request.method != Method::GET && request.method != Method::HEAD;
    writes
        && response.status == StatusCode::OK
        && response.body.len() <= LONGEST_BODY
        && ["\"success\":false", "\"success\" : false", "<success>false<"]
            .iter()
            .any(|words| memmem::find(&response.body, words.as_bytes()).is_some())
}

/// Code and text of the first error in a body.
fn reason(response: &Response) -> String {
    let body = response.body.get(..LONGEST_BODY).unwrap_or(&response.body);
    let found = match serde_json::from_slice::<Value>(body) {
        Ok(json) => of_json(&json),
        Err(_) => of_xml(&String::from_utf8_lossy(body)),
    };
    found.unwrap_or_default().chars().take(LONGEST_REASON).collect()
}

/// `[{"errorCode", "message"}]` of REST, `{"error", "error_description"}` of OAuth and the control API, `{"Errors":
/// [{"code", "description"}]}` of SCIM, `{"exceptionCode", "exceptionMessage"}` of Bulk, lists of results with `errors`.
fn of_json(json: &Value) -> Option<String> {
    match json {
        Value::Array(items) => items.iter().find_map(of_json),
        Value::Object(members) => {
            let text = |names: &[&str]| names.iter().find_map(|name| members.get(*name)?.as_str());
            let code = text(&["errorCode", "statusCode", "exceptionCode", "error", "code"]);
            let words = text(&["message", "error_description", "exceptionMessage", "description", "detail"]);
            match (code, words) {
                (Some(code), Some(words)) => Some(format!("{code}: {words}")),
                (Some(words), None) | (None, Some(words)) => Some(words.to_owned()),
                (None, None) => members.values().find_map(of_json),
            }
        }
        _ => None,
    }
}

fn of_xml(text: &str) -> Option<String> {
    let element = |name: &str| {
        let (_, rest) = text.split_once(&format!("{name}>"))?;
        Some(rest.split_once('<')?.0.to_owned())
    };
    if let Some(words) = element("faultstring") {
        return Some(words);
    }
    let words = element("exceptionMessage").or_else(|| element("message"))?;
    let code = element("exceptionCode").or_else(|| element("statusCode"));
    Some(code.map_or_else(|| words.clone(), |code| format!("{code}: {words}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_envelope_says_why() {
        let of = |body: &str| reason(&Response::json(StatusCode::BAD_REQUEST, body.to_owned()));
        assert_eq!(of(r#"[{"message":"m","errorCode":"C","fields":[]}]"#), "C: m");
        assert_eq!(of(r#"{"error":"invalid_grant","error_description":"d"}"#), "invalid_grant: d");
        assert_eq!(of(r#"{"Errors":[{"description":"d","code":"409"}]}"#), "409: d");
        let results = r#"[{"id":"0","success":true,"errors":[]},{"success":false,"errors":[{"statusCode":"C","message":"m"}]}]"#;
        assert_eq!(of(results), "C: m");
        assert_eq!(
            of("<e:Fault><faultcode>sf:C</faultcode><faultstring>C: m</faultstring></e:Fault>"),
            "C: m"
        );
        let result =
            "<errors><message>m</message><statusCode>C</statusCode></errors><success>false</success>";
        assert_eq!(of(result), "C: m");
        assert_eq!(of("Not Found"), "");
    }
}
