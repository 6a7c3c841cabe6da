//! `docs/errors.md` says which errors there are; it is written from the modules that declare them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use fauxforce::errors;
use fauxforce::flow::jit;
use fauxforce::org::fault::{Entry, Fields, Sure};

const HEAD: &str = "\
# Errors

Written by `tests/errors/page.rs` from the declarations beside the rules. `fauxforce explain DUPLICATE_USERNAME` prints
the same, with the file that the error comes from; it takes a message, or a piece of one, too.

The same wrong input gives the same code and text on every surface; only the envelope differs: a JSON array on REST, a
fault on SOAP, `error` and `error_description` on OAuth. Names in braces stand for what varies; `–` is an empty list of
fields. A message that is *marked* stands below the piece of the query that it is about, with a caret, row and column.

How sure it is that the real service says it like this: **D** official documentation, **S** seen in a real answer,
**s** long quoted but not verified, **I** concluded from neighbouring facts, **A** assumed (no source found: correct us).
";

const TAIL: &str = "
SOAP calls, logins and OAuth grants are refused in the words of `snapshots/login_*.snap`, SAML Responses in those of
[saml.md](saml.md).
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
            if !path.ends_with("org/fault.rs") && code.match_indices("Fault::new(").any(|place| bare(&place))
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
        page += "| code | when | message | fields | sure |\n| --- | --- | --- | --- | --- |\n";
        for row in section.rows {
            page += &line(row);
        }
    }
    page += "\n## Just-in-Time provisioning\n\nIn the URL where a login ends that could not provision. `ErrorDetails` has the \
             error of the save beneath, as above.\n\n";
    page += "| `ErrorCode` | `ErrorDescription` | constant |\n| --- | --- | --- |\n";
    for kind in jit::Kind::ALL {
        let line = format!("| {} | `{}` | {} |\n", kind.code(), kind.description(), kind.constant());
        page += &line;
    }
    page + TAIL
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
    format!("| {} | {} | `{message}`{marked} | {fields} | {sure} |\n", row.code, row.when.trim())
}
