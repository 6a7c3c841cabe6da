//! Refusals: `exceptionCode` and `exceptionMessage`, as XML or JSON.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm>

use super::info::{Form, NAMESPACE};
use crate::message::{Response, StatusCode};
use crate::org::fault::Fault;
use crate::xml::escaped;

/// A refused call.
#[derive(Debug, Clone)]
pub struct BulkFault {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// What the service can and this server cannot do.
    pub gap: Option<String>,
}

impl BulkFault {
    fn new(code: &'static str, message: impl Into<String>) -> BulkFault {
        BulkFault { status: StatusCode::BAD_REQUEST, code, message: message.into(), gap: None }
    }

    /// Seen in <https://github.com/jsforce/jsforce>, which knows an expired session by status 400 and this code.
    pub fn invalid_session_id() -> BulkFault {
        BulkFault::new("InvalidSessionId", "Invalid session id")
    }

    pub fn no_session_id() -> BulkFault {
        BulkFault::new("InvalidSessionId", "Unable to find session id")
    }

    pub fn api_disabled() -> BulkFault {
        BulkFault::new("FeatureNotEnabled", "Async api not enabled for the user")
    }

    /// A token without the scope `api`: assumed, after the SOAP API's words.
    pub fn not_for_api() -> BulkFault {
        BulkFault::new("InvalidSessionId", "This session is not valid for use with the API")
    }

    /// The session's password has expired: the code is assumed, the words are the other APIs'.
    pub fn password_expired(fault: &Fault) -> BulkFault {
        BulkFault::new("InvalidUser", format!("{} : {}", fault.code, fault.message))
    }

    /// The org has spent its API calls of the day.
    pub fn quota_spent(fault: &Fault) -> BulkFault {
        BulkFault::new("ExceededQuota", fault.message.clone())
    }

    /// The service is down: assumed.
    pub fn unavailable(fault: Fault) -> BulkFault {
        BulkFault { status: StatusCode::SERVICE_UNAVAILABLE, ..fault.into() }
    }

    pub fn wrong_version(version: &str) -> BulkFault {
        BulkFault::new("InvalidVersion", format!("Invalid Api version specified on URL: {version}"))
    }

    pub fn wrong_method(method: &str) -> BulkFault {
        let refusal = BulkFault::new("InvalidUrl", format!("HTTP method {method} not allowed for this URL"));
        BulkFault { status: StatusCode::METHOD_NOT_ALLOWED, ..refusal }
    }

    pub fn no_job(id: &str) -> BulkFault {
        BulkFault::new("InvalidJob", format!("Invalid job id: {id}"))
    }

    pub fn bad_job(why: impl Into<String>) -> BulkFault {
        BulkFault::new("InvalidJob", why)
    }

    /// The service reads archives, too: records with the files that they are to hold.
    pub fn no_content_type(name: &str) -> BulkFault {
        let gap = matches!(name, "ZIP_CSV" | "ZIP_JSON" | "ZIP_XML").then(|| format!("Bulk API {name}"));
        BulkFault { gap, ..BulkFault::bad_job(format!("Unsupported content type: {name}")) }
    }

    pub fn no_object(name: &str) -> BulkFault {
        BulkFault::bad_job(format!("Unable to find object: {name}"))
    }

    pub fn no_external_id(object: &str) -> BulkFault {
        let message =
            format!("External ID was blank for {object}. An External ID must be specified for upsert.");
        BulkFault::bad_job(message)
    }

    pub fn bad_external_id(field: &str, object: &str) -> BulkFault {
        BulkFault::bad_job(format!("Field name provided, {field} does not match an External ID for {object}"))
    }

    pub fn no_hard_delete() -> BulkFault {
        let message = "hardDelete operation requires special user profile permission, please contact your system administrator";
        BulkFault::new("FeatureNotEnabled", message)
    }

    /// `doing` is `Closing` or `Aborting`.
    pub fn already(doing: &str, state: &str) -> BulkFault {
        BulkFault::new("InvalidJobState", format!("{doing} already {state} Job not allowed"))
    }

    pub fn job_not_open(state: &str) -> BulkFault {
        BulkFault::new("InvalidJobState", format!("Unable to create batch. The job is in state {state}"))
    }

    pub fn no_batch(id: &str) -> BulkFault {
        BulkFault::new("InvalidBatch", format!("Invalid batch id: {id}"))
    }

    pub fn batch_not_completed() -> BulkFault {
        BulkFault::new("InvalidBatch", "Batch not completed")
    }

    pub fn batch_failed(why: &str) -> BulkFault {
        BulkFault::new("InvalidBatch", why)
    }

    pub fn no_result(id: &str) -> BulkFault {
        BulkFault::new("InvalidBatch", format!("Invalid result id: {id}"))
    }

    pub fn wrong_content_type(sent: &str, wanted: &str) -> BulkFault {
        let message =
            format!("Content-Type of batch ({sent}) does not match the content type of the job ({wanted})");
        BulkFault::new("InvalidBatch", message)
    }

    pub fn too_large(limit: usize) -> BulkFault {
        BulkFault::new(
            "ClientInputError",
            format!("Failed to read request. Exceeded max size limit of {limit}"),
        )
    }

    pub fn bad_settings(form: Form, why: &str) -> BulkFault {
        match form {
            Form::Xml => BulkFault::new("InvalidXML", why),
            Form::Json => BulkFault::new("ClientInputError", why),
        }
    }

    pub fn response(&self, form: Form) -> Response {
        let BulkFault { status, code, message, .. } = self;
        match form {
            Form::Xml => {
                let body = format!(
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><error\n   xmlns=\"{NAMESPACE}\">\n \
                     <exceptionCode>{code}</exceptionCode>\n <exceptionMessage>{}</exceptionMessage>\n</error>",
                    escaped(message)
                );
                super::typed(*status, "application/xml", body)
            }
            Form::Json => {
                let body = serde_json::json!({ "exceptionCode": code, "exceptionMessage": message });
                super::typed(*status, "application/json", body.to_string())
            }
        }
    }
}

impl From<Fault> for BulkFault {
    fn from(fault: Fault) -> BulkFault {
        if fault.is_out_of_time() {
            return BulkFault::new("Timeout", fault.message);
        }
        let status = match fault.is_store_trouble() {
            true => StatusCode::SERVICE_UNAVAILABLE,
            false => StatusCode::BAD_REQUEST,
        };
        BulkFault { status, ..BulkFault::new("Unknown", format!("{} : {}", fault.code, fault.message)) }
    }
}
