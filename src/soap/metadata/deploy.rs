//! `deploy()`, `deployRecentValidation()`, `checkDeployStatus()`, `cancelDeploy()`.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_deploy.htm>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::super::element::Element;
use super::super::fault::SoapFault;
use super::super::writer::Writer;
use super::time;
use crate::deployment::{self, Archive, ReadAhead, admit, no_archive};
use crate::metadata::package::{DeployOptions, Deployed, Message};
use crate::metadata::tree::is_true;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::soap::call::Call;
use crate::world::{Deployment, MetadataJob, MetadataJobs, RequestContext};

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    admit(context)?;
    let arguments = &call.envelope.operation;
    arguments.takes(&["ZipFile", "DeployOptions"])?;
    let archive = ReadAhead::of_request(call.request, || archive(arguments))?;
    let job = deployment::deploy(context, &archive, options(arguments.child("DeployOptions")))?;
    queued(answer, "deployResponse", job.id);
    Ok(())
}

/// Reads the archive of a call before it is let in.
pub fn read_ahead(operation: &Element, jobs: &MetadataJobs) -> Option<ReadAhead> {
    match operation.name {
        "deploy" => Some(ReadAhead::new(archive(operation))),
        "deployRecentValidation" => {
            let id = Id::parse(operation.text_of("validationId")?.trim())?;
            jobs.validated_archive(id).map(|bytes| ReadAhead::new(Archive::read(bytes)))
        }
        _ => None,
    }
}

fn archive(arguments: &Element) -> Result<Archive, Fault> {
    let encoded: String = arguments.text_of("ZipFile").unwrap_or_default().split_whitespace().collect();
    let bytes = STANDARD.decode(encoded).map_err(|_| no_archive())?;
    Archive::read(bytes.into())
}

pub fn run_validated(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    admit(context)?;
    let arguments = &call.envelope.operation;
    arguments.takes(&["validationId"])?;
    let job = deployment::deploy_validated(context, call.request, id_of(call, "validationId"))?;
    answer.nest("deployRecentValidationResponse", |answer| answer.text("result", job.id.as_str()));
    Ok(())
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

/// The id that an argument has.
pub fn id_of<'a>(call: &'a Call, argument: &str) -> &'a str {
    call.envelope.operation.text_of(argument).unwrap_or_default().trim()
}

pub fn check(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    admit(context)?;
    let arguments = &call.envelope.operation;
    arguments.takes(&["asyncProcessId", "includeDetails"])?;
    let (job, deployment) = deployment::find_deployment(context, id_of(call, "asyncProcessId"))?;
    let details = arguments.text_of("includeDetails").is_some_and(|text| is_true(text.trim()));
    answer.nest("checkDeployStatusResponse", |answer| {
        answer.nest("result", |answer| result(answer, &job, &deployment, details));
    });
    Ok(())
}

pub fn cancel(call: &Call, context: &RequestContext, _answer: &mut Writer) -> Result<(), SoapFault> {
    admit(context)?;
    // jsforce calls the one argument `id`, the WSDL `String`.
    let named = call.envelope.operation.children.first().map_or("id", |child| child.name);
    Ok(deployment::cancel(context, id_of(call, named))?)
}

/// Writes the elements of `DeployResult`.
fn result(answer: &mut Writer, job: &MetadataJob, deployment: &Deployment, details: bool) {
    let Deployment { options, deployed, .. } = deployment;
    let errors = deployed.errors();
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
    answer.int("numberComponentsDeployed", count(deployment.deployed_count()));
    answer.int("numberComponentsTotal", count(deployed.total()));
    answer.int("numberTestErrors", 0);
    answer.int("numberTestsCompleted", 0);
    answer.int("numberTestsTotal", 0);
    answer.flag("rollbackOnError", options.rollback_on_error);
    answer.flag("runTestsEnabled", false);
    time(answer, "startDate", job.at);
    answer.text("status", deployment.status());
    answer.flag("success", errors == 0);
}

fn messages(answer: &mut Writer, job: &MetadataJob, deployed: &Deployed) {
    for (name, wanted) in [("componentFailures", true), ("componentSuccesses", false)] {
        for message in deployed.messages.iter().filter(|message| message.failed() == wanted) {
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
    let tests = element.into_iter().flat_map(|element| element.all("runTests"));
    let level = element.and_then(|element| element.text_of("testLevel")).map(str::trim);
    DeployOptions {
        check_only: is("checkOnly"),
        rollback_on_error: is("rollbackOnError"),
        ignore_warnings: is("ignoreWarnings"),
        allow_missing_files: is("allowMissingFiles"),
        purge_on_delete: is("purgeOnDelete"),
        single_package: is("singlePackage"),
        test_level: level.filter(|level| !level.is_empty()).map(str::to_owned),
        run_tests: tests.map(|test| test.text.trim().to_owned()).collect(),
    }
}
