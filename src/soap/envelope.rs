//! The SOAP 1.1 envelope of a request.

use super::element::{Element, parse};
use super::fault::SoapFault;

const ENVELOPE: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// A request: its header blocks and the operation it calls.
#[derive(Debug, Clone)]
pub struct Envelope<'d> {
    headers: Vec<Element<'d>>,
    pub operation: Element<'d>,
}

impl<'d> Envelope<'d> {
    /// The org id of `LoginScopeHeader`; simple-salesforce sends it for those who have no security token.
    pub fn scope(&self) -> Option<&str> {
        self.header("LoginScopeHeader")?.text_of("organizationId").map(str::trim).filter(|id| !id.is_empty())
    }

    /// Reads a request's body.
    ///
    /// # Errors
    /// The fault that the real service gives for what is no XML, no envelope, or an envelope with nothing in it.
    pub fn read(body: &'d [u8]) -> Result<Envelope<'d>, SoapFault> {
        let root = parse(body).map_err(SoapFault::malformed)?;
        if root.name != "Envelope" || *root.namespace != *ENVELOPE {
            return Err(SoapFault::no_envelope(&root));
        }
        let mut headers = Vec::new();
        let mut operation = None;
        for part in root.children {
            match part.name {
                "Header" if *part.namespace == *ENVELOPE => headers = part.children,
                "Body" if *part.namespace == *ENVELOPE => operation = part.children.into_iter().next(),
                _ => {}
            }
        }
        match operation {
            Some(operation) => Ok(Envelope { headers, operation }),
            None => Err(SoapFault::empty_body()),
        }
    }

    /// A header block, in whatever namespace: clients send those of every API.
    pub fn header(&self, name: &str) -> Option<&Element<'d>> {
        self.headers.iter().find(|header| header.name == name)
    }

    /// The session id of `SessionHeader`.
    pub fn session_id(&self) -> Option<&str> {
        self.header("SessionHeader")?.text_of("sessionId").map(str::trim)
    }

    /// The client's own name of `CallOptions`, such as `simple-salesforce/1.12`.
    pub fn client(&self) -> Option<&str> {
        self.header("CallOptions")?.text_of("client").map(str::trim).filter(|client| !client.is_empty())
    }
}
