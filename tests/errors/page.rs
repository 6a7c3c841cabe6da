//! `docs/errors.md` says which errors there are; it is written from the modules that declare them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use fauxforce::error_entry::{Entry, Family, Fields, Sure};
use fauxforce::errors;

const HEAD: &str = "\
# Errors

Written by `tests/errors/page.rs` from the declarations beside the rules. `fauxforce explain DUPLICATE_USERNAME` prints
the same, with the surface and the file that the error comes from; it takes `invalid_grant`, `InvalidBatch`, a login status,
a message, or a piece of one, too.

The same wrong input gives the same code and text on every surface; only the envelope differs: a JSON array on REST, a
fault on SOAP, a row of the results of a bulk job. What only one surface says has a table of its own, further down. Names
in braces stand for what varies; `–` is an empty list of fields, or no code. A message that is *marked* stands below the
piece of the query that it is about, with a caret, row and column.

How sure it is that the real service says it like this: **D** official documentation, **S** seen in a real answer,
**s** long quoted but not verified, **I** concluded from neighbouring facts, **A** assumed (no source found: correct us).
";

const TAIL: &str = "
What the checks of a SAML Response say to an administrator is in [saml.md](saml.md).
";

#[test]
fn the_page_says_what_the_declarations_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join("errors.md");
    let page = page();
    if std::env::var_os("FAUXFORCE_BLESS").is_some() {
        fs::write(&path, page).expect("docs/errors.md can be written");
        return;
    }
    let written = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        written == page,
        "docs/errors.md is old: FAUXFORCE_BLESS=1 cargo test --test errors writes it anew"
    );
}

/// Tests and people name rows by them.
#[test]
fn names_are_unique() {
    let mut seen = BTreeSet::new();
    for row in errors::sections().iter().flat_map(|section| &section.rows) {
        assert!(seen.insert(row.name), "two rows are named {} (one in {})", row.name, row.file);
    }
}

#[test]
fn rows_are_told_in_full() {
    for row in errors::sections().iter().flat_map(|section| &section.rows) {
        assert!(!row.when.trim().is_empty(), "{}", row.name);
        assert!(
            row.sure != Sure::Seen && row.sure != Sure::Documented || !row.source.is_empty(),
            "{}: where was it seen?",
            row.name
        );
        assert!(!row.when.trim().ends_with('.'), "{}: 'when' ends a sentence of its own", row.name);
    }
}

/// What clients can see is declared with `faults!`: nothing else makes a fault, but tests.
#[test]
fn every_fault_has_a_row() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = fs::read_to_string(&path).expect("a text");
            let code = source.split("#[cfg(test)]").next().unwrap_or_default();
            let bare = |(at, _): &(usize, &str)| {
                !code.get(..*at).unwrap_or_default().ends_with(|before: char| before.is_alphanumeric())
            };
            if !path.ends_with("model/fault.rs")
                && !path.ends_with("model/fault/entry.rs")
                && code.match_indices("Fault::new(").any(|place| bare(&place))
            {
                found.push(path.display().to_string());
            }
        }
    }
    assert!(
        found.is_empty(),
        "declare their faults with faults! (see CONTRIBUTING.md): {}",
        found.join(", ")
    );
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    for section in errors::sections() {
        writeln!(page, "\n## {}\n", section.title).expect("a text takes everything");
        let family = section.rows.first().map_or(Family::Fault, |row| row.family);
        if let Some(words) = in_words(family) {
            writeln!(page, "{words}\n").expect("a text takes everything");
        }
        let columns = columns(family);
        writeln!(page, "| {} |\n|{}", columns.join(" | "), " --- |".repeat(columns.len()))
            .expect("a text takes everything");
        for row in section.rows {
            page += &line(row);
        }
    }
    page + TAIL
}

/// What the errors of a section look like, where it is not as on REST.
fn in_words(family: Family) -> Option<&'static str> {
    Some(match family {
        Family::Fault => return None,
        Family::Soap => {
            "Faults that only SOAP has, each with HTTP status 500. Those with the code `soapenv:Client` have no detail."
        }
        Family::OAuth => {
            "`error` and `error_description`: a JSON object with HTTP status 400 at the token endpoint, parameters of the URL \
             where the browser goes on, or a page."
        }
        Family::Identity => "Identity URLs and `/services/oauth2/userinfo` refuse in one word.",
        Family::Scim => {
            "`detail` and `status` in SCIM 2.0, `Errors[].description` and `code` in SCIM 1.1; there is no `scimType`. A fault \
             of the tables above comes as its message alone."
        }
        Family::Bulk => {
            "`exceptionCode` and `exceptionMessage`, in XML or JSON. A fault of the tables above comes as `Unknown`."
        }
        Family::Batch => {
            "`code : text` as `stateMessage` of a batch (Bulk API 1.0), or as `errorMessage` of a job (2.0). What is wrong with \
             single records stands in the results, in the words of the tables above."
        }
        Family::Package => {
            "`problem` of a component, in the answer of `checkDeployStatus` and `checkRetrieveStatus`. A fault of the tables \
             above comes as its message alone."
        }
        Family::Login => {
            "`LoginHistory.Status`; the code is `LOGIN_STATUS` of event log files. Browsers are told nothing of it."
        }
        Family::Provisioning => {
            "In the URL where a login ends that could not provision. `ErrorDetails` has the error of the save beneath, as above. \
             The constant is the name in the documentation, which the wire does not carry."
        }
        Family::Page => "Sentences on pages for people.",
        Family::Transport => {
            "The transport refuses before any surface is asked: which path was meant does not matter."
        }
        Family::Control => {
            "Below `/_fauxforce/`: the emulator's own words, as JSON `error`, or `error` and `message`."
        }
    })
}

fn columns(family: Family) -> &'static [&'static str] {
    match family {
        Family::Fault => &["code", "when", "message", "fields", "sure"],
        Family::OAuth => &["error", "when", "error_description", "sure"],
        Family::Soap | Family::Batch | Family::Login => &["code", "when", "text", "sure"],
        Family::Identity | Family::Scim | Family::Page | Family::Control => &["HTTP", "when", "text", "sure"],
        Family::Package => &["when", "problem", "sure"],
        Family::Bulk => &["exceptionCode", "when", "exceptionMessage", "sure"],
        Family::Provisioning => &["ErrorCode", "constant", "when", "ErrorDescription", "sure"],
        Family::Transport => &["HTTP", "code", "when", "text", "sure"],
    }
}

fn line(row: &Entry) -> String {
    let fields = match row.fields {
        Fields::None => "–".to_owned(),
        Fields::Names(names) => names.join(", "),
        Fields::Described(words) => words.to_owned(),
    };
    let sure = match row.source.starts_with("http") && !row.source.contains(' ') {
        true => format!("[{}]({})", row.sure.letter(), row.source),
        false => row.sure.letter().to_owned(),
    };
    let message = row.message().replace('\n', "\\n").replace('|', "\\|");
    let marked = if row.marked { ", marked" } else { "" };
    let message = format!("`{message}`{marked}");
    let number = row.number.map(|number| number.to_string()).unwrap_or_default();
    let code = if row.code.is_empty() { "–" } else { row.code };
    let cells: &[&str] = match row.family {
        Family::Fault => &[code, row.when.trim(), &message, &fields, &sure],
        Family::Soap | Family::OAuth | Family::Bulk | Family::Batch | Family::Login => {
            &[code, row.when.trim(), &message, &sure]
        }
        Family::Identity | Family::Scim | Family::Page | Family::Control => {
            &[&number, row.when.trim(), &message, &sure]
        }
        Family::Package => &[row.when.trim(), &message, &sure],
        Family::Provisioning | Family::Transport => &[&number, code, row.when.trim(), &message, &sure],
    };
    format!("| {} |\n", cells.join(" | "))
}
