//! `/metadata/deployRequest`: deployments of archives, as the Metadata API has them.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_rest_deploy.htm>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::encode::Writer;
use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use super::members::Members;
use super::multipart;
use crate::deployment::{self, Archive, ReadAhead, admit};
use crate::message::{Method, Request, StatusCode, header};
use crate::metadata::package::{DeployOptions, Message};
use crate::model::fault::{Fault, StatusCode as Code, faults};
use crate::model::id::Id;
use crate::world::{Deployment, MetadataJob, MetadataJobs};

/// What the part with the options is called: in the documentation, and by jsforce.
const OPTIONS_PARTS: [&str; 2] = ["json", "entity_content"];
const ARCHIVE_PART: &str = "file";
/// The member that names what has been validated.
const VALIDATED: &str = "validatedDeployRequestId";
/// How every zip archive begins.
const ZIP: &[u8] = b"PK";

/// Deploys the archive of a body with two parts, or what a JSON body says that has been validated.
pub fn create(exchange: &Exchange) -> RestResult {
    admit(&exchange.context)?;
    let request = exchange.request;
    let Some(boundary) = boundary(request) else { return create_validated(exchange) };
    let parts = multipart::parts(&request.body, &boundary);
    let part = |name: &str| parts.iter().find(|part| part.name == name).map(|part| part.body);
    let options =
        OPTIONS_PARTS.iter().find_map(|name| part(name)).ok_or_else(|| no_part(OPTIONS_PARTS[0]))?;
    let packed = part(ARCHIVE_PART).ok_or_else(|| no_part(ARCHIVE_PART))?;
    let options = options_of(Members::of_json(options)?)?;
    let archive = ReadAhead::of_request(request, || archive(request, packed))?;
    let job = deployment::deploy(&exchange.context, &archive, options)?;
    begun(exchange, &job, None)
}

/// Reads the archive that a `POST` to deploy sends or names, before the call is let in.
pub fn read_ahead(request: &Request, jobs: &MetadataJobs) -> Option<ReadAhead> {
    let read = match boundary(request) {
        Some(boundary) => {
            let parts = multipart::parts(&request.body, &boundary);
            archive(request, parts.iter().find(|part| part.name == ARCHIVE_PART)?.body)
        }
        None => {
            let id = Members::of_json(&request.body).ok()?.required_text(VALIDATED).ok()?;
            Archive::read(jobs.validated_archive(Id::parse(&id)?)?)
        }
    };
    Some(ReadAhead::new(read))
}

fn boundary(request: &Request) -> Option<String> {
    multipart::boundary(request.header(header::CONTENT_TYPE).unwrap_or_default())
}

/// Reads the archive in a part of the body. Some clients send it in base64.
fn archive(request: &Request, part: &[u8]) -> Result<Archive, Fault> {
    let bytes = match part.starts_with(ZIP) {
        true => request.body.slice_ref(part),
        false => Bytes::from(decoded(part)?),
    };
    Archive::read(bytes)
}

/// <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_rest_deploy_recentvalidation.htm>
fn create_validated(exchange: &Exchange) -> RestResult {
    let id = Members::of_body(exchange)?.required_text(VALIDATED)?;
    let job = deployment::deploy_validated(&exchange.context, exchange.request, &id).map_err(absent)?;
    begun(exchange, &job, Some(&id))
}

/// A deployment by its id. To post there deploys what has been validated, whatever the id.
pub fn answer(exchange: &Exchange) -> RestResult {
    admit(&exchange.context)?;
    match exchange.method {
        Method::GET => get(exchange),
        Method::PATCH => change(exchange),
        _ => create_validated(exchange),
    }
}

/// Tells what became of a deployment.
fn get(exchange: &Exchange) -> RestResult {
    let (job, found) = asked(exchange)?;
    let details = exchange.request.query_value("includeDetails");
    let details = details.is_some_and(|value| value.eq_ignore_ascii_case("true"));
    Ok(exchange.ok("deployRequest", |w| told(w, exchange, &job, &found, details)))
}

/// Cancels a deployment: too late, as all are done when they are asked for.
fn change(exchange: &Exchange) -> RestResult {
    let (job, _) = asked(exchange)?;
    let result = Members::of_body(exchange)?.take("deployResult");
    let status =
        result.map(Members::of).transpose()?.map(|mut members| members.text("status")).transpose()?;
    match status.flatten().as_deref() {
        Some("Canceling") => {
            Err(RestFault::from(match deployment::cancel(&exchange.context, job.id.as_str()) {
                Err(fault) => fault,
                Ok(()) => wrong_status(),
            }))
        }
        _ => Err(wrong_status().into()),
    }
}

fn asked(exchange: &Exchange) -> Result<(MetadataJob, Deployment), RestFault> {
    deployment::find_deployment(&exchange.context, &exchange.capture("id")).map_err(absent)
}

/// What there is not is absent, on this surface.
fn absent(fault: Fault) -> RestFault {
    if fault.code == Code::INVALID_CROSS_REFERENCE_KEY { RestFault::not_found() } else { fault.into() }
}

fn decoded(text: &[u8]) -> Result<Vec<u8>, Fault> {
    let text: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(text).map_err(|_| deployment::no_archive())
}

fn options_of(mut members: Members) -> Result<DeployOptions, Fault> {
    let Some(options) = members.take("deployOptions") else { return Ok(DeployOptions::default()) };
    let mut members = Members::of(options)?;
    Ok(DeployOptions {
        check_only: members.flag("checkOnly", false)?,
        rollback_on_error: members.flag("rollbackOnError", false)?,
        ignore_warnings: members.flag("ignoreWarnings", false)?,
        allow_missing_files: members.flag("allowMissingFiles", false)?,
        purge_on_delete: members.flag("purgeOnDelete", false)?,
        single_package: members.flag("singlePackage", false)?,
        test_level: members.text("testLevel")?,
        run_tests: members.texts("runTests")?,
    })
}

/// 201 with what was asked for.
fn begun(exchange: &Exchange, job: &MetadataJob, validated: Option<&str>) -> RestResult {
    let (_, found) = deployment::find_deployment(&exchange.context, job.id.as_str())?;
    let body = Writer::object(exchange.layout, "deployRequest", |w| {
        w.text("id", job.id.as_str());
        if let Some(validated) = validated {
            w.text(VALIDATED, validated);
        }
        w.text("url", &url(exchange, job));
        w.group("deployOptions", |w| options(w, &found.options));
    });
    Ok(super::document::document(StatusCode::CREATED, exchange.layout, body))
}

fn url(exchange: &Exchange, job: &MetadataJob) -> String {
    let (origin, version) = (exchange.request.origin(), exchange.version);
    format!("{origin}/services/data/v{version}/metadata/deployRequest/{}", job.id)
}

fn options(w: &mut Writer, options: &DeployOptions) {
    w.bool("allowMissingFiles", options.allow_missing_files);
    w.bool("autoUpdatePackage", false);
    w.bool("checkOnly", options.check_only);
    w.bool("ignoreWarnings", options.ignore_warnings);
    w.bool("performRetrieve", false);
    w.bool("purgeOnDelete", options.purge_on_delete);
    w.bool("rollbackOnError", options.rollback_on_error);
    if options.run_tests.is_empty() {
        w.null("runTests");
    } else {
        w.items("runTests", |w| options.run_tests.iter().for_each(|test| w.text("runTests", test)));
    }
    w.bool("singlePackage", options.single_package);
    w.optional_text("testLevel", options.test_level.as_deref());
}

fn told(w: &mut Writer, exchange: &Exchange, job: &MetadataJob, found: &Deployment, details: bool) {
    w.text("id", job.id.as_str());
    let ending = if details { "?includeDetails=true" } else { "" };
    w.text("url", &format!("{}{ending}", url(exchange, job)));
    w.group("deployResult", |w| {
        w.null("canceledBy");
        w.null("canceledByName");
        w.bool("checkOnly", found.options.check_only);
        w.datetime("completedDate", job.at);
        w.text("createdBy", job.user.as_str());
        w.text("createdByName", &job.user_name);
        w.datetime("createdDate", job.at);
        w.group("details", |w| messages(w, job, found, details));
        w.bool("done", true);
        w.null("errorMessage");
        w.null("errorStatusCode");
        w.text("id", job.id.as_str());
        w.bool("ignoreWarnings", found.options.ignore_warnings);
        w.datetime("lastModifiedDate", job.at);
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        w.int("numberComponentErrors", count(found.deployed.errors()));
        w.int("numberComponentsDeployed", count(found.deployed_count()));
        w.int("numberComponentsTotal", count(found.deployed.total()));
        w.int("numberTestErrors", 0);
        w.int("numberTestsCompleted", 0);
        w.int("numberTestsTotal", 0);
        w.bool("rollbackOnError", found.options.rollback_on_error);
        w.bool("runTestsEnabled", false);
        w.datetime("startDate", job.at);
        w.null("stateDetail");
        w.text("status", found.status());
        w.bool("success", found.deployed.errors() == 0);
    });
    w.group("deployOptions", |w| options(w, &found.options));
}

fn messages(w: &mut Writer, job: &MetadataJob, found: &Deployment, wanted: bool) {
    for (name, failures) in [("componentFailures", true), ("componentSuccesses", false)] {
        w.items(name, |w| {
            let all = found.deployed.messages.iter().filter(|message| message.failed() == failures);
            all.filter(|_| wanted).for_each(|message| w.group(name, |w| self::message(w, job, message)));
        });
    }
    w.null("retrieveResult");
    w.group("runTestResult", |w| {
        w.items("failures", |_| {});
        w.int("numFailures", 0);
        w.int("numTestsRun", 0);
        w.items("successes", |_| {});
        w.double("totalTime", 0.0);
    });
}

fn message(w: &mut Writer, job: &MetadataJob, message: &Message) {
    let (problem, success) = (message.problem.as_ref(), !message.failed());
    let line = problem.and_then(|problem| problem.line);
    let number = |w: &mut Writer, name: &str, number: Option<usize>| match number.map(i64::try_from) {
        Some(Ok(number)) => w.int(name, number),
        _ => w.null(name),
    };
    w.bool("changed", success && problem.is_none());
    number(w, "columnNumber", line.map(|_| 1));
    w.text("componentType", &message.kind);
    w.bool("created", message.created);
    w.datetime("createdDate", job.at);
    w.bool("deleted", message.deleted);
    w.text("fileName", &message.file);
    w.text("fullName", &message.full_name);
    w.optional_text("id", message.id.as_ref().map(|id| id.as_str()));
    number(w, "lineNumber", line);
    w.optional_text("problem", problem.map(|problem| problem.text.as_str()));
    w.optional_text("problemType", problem.map(|problem| if problem.warning { "Warning" } else { "Error" }));
    w.bool("success", success);
}

faults! {
    /// the body of a new deployRequest lacks the part with the options, or the one with the archive
    no_part(name: &str) = INVALID_MULTIPART_REQUEST, "The part named {name} is missing", Assumed;

    /// a deployRequest is changed otherwise than to be cancelled
    wrong_status() = INVALID_INPUT, "A deployRequest can only be changed to the deployResult.status Canceling", Assumed;
}
