//! Data import: a file of comma-separated values becomes a bulk job, whose columns are the names of fields.

use askama::Template;

use super::form::{Choice, Group, Input};
use super::place;
use super::shell::Shell;
use super::trouble::{PageResult, Trouble};
use super::visit::{API_VERSION, Visit};
use crate::job::{
    self, ContentType, Delimiter, Job, JobType, LineEnding, NewJob, NotOpened, Operation, results,
};
use crate::message::header::CONTENT_DISPOSITION;
use crate::message::{HeaderValue, Response, StatusCode};

const OBJECTS: [&str; 3] = ["Account", "Contact", "User"];

#[derive(Template)]
#[template(path = "console/import.html")]
struct ImportPage {
    shell: Shell,
    action: String,
    error: String,
    inputs: Vec<Input>,
    content: String,
    jobs: Vec<Progress>,
}

/// How far a job has come.
struct Progress {
    id: String,
    object: String,
    operation: &'static str,
    state: &'static str,
    processed: u64,
    failed: u64,
    error: String,
}

/// `/lightning/setup/DataManagementDataImporter/home`
pub(super) fn import(visit: &Visit) -> PageResult {
    if let Some(id) = visit.parameter("job") {
        return file(visit, &id, visit.parameter("file").as_deref() == Some("error"));
    }
    let mut error = String::new();
    if visit.is_post() {
        match start(visit) {
            Ok(job) => {
                let back = place::setup("DataManagementDataImporter");
                return visit.go_and_tell(&back, &format!("Job {} was made.", job.id));
            }
            Err(NotOpened::Fault(fault)) => error = fault.message,
            Err(NotOpened::NoObject(object)) => error = format!("There is no object {object}."),
            Err(NotOpened::NoAccess { access, object }) => {
                error = format!("You may not {access} records of {object}.");
            }
            Err(NotOpened::NoExternalId { .. }) => error = "An upsert needs an external ID field.".to_owned(),
            Err(NotOpened::NotAnExternalId { field, object }) => {
                error = format!("{field} is no external ID of {object}.");
            }
            Err(NotOpened::NoHardDelete) => error = "Bulk API Hard Delete is missing.".to_owned(),
        }
    }
    let select = |name: &str, label: &str, choices: Vec<Choice>| Input {
        name: name.to_owned(),
        id: name.to_owned(),
        label: label.to_owned(),
        kind: "select",
        groups: vec![Group { label: String::new(), choices }],
        ..Input::default()
    };
    let chosen = |name: &str| visit.form.get(name).unwrap_or_default();
    let operations = ["insert", "update", "upsert"];
    let inputs = vec![
        select("object", "Object", OBJECTS.map(|name| Choice::new(name, name, chosen("object"))).to_vec()),
        select(
            "operation",
            "Operation",
            operations.map(|name| Choice::new(name, name, chosen("operation"))).to_vec(),
        ),
        Input {
            name: "externalId".to_owned(),
            id: "externalId".to_owned(),
            label: "External ID field".to_owned(),
            kind: "text",
            value: chosen("externalId").to_owned(),
            hint: "For an upsert",
            ..Input::default()
        },
    ];
    Ok(Response::page(&ImportPage {
        shell: visit.shell("Data import"),
        action: place::setup("DataManagementDataImporter"),
        error,
        inputs,
        content: visit.form.get("content").unwrap_or_default().to_owned(),
        jobs: progress(visit)?,
    }))
}

fn start(visit: &Visit) -> Result<Job, NotOpened> {
    let (org, runner) = (visit.org(), visit.runner());
    let value = |name: &str| visit.form.get(name).unwrap_or_default();
    // A form's lines end as those of mails do.
    let content = value("content").replace("\r\n", "\n");
    let object = job::object(org, runner, value("object"))?;
    let new = NewJob {
        job_type: JobType::V2Ingest,
        operation: Operation::parse(value("operation"))
            .filter(|it| !it.is_query())
            .unwrap_or(Operation::Insert),
        object,
        external_id_field: Some(value("externalId").to_owned()).filter(|field| !field.is_empty()),
        content_type: ContentType::Csv,
        line_ending: LineEnding::Lf,
        delimiter: Delimiter::Comma,
        concurrency: "Parallel",
        assignment_rule: None,
        api_version: API_VERSION,
    };
    let job = job::open(org, runner, visit.browser.state.clock.now(), new, Some(content.as_bytes()))?;
    visit.browser.state.background.ask();
    Ok(job)
}

/// The user's own jobs, the youngest first.
fn progress(visit: &Visit) -> Result<Vec<Progress>, Trouble> {
    const MOST: usize = 1000;
    let jobs = visit.org().jobs()?;
    let all = jobs.list(&[JobType::V2Ingest], "", MOST)?;
    let mut found = Vec::new();
    for job in all.iter().rev().filter(|job| job.user == visit.runner().user.as_str()).take(20) {
        let batch = jobs.only_batch(job)?;
        found.push(Progress {
            id: job.id.clone(),
            object: job.object.clone(),
            operation: job.operation.as_str(),
            state: job.state.as_str(),
            processed: batch.processed,
            failed: batch.failed,
            error: job.error.clone().unwrap_or_default(),
        });
    }
    Ok(found)
}

/// The records that were saved, or those that were refused, as Data Loader writes them.
fn file(visit: &Visit, id: &str, of_errors: bool) -> PageResult {
    let jobs = visit.org().jobs()?;
    let own = |job: &Job| job.user == visit.runner().user.as_str() && job.job_type == JobType::V2Ingest;
    let job = jobs.find(id)?.filter(own).ok_or(Trouble::NoRecord)?;
    let batch = jobs.only_batch(&job)?;
    let (content, name) = match of_errors {
        true => (results::failed(&jobs, &job, &batch)?, "error.csv"),
        false => (results::successful(&jobs, &job, &batch)?, "success.csv"),
    };
    let response = Response::with_body(StatusCode::OK, "text/csv;charset=UTF-8", content);
    Ok(match HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        Ok(value) => response.with_header(CONTENT_DISPOSITION, value),
        Err(_) => response,
    })
}
