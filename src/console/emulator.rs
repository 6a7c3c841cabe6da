//! The emulator's own view, at `/_fauxforce/…`: what the control API answers as JSON, as a page for browsers.

use std::collections::BTreeSet;

use askama::Template;
use serde_json::{Map, Value};

use super::cell::Shown;
use super::form::{Choice, Group, Input};
use super::list::{Line, Post, Table};
use crate::job::{JobType, Jobs};
use crate::message::{Response, StatusCode};
use crate::web::browser_request::BrowserRequest;

/// Rows of the table of errors under a title: code, message, when, certainty, source.
pub type ErrorSection = (&'static str, Vec<[String; 5]>);

const ROOT: &str = "/_fauxforce";

/// What includes of templates ask of the frame.
struct Frame {
    token: String,
}

#[derive(Template)]
#[template(path = "console/emulator.html")]
struct EmulatorPage {
    shell: Frame,
    title: String,
    description: &'static str,
    error: String,
    forms: Vec<Form>,
    facts: Vec<(String, Shown)>,
    cards: Vec<Card>,
    tables: Vec<Table>,
    origin: String,
    path: String,
    /// Milliseconds between two looks.
    live: u32,
}

struct Form {
    label: &'static str,
    action: String,
    hidden: Vec<(&'static str, String)>,
    inputs: Vec<Input>,
    confirm: &'static str,
}

struct Card {
    heading: String,
    about: String,
    body: String,
    link: String,
}

/// A page: its path below the root, its title, what it is about.
const PAGES: &[(&str, &str, &str)] = &[
    ("requests", "Requests", "What has come in, and what became of it."),
    ("logins", "Logins", "Single sign-on, each login with its trace: why it ended as it did."),
    ("outbox", "Mails", "The mails that would have gone out, with their links."),
    ("outcome", "Outcome", "What provisioning has led to."),
    (
        "worlds",
        "Worlds",
        "Closed worlds of this server. A fork is a copy of this world with a port and a host name of its own.",
    ),
    ("checkpoints", "Checkpoints", "States of this world to come back to."),
    ("clock", "Clock", "The time of this world."),
    ("faults", "Faults", "What is to go wrong though it is right."),
    ("jobs", "Jobs", "Bulk jobs of the orgs."),
    ("gaps", "Gaps", "What clients have asked for and the emulator does not have."),
    (
        "errors",
        "Errors",
        "Every error that a client can meet, and how sure it is that the real service says it so.",
    ),
    ("api", "API", "The control API, for programs. Its OpenAPI document is at /_fauxforce/openapi.json."),
    ("idp", "Identity provider", "Logs people in by SAML, rightly or in any way wrong."),
];

/// The path below the root, without slashes around.
fn below(path: &str) -> &str {
    path.strip_prefix(ROOT).unwrap_or(path).trim_matches('/')
}

/// The start page. `knows` says whether the control API has a path.
pub fn start(origin: &str, knows: impl Fn(&str) -> bool) -> Response {
    let mut table = Table::new("Pages", &["Page", "What it shows"]);
    let own = ["jobs", "errors", "api", "idp"];
    for (path, title, description) in PAGES.iter().filter(|(path, ..)| own.contains(path) || knows(path)) {
        table.push(vec![Shown::link(*title, format!("{ROOT}/{path}")), Shown::text(*description)]);
    }
    let mut page = blank("Emulator", origin, "");
    page.description =
        "What goes on inside this server. The pages of the org are one click away, at the top.";
    page.tables = vec![table];
    Response::page(&page)
}

fn blank(title: &str, origin: &str, path: &str) -> EmulatorPage {
    EmulatorPage {
        shell: Frame { token: String::new() },
        title: title.to_owned(),
        description: "",
        error: String::new(),
        forms: Vec::new(),
        facts: Vec::new(),
        cards: Vec::new(),
        tables: Vec::new(),
        origin: origin.to_owned(),
        path: path.to_owned(),
        live: 4000,
    }
}

/// The page of an answer of the control API.
pub fn page(origin: &str, path: &str, answer: &Response) -> Response {
    let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let below = below(path);
    let first = below.split('/').next().unwrap_or_default();
    let known = PAGES.iter().find(|(known, ..)| *known == first);
    let title = known.map_or(below, |(_, title, _)| title);
    let mut page = blank(title, origin, path);
    if let Some(rest) = below.strip_prefix(first).filter(|rest| !rest.is_empty()) {
        page.title = format!("{title}: {}", crate::message::percent_decoded(rest.trim_matches('/')));
    } else {
        page.description = known.map_or("", |(_, _, description)| description);
        page.forms = forms(first);
    }
    match value.get("error").and_then(Value::as_str) {
        Some(error) if !answer.status.is_success() => error.clone_into(&mut page.error),
        _ if first == "outbox" => page.cards = mails(&value),
        _ if first == "requests" && value.get("saves").is_some_and(Value::is_array) => {
            story(&mut page, &value)
        }
        _ => fill(&mut page, first, &value),
    }
    Response { status: answer.status, ..Response::page(&page) }
}

/// Whether the answers at a path have pages.
pub fn has_page(path: &str) -> bool {
    let first = below(path).split('/').next().unwrap_or_default();
    PAGES.iter().any(|(known, ..)| *known == first)
}

fn mails(value: &Value) -> Vec<Card> {
    let text =
        |mail: &Value, name: &str| mail.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mails = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let cards = mails.iter().rev().map(|mail| Card {
        heading: text(mail, "subject"),
        about: format!("To {} ({})", text(mail, "to"), text(mail, "kind")),
        body: text(mail, "body"),
        link: Some(text(mail, "link")).filter(|link| is_link(link)).unwrap_or_default(),
    });
    cards.collect()
}

/// One request: what it was, what each save did, and the messages.
fn story(page: &mut EmulatorPage, value: &Value) {
    for (name, value) in value.as_object().into_iter().flatten() {
        match (name.as_str(), value) {
            ("saves", Value::Array(saves)) => saves.iter().for_each(|save| tell(&mut page.cards, save, "")),
            ("request" | "response", Value::Object(message)) => page.cards.push(Card {
                heading: name.clone(),
                about: message.get("bodyBytes").map(|bytes| format!("{bytes} bytes")).unwrap_or_default(),
                body: message.get("body").and_then(Value::as_str).unwrap_or_default().to_owned(),
                link: String::new(),
            }),
            (_, Value::Array(rows)) if rows.iter().any(Value::is_object) => {
                page.tables.push(table("", name, rows));
            }
            _ => page.facts.push((name.clone(), shown(value))),
        }
    }
    page.live = 3_600_000;
}

/// One save with its effects: what was sent, which defaults were filled in, which rule refused it and why.
fn tell(cards: &mut Vec<Card>, save: &Value, before: &str) {
    let text = |name: &str| save.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut body = String::new();
    for (name, label) in [("sent", "sent"), ("filled", "filled in")] {
        for (field, value) in save.get(name).and_then(Value::as_object).into_iter().flatten() {
            body.push_str(&format!("{label}: {field} = {}\n", shown(value).text));
        }
    }
    for rule in save.get("refusedBy").and_then(Value::as_array).into_iter().flatten() {
        body.push_str(&format!("refused by the rule {}\n", shown(rule).text));
    }
    for error in save.get("errors").and_then(Value::as_array).into_iter().flatten() {
        let part = |name: &str| error.get(name).map(|value| shown(value).text).unwrap_or_default();
        body.push_str(&format!("{}: {}\n  {}\n", part("code"), part("message"), part("why")));
    }
    let heading = format!("{before}{} of {}: {}", text("operation"), text("object"), text("result"));
    cards.push(Card { heading, about: text("id").to_owned(), body, link: String::new() });
    for effect in save.get("effects").and_then(Value::as_array).into_iter().flatten() {
        tell(cards, effect, "Effect: ");
    }
}

fn is_link(text: &str) -> bool {
    (text.starts_with('/') && !text.starts_with("//"))
        || text.starts_with("http://")
        || text.starts_with("https://")
}

/// Tables of what is a list, facts of what is not.
fn fill(page: &mut EmulatorPage, first: &str, value: &Value) {
    match value {
        Value::Array(rows) => page.tables.push(table(first, &page.title.clone(), rows)),
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::Array(rows) if rows.iter().any(Value::is_object) => {
                        page.tables.push(table(first, name, rows));
                    }
                    Value::Object(inner) if inner.values().all(|value| !value.is_object()) => {
                        let facts =
                            inner.iter().map(|(inner, value)| (format!("{name}.{inner}"), shown(value)));
                        page.facts.extend(facts);
                    }
                    _ => page.facts.push((name.clone(), shown(value))),
                }
            }
        }
        other => page.facts.push((String::new(), shown(other))),
    }
}

fn table(first: &str, heading: &str, rows: &[Value]) -> Table {
    const MOST: usize = 500;
    let mut columns: Vec<&str> = Vec::new();
    let mut seen = BTreeSet::new();
    for name in rows.iter().take(MOST).filter_map(Value::as_object).flat_map(Map::keys) {
        if seen.insert(name.as_str()) {
            columns.push(name);
        }
    }
    let mut table = Table::new(heading, &columns);
    table.empty = "Nothing yet.";
    for row in rows.iter().take(MOST) {
        let cells = columns.iter().map(|name| {
            let value = row.get(*name).unwrap_or(&Value::Null);
            match (first, *name) {
                ("requests", "id") | ("worlds" | "checkpoints", "name") => {
                    let shown = shown(value);
                    let segment: String = form_urlencoded::byte_serialize(shown.text.as_bytes()).collect();
                    Shown::link(shown.text, format!("{ROOT}/{first}/{}", segment.replace('+', "%20")))
                }
                _ => shown(value),
            }
        });
        table.rows.push(Line { cells: cells.collect(), links: Vec::new(), posts: posts(first, row) });
    }
    table.is_cut = rows.len() > MOST;
    table
}

fn posts(first: &str, row: &Value) -> Vec<Post> {
    let named = |name: &str| {
        let value = shown(row.get(name).unwrap_or(&Value::Null)).text;
        percent_encoding::utf8_percent_encode(&value, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let post = |label: &str, url: String, method: &str, about: String| Post {
        label: label.to_owned(),
        about,
        url,
        fields: vec![("_method", method.to_owned()), ("_back", format!("{ROOT}/{first}"))],
        confirm: "",
        name: "_do",
    };
    match first {
        "faults" => {
            let number = if row.get("id").is_some() { named("id") } else { named("number") };
            vec![post("Remove", format!("{ROOT}/faults/{number}"), "DELETE", format!("fault {number}"))]
        }
        "worlds" if row.get("name").and_then(Value::as_str) != Some("main") => {
            let name = named("name");
            vec![post("End", format!("{ROOT}/worlds/{name}"), "DELETE", format!("world {name}"))]
        }
        "checkpoints" => {
            let name = named("name");
            let url = format!("{ROOT}/checkpoints/{name}");
            vec![
                post("Restore", format!("{url}/restore"), "POST", name.clone()),
                post("Forget", url, "DELETE", name),
            ]
        }
        _ => Vec::new(),
    }
}

/// A value in a cell.
fn shown(value: &Value) -> Shown {
    match value {
        Value::Null => Shown::default(),
        Value::Bool(flag) => Shown::tick(*flag),
        Value::String(text) if is_link(text) => Shown::link(text.as_str(), text.as_str()),
        Value::String(text) => Shown::text(text.as_str()),
        Value::Array(values) if values.iter().all(|value| !value.is_object() && !value.is_array()) => {
            let texts: Vec<String> = values.iter().map(|value| shown(value).text).collect();
            Shown::text(texts.join(", "))
        }
        other => Shown::text(other.to_string()),
    }
}

fn text_input(name: &str, label: &str, hint: &'static str) -> Input {
    Input {
        name: name.to_owned(),
        id: name.trim_start_matches('_').replace(':', "_"),
        label: label.to_owned(),
        kind: "text",
        hint,
        ..Input::default()
    }
}

fn choice_input(name: &str, label: &str, choices: &[(&str, &str)]) -> Input {
    let choices = choices.iter().map(|(value, label)| Choice::new(*value, *label, "")).collect();
    Input {
        kind: "select",
        groups: vec![Group { label: String::new(), choices }],
        ..text_input(name, label, "")
    }
}

/// What can be made to go wrong.
const FAULTS: [&str; 5] = [
    "UNABLE_TO_LOCK_ROW",
    "group membership operation already in progress",
    "ENTITY_IS_LOCKED",
    "REQUEST_LIMIT_EXCEEDED",
    "SERVER_UNAVAILABLE",
];

/// What can be done on a page. Fields whose names begin with `_` say how it is sent; `:n` marks a number.
fn forms(page: &str) -> Vec<Form> {
    let form =
        |label: &'static str, path: &str, method: &str, inputs: Vec<Input>, confirm: &'static str| Form {
            label,
            action: format!("{ROOT}/{path}"),
            hidden: vec![("_method", method.to_owned()), ("_back", format!("{ROOT}/{page}"))],
            inputs,
            confirm,
        };
    match page {
        "requests" => {
            vec![form("Forget all", "requests", "DELETE", Vec::new(), "All requests are forgotten. Go on?")]
        }
        "outbox" => vec![form("Empty", "outbox", "DELETE", Vec::new(), "All mails are forgotten. Go on?")],
        "clock" => vec![
            form(
                "Advance",
                "clock",
                "PUT",
                vec![text_input("advance", "Advance by", "36h, 2 days, 15m")],
                "",
            ),
            form("Set", "clock", "PUT", vec![text_input("now", "Set to", "2026-03-01T00:00:00Z")], ""),
            form(
                "Change",
                "clock",
                "PUT",
                vec![choice_input("frozen", "The clock", &[("true", "stands"), ("false", "runs")])],
                "",
            ),
        ],
        "worlds" => vec![
            form(
                "Fork this world",
                "worlds",
                "POST",
                vec![text_input("name", "Name", "Left empty: the next free one")],
                "",
            ),
            form(
                "Reset this world",
                "reset",
                "POST",
                Vec::new(),
                "Everything since the world was made is forgotten. Go on?",
            ),
        ],
        "checkpoints" => vec![form(
            "Keep",
            "checkpoints",
            "PUT",
            vec![text_input("_name", "Name of the checkpoint", "The state as it is now")],
            "",
        )],
        "faults" => vec![
            form(
                "Add",
                "faults",
                "POST",
                vec![
                    choice_input("error", "Error", &FAULTS.map(|fault| (fault, fault))),
                    text_input("object", "Object", "Left empty: any"),
                    text_input("times:n", "Times", "Left empty: once"),
                    text_input("skip:n", "After so many", ""),
                ],
                "",
            ),
            form("Remove all", "faults", "DELETE", Vec::new(), ""),
        ],
        _ => Vec::new(),
    }
}

/// The table of all errors, searched.
pub fn errors(search: &str, sections: &[ErrorSection]) -> Response {
    const MOST: usize = 300;
    let mut tables = Vec::new();
    let wanted = search.to_lowercase();
    let mut shown_rows = 0;
    for (title, rows) in sections {
        let mut table = Table::new(title, &["Code", "Message", "When", "Certainty", "Source"]);
        for row in rows {
            let [code, message, when, ..] = row;
            let is_wanted = [code, message, when].iter().any(|text| text.to_lowercase().contains(&wanted));
            if is_wanted && shown_rows < MOST {
                shown_rows += 1;
                table.push(
                    row.iter()
                        .map(|text| {
                            if is_link(text) {
                                Shown::link(text.as_str(), text.as_str())
                            } else {
                                Shown::text(text.as_str())
                            }
                        })
                        .collect(),
                );
            }
        }
        if !table.rows.is_empty() {
            tables.push(table);
        }
    }
    let shell = Frame { token: String::new() };
    Response::page(&ErrorsPage { search: search.to_owned(), is_cut: shown_rows >= MOST, tables, shell })
}

#[derive(Template)]
#[template(path = "console/errors.html")]
struct ErrorsPage {
    shell: Frame,
    search: String,
    is_cut: bool,
    tables: Vec<Table>,
}

/// The OpenAPI document, readable.
pub fn api(origin: &str, document: &str) -> Response {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let mut table = Table::new("Operations", &["Method", "Path", "What it does"]);
    for (path, methods) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            if !matches!(method.as_str(), "get" | "post" | "put" | "delete" | "patch") {
                continue;
            }
            let text = |name: &str| operation.get(name).and_then(Value::as_str).unwrap_or_default();
            let about = [text("summary"), text("description")].join(" ");
            table.push(vec![
                Shown::text(method.to_uppercase()),
                Shown::text(path.as_str()),
                Shown::text(about),
            ]);
        }
    }
    let mut page = blank("API", origin, "/_fauxforce/openapi.json");
    page.description = PAGES.iter().find(|(path, ..)| *path == "api").map_or("", |(_, _, about)| about);
    page.tables = vec![table];
    page.live = 3_600_000;
    Response::page(&page)
}

/// The bulk jobs of the orgs of a world, youngest first.
pub(super) fn jobs(browser: BrowserRequest) -> Response {
    const MOST: usize = 1000;
    let kinds = [JobType::V2Ingest, JobType::V2Query, JobType::Classic];
    let mut all = Vec::new();
    for org in &browser.state.orgs {
        let jobs = Jobs { org }.list(&kinds, "", MOST).unwrap_or_default();
        all.extend(jobs.iter().rev().map(|job| {
            serde_json::json!({
                "id": job.id,
                "org": org.id.as_str(),
                "operation": job.operation.as_str(),
                "object": job.object,
                "state": format!("{:?}", job.state),
                "error": job.error,
            })
        }));
    }
    Response::json(StatusCode::OK, format!("{:#}\n", Value::Array(all)))
}
