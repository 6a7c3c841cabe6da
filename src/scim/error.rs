//! Why a request is refused. The texts are those of <https://github.com/salesforceidentity/scimv2-pilot>, spelling included;
//! where it has none they are ours, marked so.

use crate::credentials::password;
use crate::error_entry::{Entry, declare_errors};
use crate::message::StatusCode;
use crate::model::fault;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::store::StoreError;

/// A refused request.
#[derive(Debug, Clone, PartialEq)]
pub struct ScimError {
    pub status: StatusCode,
    pub detail: String,
    /// Its row in the table of errors.
    pub row: Option<&'static Entry>,
}

declare_errors! {
    impl ScimError as Scim "scim";

    /// there is no session for APIs: no token, an unknown or expired one, one without the scope `api`, or the host is
    /// another org's; the words are the REST API's
    pub unauthorized() = "" 401, "Session expired or invalid", Assumed;

    /// the user does not have the permission `API Enabled`; the words are the REST API's
    pub api_disabled() = "" 403, "The REST API is not enabled for this Organization.", Assumed;

    /// there is nothing under the path
    pub no_such_resource() = "" 404, "No such resource", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// the path names a record that is not there
    pub not_found(url: &str) = "" 404,
        "Resource {url} not found", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a resource does not have the method
    pub method_not_supported() = "" 501,
        "Method not supported", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a user, contact or account is not saved because something is taken: in the words of an exception of Apex,
    /// `Insert failed. First exception on row 0; first error: DUPLICATE_USERNAME, …: [Username]`
    taken(exception: &str) = "" 409, "{exception}", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a user, contact or account is not saved for another reason: in the words of an exception of Apex, `Insert
    /// failed. First exception on row 0; first error: CODE, message: [fields]`; for a PATCH the status is 400
    refused(exception: &str) = "" 409, "{exception}", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// the row of a permission set or of a group is not saved; while a user or group is created or replaced the status is
    /// 409
    rows_refused(reasons: &str) = "" 400,
        "INVALID:{reasons};", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// the body is no JSON object; while a user or group is created or replaced the status is 409
    pub no_json() = "" 400, "The request body is no JSON object", Assumed;

    /// a body is longer than SCIM takes: the status is that of RFC 7644, 3.7.4
    pub too_large(limit: usize) = "" 413,
        "The size of the request is more than the maximum of {limit} bytes", Assumed;

    /// the password of the session has expired: the words are the REST API's
    expired_password(why: &str) = "" 403, "{why}", Assumed;

    /// a search does not say that it is one (`schemas`)
    pub invalid_schema() = "" 400, "Invalid Schema", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// an attribute has a value of another type than it must, or an operation of a PATCH that sets one has none; while a user is created or replaced the status is 409
    pub mistyped(attribute: &str) = "" 400, "INVALID: the value of {attribute} cannot be read", Assumed;

    /// a request names attributes to include and others to exclude
    pub both_attribute_lists() = "" 400,
        "Cannot provide both attributes and excludedAttributes",
        Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a filter names an attribute that resources do not have, or that cannot be filtered by
    pub unsupported_attribute(name: &str) = "" 400,
        "Unsupported attribute : {name}", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a filter names an attribute that consists of others
    pub complex_attribute(name: &str) = "" 400,
        "Complex attribute {name}. Please specify subattribute.",
        Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a filter has another word where an operator has to be
    pub unsupported_operator(token: &str) = "" 400,
        "Unsupported Operator : {token}", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a filter compares a field in a way that its type does not have
    pub unsupported_comparison(name: &str) = "" 400, "Unsupported comparison for {name} field", Assumed;

    /// a filter compares with a value without quotes
    pub not_quoted(token: &str) = "" 400,
        "Argument has to be a quoted string literal : {token}",
        Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a filter goes on where it has to end, or has another word than `and` or `or`
    pub illegal_token(token: &str) = "" 400,
        "Illegal token : {token}", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a filter opens and closes other numbers of brackets
    pub unbalanced_brackets() = "" 400,
        "Unbalanced brackets, check your filter", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a filter has two conditions on groups, entitlements, roles or members
    pub several_memberships() = "" 400,
        "Only one membership criteria allowed in filter.", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// `startIndex` is no number
    pub illegal_start_index(value: &str) = "" 400,
        "Illegal startIndex value : {value}", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// `count` is no number
    pub illegal_count(value: &str) = "" 400,
        "Illegal count value : {value}", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// `startIndex` is larger than the service pages to
    pub start_index_too_big() = "" 400,
        "Start index too big. Consider filtering down your result set, e.g. id gt \"(the last id in the result set)\"",
        Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a PATCH does not say that it is one (`schemas`), or has no list of operations
    pub improper_schema() = "" 400, "Improper Schema.", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// an operation of a PATCH is none of add, replace and remove; the spelling is the service's
    pub improper_operation(name: &str) = "" 400,
        "INPROPER Operation: {name}", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// an operation of a PATCH needs a path and has none; the spelling is the service's
    pub missing_path() = "" 400, "MISING PATH", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a PATCH names a path that cannot be changed, or gives an attribute that is only read another value
    pub unsupported_field(path: &str) = "" 400,
        "UNSUPPORTED_FIELD: {path}", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a PATCH removes what has to be there
    pub not_nillable(path: &str) = "" 400,
        "FIELD CANNOT BE NULL: {path}", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a PATCH removes all entitlements
    pub all_entitlements_removed() = "" 400,
        "INVALID: Cannot remove all entitlements. Use replace",
        Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a PATCH gives a user several e-mail addresses
    pub several_emails_in_patch() = "" 400,
        "INVALID: User can only have one email", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a PATCH gives a user several addresses
    pub several_addresses_in_patch() = "" 400,
        "INVALID: User can only have one address", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a user is to have two profiles; while a user is created or replaced the status is 409
    several_profiles_listed(ids: &str) = "" 400,
        "INVALID: cannot have multiple profiles: ({ids})", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// an entitlement is neither a profile nor a permission set; while a user is created or replaced the status is 409
    pub no_entitlement(id: &str) = "" 400,
        "INVALID entitlement id: {id}", Seen "https://github.com/salesforceidentity/scimv2-pilot";

    /// a user is created with an entitlement that is the id of a profile that is not there
    pub no_profile(id: &str) = "" 409,
        "INVALID: profile id is invalid : {id}", Seen "https://github.com/salesforceidentity/scimv2-pilot";
}

impl ScimError {
    fn of_row(row: &'static Entry, detail: String) -> ScimError {
        let status = row.number.and_then(|number| StatusCode::from_u16(number).ok());
        ScimError { status: status.unwrap_or(StatusCode::BAD_REQUEST), detail, row: Some(row) }
    }

    /// What is wrong with the attributes of a resource, all in one text.
    pub fn bad_request(detail: impl Into<String>) -> ScimError {
        ScimError { status: StatusCode::BAD_REQUEST, detail: detail.into(), row: None }
    }

    pub fn password_expired() -> ScimError {
        ScimError::expired_password(&password::expired().message)
    }

    /// The same while a resource is created or replaced: whatever is wrong is a conflict.
    /// Source: <https://github.com/salesforceidentity/scimv2-pilot>, seen at the service in
    /// <https://learn.microsoft.com/en-us/answers/questions/5828857>
    pub fn into_conflict(self) -> ScimError {
        match self.status {
            StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN => {
                ScimError { status: StatusCode::CONFLICT, ..self }
            }
            _ => self,
        }
    }

    /// A user, contact or account was not saved. What is taken is a conflict always.
    pub fn not_saved(verb: &str, id: Option<Id>, faults: &[Fault]) -> ScimError {
        let exception = fault::dml_exception(verb, id, faults);
        let taken = faults.first().is_some_and(|fault| fault.code.as_str().starts_with("DUPLICATE"));
        if taken {
            return ScimError::taken(&exception);
        }
        ScimError { status: StatusCode::BAD_REQUEST, ..ScimError::refused(&exception) }
    }

    /// The row of a permission set or of a group was not saved.
    pub fn invalid(faults: &[Fault]) -> ScimError {
        let reasons: Vec<_> = faults.iter().map(|fault| fault.message.as_str()).collect();
        ScimError::rows_refused(&reasons.join(";INVALID:"))
    }

    pub fn several_profiles(ids: &[String]) -> ScimError {
        ScimError::several_profiles_listed(&ids.join(", "))
    }
}

impl From<Fault> for ScimError {
    fn from(fault: Fault) -> ScimError {
        let status = match fault.code.as_str() {
            "REQUEST_LIMIT_EXCEEDED" | "INSUFFICIENT_ACCESS" => StatusCode::FORBIDDEN,
            "SERVER_UNAVAILABLE" => StatusCode::SERVICE_UNAVAILABLE,
            _ if fault.is_store_trouble() => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        // Above the message of a query that is refused stands a place in it, which is not the client's.
        let detail = fault.message.rsplit('\n').next().unwrap_or_default().to_owned();
        ScimError { status, detail, row: fault.row }
    }
}

impl From<StoreError> for ScimError {
    fn from(error: StoreError) -> ScimError {
        let fault = Fault::from(error);
        match fault.is_store_trouble() {
            true => fault.into(),
            false => {
                ScimError { status: StatusCode::INTERNAL_SERVER_ERROR, detail: fault.message, row: fault.row }
            }
        }
    }
}
