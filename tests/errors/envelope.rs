//! How each surface tells an error: code and text.

use fauxforce::error_entry::Family;
use quick_xml::escape::unescape;
use serde_json::Value;

use crate::soap;
use crate::surroundings::Got;

/// The errors of an answer.
pub fn told(family: Family, got: &Got) -> Vec<(String, String)> {
    match family {
        Family::Fault | Family::Soap => {
            let told = soap::told(&got.body).into_iter();
            told.map(|(code, message, _)| {
                (if code == "Client" { "soapenv:Client".to_owned() } else { code }, message)
            })
            .collect()
        }
        Family::OAuth => oauth(got),
        Family::Identity => vec![(got.body.clone(), got.body.clone())],
        Family::Scim => {
            let body = json(got);
            vec![
                (String::new(), text(&body["detail"])),
                (String::new(), text(&body["Errors"][0]["description"])),
            ]
        }
        Family::Bulk => {
            let body = json(got);
            let members = (text(&body["exceptionCode"]), text(&body["exceptionMessage"]));
            let element = |name: &str| between(&got.body, &format!("<{name}>"), &format!("</{name}>"));
            vec![members, (element("exceptionCode"), element("exceptionMessage"))]
        }
        // `CODE : text`
        Family::Batch => {
            let body = json(got);
            let in_xml = between(&got.body, "<stateMessage>", "</stateMessage>");
            let told = [text(&body["errorMessage"]), text(&body["stateMessage"]), in_xml];
            let told = told.iter().filter_map(|told| told.split_once(" : "));
            told.map(|(code, text)| (code.to_owned(), text.to_owned())).collect()
        }
        Family::Package => {
            let problems = got.body.split("<problem>").skip(1);
            let problems = problems.filter_map(|part| part.split_once("</problem>"));
            problems.map(|(text, _)| (String::new(), unescaped(text))).collect()
        }
        // The codes are those of event log files, which nothing here writes.
        Family::Login => {
            let found = json(got)["records"].as_array().cloned().unwrap_or_default();
            let statuses: Vec<_> = found.iter().map(|record| text(&record["Status"])).collect();
            statuses.into_iter().map(|status| (String::new(), status)).collect()
        }
        Family::Provisioning => {
            let place = parameters(got);
            vec![(place("ErrorCode"), place("ErrorDescription"))]
        }
        Family::Page => unescaped(&got.body)
            .lines()
            .flat_map(sentences)
            .map(|sentence| (String::new(), sentence))
            .collect(),
        Family::Transport => {
            let body = json(got);
            let reason = between(&got.body, "<pre>reason: ", "</pre>");
            vec![
                (text(&body[0]["errorCode"]), text(&body[0]["message"])),
                ("BAD_MESSAGE".to_owned(), reason),
                ("PROXY_ERROR".to_owned(), got.body.clone()),
            ]
        }
        Family::Control => {
            let body = json(got);
            vec![(String::new(), text(&body["error"])), (text(&body["error"]), text(&body["message"]))]
        }
    }
}

/// As JSON, as a query string in the body, in the URL where the browser goes, or on a page.
fn oauth(got: &Got) -> Vec<(String, String)> {
    let body = json(got);
    let place = parameters(got);
    let form = |name: &str| {
        let pairs = form_urlencoded::parse(got.body.as_bytes());
        pairs.filter(|(key, _)| key == name).map(|(_, value)| value.into_owned()).collect::<String>()
    };
    let page = unescaped(&got.body);
    let on_page = page.lines().flat_map(sentences).filter_map(|line| {
        let (code, text) = line.split_once(" : ")?;
        Some((code.to_owned(), text.to_owned()))
    });
    let mut told: Vec<_> = on_page.collect();
    told.extend([
        (text(&body["error"]), text(&body["error_description"])),
        (place("error"), place("error_description")),
        (form("error"), form("error_description")),
    ]);
    told
}

/// The parameters of the URL where the browser goes, in its query or its fragment.
fn parameters(got: &Got) -> impl Fn(&str) -> String {
    let place = got.header("location").unwrap_or_default();
    let query = place.split_once(['?', '#']).map_or("", |(_, query)| query).to_owned();
    move |name| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    }
}

/// The texts between the tags of a line.
fn sentences(line: &str) -> Vec<String> {
    let texts = line.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text).trim());
    texts.filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

fn between(text: &str, open: &str, close: &str) -> String {
    let found = text.split_once(open).and_then(|(_, rest)| rest.split_once(close));
    let found = found.map(|(inside, _)| inside).unwrap_or_default();
    unescaped(found)
}

fn unescaped(text: &str) -> String {
    unescape(text).map_or_else(|_| text.to_owned(), |text| text.into_owned())
}

fn json(got: &Got) -> Value {
    serde_json::from_str(&got.body).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
