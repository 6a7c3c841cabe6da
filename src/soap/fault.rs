//! Faults on the wire. Every one is an HTTP 500.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm>

use super::address::{Address, Api};
use super::code::Codes;
use super::element::{Element, Malformed};
use super::writer::envelope_open;
use crate::cloud::ApiVersion;
use crate::org::fault::{Fault, StatusCode, faults};
use crate::org::soql::place_of;
use crate::xml::escaped;

/// What a user without the permission "API Enabled" is told, at `login()` and at every call.
pub(super) const API_DISABLED: &str = "API is not enabled for this Organization or Partner";

/// Why a call failed.
#[derive(Debug, Clone, PartialEq)]
pub enum SoapFault {
    /// The API refuses: a fault with an `ApiFault` in its detail.
    Api {
        kind: Kind,
        code: StatusCode,
        message: String,
        /// Row and column in a query, for the kinds that have them.
        place: Option<(usize, usize)>,
    },
    /// The body is no XML: like [`SoapFault::Api`], but the code stands without prefix.
    /// Seen in <https://github.com/forcedotcom/postman-salesforce-apis/issues/26>.
    Malformed(String),
    /// The envelope calls nothing that exists: a fault without detail.
    Client(String),
}

/// The type of the detail: its element has the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
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

impl Kind {
    pub const ALL: [Kind; 10] = [
        Kind::Login,
        Kind::InvalidQueryLocator,
        Kind::InvalidNewPassword,
        Kind::InvalidOldPassword,
        Kind::InvalidId,
        Kind::UnexpectedError,
        Kind::InvalidField,
        Kind::InvalidSObject,
        Kind::MalformedQuery,
        Kind::MalformedSearch,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Kind::Login => "LoginFault",
            Kind::InvalidField => "InvalidFieldFault",
            Kind::InvalidId => "InvalidIdFault",
            Kind::InvalidNewPassword => "InvalidNewPasswordFault",
            Kind::InvalidOldPassword => "InvalidOldPasswordFault",
            Kind::InvalidQueryLocator => "InvalidQueryLocatorFault",
            Kind::InvalidSObject => "InvalidSObjectFault",
            Kind::MalformedQuery => "MalformedQueryFault",
            Kind::MalformedSearch => "MalformedSearchFault",
            Kind::UnexpectedError => "UnexpectedErrorFault",
        }
    }

    /// True for those that have `row` and `column`.
    pub fn has_place(self) -> bool {
        matches!(
            self,
            Kind::InvalidField | Kind::InvalidSObject | Kind::MalformedQuery | Kind::MalformedSearch
        )
    }

    /// The kind that a code comes as outside of `login()`. Of `INVALID_QUERY_FILTER_OPERATOR` it is assumed.
    fn of(code: StatusCode) -> Kind {
        match code {
            StatusCode::INVALID_FIELD | StatusCode::INVALID_QUERY_FILTER_OPERATOR => Kind::InvalidField,
            StatusCode::INVALID_ID_FIELD | StatusCode::MALFORMED_ID => Kind::InvalidId,
            StatusCode::INVALID_NEW_PASSWORD => Kind::InvalidNewPassword,
            StatusCode::INVALID_OLD_PASSWORD => Kind::InvalidOldPassword,
            StatusCode::INVALID_QUERY_LOCATOR => Kind::InvalidQueryLocator,
            StatusCode::INVALID_TYPE | StatusCode::INVALID_TYPE_FOR_OPERATION => Kind::InvalidSObject,
            StatusCode::MALFORMED_QUERY => Kind::MalformedQuery,
            StatusCode::MALFORMED_SEARCH => Kind::MalformedSearch,
            _ => Kind::UnexpectedError,
        }
    }
}

impl SoapFault {
    /// A fault of `login()`.
    pub fn login(code: StatusCode, message: impl Into<String>) -> SoapFault {
        SoapFault::Api { kind: Kind::Login, code, message: message.into(), place: None }
    }

    fn unexpected(code: StatusCode, message: impl Into<String>) -> SoapFault {
        SoapFault::Api { kind: Kind::UnexpectedError, code, message: message.into(), place: None }
    }

    /// The body is in characters that are not known; the words are those of Xerces.
    pub fn unknown_encoding(name: &str) -> SoapFault {
        SoapFault::Malformed(format!("The encoding \"{name}\" is not supported."))
    }

    /// The body is no XML.
    pub fn malformed(reason: Malformed) -> SoapFault {
        match reason {
            Malformed::Empty => SoapFault::Client(reason.to_string()),
            reason => SoapFault::Malformed(reason.to_string()),
        }
    }

    pub fn too_large(limit: usize) -> SoapFault {
        SoapFault::Client(format!(
            "Maximum size of request reached. Maximum size of request is {limit} bytes"
        ))
    }

    /// XML, but no SOAP envelope; the text is ours.
    pub fn no_envelope(root: &Element) -> SoapFault {
        SoapFault::Client(format!(
            "The root element must be Envelope of http://schemas.xmlsoap.org/soap/envelope/, not {{{}}}{}",
            root.namespace, root.name
        ))
    }

    /// An envelope without a call; the text is ours.
    pub fn empty_body() -> SoapFault {
        SoapFault::Client("No operation available for request, the Body is empty".to_owned())
    }

    pub fn no_soap_action() -> SoapFault {
        SoapFault::Client("SOAPAction HTTP header missing".to_owned())
    }

    /// The body's child is no operation of this API.
    pub fn no_operation(operation: &Element) -> SoapFault {
        SoapFault::Client(format!(
            "No operation available for request {{{}}}{}, please check the WSDL for the service.",
            operation.namespace, operation.name
        ))
    }

    /// An argument that the operation does not have.
    pub fn invalid_element(element: &Element) -> SoapFault {
        SoapFault::misplaced(&element.namespace, element.name)
    }

    /// An element that its type does not have.
    pub fn misplaced(namespace: &str, name: &str) -> SoapFault {
        SoapFault::Client(format!("Element {{{namespace}}}{name} invalid at this location"))
    }

    /// An argument whose text is none of its type.
    pub fn no_value_of_type(text: &str, kind: &str) -> SoapFault {
        SoapFault::Client(format!("'{text}' is not a valid value for the type xsd:{kind}"))
    }

    pub fn unsupported_version() -> SoapFault {
        SoapFault::unexpected(StatusCode::UNSUPPORTED_API_VERSION, "Invalid Api version specified on URL")
    }

    /// `login()` ended with version 64.
    /// <https://help.salesforce.com/s/articleView?id=005132110&type=1>
    pub fn login_unavailable(version: ApiVersion) -> SoapFault {
        let message = format!(
            "The SOAP Login operation is not available in the API version specified ({version}). Refer to the \
             documentation for supported versions."
        );
        SoapFault::unexpected(StatusCode::INVALID_OPERATION, message)
    }

    pub fn login_disabled() -> SoapFault {
        let message = "SOAP API login() is disabled by default in this org. Contact the org administrator to enable \
                       SOAP API login().";
        SoapFault::unexpected(StatusCode::INVALID_OPERATION, message)
    }

    /// There never was such a session.
    pub fn illegal_session() -> SoapFault {
        let message = "Invalid Session ID found in SessionHeader: Illegal Session";
        SoapFault::unexpected(StatusCode::INVALID_SESSION_ID, message)
    }

    /// There was such a session. `hash` is that of its id.
    pub fn session_not_found(hash: &str) -> SoapFault {
        let message = format!(
            "Invalid Session ID found in SessionHeader: Illegal Session. Session not found, missing session hash: \
             {hash}\nThis error usually occurs after a session expires or a user logs out. "
        );
        SoapFault::unexpected(StatusCode::INVALID_SESSION_ID, message)
    }

    /// The session's scopes do not hold `api`.
    pub fn session_not_for_api() -> SoapFault {
        let message = "This session is not valid for use with the API";
        SoapFault::unexpected(StatusCode::INVALID_SESSION_ID, message)
    }

    pub fn api_disabled() -> SoapFault {
        SoapFault::unexpected(StatusCode::API_DISABLED_FOR_ORG, API_DISABLED)
    }

    pub fn password_expired() -> SoapFault {
        let message = "The users password has expired, you must call SetPassword before attempting any other API \
                       operations";
        SoapFault::unexpected(StatusCode::INVALID_OPERATION_WITH_EXPIRED_PASSWORD, message)
    }

    pub fn too_many_records(limit: usize) -> SoapFault {
        let message = format!("record limit reached. cannot submit more than {limit} records into this call");
        SoapFault::unexpected(StatusCode::EXCEEDED_ID_LIMIT, message)
    }

    fn code(&self, version: ApiVersion) -> &str {
        match self {
            SoapFault::Api { code, .. } => Codes::Exception.seen_by(*code, version).as_str(),
            SoapFault::Malformed(_) => "UNKNOWN_EXCEPTION",
            SoapFault::Client(_) => "soapenv:Client",
        }
    }

    /// The whole envelope.
    pub fn envelope(&self, address: Address) -> String {
        let mut xml =
            envelope_open(&[("xmlns:sf", address.api.fault_namespace()), ("xmlns:xsi", super::writer::XSI)]);
        xml.push_str("<soapenv:Body><soapenv:Fault>");
        let code = self.code(address.version.unwrap_or(ApiVersion::NEWEST));
        match self {
            SoapFault::Client(message) => {
                let message = escaped(message);
                xml.push_str(&format!("<faultcode>{code}</faultcode><faultstring>{message}</faultstring>"));
            }
            SoapFault::Malformed(message) => {
                xml.push_str(&detailed(code, code, Kind::UnexpectedError, message, None));
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

fn detailed(
    fault_code: &str,
    code: &str,
    kind: Kind,
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
        let place = place_of(&fault.message);
        SoapFault::Api { kind: Kind::of(fault.code), code: fault.code, message: fault.message, place }
    }
}

faults! {
    /// a record does not say of which object it is
    pub no_concrete_type() = INVALID_TYPE, "Must send a concrete entity type.", Seen "public issues of API clients";
}
