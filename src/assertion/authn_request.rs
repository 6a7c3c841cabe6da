//! AuthnRequests that a service provider sends through the browser.

use super::xml::{self, SAML, SAMLP};

/// What a service provider asks for.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct AuthnRequest {
    pub id: String,
    /// Entity id of the service provider.
    pub issuer: String,
    /// Where it wants the answer.
    pub acs: String,
}

impl AuthnRequest {
    /// Reads the parameter `SAMLRequest`: deflated when it came in a query, not so in a form.
    ///
    /// # Errors
    /// When it is no AuthnRequest that says where its answer goes.
    pub fn read(parameter: &str, deflated: bool) -> Result<AuthnRequest, String> {
        let text = if deflated {
            xml::from_query(parameter.as_bytes())
        } else {
            xml::from_form(parameter.as_bytes())
        };
        let text = text.map_err(|error| error.to_string())?;
        let document = xml::parse(&text).map_err(|error| error.to_string())?;
        let root = document.root_element();
        let issuer = root.children().find(|child| child.has_name((SAML, "Issuer")));
        let value = |name: &str| root.attribute(name).unwrap_or_default().to_owned();
        let request = AuthnRequest {
            id: value("ID"),
            acs: value("AssertionConsumerServiceURL"),
            issuer: issuer.map(xml::text).unwrap_or_default(),
        };
        if !root.has_name((SAMLP, "AuthnRequest")) || request.acs.is_empty() {
            return Err("the SAMLRequest is no AuthnRequest with an AssertionConsumerServiceURL".to_owned());
        }
        Ok(request)
    }
}
