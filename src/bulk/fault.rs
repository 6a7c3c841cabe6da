//! Refusals: `exceptionCode` and `exceptionMessage`, as XML or JSON.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm>

use super::info::{AnswerFormat, NAMESPACE};
use crate::error_entry::{Entry, declare_errors};
use crate::message::{Response, StatusCode};
use crate::model::fault::Fault;
use crate::xml::escaped;

/// A refused call.
#[derive(Debug, Clone)]
pub struct BulkFault {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// Its row in the table of errors.
    row: Option<&'static Entry>,
    /// What the service can and this server cannot do.
    pub gap: Option<String>,
}

declare_errors! {
    impl BulkFault as Bulk "bulk";

    /// the session id is unknown or its session over
    pub invalid_session_id() = "InvalidSessionId" 400,
        "Invalid session id", Seen "https://github.com/jsforce/jsforce";

    /// a call has no session id (`X-SFDC-Session`, or a bearer token)
    pub no_session_id() = "InvalidSessionId" 400, "Unable to find session id", Quoted;

    /// the user does not have the permission `API Enabled`
    pub api_disabled() = "FeatureNotEnabled" 400,
        "Async api not enabled for the user",
        Inferred "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm";

    /// the scopes of an OAuth session do not hold `api`: after the SOAP API's words
    pub not_for_api() = "InvalidSessionId" 400, "This session is not valid for use with the API", Assumed;

    /// the password of the session has expired: in the words of the other APIs
    expired_password(code: &str, message: &str) = "InvalidUser" 400, "{code} : {message}", Assumed;

    /// the org has spent its API calls of the day: in the words of the other APIs
    spent_quota(why: &str) = "ExceededQuota" 400,
        "{why}",
        Inferred "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm";

    /// the version in the path is none of the API's
    pub wrong_version(version: &str) = "InvalidVersion" 400,
        "Invalid Api version specified on URL: {version}",
        Inferred "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm";

    /// a resource does not have the method
    pub wrong_method(method: &str) = "InvalidUrl" 405,
        "HTTP method {method} not allowed for this URL",
        Inferred "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm";

    /// the job in the path is not there
    pub no_job(id: &str) = "InvalidJob" 400,
        "Invalid job id: {id}",
        Inferred "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm";

    /// a job says no operation
    pub no_operation() = "InvalidJob" 400,
        "No operation specified",
        Inferred "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm";

    /// the operation of a job is none
    pub unknown_operation(name: &str) = "InvalidJob" 400,
        "Unknown operation: {name}",
        Inferred "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm";

    /// a job says no object
    pub no_object_named() = "InvalidJob" 400,
        "No object specified",
        Inferred "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm";

    /// the concurrency mode of a job is neither Parallel nor Serial
    pub unknown_concurrency_mode(name: &str) = "InvalidJob" 400,
        "Unknown concurrency mode: {name}",
        Inferred "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm";

    /// a change of a job says no state
    pub no_state() = "InvalidJob" 400,
        "No state specified",
        Inferred "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm";

    /// a job is to be put in another state than Closed or Aborted
    pub unknown_state(name: &str) = "InvalidJob" 400,
        "Unknown state: {name}",
        Inferred "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm";

    /// the content type of a job is none, or one with files, which are not emulated
    unsupported_content_type(name: &str) = "InvalidJob" 400,
        "Unsupported content type: {name}",
        Inferred "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm";

    /// the object of a job is not there for the user
    pub no_object(name: &str) = "InvalidJob" 400,
        "Unable to find object: {name}",
        Inferred "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm";

    /// the object of a job cannot be saved like that, or not by the user: `access` is `create`, `update`, `create/update` or
    /// `delete`
    pub no_access(access: &str, object: &str) = "InvalidJob" 400,
        "No {access} access for object:{object}", Seen "public issues of bulk loaders (`create/update` and `delete`)";

    /// an upsert job names no external id field
    pub no_external_id(object: &str) = "InvalidJob" 400,
        "External ID was blank for {object}. An External ID must be specified for upsert.", Quoted;

    /// an upsert job names a field that is no external id
    pub bad_external_id(field: &str, object: &str) = "InvalidJob" 400,
        "Field name provided, {field} does not match an External ID for {object}", Quoted;

    /// a hardDelete job of a user who may not delete for good (`Bulk API Hard Delete`)
    pub no_hard_delete() = "FeatureNotEnabled" 400,
        "hardDelete operation requires special user profile permission, please contact your system administrator",
        Quoted;

    /// a job that is closed, aborted or failed is to be closed or aborted: `doing` is `Closing` or `Aborting`
    pub already(doing: &str, state: &str) = "InvalidJobState" 400, "{doing} already {state} Job not allowed", Quoted;

    /// a batch is added to a job that is no longer open
    pub job_not_open(state: &str) = "InvalidJobState" 400,
        "Unable to create batch. The job is in state {state}",
        Inferred "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm";

    /// the batch in the path is not there, or another job's
    pub no_batch(id: &str) = "InvalidBatch" 400,
        "Invalid batch id: {id}",
        Inferred "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm";

    /// results are asked for of a batch that is still being processed
    pub batch_not_completed() = "InvalidBatch" 400, "Batch not completed", Quoted;

    /// results are asked for of a batch that failed: in the words of its state
    pub batch_failed(why: &str) = "InvalidBatch" 400,
        "{why}",
        Inferred "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm";

    /// the result in the path is none of the batch's
    pub no_result(id: &str) = "InvalidBatch" 400,
        "Invalid result id: {id}",
        Inferred "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm";

    /// a batch is of another content type than its job
    pub wrong_content_type(sent: &str, wanted: &str) = "InvalidBatch" 400,
        "Content-Type of batch ({sent}) does not match the content type of the job ({wanted})", Quoted;

    /// a job or a batch comes in a media type that the API does not read
    pub unsupported_media_type(sent: &str) = "UnsupportedContentType" 400,
        "Unsupported content type: {sent}", Seen "a recorded exchange of a bulk loader";

    /// a batch has no data at all
    pub no_data() = "ClientInputError" 400,
        "Unable to find any data to create batch", Seen "public issues of bulk loaders";

    /// a batch is larger than 10 MB
    pub too_large(limit: usize) = "ClientInputError" 400,
        "Failed to read request. Exceeded max size limit of {limit}", Quoted;

    /// a call runs for longer than it may: in the words of the fault
    out_of_time(why: &str) = "Timeout" 400,
        "{why}", Inferred "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm";

    /// a job comes as XML that cannot be read: the reason is told
    bad_xml(why: &str) = "InvalidXML" 400,
        "{why}",
        Inferred "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm";

    /// a job comes as JSON that cannot be read: the reason is told
    bad_json(why: &str) = "ClientInputError" 400,
        "{why}",
        Inferred "https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm";
}

impl BulkFault {
    fn of_row(row: &'static Entry, message: String) -> BulkFault {
        let status = row.number.and_then(|number| StatusCode::from_u16(number).ok());
        let status = status.unwrap_or(StatusCode::BAD_REQUEST);
        BulkFault { status, code: row.code, message, row: Some(row), gap: None }
    }

    /// The session's password has expired.
    pub fn password_expired(fault: &Fault) -> BulkFault {
        BulkFault::expired_password(fault.code.as_str(), &fault.message)
    }

    /// The org has spent its API calls of the day.
    pub fn quota_spent(fault: &Fault) -> BulkFault {
        BulkFault::spent_quota(&fault.message)
    }

    /// The service is down: assumed.
    pub fn unavailable(fault: Fault) -> BulkFault {
        BulkFault { status: StatusCode::SERVICE_UNAVAILABLE, ..fault.into() }
    }

    /// The service reads archives, too: records with the files that they are to hold.
    pub fn no_content_type(name: &str) -> BulkFault {
        let gap = matches!(name, "ZIP_CSV" | "ZIP_JSON" | "ZIP_XML").then(|| format!("Bulk API {name}"));
        BulkFault { gap, ..BulkFault::unsupported_content_type(name) }
    }

    pub fn bad_settings(form: AnswerFormat, why: &str) -> BulkFault {
        match form {
            AnswerFormat::Xml => BulkFault::bad_xml(why),
            AnswerFormat::Json => BulkFault::bad_json(why),
        }
    }

    pub fn response(&self, form: AnswerFormat) -> Response {
        let BulkFault { status, code, message, .. } = self;
        let response = match form {
            AnswerFormat::Xml => {
                let body = format!(
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><error\n   xmlns=\"{NAMESPACE}\">\n \
                     <exceptionCode>{code}</exceptionCode>\n <exceptionMessage>{}</exceptionMessage>\n</error>",
                    escaped(message)
                );
                super::typed::typed(*status, "application/xml", body)
            }
            AnswerFormat::Json => {
                let body = serde_json::json!({ "exceptionCode": code, "exceptionMessage": message });
                super::typed::typed(*status, "application/json", body.to_string())
            }
        };
        response.telling(self.row)
    }
}

impl From<Fault> for BulkFault {
    fn from(fault: Fault) -> BulkFault {
        if fault.is_out_of_time() {
            return BulkFault::out_of_time(&fault.message);
        }
        let status = match fault.is_store_trouble() {
            true => StatusCode::SERVICE_UNAVAILABLE,
            false => StatusCode::BAD_REQUEST,
        };
        let message = format!("{} : {}", fault.code, fault.message);
        BulkFault { status, code: "Unknown", message, row: fault.row, gap: None }
    }
}
