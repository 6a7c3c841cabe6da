//! A browser without scripts: keeps cookies, follows redirects, fills in forms.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::emulator::{ADMIN, Emulator, PASSWORD, encoded};

pub struct Browser<'a> {
    emulator: &'a Emulator,
    agent: ureq::Agent,
    cookies: RefCell<BTreeMap<String, String>>,
}

/// Where a journey ended.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub content_type: Option<String>,
    /// Of the emulator, or the foreign one to which it led.
    pub url: String,
    /// Empty when the journey left the emulator.
    pub body: String,
    /// The redirects on the way, each without its query.
    pub way: Vec<String>,
}

impl<'a> Browser<'a> {
    pub fn of(emulator: &'a Emulator) -> Browser<'a> {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
        Browser { emulator, agent: config.into(), cookies: RefCell::default() }
    }

    /// A browser in which the administrator is logged in.
    pub fn of_admin(emulator: &'a Emulator) -> Browser<'a> {
        let browser = Browser::of(emulator);
        let page = browser.log_in(&browser.open("/login"), ADMIN, PASSWORD);
        assert!(page.body.contains("Logged in as"), "{page:?}");
        browser
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    /// Goes to a URL or path.
    pub fn open(&self, target: &str) -> Page {
        self.go(target, None)
    }

    /// Posts fields to a URL or path.
    pub fn post(&self, target: &str, fields: &[(&str, &str)]) -> Page {
        self.go(target, Some(encoded(&[fields])))
    }

    /// Submits the first form of a page, with its hidden fields.
    pub fn submit(&self, page: &Page, fields: &[(&str, &str)]) -> Page {
        let action = page.part("action=\"", "\"").unwrap_or_else(|| panic!("no form: {}", page.body));
        let hidden: Vec<(String, String)> = page
            .body
            .split("<input type=\"hidden\" ")
            .skip(1)
            .filter_map(|rest| Some((between(rest, "name=\"", "\"")?, between(rest, "value=\"", "\"")?)))
            .collect();
        let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (&**name, &**value)).collect();
        all.extend(fields);
        self.post(&action, &all)
    }

    /// Fills in a login page.
    pub fn log_in(&self, page: &Page, username: &str, password: &str) -> Page {
        self.submit(page, &[("username", username), ("pw", password)])
    }

    /// Presses "Allow".
    pub fn allow(&self, page: &Page) -> Page {
        self.submit(page, &[("save", " Allow ")])
    }

    /// Presses "Deny".
    pub fn deny(&self, page: &Page) -> Page {
        self.submit(page, &[("cancel", " Deny ")])
    }

    fn go(&self, target: &str, mut form: Option<String>) -> Page {
        let base = &self.emulator.server.url;
        let mut url = if target.starts_with('/') { format!("{base}{target}") } else { target.to_owned() };
        let mut way = Vec::new();
        for _ in 0..12 {
            if !url.starts_with(base.as_str()) {
                return Page { status: 0, content_type: None, url, body: String::new(), way };
            }
            let page = self.send(&url, form.take(), &mut way);
            let next = page.next();
            let Some(next) = next else { return page };
            way = page.way;
            way.push(url.split('?').next().unwrap_or_default().replace(base.as_str(), ""));
            url = if next.starts_with('/') { format!("{base}{next}") } else { next };
        }
        panic!("the emulator leads in a circle: {way:?}")
    }

    fn send(&self, url: &str, form: Option<String>, way: &mut Vec<String>) -> Page {
        let cookies: Vec<_> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let response = match form {
            Some(form) => self
                .agent
                .post(url)
                .header("cookie", cookies)
                .header("content-type", "application/x-www-form-urlencoded")
                .send(form),
            None => self.agent.get(url).header("cookie", cookies).call(),
        };
        let mut response = response.expect("an answer");
        for cookie in response.headers().get_all("set-cookie") {
            let (pair, rest) = cookie.to_str().expect("text").split_once(';').expect("attributes");
            let (name, value) = pair.split_once('=').expect("a value");
            if rest.contains("Max-Age=0") {
                self.cookies.borrow_mut().remove(name);
            } else {
                self.set_cookie(name, value);
            }
        }
        let header =
            |name| response.headers().get(name).map(|value| value.to_str().expect("text").to_owned());
        let (content_type, location) = (header("content-type"), header("location"));
        let status = response.status().as_u16();
        let body = location.map(|url| format!("{LOCATION}{url}"));
        let body = body.unwrap_or_else(|| response.body_mut().read_to_string().expect("text"));
        Page { status, content_type, url: url.to_owned(), body, way: std::mem::take(way) }
    }
}

/// Marks a body that is a redirect's.
const LOCATION: &str = "\u{0}location ";

impl Page {
    /// Where a redirect or a refreshing page leads.
    fn next(&self) -> Option<String> {
        if let Some(location) = self.body.strip_prefix(LOCATION) {
            return Some(location.to_owned());
        }
        self.part("http-equiv=\"refresh\" content=\"0; url=", "\"")
    }

    /// What stands between two texts, unescaped.
    pub fn part(&self, start: &str, end: &str) -> Option<String> {
        between(&self.body, start, end)
    }

    /// A parameter in the URL's query or fragment.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let (_, query) = self.url.split_once(['?', '#'])?;
        let found = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name)?;
        Some(found.1.into_owned())
    }

    /// Status, URL and body.
    pub fn told(&self) -> String {
        match self.status {
            0 => format!("left for {}", self.url),
            status => {
                format!("{status} {}\n{}", self.url.split('?').next().unwrap_or_default(), self.body)
            }
        }
    }
}

fn between(text: &str, start: &str, end: &str) -> Option<String> {
    let found = text.split(start).nth(1)?.split(end).next()?;
    let unescaped =
        found.replace("&#38;", "&").replace("&amp;", "&").replace("&#61;", "=").replace("&#34;", "\"");
    Some(unescaped)
}
