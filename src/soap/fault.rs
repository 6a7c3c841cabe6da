//! Faults on the wire. Every one is an HTTP 500.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm>

use super::address::{Address, Api};
use super::code::Codes;
use super::element::{Element, Malformed};
use super::writer::envelope_open;
use crate::error_entry::{Entry, declare_errors};
use crate::model::fault::{Fault, StatusCode, faults};
use crate::query::soql::position_of;
use crate::world::ApiVersion;
use crate::xml::escaped;

/// The code of a fault whose envelope is to blame.
const CLIENT: &str = "soapenv:Client";

/// Why a call failed.
#[derive(Debug, Clone, PartialEq)]
pub enum SoapFault {
    /// The API refuses: a fault with an `ApiFault` in its detail.
    Api {
        kind: FaultType,
        code: StatusCode,
        message: String,
        /// Row and column in a query, for the kinds that have them.
        place: Option<(usize, usize)>,
        /// Its row in the table of errors.
        row: Option<&'static Entry>,
    },
    /// The body is no XML: like [`SoapFault::Api`], but the code stands without prefix.
    /// Seen in <https://github.com/forcedotcom/postman-salesforce-apis/issues/26>.
    Malformed(String, &'static Entry),
    /// The envelope calls nothing that exists: a fault without detail.
    Client(String, &'static Entry),
}

/// The type of the detail: its element has the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultType {
    Login,
    InvalidField,
    InvalidId,
    InvalidNewPassword,
    InvalidOldPassword,
    InvalidQueryLocator,
    InvalidSObject,
    MalformedQuery,
    MalformedSearch,
    UnexpectedError,
}

impl FaultType {
    pub const ALL: [FaultType; 10] = [
        FaultType::Login,
        FaultType::InvalidQueryLocator,
        FaultType::InvalidNewPassword,
        FaultType::InvalidOldPassword,
        FaultType::InvalidId,
        FaultType::UnexpectedError,
        FaultType::InvalidField,
        FaultType::InvalidSObject,
        FaultType::MalformedQuery,
        FaultType::MalformedSearch,
    ];

    pub fn name(self) -> &'static str {
        match self {
            FaultType::Login => "LoginFault",
            FaultType::InvalidField => "InvalidFieldFault",
            FaultType::InvalidId => "InvalidIdFault",
            FaultType::InvalidNewPassword => "InvalidNewPasswordFault",
            FaultType::InvalidOldPassword => "InvalidOldPasswordFault",
            FaultType::InvalidQueryLocator => "InvalidQueryLocatorFault",
            FaultType::InvalidSObject => "InvalidSObjectFault",
            FaultType::MalformedQuery => "MalformedQueryFault",
            FaultType::MalformedSearch => "MalformedSearchFault",
            FaultType::UnexpectedError => "UnexpectedErrorFault",
        }
    }

    /// True for those that have `row` and `column`.
    pub fn has_place(self) -> bool {
        matches!(
            self,
            FaultType::InvalidField
                | FaultType::InvalidSObject
                | FaultType::MalformedQuery
                | FaultType::MalformedSearch
        )
    }

    /// The kind that a code comes as outside of `login()`. Of `INVALID_QUERY_FILTER_OPERATOR` it is assumed.
    fn of(code: StatusCode) -> FaultType {
        match code {
            StatusCode::INVALID_FIELD | StatusCode::INVALID_QUERY_FILTER_OPERATOR => FaultType::InvalidField,
            StatusCode::INVALID_ID_FIELD | StatusCode::MALFORMED_ID => FaultType::InvalidId,
            StatusCode::INVALID_NEW_PASSWORD => FaultType::InvalidNewPassword,
            StatusCode::INVALID_OLD_PASSWORD => FaultType::InvalidOldPassword,
            StatusCode::INVALID_QUERY_LOCATOR => FaultType::InvalidQueryLocator,
            StatusCode::INVALID_TYPE | StatusCode::INVALID_TYPE_FOR_OPERATION => FaultType::InvalidSObject,
            StatusCode::MALFORMED_QUERY => FaultType::MalformedQuery,
            StatusCode::MALFORMED_SEARCH => FaultType::MalformedSearch,
            _ => FaultType::UnexpectedError,
        }
    }
}

declare_errors! {
    impl SoapFault as Soap "soap";

    /// the body is no XML: in the words of the parser Xerces
    unparsable(reason: &str) = "UNKNOWN_EXCEPTION",
        "{reason}", Seen "https://github.com/forcedotcom/postman-salesforce-apis/issues/26";

    /// the body is empty: in the words of the parser Xerces
    nothing_sent(reason: &str) = "soapenv:Client", "{reason}", Inferred;

    /// the body is in characters that are not known; the words are those of Xerces
    pub unknown_encoding(name: &str) = "UNKNOWN_EXCEPTION", "The encoding \"{name}\" is not supported.", Inferred;

    /// the body is longer than a SOAP call may be
    pub too_large(limit: usize) = "soapenv:Client",
        "Maximum size of request reached. Maximum size of request is {limit} bytes",
        Seen "public issues of SOAP clients";

    /// the body is XML, but no SOAP envelope
    other_root(name: &str) = "soapenv:Client",
        "The root element must be Envelope of http://schemas.xmlsoap.org/soap/envelope/, not {name}", Assumed;

    /// an envelope calls nothing
    pub empty_body() = "soapenv:Client", "No operation available for request, the Body is empty", Assumed;

    /// a call has no header `SOAPAction`
    pub no_soap_action() = "soapenv:Client", "SOAPAction HTTP header missing", Seen "public issues of SOAP clients";

    /// the child of the body is no operation of this API
    unknown_operation(operation: &str) = "soapenv:Client",
        "No operation available for request {operation}, please check the WSDL for the service.",
        Seen "public issues of SOAP clients";

    /// an operation, a header or a type does not have the element
    element_misplaced(element: &str) = "soapenv:Client",
        "Element {element} invalid at this location", Seen "public issues of SOAP clients";

    /// an element of a component is there twice: `Element … is duplicated at this location in type …`
    element_duplicated(text: &str) = "soapenv:Client",
        "{text}", Seen "https://help.salesforce.com/s/articleView?id=000383335&type=1";

    /// the text of an argument is none of its type
    pub no_value_of_type(text: &str, kind: &str) = "soapenv:Client",
        "'{text}' is not a valid value for the type xsd:{kind}", Seen "public issues of SOAP clients";

    /// the version in the path is none of the API's
    pub unsupported_version() = "UNSUPPORTED_API_VERSION",
        "Invalid Api version specified on URL", Seen "public issues of SOAP clients";

    /// `login()` is called in a version above 64
    login_unavailable_in(version: &str) = "INVALID_OPERATION",
        "The SOAP Login operation is not available in the API version specified ({version}). Refer to the \
         documentation for supported versions.",
        Seen "https://help.salesforce.com/s/articleView?id=005132110&type=1";

    /// the org does not allow `login()`
    pub login_disabled() = "INVALID_OPERATION",
        "SOAP API login() is disabled by default in this org. Contact the org administrator to enable SOAP API \
         login().",
        Seen "public issues of provisioning connectors";

    /// a call has no session id, or one that never was
    pub illegal_session() = "INVALID_SESSION_ID",
        "Invalid Session ID found in SessionHeader: Illegal Session", Seen "public issues of SOAP clients";

    /// the session of a call is over: `hash` is that of its id
    pub session_not_found(hash: &str) = "INVALID_SESSION_ID",
        "Invalid Session ID found in SessionHeader: Illegal Session. Session not found, missing session hash: {hash}\nThis error usually occurs after a session expires or a user logs out. ",
        Seen "public issues of SOAP clients";

    /// the scopes of an OAuth session do not hold `api`
    pub session_not_for_api() = "INVALID_SESSION_ID",
        "This session is not valid for use with the API", Seen "public issues of SOAP clients";

    /// the user does not have the permission `API Enabled`
    pub api_disabled() = "API_DISABLED_FOR_ORG",
        "API is not enabled for this Organization or Partner", Seen "public issues of SOAP clients";

    /// a session that was opened with an expired password calls anything but what changes the password
    pub password_expired() = "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
        "The users password has expired, you must call SetPassword before attempting any other API operations",
        Seen "public issues of SOAP clients";

    /// a call lists more records than it may
    pub too_many_records(limit: usize) = "EXCEEDED_ID_LIMIT",
        "record limit reached. cannot submit more than {limit} records into this call",
        Seen "public issues of SOAP clients";
}

impl SoapFault {
    fn of_row(row: &'static Entry, message: String) -> SoapFault {
        match row.code {
            CLIENT => SoapFault::Client(message, row),
            "UNKNOWN_EXCEPTION" => SoapFault::Malformed(message, row),
            _ => {
                let code = StatusCode::of(row);
                SoapFault::Api { kind: FaultType::of(code), code, message, place: None, row: Some(row) }
            }
        }
    }

    /// A fault of `login()`.
    pub fn login(fault: Fault) -> SoapFault {
        let Fault { code, message, row, .. } = fault;
        SoapFault::Api { kind: FaultType::Login, code, message, place: None, row }
    }

    /// The body is no XML.
    pub fn malformed(reason: Malformed) -> SoapFault {
        match reason {
            Malformed::Empty => SoapFault::nothing_sent(&reason.to_string()),
            reason => SoapFault::unparsable(&reason.to_string()),
        }
    }

    /// XML, but no SOAP envelope.
    pub fn no_envelope(root: &Element) -> SoapFault {
        SoapFault::other_root(&qualified(&root.namespace, root.name))
    }

    /// The body's child is no operation of this API.
    pub fn no_operation(operation: &Element) -> SoapFault {
        SoapFault::unknown_operation(&qualified(&operation.namespace, operation.name))
    }

    /// An argument that the operation does not have.
    pub fn invalid_element(element: &Element) -> SoapFault {
        SoapFault::misplaced(&element.namespace, element.name)
    }

    /// An element that its type does not have.
    pub fn misplaced(namespace: &str, name: &str) -> SoapFault {
        SoapFault::element_misplaced(&qualified(namespace, name))
    }

    /// An element that its type has once, and is there again: in the words of the Metadata API.
    pub fn duplicated(text: &str) -> SoapFault {
        SoapFault::element_duplicated(text)
    }

    /// `login()` ended with version 64.
    pub fn login_unavailable(version: ApiVersion) -> SoapFault {
        SoapFault::login_unavailable_in(&version.to_string())
    }

    fn code(&self, version: ApiVersion) -> &str {
        match self {
            SoapFault::Api { code, .. } => Codes::Exception.seen_by(*code, version).as_str(),
            SoapFault::Malformed(..) => "UNKNOWN_EXCEPTION",
            SoapFault::Client(..) => CLIENT,
        }
    }

    /// Its row in the table of errors.
    pub fn row(&self) -> Option<&'static Entry> {
        match self {
            SoapFault::Api { row, .. } => *row,
            SoapFault::Malformed(_, row) | SoapFault::Client(_, row) => Some(row),
        }
    }

    /// The whole envelope.
    pub fn envelope(&self, address: Address) -> String {
        let mut xml =
            envelope_open(&[("xmlns:sf", address.api.fault_namespace()), ("xmlns:xsi", super::writer::XSI)]);
        xml.push_str("<soapenv:Body><soapenv:Fault>");
        let code = self.code(address.version.unwrap_or(ApiVersion::NEWEST));
        match self {
            SoapFault::Client(message, _) => {
                let message = escaped(message);
                xml.push_str(&format!("<faultcode>{code}</faultcode><faultstring>{message}</faultstring>"));
            }
            SoapFault::Malformed(message, _) => {
                xml.push_str(&detailed(code, code, FaultType::UnexpectedError, message, None));
            }
            // The WSDL declares no faults.
            SoapFault::Api { message, .. } if matches!(address.api, Api::Metadata | Api::Apex) => {
                let message = escaped(message);
                xml.push_str(&format!(
                    "<faultcode>sf:{code}</faultcode><faultstring>{code}: {message}</faultstring>"
                ));
            }
            SoapFault::Api { kind, message, place, .. } => {
                xml.push_str(&detailed(&format!("sf:{code}"), code, *kind, message, *place));
            }
        }
        xml.push_str("</soapenv:Fault></soapenv:Body></soapenv:Envelope>");
        xml
    }
}

/// `{namespace}name`
fn qualified(namespace: &str, name: &str) -> String {
    format!("{{{namespace}}}{name}")
}

fn detailed(
    fault_code: &str,
    code: &str,
    kind: FaultType,
    message: &str,
    place: Option<(usize, usize)>,
) -> String {
    let (name, message) = (kind.name(), escaped(message));
    let place = match place {
        _ if !kind.has_place() => String::new(),
        Some((row, column)) => format!("<sf:row>{row}</sf:row><sf:column>{column}</sf:column>"),
        None => "<sf:row>-1</sf:row><sf:column>-1</sf:column>".to_owned(),
    };
    format!(
        "<faultcode>{fault_code}</faultcode><faultstring>{code}: {message}</faultstring><detail><sf:{name} \
         xsi:type=\"sf:{name}\"><sf:exceptionCode>{code}</sf:exceptionCode><sf:exceptionMessage>{message}\
         </sf:exceptionMessage>{place}</sf:{name}></detail>"
    )
}

impl From<Fault> for SoapFault {
    fn from(fault: Fault) -> SoapFault {
        let place = position_of(&fault.message);
        let Fault { code, message, row, .. } = fault;
        SoapFault::Api { kind: FaultType::of(code), code, message, place, row }
    }
}

faults! {
    /// a record does not say of which object it is
    pub no_concrete_type() = INVALID_TYPE, "Must send a concrete entity type.", Seen "public issues of API clients";
}
