//! Why a request is refused. The texts are those of <https://github.com/salesforceidentity/scimv2-pilot>, spelling included;
//! where it has none they are ours, marked so.

use crate::message::StatusCode;
use crate::org::fault::{self, Fault};
use crate::org::id::Id;
use crate::org::password;
use crate::store::StoreError;

/// A refused request.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    pub status: StatusCode,
    pub detail: String,
}

impl Refusal {
    pub fn bad_request(detail: impl Into<String>) -> Refusal {
        Refusal { status: StatusCode::BAD_REQUEST, detail: detail.into() }
    }

    /// The words are the REST API's: assumed.
    pub fn unauthorized() -> Refusal {
        Refusal { status: StatusCode::UNAUTHORIZED, detail: "Session expired or invalid".to_owned() }
    }

    /// The words are the REST API's: assumed.
    pub fn api_disabled() -> Refusal {
        let detail = "The REST API is not enabled for this Organization.".to_owned();
        Refusal { status: StatusCode::FORBIDDEN, detail }
    }

    /// The words are the REST API's: assumed.
    pub fn password_expired() -> Refusal {
        Refusal { status: StatusCode::FORBIDDEN, detail: password::expired().message }
    }

    pub fn no_such_resource() -> Refusal {
        Refusal { status: StatusCode::NOT_FOUND, detail: "No such resource".to_owned() }
    }

    pub fn not_found(url: &str) -> Refusal {
        Refusal { status: StatusCode::NOT_FOUND, detail: format!("Resource {url} not found") }
    }

    pub fn method_not_supported() -> Refusal {
        Refusal { status: StatusCode::NOT_IMPLEMENTED, detail: "Method not supported".to_owned() }
    }

    /// A user, contact or account was not saved: in the words of an exception of Apex. What is taken is a conflict.
    pub fn not_saved(verb: &str, id: Option<Id>, faults: &[Fault]) -> Refusal {
        let taken = faults.first().is_some_and(|fault| fault.code.as_str().starts_with("DUPLICATE"));
        let status = if taken { StatusCode::CONFLICT } else { StatusCode::BAD_REQUEST };
        Refusal { status, detail: fault::dml_exception(verb, id, faults) }
    }

    /// The row of a permission set or of a group was not saved.
    pub fn invalid(faults: &[Fault]) -> Refusal {
        let texts = faults.iter().map(|fault| format!("INVALID:{};", fault.message));
        Refusal::bad_request(texts.collect::<String>())
    }

    /// Assumed.
    pub fn no_json() -> Refusal {
        Refusal::bad_request("The request body is no JSON object")
    }

    /// The status is that of RFC 7644, 3.7.4; the words are assumed.
    pub fn too_large(limit: usize) -> Refusal {
        let detail = format!("The size of the request is more than the maximum of {limit} bytes");
        Refusal { status: StatusCode::PAYLOAD_TOO_LARGE, detail }
    }

    pub fn both_attribute_lists() -> Refusal {
        Refusal::bad_request("Cannot provide both attributes and excludedAttributes")
    }

    pub fn unsupported_attribute(name: &str) -> Refusal {
        Refusal::bad_request(format!("Unsupported attribute : {name}"))
    }

    pub fn complex_attribute(name: &str) -> Refusal {
        Refusal::bad_request(format!("Complex attribute {name}. Please specify subattribute."))
    }

    pub fn unsupported_operator(token: &str) -> Refusal {
        Refusal::bad_request(format!("Unsupported Operator : {token}"))
    }

    pub fn unsupported_comparison(name: &str) -> Refusal {
        Refusal::bad_request(format!("Unsupported comparison for {name} field"))
    }

    pub fn not_quoted(token: &str) -> Refusal {
        Refusal::bad_request(format!("Argument has to be a quoted string literal : {token}"))
    }

    pub fn illegal_token(token: &str) -> Refusal {
        Refusal::bad_request(format!("Illegal token : {token}"))
    }

    pub fn unbalanced_brackets() -> Refusal {
        Refusal::bad_request("Unbalanced brackets, check your filter")
    }

    pub fn several_memberships() -> Refusal {
        Refusal::bad_request("Only one membership criteria allowed in filter.")
    }

    pub fn illegal_start_index(value: &str) -> Refusal {
        Refusal::bad_request(format!("Illegal startIndex value : {value}"))
    }

    pub fn illegal_count(value: &str) -> Refusal {
        Refusal::bad_request(format!("Illegal count value : {value}"))
    }

    pub fn start_index_too_big() -> Refusal {
        Refusal::bad_request(
            "Start index too big. Consider filtering down your result set, e.g. id gt \"(the last id in the result set)\"",
        )
    }

    pub fn improper_schema() -> Refusal {
        Refusal::bad_request("Improper Schema.")
    }

    pub fn improper_operation(name: &str) -> Refusal {
        Refusal::bad_request(format!("INPROPER Operation: {name}"))
    }

    pub fn missing_path() -> Refusal {
        Refusal::bad_request("MISING PATH")
    }

    pub fn unsupported_field(path: &str) -> Refusal {
        Refusal::bad_request(format!("UNSUPPORTED_FIELD: {path}"))
    }

    pub fn not_nillable(path: &str) -> Refusal {
        Refusal::bad_request(format!("FIELD CANNOT BE NULL: {path}"))
    }

    pub fn all_entitlements_removed() -> Refusal {
        Refusal::bad_request("INVALID: Cannot remove all entitlements. Use replace")
    }

    pub fn several_profiles(ids: &[String]) -> Refusal {
        Refusal::bad_request(format!("INVALID: cannot have multiple profiles: ({})", ids.join(", ")))
    }

    pub fn no_entitlement(id: &str) -> Refusal {
        Refusal::bad_request(format!("INVALID entitlement id: {id}"))
    }

    pub fn no_profile(id: &str) -> Refusal {
        Refusal::bad_request(format!("INVALID: profile id is invalid : {id}"))
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Refusal {
        let status = match fault.code.as_str() {
            "REQUEST_LIMIT_EXCEEDED" | "INSUFFICIENT_ACCESS" => StatusCode::FORBIDDEN,
            "SERVER_UNAVAILABLE" => StatusCode::SERVICE_UNAVAILABLE,
            _ if fault.is_store_trouble() => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        // Above the message of a query that is refused stands a place in it, which is not the client's.
        let detail = fault.message.rsplit('\n').next().unwrap_or_default().to_owned();
        Refusal { status, detail }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Refusal {
        let fault = Fault::from(error);
        match fault.is_store_trouble() {
            true => fault.into(),
            false => Refusal { status: StatusCode::INTERNAL_SERVER_ERROR, detail: fault.message },
        }
    }
}
