//! Deployments and retrievals: an archive comes in, its components are saved, and what became of them is remembered. A
//! deployment is done when it is asked for; clients learn of it when they ask again. SOAP and REST speak of the same ones.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_deploy.htm>

pub mod archive;
mod read_ahead;

use std::sync::Arc;

use archive::Unreadable;
use bytes::Bytes;
pub use read_ahead::ReadAhead;

use crate::dml;
use crate::message::Request;
use crate::metadata::package;
use crate::metadata::package::{DeployOptions, Files};
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::org::Org;
use crate::world::{ApiVersion, Deployment, MetadataJob, MetadataWork, RequestContext};

/// The key prefix of deployments.
const PREFIX: &str = "0Af";
/// So long after its validation a package can be deployed without another.
const VALID_FOR: i64 = 10 * 24 * 3600 * 1000;

/// Whether the user may use the Metadata API at all.
///
/// # Errors
/// `INSUFFICIENT_ACCESS`
pub fn admit(context: &RequestContext) -> Result<(), Fault> {
    let may = ["ModifyAllData", "ModifyMetadata"].iter().any(|permission| context.runner.may(permission));
    if may { Ok(()) } else { Err(no_access()) }
}

/// An archive that can be read, and the files in it. Nothing of an org is needed to read one.
#[derive(Debug)]
pub struct Archive {
    bytes: Bytes,
    files: Files,
}

impl Archive {
    /// Reads the files of a zip archive.
    ///
    /// # Errors
    /// When it is none, or one that is too large or cannot be trusted.
    pub fn read(bytes: Bytes) -> Result<Archive, Fault> {
        let files = archive::read(&bytes).map_err(|why| match why {
            Unreadable::NoArchive => no_archive(),
            Unreadable::TooManyFiles => too_many_files(),
            why => bad_archive(&why),
        })?;
        Ok(Archive { bytes, files })
    }
}

/// Deploys the files of a zip archive. Types that are not emulated are noted as gaps.
///
/// # Errors
/// A store that failed. What is wrong with components stands in the job.
pub fn deploy(
    context: &RequestContext,
    archive: &Archive,
    options: DeployOptions,
) -> Result<MetadataJob, Fault> {
    let Archive { bytes, files } = archive;
    let (environment, save_options) = (context.environment(), dml::Options::default());
    let pipeline = dml::Call {
        org: context.org,
        environment: &environment,
        runner: &context.runner,
        options: &save_options,
        rules: &crate::rules::BOOK,
    };
    let deployed = package::deploy(pipeline, files, &options, ApiVersion::NEWEST.number())?;
    for name in &deployed.unknown_types {
        context.state.gaps.note(&format!("Metadata type {name}"));
    }
    let validated = (options.check_only && deployed.errors() == 0).then(|| bytes.clone());
    keep(context, PREFIX, MetadataWork::Deploy(Deployment { options, deployed, validated }))
}

/// Deploys what has been validated lately. There is no Apex here, and so no tests that must have run. The archive may have
/// been read ahead for this request.
/// <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_deployRecentValidation.htm>
///
/// # Errors
/// When there is no such validation; a store that failed.
pub fn deploy_validated(context: &RequestContext, request: &Request, id: &str) -> Result<MetadataJob, Fault> {
    let (job, deployment) = find_deployment(context, id)?;
    let fresh = context.state.clock.now() - job.at <= VALID_FOR;
    let archive = deployment.validated.filter(|_| fresh).ok_or_else(|| no_job(id))?;
    let archive = match ReadAhead::of_kept(request, &archive) {
        Some(read) => read,
        None => Arc::new(Archive::read(archive)?),
    };
    deploy(context, &archive, DeployOptions { check_only: false, ..deployment.options })
}

/// Remembers a job under a new id.
///
/// # Errors
/// A store that failed.
pub fn keep(context: &RequestContext, prefix: &str, work: MetadataWork) -> Result<MetadataJob, Fault> {
    let user = context.runner.user;
    let id = context.org.next_id_under(prefix)?;
    let user_name = user_name(context.org, Some(user))?;
    let at = context.state.clock.now();
    let job = MetadataJob { id, org: context.org.id, user, user_name, at, work };
    context.state.metadata_jobs.keep(job.clone());
    Ok(job)
}

/// The job of an id.
///
/// # Errors
/// When there is none.
pub fn find(context: &RequestContext, id: &str) -> Result<MetadataJob, Fault> {
    let job = Id::parse(id).and_then(|id| context.state.metadata_jobs.find(context.org.id, id));
    job.ok_or_else(|| no_job(id))
}

/// The deployment of an id.
///
/// # Errors
/// When there is none.
pub fn find_deployment(context: &RequestContext, id: &str) -> Result<(MetadataJob, Deployment), Fault> {
    let job = find(context, id)?;
    let MetadataWork::Deploy(deployment) = job.work.clone() else { return Err(no_job(id)) };
    Ok((job, deployment))
}

/// What is done cannot be cancelled any more.
///
/// # Errors
/// Always.
pub fn cancel(context: &RequestContext, id: &str) -> Result<(), Fault> {
    find(context, id)?;
    Err(already_completed())
}

/// A user's full name.
///
/// # Errors
/// A store that failed.
pub fn user_name(org: &Org, user: Option<Id>) -> Result<String, Fault> {
    let Some(user) = user else { return Ok(String::new()) };
    let user = org.find(&org.standard("User")?, user)?;
    Ok(user.and_then(|user| user.text("Name").map(str::to_owned)).unwrap_or_default())
}

faults! {
    /// a user without "Modify All Data" and "Modify Metadata Through Metadata API Functions" calls the Metadata API
    no_access() = INSUFFICIENT_ACCESS,
        "use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions", Quoted;

    /// what is deployed is no base64 of a zip archive, or a damaged one
    pub no_archive() = UNKNOWN_EXCEPTION, "ZipFile: the file is not a zip archive that can be read", Assumed;

    /// a zip archive of more than 10,000 files is deployed
    too_many_files() = INVALID_OPERATION, "Too many files in zip", Seen "https://github.com/forcedotcom/cli/issues/1674";

    /// a zip archive is deployed that unpacks to more than 400 MB (or to more than 10 MB and 200 times its own size), whose
    /// files share bytes or are encrypted, or have paths that lead out of it
    bad_archive(why: &Unreadable) = UNKNOWN_EXCEPTION, "ZipFile: {why}", Assumed;

    /// the status of a deployment or retrieval is asked for that there is not; or one is to be deployed that was not
    /// validated in the last ten days
    pub no_job(id: &str) = INVALID_CROSS_REFERENCE_KEY, "invalid cross reference id: {id}", Assumed;

    /// a deployment is cancelled that is done
    already_completed() = INVALID_ID_FIELD, "Deployment already completed", Quoted;
}
