//! Every error that the program can give, from the modules that declare them: what `docs/errors.md` and
//! `fauxforce explain` are made of.

use crate::error_entry::{Entry, Rows};
use crate::{
    app, assertion, bulk, console, control, credentials, deployment, dml, flow, http, job, metadata, model,
    oauth, org, query, rest, rules, saml, scim, soap, web, world,
};

/// The rows of the table of errors that belong together.
#[derive(Debug)]
pub struct Section {
    pub title: &'static str,
    pub rows: Vec<&'static Entry>,
}

/// The table of errors.
pub fn sections() -> Vec<Section> {
    let records =
        [&[model::fault::data::FAULTS], dml::PIPELINE_FAULTS, &[dml::injected_fault::FAULTS]].concat();
    let mut sections = vec![section("Records", &records)];
    sections.extend(rules::FAULTS.iter().map(|(title, rows)| section(title, rows)));
    sections.push(section("Passwords", &[credentials::password::FAULTS, rest::PASSWORD_FAULTS]));
    sections.push(section("Queries", &[query::soql::FAULTS, world::LOCATOR_FAULTS]));
    let shared =
        &[dml::call_context::FAULTS, world::FAULTS, world::fault_plan::FAULTS, org::replication::FAULTS];
    let requests = [&shared[..], rest::FAULTS].concat();
    sections.push(section("Requests", &requests));
    let soap = [&[org::outbound_email::FAULTS], soap::FAULTS].concat();
    sections.push(section("SOAP", &soap));
    let metadata = [metadata::COMPONENT_FAULTS, soap::METADATA_FAULTS, &[deployment::FAULTS]].concat();
    sections.push(section("Metadata", &metadata));
    sections.push(section("Packages that are deployed or retrieved", metadata::PACKAGE_ERRORS));
    sections.push(section("Composite calls", rest::COMPOSITE_FAULTS));
    let jobs = [rest::JOB_FAULTS, &[query::sosl::FAULTS, job::FAULTS]].concat();
    sections.push(section("Bulk jobs and searches", &jobs));
    sections.push(section("Bulk API 1.0", &[bulk::ERRORS]));
    sections.push(section("Bulk jobs and batches that fail", &[job::REFUSALS]));
    sections.push(section("SOAP envelopes and sessions", &[soap::ERRORS]));
    sections.push(section("OAuth", &[oauth::ERRORS]));
    sections.push(section("Identity URLs", &[oauth::IDENTITY_ERRORS]));
    sections.push(section("SCIM", scim::ERRORS));
    sections
        .push(section("The login history", &[world::LOGIN_ERRORS, oauth::LOGIN_ERRORS, assertion::ERRORS]));
    sections.push(section("Just-in-Time provisioning", &[flow::jit::ERRORS]));
    let pages = [flow::self_registration::ERRORS, oauth::PAGE_ERRORS, web::ERRORS];
    let pages = [&pages, crate::pages::ERRORS, saml::PAGE_ERRORS, console::ERRORS].concat();
    sections.push(section("Pages", &pages));
    sections.push(section("HTTP", &[http::ERRORS]));
    let control = [app::ERRORS, control::CONTROL_ERRORS, &[saml::CONTROL_ERRORS]].concat();
    sections.push(section("The control API", &control));
    sections
}

fn section(title: &'static str, rows: &[Rows]) -> Section {
    Section { title, rows: rows.concat() }
}

/// The rows that a text means, in any case: those with this code, with or without their message behind it; else those
/// whose message it is; else those whose message it is a piece of.
pub fn about(what: &str) -> Vec<&'static Entry> {
    let all: Vec<_> = sections().into_iter().flat_map(|section| section.rows).collect();
    let rows =
        |wanted: &dyn Fn(&Entry) -> bool| all.iter().copied().filter(|row| wanted(row)).collect::<Vec<_>>();
    let by_code = rows(&|row| !row.code.is_empty() && row.code.eq_ignore_ascii_case(what));
    if !by_code.is_empty() {
        return by_code;
    }
    // `InvalidBatch : Field name not found : Foo`, as logs have it.
    let coded = rows(&|row| message_behind(row.code, what).is_some_and(|message| row.says(message)));
    let told_apart: Vec<_> = coded.iter().copied().filter(|row| row.varies_little()).collect();
    if !coded.is_empty() {
        return if told_apart.is_empty() { coded } else { told_apart };
    }
    let by_message = rows(&|row| row.says(what) && row.varies_little());
    if !by_message.is_empty() {
        return by_message;
    }
    let piece = what.to_lowercase();
    rows(&|row| row.message().to_lowercase().contains(&piece))
}

/// What stands behind a code and a colon.
fn message_behind<'a>(code: &str, what: &'a str) -> Option<&'a str> {
    let head = what.get(..code.len()).filter(|head| !head.is_empty() && head.eq_ignore_ascii_case(code))?;
    Some(what.get(head.len()..)?.trim_start().strip_prefix(':')?.trim_start())
}

/// The codes that look most like a word, at most three.
pub fn nearest_codes(word: &str) -> Vec<&'static str> {
    let word = word.to_uppercase();
    let rows = sections().into_iter().flat_map(|section| section.rows);
    let mut codes: Vec<_> = rows.map(|row| row.code).filter(|code| !code.is_empty()).collect();
    codes.sort_by(|a, b| {
        let likeness = |code: &str| strsim::jaro_winkler(&word, &code.to_uppercase());
        likeness(b).total_cmp(&likeness(a)).then(a.cmp(b))
    });
    codes.dedup();
    codes.truncate(3);
    codes
}
