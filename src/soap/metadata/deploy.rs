//! `deploy()`, `checkDeployStatus()`, `cancelDeploy()`. A deployment is done when it is asked for; clients learn of it
//! when they ask again.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_deploy.htm>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::super::Call;
use super::super::element::Element;
use super::super::fault::SoapFault;
use super::super::writer::Writer;
use super::{admit, archive, list, time};
use crate::cloud::{MetadataJob, MetadataWork, Visit};
use crate::org::dml;
use crate::org::fault::{Fault, faults};
use crate::org::id::Id;
use crate::org::metadata::package::{self, DeployOptions, Deployed, Files, Message};
use crate::org::metadata::tree::is_true;

/// The key prefix of deployments.
const PREFIX: &str = "0Af";

pub fn run(call: &Call, visit: &Visit, answer: &mut Writer) -> Result<(), SoapFault> {
    admit(visit)?;
    let arguments = &call.envelope.operation;
    arguments.takes(&["ZipFile", "DeployOptions"])?;
    let options = options(arguments.child("DeployOptions"));
    let encoded: String = arguments.text_of("ZipFile").unwrap_or_default().split_whitespace().collect();
    let files = STANDARD.decode(encoded).ok().and_then(|bytes| archive::read(&bytes));
    let files: Files = files.ok_or_else(no_archive)?;
    let (world, save_options) = (visit.world(), dml::Options::default());
    let pipeline = dml::Call { org: visit.org, world: &world, runner: &visit.runner, options: &save_options };
    let deployed = package::deploy(pipeline, &files, &options)?;
    for name in &deployed.unknown_types {
        call.state.gaps.note(&format!("SOAP Metadata type {name}"));
    }
    let id = keep(call, visit, PREFIX, MetadataWork::Deploy(options, deployed))?;
    queued(answer, "deployResponse", id);
    Ok(())
}

/// Remembers a job under a new id.
pub fn keep(call: &Call, visit: &Visit, prefix: &str, work: MetadataWork) -> Result<Id, Fault> {
    let user = visit.runner.user;
    let id = visit.org.next_id_under(prefix)?;
    let user_name = list::user_name(visit.org, Some(user))?;
    let at = call.state.clock.now();
    call.state.metadata_jobs.keep(MetadataJob { id, org: visit.org.id, user, user_name, at, work });
    Ok(id)
}

/// Writes the `AsyncResult` of a job that has begun.
pub fn queued(answer: &mut Writer, response: &str, id: Id) {
    answer.nest(response, |answer| {
        answer.nest("result", |answer| {
            answer.flag("done", false);
            answer.text("id", id.as_str());
            answer.text("state", "Queued");
        });
    });
}

/// The job that a call asks about.
pub fn asked(call: &Call, visit: &Visit, argument: &str) -> Result<MetadataJob, Fault> {
    let text = call.envelope.operation.text_of(argument).unwrap_or_default().trim();
    let job = Id::parse(text).and_then(|id| call.state.metadata_jobs.find(visit.org.id, id));
    job.ok_or_else(|| no_job(text))
}

pub fn check(call: &Call, visit: &Visit, answer: &mut Writer) -> Result<(), SoapFault> {
    admit(visit)?;
    let arguments = &call.envelope.operation;
    arguments.takes(&["asyncProcessId", "includeDetails"])?;
    let job = asked(call, visit, "asyncProcessId")?;
    let MetadataWork::Deploy(options, deployed) = &job.work else {
        return Err(no_job(job.id.as_str()).into());
    };
    let details = arguments.text_of("includeDetails").is_some_and(|text| is_true(text.trim()));
    answer.nest("checkDeployStatusResponse", |answer| {
        answer.nest("result", |answer| result(answer, &job, options, deployed, details));
    });
    Ok(())
}

/// What is done cannot be cancelled any more.
pub fn cancel(call: &Call, visit: &Visit, _answer: &mut Writer) -> Result<(), SoapFault> {
    admit(visit)?;
    // jsforce calls the one argument `id`, the WSDL `String`.
    let named = call.envelope.operation.children.first().map_or("id", |child| child.name.as_str());
    asked(call, visit, named)?;
    Err(already_completed().into())
}

/// Writes the elements of `DeployResult`.
fn result(
    answer: &mut Writer,
    job: &MetadataJob,
    options: &DeployOptions,
    deployed: &Deployed,
    details: bool,
) {
    let errors = deployed.errors();
    let stays = errors == 0 || !options.rollback_on_error;
    let total = deployed.total();
    let status = match (errors, stays) {
        (0, _) => "Succeeded",
        (_, true) if errors < total => "SucceededPartial",
        _ => "Failed",
    };
    answer.flag("checkOnly", options.check_only);
    time(answer, "completedDate", job.at);
    answer.text("createdBy", job.user.as_str());
    answer.text("createdByName", &job.user_name);
    time(answer, "createdDate", job.at);
    answer.nest("details", |answer| {
        if details {
            messages(answer, job, deployed);
        }
    });
    answer.flag("done", true);
    answer.text("id", job.id.as_str());
    answer.flag("ignoreWarnings", options.ignore_warnings);
    time(answer, "lastModifiedDate", job.at);
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    answer.int("numberComponentErrors", count(errors));
    answer.int("numberComponentsDeployed", count(if stays { total.saturating_sub(errors) } else { 0 }));
    answer.int("numberComponentsTotal", count(total));
    answer.int("numberTestErrors", 0);
    answer.int("numberTestsCompleted", 0);
    answer.int("numberTestsTotal", 0);
    answer.flag("rollbackOnError", options.rollback_on_error);
    answer.flag("runTestsEnabled", false);
    time(answer, "startDate", job.at);
    answer.text("status", status);
    answer.flag("success", errors == 0);
}

fn messages(answer: &mut Writer, job: &MetadataJob, deployed: &Deployed) {
    let failed = |message: &&Message| message.problem.as_ref().is_some_and(|problem| !problem.warning);
    for (name, wanted) in [("componentFailures", true), ("componentSuccesses", false)] {
        for message in deployed.messages.iter().filter(|message| failed(message) == wanted) {
            answer.nest(name, |answer| self::message(answer, job, message, !wanted));
        }
    }
    // There is no Apex here, and so no test of it.
    answer.nest("runTestResult", |answer| {
        answer.int("numFailures", 0);
        answer.int("numTestsRun", 0);
        answer.double("totalTime", 0.0);
    });
}

/// Writes the elements of `DeployMessage`.
fn message(answer: &mut Writer, job: &MetadataJob, message: &Message, success: bool) {
    answer.flag("changed", success && message.problem.is_none());
    let line = message.problem.as_ref().and_then(|problem| problem.line);
    if line.is_some() {
        answer.int("columnNumber", 1);
    }
    answer.text("componentType", &message.kind);
    answer.flag("created", message.created);
    time(answer, "createdDate", job.at);
    answer.flag("deleted", message.deleted);
    answer.text("fileName", &message.file);
    answer.text("fullName", &message.full_name);
    if let Some(id) = &message.id {
        answer.text("id", id.as_str());
    }
    if let Some(line) = line {
        answer.int("lineNumber", i64::try_from(line).unwrap_or(i64::MAX));
    }
    if let Some(problem) = &message.problem {
        answer.text("problem", &problem.text);
        answer.text("problemType", if problem.warning { "Warning" } else { "Error" });
    }
    answer.flag("success", success);
}

fn options(element: Option<&Element>) -> DeployOptions {
    let is = |name| element.and_then(|e| e.text_of(name)).is_some_and(|text| is_true(text.trim()));
    DeployOptions {
        check_only: is("checkOnly"),
        rollback_on_error: is("rollbackOnError"),
        ignore_warnings: is("ignoreWarnings"),
        allow_missing_files: is("allowMissingFiles"),
    }
}

faults! {
    /// what is deployed is no base64 of a zip archive, or one too large
    pub no_archive() = UNKNOWN_EXCEPTION, "ZipFile: the file is not a zip archive that can be read", Assumed;

    /// the status of a deployment or retrieval is asked for that there is not
    pub no_job(id: &str) = INVALID_CROSS_REFERENCE_KEY, "invalid cross reference id: {id}", Assumed;

    /// a deployment is cancelled that is done
    pub already_completed() = INVALID_ID_FIELD, "Deployment already completed", Quoted;
}
