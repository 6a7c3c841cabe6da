//! Every error that the program can give, from the modules that declare them: what `docs/errors.md` and
//! `fauxforce explain` are made of.

use crate::flow::jit::Kind;
use crate::org::fault::{Entry, Rows};
use crate::{cloud, deployment, org, rest, soap};

/// The rows of the table of errors that belong together.
#[derive(Debug)]
pub struct Section {
    pub title: &'static str,
    pub rows: Vec<&'static Entry>,
}

/// The table of errors.
pub fn sections() -> Vec<Section> {
    let records = [&[org::fault::data::FAULTS], org::dml::PIPELINE_FAULTS, &[org::mishap::FAULTS]].concat();
    let mut sections = vec![section("Records", &records)];
    sections.extend(org::rule::FAULTS.iter().map(|(title, rows)| section(title, rows)));
    sections.push(section("Passwords", &[org::password::FAULTS, rest::PASSWORD_FAULTS]));
    sections.push(section("Queries", &[org::soql::FAULTS, cloud::LOCATOR_FAULTS]));
    let shared =
        &[org::call_context::FAULTS, cloud::FAULTS, cloud::fault_plan::FAULTS, org::replication::FAULTS];
    let requests = [&shared[..], rest::FAULTS].concat();
    sections.push(section("Requests", &requests));
    let soap = [&[org::outbound_email::FAULTS], soap::FAULTS].concat();
    sections.push(section("SOAP", &soap));
    let metadata = [org::metadata::COMPONENT_FAULTS, soap::METADATA_FAULTS, &[deployment::FAULTS]].concat();
    sections.push(section("Metadata", &metadata));
    sections.push(section("Composite calls", rest::COMPOSITE_FAULTS));
    let jobs = [rest::JOB_FAULTS, &[org::sosl::FAULTS, crate::job::FAULTS]].concat();
    sections.push(section("Bulk jobs and searches", &jobs));
    sections
}

fn section(title: &'static str, rows: &[Rows]) -> Section {
    Section { title, rows: rows.concat() }
}

/// The rows with this status code, in any case; else those whose message this is, or a piece of.
pub fn about(what: &str) -> Vec<&'static Entry> {
    let all: Vec<_> = sections().into_iter().flat_map(|section| section.rows).collect();
    let rows =
        |wanted: &dyn Fn(&Entry) -> bool| all.iter().copied().filter(|row| wanted(row)).collect::<Vec<_>>();
    let by_code = rows(&|row| row.code.as_str().eq_ignore_ascii_case(what));
    if !by_code.is_empty() {
        return by_code;
    }
    let by_message = rows(&|row| row.says(what) && row.varies_little());
    if !by_message.is_empty() {
        return by_message;
    }
    let piece = what.to_lowercase();
    rows(&|row| row.message().to_lowercase().contains(&piece))
}

/// The errors of Just-in-Time provisioning with this constant or description, in any case.
pub fn of_provisioning(what: &str) -> Vec<Kind> {
    let meant = |kind: &Kind| {
        kind.constant().eq_ignore_ascii_case(what) || kind.description().eq_ignore_ascii_case(what)
    };
    Kind::ALL.iter().copied().filter(meant).collect()
}

/// The status codes that look most like a word, at most three.
pub fn nearest_codes(word: &str) -> Vec<&'static str> {
    let word = word.to_uppercase();
    let mut codes: Vec<_> =
        sections().into_iter().flat_map(|section| section.rows).map(|row| row.code.as_str()).collect();
    codes.sort_by(|a, b| {
        let likeness = |code: &str| strsim::jaro_winkler(&word, code);
        likeness(b).total_cmp(&likeness(a)).then(a.cmp(b))
    });
    codes.dedup();
    codes.truncate(3);
    codes
}
