//! `docs/coverage.md` says what is emulated; it is written from the tables that the program runs by.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use fauxforce::bulk;
use fauxforce::dml::{Phase, Rule};
use fauxforce::model::schema::{SObject, Schema};
use fauxforce::oauth;
use fauxforce::query::soql::has_records;
use fauxforce::rest::gap::GAPS;
use fauxforce::rest::routes::ROUTES;
use fauxforce::rules;
use fauxforce::scim;
use fauxforce::soap::{self, Api};

/// Fields that exist under some org feature are counted, too.
const FEATURES: [&str; 6] = [
    "Communities",
    "CustomerUsers",
    "MultiCurrency",
    "PartnerUsers",
    "PersonAccounts",
    "StateAndCountryPicklist",
];

#[test]
fn the_page_says_what_the_tables_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join("coverage.md");
    let page = page();
    if std::env::var_os("FAUXFORCE_BLESS").is_some() {
        fs::write(&path, page).expect("docs/coverage.md can be written");
        return;
    }
    let written = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        written == page,
        "docs/coverage.md is old: FAUXFORCE_BLESS=1 cargo test --test coverage writes it anew"
    );
}

fn page() -> String {
    let schema = Schema::standard(FEATURES.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>());
    let objects: Vec<_> = schema.all();
    let mut page = String::from(
        "# What is emulated\n\n\
         Written by `tests/coverage.rs` from the tables of routes, objects and rules.\n",
    );
    page += "\n## REST\n\nBelow `/services/data`; `HEAD` goes with `GET`, and `.json` and `.xml` with every path.\n\n";
    page += &rest();
    page += "\n### Not yet\n\nThese, and all below them, answer as absent, with a header `X-Fauxforce-Gap`; they are \
             noted at `/_fauxforce/gaps`. With `--strict` they answer 501.\n\n";
    page += &gaps();
    page += "\n## OAuth\n\n";
    page += &oauth();
    page += "\n## SOAP\n\n";
    page += &soap();
    page += "\n## Bulk API\n\nBulk API 2.0 is among the paths of REST. Below `/services/async/{version}`, in CSV, XML and JSON:\n\n";
    page += &bulk();
    page += "\nNot yet: the content types `ZIP_CSV`, `ZIP_JSON` and `ZIP_XML`, and `/job/{job}/spec`.\n";
    page += "\n## SCIM\n\nBelow `/services/scim/v2` and, in SCIM 1.1, `/services/scim/v1`:\n\n";
    page += &scim();
    page += "\n## Objects\n\nWhat an administrator may do; `rules` counts those of the next section. Every object is \
             described in full; those that the real service works out when asked cannot be queried (a gap is noted).\n\n";
    page += &table(
        &["object", "fields", "create", "update", "delete", "query", "rules"],
        objects.iter().map(|o| object(o)),
    );
    page += "\n## Rules\n\nBeside the checks that follow from an object's description: types, lengths, required and \
             unique fields, picklists, references, access.\n\n";
    let rules =
        objects.iter().flat_map(|object| rules::of(&object.name).iter().map(move |rule| (object, rule)));
    page += &table(&["object", "when", "on", "rule"], rules.map(|(object, rule)| row_of_rule(object, rule)));
    page
}

/// The routes by path.
fn rest() -> String {
    let mut paths = BTreeMap::<&str, Vec<String>>::new();
    for (methods, pattern, _) in ROUTES {
        let below = pattern.strip_prefix("/services/data").unwrap_or(pattern);
        paths.entry(below).or_default().push(methods.to_string().replace("HEAD,", ""));
    }
    table(
        &["path", "methods"],
        paths.into_iter().map(|(path, methods)| {
            let path = if path.is_empty() { "/" } else { path };
            vec![format!("`{path}`"), methods.join(", ").replace(',', ", ").replace(",  ", ", ")]
        }),
    )
}

/// The routes of the Bulk API by path.
fn bulk() -> String {
    let mut paths = BTreeMap::<&str, Vec<String>>::new();
    for (methods, pattern, _) in bulk::ROUTES {
        let below = pattern.strip_prefix("/services/async/{version}").unwrap_or(pattern);
        paths.entry(below).or_default().push(methods.to_string().replace("HEAD,", ""));
    }
    let rows = paths.into_iter().map(|(path, methods)| vec![format!("`{path}`"), methods.join(", ")]);
    table(&["path", "methods"], rows)
}

/// The routes of SCIM by path.
fn scim() -> String {
    let mut paths = BTreeMap::<&str, Vec<String>>::new();
    for (methods, pattern, _) in scim::ROUTES {
        let below = pattern.strip_prefix("/services/scim/{version}").unwrap_or(pattern);
        paths.entry(below).or_default().push(methods.to_string().replace("HEAD,", ""));
    }
    let rows = paths.into_iter().map(|(path, methods)| vec![format!("`{path}`"), methods.join(", ")]);
    table(&["path", "methods"], rows)
}

/// Endpoints and grants.
fn oauth() -> String {
    let quoted = |name: &str| format!("`{name}`");
    let paths: Vec<_> = oauth::ENDPOINTS.iter().map(|(path, _)| quoted(path)).collect();
    let grants: Vec<_> = oauth::GRANTS.iter().map(|(name, _)| quoted(name)).collect();
    let gaps: Vec<_> = oauth::REQUEST_TYPE_GAPS.iter().map(|name| quoted(name)).collect();
    format!(
        "Endpoints: {}, `/id/{{org}}/{{user}}`. Grants: {}. Not yet: the endpoint `/services/oauth2/register`, and \
         `code_credentials` with an `Auth-Request-Type` of {}.\n",
        paths.join(", "),
        grants.join(", "),
        gaps.join(", ")
    )
}

/// Operations by API.
fn soap() -> String {
    let list = |names: Vec<&str>| names.join(", ");
    table(
        &["API", "path", "operations", "not yet"],
        Api::ALL.into_iter().map(|api| {
            let (done, gaps) = (list(soap::emulated(api).collect()), list(soap::not_emulated(api).collect()));
            let path = format!("`/services/Soap/{}/`", api.letter());
            vec![api.name().to_owned(), path, done, gaps]
        }),
    )
}

fn gaps() -> String {
    let gaps: Vec<_> = GAPS.iter().map(|gap| format!("`{gap}`")).collect();
    format!("{}\n", gaps.join(", "))
}

fn object(object: &SObject) -> Vec<String> {
    let mark = |flag| if object.is(flag) { "yes" } else { "–" }.to_owned();
    vec![
        object.name.clone(),
        object.fields.len().to_string(),
        mark("createable"),
        mark("updateable"),
        mark("deletable"),
        if has_records(&object.name) { mark("queryable") } else { "–".to_owned() },
        rules::of(&object.name).len().to_string(),
    ]
}

fn row_of_rule(object: &SObject, rule: &Rule) -> Vec<String> {
    let phase = match rule.phase {
        Phase::Default => "defaults",
        Phase::Before => "before",
        Phase::Unique => "uniqueness",
        Phase::Count => "counters",
        Phase::After => "after",
    };
    let on: Vec<_> = rule.on.iter().map(|operation| format!("{operation:?}").to_lowercase()).collect();
    vec![object.name.clone(), phase.to_owned(), on.join(", "), rule.name.replace('_', " ")]
}

fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), " --- |".repeat(head.len()));
    for row in rows {
        writeln!(text, "| {} |", row.join(" | ")).expect("a text takes everything");
    }
    text
}
