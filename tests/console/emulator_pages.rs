//! The emulator's own view, its forms, and its identity provider.

use crate::browser::Browser;
use crate::emulator::{Emulator, encoded};

const HTML: &[(&str, &str)] = &[("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];

fn send(emulator: &Emulator, path: &str, fields: &[(&str, &str)], origin: &str) -> crate::emulator::Answer {
    let headers =
        [("content-type", "application/x-www-form-urlencoded"), ("origin", origin), ("accept", "text/html")];
    let headers = if origin.is_empty() { vec![headers[0], headers[2]] } else { headers.to_vec() };
    emulator.post(path, &headers, &encoded(&[fields]))
}

#[test]
fn a_path_is_a_page_for_browsers_and_json_for_programs() {
    let emulator = Emulator::start();
    for path in ["requests", "logins", "outbox", "worlds", "checkpoints", "clock", "faults", "jobs", "gaps"] {
        let path = format!("/_fauxforce/{path}");
        let page = emulator.get(&path, HTML);
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        assert!(page.content_type.starts_with("text/html"), "{path}: {}", page.content_type);
        assert!(page.body.contains("<main"), "{path}: {}", page.body);
        let json = emulator.get(&path, &[]);
        assert!(json.content_type.starts_with("application/json"), "{path}: {}", json.content_type);
    }
    for (path, text) in [
        ("/_fauxforce/", "Identity provider"),
        ("/_fauxforce/errors?q=DUPLICATE_USERNAME", "DUPLICATE_USERNAME"),
        ("/_fauxforce/api", "/_fauxforce/clock"),
        ("/_fauxforce/idp", "Customers and partners: customers"),
    ] {
        let page = emulator.get(path, HTML);
        assert!(page.body.contains(text), "{path}: {}", page.body);
    }
    let page = emulator.get("/_fauxforce/errors?q=%3Cscript%3Ealert(1)%3C/script%3E", HTML);
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
}

#[test]
fn a_form_is_the_request_that_it_stands_for() {
    let emulator = Emulator::start();
    let origin = emulator.server.url.clone();
    let fields = [
        ("_method", "POST"),
        ("_back", "/_fauxforce/faults"),
        ("error", "UNABLE_TO_LOCK_ROW"),
        ("object", "User"),
        ("times:n", "2"),
    ];
    let page = send(&emulator, "/_fauxforce/faults", &fields, &origin);
    assert!(page.body.contains("UNABLE_TO_LOCK_ROW") && page.body.contains("Remove"), "{}", page.body);
    let wrong = [("_method", "PUT"), ("_back", "/_fauxforce/clock"), ("advance", "<b>soon</b>")];
    let page = send(&emulator, "/_fauxforce/clock", &wrong, &origin);
    assert!(page.body.contains("Error:") && !page.body.contains("<b>soon"), "{}", page.body);
    let keep = [("_method", "PUT"), ("_back", "/_fauxforce/checkpoints"), ("_name", "before / after")];
    let page = send(&emulator, "/_fauxforce/checkpoints", &keep, &origin);
    assert!(page.body.contains("before / after"), "{}", page.body);
    for elsewhere in ["", "https://elsewhere.example", "null"] {
        let refused = send(&emulator, "/_fauxforce/faults", &fields, elsewhere);
        assert_eq!(refused.status, 403, "{elsewhere}: {}", refused.body);
    }
}

/// A value of a page's field.
fn value(body: &str, name: &str) -> String {
    let rest = body.split(&format!("name=\"{name}\"")).nth(1).unwrap_or_else(|| panic!("no {name}: {body}"));
    let found = match rest.split_once("value=\"") {
        Some((before, rest)) if !before.contains('>') => rest.split('"').next(),
        _ => rest.split_once('>').and_then(|(_, rest)| rest.split('<').next()),
    };
    found.unwrap_or_default().replace("&#38;", "&").replace("&#61;", "=")
}

fn log_in(emulator: &Emulator, browser: &Browser, form: &str, how: &str) -> crate::browser::Page {
    let names = ["to", "in_response_to", "name_id", "attributes", "acs", "audience", "RelayState"];
    let values = names.map(|name| value(form, name));
    let mut fields: Vec<(&str, &str)> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
    fields.push(("break", how));
    let page = send(emulator, "/_fauxforce/idp/login", &fields, &emulator.server.url);
    assert_eq!(page.status, 200, "{}", page.body);
    let acs = page.body.split("action=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an action");
    let (response, relay) = (value(&page.body, "SAMLResponse"), values[6].clone());
    browser.post(acs, &[("SAMLResponse", &response), ("RelayState", &relay)])
}

/// The identity provider's form, behind the page that posts the request.
fn asked(emulator: &Emulator, browser: &Browser, url: &str) -> String {
    let page = browser.open(url);
    let (request, relay) = (value(&page.body, "SAMLRequest"), value(&page.body, "RelayState"));
    let fields = [("SAMLRequest", request.as_str()), ("RelayState", relay.as_str())];
    send(emulator, "/_fauxforce/idp/sso", &fields, &emulator.server.url).body
}

#[test]
fn each_button_of_the_default_seed_works() {
    let emulator = Emulator::start();
    for (page, person, target) in [
        ("/lightning/o/Account/list", "ada.lovelace@fauxforce.test", "/lightning/o/Account/list"),
        ("/customers/s/", "grace.hopper@fauxforce.test", "/customers/s/"),
        ("/partners/s/", "alan.turing@fauxforce.test", "/partners/s/"),
    ] {
        let browser = Browser::of(&emulator);
        let login = browser.open(page);
        let url = match login.part("window.location.replace('", "'") {
            Some(url) => url,
            None => login
                .part("<noscript><a class=\"button\" href=\"", "\"")
                .unwrap_or_else(|| panic!("no button: {}", login.body)),
        };
        let form = asked(&emulator, &browser, &url);
        assert!(form.contains("The org asks who you are."), "{form}");
        let broken = log_in(&emulator, &browser, &form, "unsigned");
        assert!(!broken.body.contains("Logged in as"), "{}", broken.body);
        let done = log_in(&emulator, &browser, &asked(&emulator, &browser, &url), "");
        assert!(
            done.url.split('?').next().unwrap_or_default().ends_with(target),
            "{}: {}",
            done.url,
            done.body
        );
        assert!(done.body.contains(person), "{}", done.body);
    }
    let trace = emulator.get("/_fauxforce/logins/1", HTML);
    assert!(trace.body.contains("What failed"), "{}", trace.body);
}

#[test]
fn users_of_the_seed_log_in_with_one_click() {
    let emulator = Emulator::start();
    let browser = Browser::of(&emulator);
    let login = browser.open("/login?startURL=%2Flightning%2Fo%2FContact%2Flist");
    let before = login.body.split("Casey Manager").next().unwrap_or_default();
    let id = before.rsplit("value=\"").next().and_then(|rest| rest.split('"').next()).expect("a button");
    let home = browser.post("/login", &[("quick", id), ("startURL", "/lightning/o/Contact/list")]);
    assert!(home.body.contains("channel.manager@fauxforce.test"), "{}", home.body);
    assert!(home.url.contains("/lightning/o/Contact/list"), "{}", home.url);
    assert!(!browser.open("/partners/login").body.contains("Casey Manager"));
    let emulator = Emulator::of(crate::emulator::builder().no_quick_login(), None);
    let browser = Browser::of(&emulator);
    assert!(!browser.open("/login").body.contains("Casey Manager"));
    let refused = browser.post("/login", &[("quick", id)]);
    assert!(!refused.body.contains("Logged in as"), "{}", refused.body);
}
