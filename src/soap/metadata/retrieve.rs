//! `retrieve()` and `checkRetrieveStatus()`. A retrieval is done when it is asked for.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_retrieve.htm>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::super::fault::SoapFault;
use super::super::writer::Writer;
use super::deploy::{id_of, queued};
use super::{list, node, time};
use crate::deployment::{self, admit, archive, no_job};
use crate::metadata::package;
use crate::metadata::package::{MANIFEST, Manifest};
use crate::metadata::tree::is_true;
use crate::model::fault::Fault;
use crate::soap::call::Call;
use crate::world::{MetadataWork, RequestContext};

/// The key prefix of retrievals.
const PREFIX: &str = "09S";
/// Where an archive has the files, unless a single package is wanted.
const FOLDER: &str = "unpackaged/";

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    admit(context)?;
    // jsforce calls the one argument `request`, the WSDL `retrieveRequest`.
    let request = call.envelope.operation.children.first();
    let unpackaged = request.and_then(|request| request.child("unpackaged"));
    let manifest = unpackaged.map(|package| Manifest::of(&node(package))).unwrap_or_default();
    let version = request.and_then(|request| request.text_of("apiVersion")).map(str::trim);
    let version =
        version.filter(|text| !text.is_empty()).map_or_else(|| call.version.to_string(), str::to_owned);
    let single = request.and_then(|r| r.text_of("singlePackage")).is_some_and(|text| is_true(text.trim()));
    let retrieved = package::retrieve(context.org, &manifest, &version)?;
    for name in &retrieved.unknown_types {
        call.state.gaps.note(&format!("Metadata type {name}"));
    }
    let archive = archive::write(&retrieved.files, if single { "" } else { FOLDER });
    let job = deployment::keep(context, PREFIX, MetadataWork::Retrieve(retrieved, archive))?;
    queued(answer, "retrieveResponse", job.id);
    Ok(())
}

pub fn check(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    admit(context)?;
    let arguments = &call.envelope.operation;
    arguments.takes(&["asyncProcessId", "includeZip"])?;
    let job = deployment::find(context, id_of(call, "asyncProcessId"))?;
    let MetadataWork::Retrieve(retrieved, archive) = &job.work else {
        return Err(no_job(job.id.as_str()).into());
    };
    let with_zip = arguments.text_of("includeZip").is_none_or(|text| is_true(text.trim()));
    answer.try_nest("checkRetrieveStatusResponse", |answer| {
        answer.try_nest("result", |answer| {
            answer.flag("done", true);
            for component in &retrieved.components {
                let file = format!("{FOLDER}{}", component.file_name());
                answer.try_nest("fileProperties", |answer| {
                    list::properties(answer, context.org, component, &file)
                })?;
            }
            answer.nest("fileProperties", |answer| {
                let manifest = format!("{FOLDER}{MANIFEST}");
                answer.text("createdById", job.user.as_str());
                answer.text("createdByName", &job.user_name);
                time(answer, "createdDate", job.at);
                answer.text("fileName", &manifest);
                answer.text("fullName", &manifest);
                answer.empty("id");
                answer.text("lastModifiedById", job.user.as_str());
                answer.text("lastModifiedByName", &job.user_name);
                time(answer, "lastModifiedDate", job.at);
                answer.text("manageableState", "unmanaged");
                answer.text("type", "Package");
            });
            answer.text("id", job.id.as_str());
            for missing in &retrieved.missing {
                answer.nest("messages", |answer| {
                    answer.text("fileName", format!("{FOLDER}{MANIFEST}"));
                    answer.text("problem", &missing.0);
                });
            }
            answer.text("status", "Succeeded");
            answer.flag("success", true);
            match with_zip {
                true => answer.text("zipFile", STANDARD.encode(archive)),
                false => answer.empty("zipFile"),
            }
            Ok::<_, Fault>(())
        })
    })?;
    Ok(())
}
