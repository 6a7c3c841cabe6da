//! Making Responses, as an identity provider does: for `fauxforce saml` and for tests.

use super::key::{BadKey, Certificate, PrivateKey};
use super::xml::{DS, SAML, SAMLP};
use super::{encryption, instant, signature};

use crate::xml::escaped;

mod malform;

pub use super::encryption::Cipher;
pub use malform::{Defect, malformed_response};

/// A private key and the certificate that others know it by.
#[derive(Debug, Clone)]
pub struct Signer {
    pub key: PrivateKey,
    pub certificate: Certificate,
}

impl Signer {
    /// From two PEM texts.
    ///
    /// # Errors
    /// When one of them is not what it should be.
    pub fn from_pem(key: &str, certificate: &str) -> Result<Signer, BadKey> {
        Ok(Signer { key: PrivateKey::from_pem(key)?, certificate: Certificate::from_text(certificate)? })
    }

    /// A new RSA key of 2048 bits with a self-signed certificate.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub fn generate() -> Result<Signer, BadKey> {
        let made = || {
            let pair = rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048)?;
            rcgen::CertificateParams::default().self_signed(&pair).map(|certificate| (pair, certificate))
        };
        let (pair, certificate) = made().map_err(|error: rcgen::Error| BadKey(error.to_string()))?;
        Signer::from_pem(&pair.serialize_pem(), &certificate.pem())
    }
}

/// What is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Response,
    Assertion,
    Both,
    Nothing,
}

/// How it is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    pub hash: Hash,
    pub canonicalization: Canonicalization,
    /// Whether `KeyInfo` names the certificate.
    pub key_info: bool,
}

impl Default for Style {
    fn default() -> Style {
        Style { hash: Hash::Sha256, canonicalization: Canonicalization::Exclusive, key_info: true }
    }
}

/// The hash of digest and signature. SHA-1 is verified, but no longer made: the cryptography beneath does not sign it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn digest(self) -> &'static str {
        match self {
            Hash::Sha256 => "http://www.w3.org/2001/04/xmlenc#sha256",
            Hash::Sha384 => "http://www.w3.org/2001/04/xmldsig-more#sha384",
            Hash::Sha512 => "http://www.w3.org/2001/04/xmlenc#sha512",
        }
    }

    /// The algorithm of a signature with such a key, for `SignatureMethod` and `SigAlg`.
    pub fn signature(self, key: &PrivateKey) -> &'static str {
        match (self, key.is_elliptic()) {
            (Hash::Sha256, false) => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            (Hash::Sha384, false) => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
            (Hash::Sha512, false) => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
            (Hash::Sha256, true) => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
            (Hash::Sha384, true) => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
            (Hash::Sha512, true) => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
        }
    }
}

/// How a signed element becomes bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Canonicalization {
    Exclusive,
    /// Exclusive, with the prefix `xs` kept where it is only used in values.
    ExclusiveWithPrefixes,
    Inclusive,
    Inclusive11,
}

impl Canonicalization {
    fn element(self, name: &str) -> String {
        let (uri, prefixes) = match self {
            Canonicalization::Exclusive => ("http://www.w3.org/2001/10/xml-exc-c14n#", false),
            Canonicalization::ExclusiveWithPrefixes => ("http://www.w3.org/2001/10/xml-exc-c14n#", true),
            Canonicalization::Inclusive => ("http://www.w3.org/TR/2001/REC-xml-c14n-20010315", false),
            Canonicalization::Inclusive11 => ("http://www.w3.org/2006/12/xml-c14n11", false),
        };
        if !prefixes {
            return format!("<ds:{name} Algorithm=\"{uri}\"/>");
        }
        format!(
            "<ds:{name} Algorithm=\"{uri}\"><ec:InclusiveNamespaces xmlns:ec=\"{uri}\" PrefixList=\"xs\"/></ds:{name}>"
        )
    }
}

/// What an identity provider says.
#[derive(Debug, Clone)]
pub struct Statement {
    pub response_id: String,
    pub assertion_id: String,
    /// Its own entity id.
    pub issuer: String,
    /// The entity id of the service provider.
    pub audience: String,
    /// The assertion consumer URL.
    pub recipient: String,
    pub destination: Option<String>,
    /// The id of the AuthnRequest that is answered.
    pub in_response_to: Option<String>,
    pub name_id: String,
    pub name_id_format: String,
    pub session_index: Option<String>,
    /// Name and values, in order.
    pub attributes: Vec<(String, Vec<String>)>,
    /// When, in milliseconds since 1970 UTC.
    pub issued: i64,
    /// How long before and after that moment it is valid, in milliseconds.
    pub valid_before: i64,
    pub valid_after: i64,
    /// The status code, without its prefix: `Success`.
    pub status: String,
    pub sign: Sign,
    pub style: Style,
    /// For whom the Assertion is encrypted.
    pub encrypt: Option<(Certificate, Cipher)>,
}

impl Statement {
    /// A statement with fresh ids about nobody yet, valid from half a minute ago for five minutes, to be signed on the
    /// Assertion.
    pub fn new(issuer: &str, audience: &str, recipient: &str, name_id: &str, issued: i64) -> Statement {
        Statement {
            response_id: new_id(),
            assertion_id: new_id(),
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            recipient: recipient.to_owned(),
            destination: Some(recipient.to_owned()),
            in_response_to: None,
            name_id: name_id.to_owned(),
            name_id_format: "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified".to_owned(),
            session_index: None,
            attributes: Vec::new(),
            issued,
            valid_before: 30_000,
            valid_after: 300_000,
            status: "Success".to_owned(),
            sign: Sign::Assertion,
            style: Style::default(),
            encrypt: None,
        }
    }
}

/// An `xs:ID` nobody has used: an underscore and 32 hexadecimal digits.
pub fn new_id() -> String {
    let mut bytes = [0_u8; 16];
    // Without entropy ids repeat, and replay detection says so.
    let _ = crate::system_random::fill(&mut bytes);
    bytes.iter().fold("_".to_owned(), |id, byte| id + &format!("{byte:02x}"))
}

/// Why no Response could be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotIssued(pub(super) String);

/// The Response that says it, signed.
///
/// # Errors
/// When the key cannot sign in that style, or the recipient's key cannot encrypt.
pub fn response(statement: &Statement, signer: &Signer) -> Result<String, NotIssued> {
    seal(statement, assertion(statement), signer)
}

/// Puts an Assertion into its Response, signs it there, since some canonicalizations take in what is around, and then
/// encrypts it.
fn seal(statement: &Statement, assertion: String, signer: &Signer) -> Result<String, NotIssued> {
    let mut response = envelope(statement, &assertion);
    if matches!(statement.sign, Sign::Assertion | Sign::Both) {
        response = sign_element(&response, &statement.assertion_id, signer, statement.style)?;
    }
    if let Some((recipient, cipher)) = &statement.encrypt {
        response = encrypt_assertion(&response, recipient, *cipher)?;
    }
    match statement.sign {
        Sign::Response | Sign::Both => {
            sign_element(&response, &statement.response_id, signer, statement.style)
        }
        Sign::Assertion | Sign::Nothing => Ok(response),
    }
}

fn encrypt_assertion(response: &str, recipient: &Certificate, cipher: Cipher) -> Result<String, NotIssued> {
    let document = super::xml::parse(response).map_err(|unreadable| NotIssued(unreadable.to_string()))?;
    let assertion = super::xml::child(document.root_element(), SAML, "Assertion");
    let place = assertion.map(|assertion| assertion.range()).unwrap_or_default();
    let plain = response.get(place.clone()).unwrap_or_default();
    let encrypted = encryption::encrypt(plain, recipient, cipher).map_err(NotIssued)?;
    let around =
        (response.get(..place.start).unwrap_or_default(), response.get(place.end..).unwrap_or_default());
    Ok([around.0, &encrypted, around.1].concat())
}

/// The Assertion, not signed.
pub fn assertion(statement: &Statement) -> String {
    let Statement { assertion_id, issuer, audience, recipient, name_id, name_id_format, .. } = statement;
    let issued = instant::print(statement.issued);
    let start = instant::print(statement.issued.saturating_sub(statement.valid_before));
    let end = instant::print(statement.issued.saturating_add(statement.valid_after));
    let session = statement.session_index.as_deref();
    format!(
        "<saml:Assertion xmlns:saml=\"{SAML}\" xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" ID=\"{}\" Version=\"2.0\" IssueInstant=\"{issued}\">\
         <saml:Issuer>{}</saml:Issuer>\
         <saml:Subject><saml:NameID Format=\"{}\">{}</saml:NameID>\
         <saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">\
         <saml:SubjectConfirmationData NotOnOrAfter=\"{end}\" Recipient=\"{}\"{}/>\
         </saml:SubjectConfirmation></saml:Subject>\
         <saml:Conditions NotBefore=\"{start}\" NotOnOrAfter=\"{end}\">\
         <saml:AudienceRestriction><saml:Audience>{}</saml:Audience></saml:AudienceRestriction></saml:Conditions>\
         <saml:AuthnStatement AuthnInstant=\"{issued}\"{}><saml:AuthnContext>\
         <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</saml:AuthnContextClassRef>\
         </saml:AuthnContext></saml:AuthnStatement>{}</saml:Assertion>",
        escaped(assertion_id),
        escaped(issuer),
        escaped(name_id_format),
        escaped(name_id),
        escaped(recipient),
        optional("InResponseTo", statement.in_response_to.as_deref()),
        escaped(audience),
        optional("SessionIndex", session),
        attribute_statement(&statement.attributes),
    )
}

fn attribute_statement(attributes: &[(String, Vec<String>)]) -> String {
    if attributes.is_empty() {
        return String::new();
    }
    let one = |(name, values): &(String, Vec<String>)| {
        let values: String = values
            .iter()
            .map(|value| {
                format!(
                    "<saml:AttributeValue xsi:type=\"xs:string\">{}</saml:AttributeValue>",
                    escaped(value)
                )
            })
            .collect();
        format!(
            "<saml:Attribute Name=\"{}\" NameFormat=\"urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified\">\
             {values}</saml:Attribute>",
            escaped(name)
        )
    };
    let all: String = attributes.iter().map(one).collect();
    format!("<saml:AttributeStatement>{all}</saml:AttributeStatement>")
}

/// The Response around an Assertion, not signed.
fn envelope(statement: &Statement, assertion: &str) -> String {
    format!(
        "<samlp:Response xmlns:samlp=\"{SAMLP}\" xmlns:saml=\"{SAML}\" ID=\"{}\" Version=\"2.0\" \
         IssueInstant=\"{}\"{}{}><saml:Issuer>{}</saml:Issuer>\
         <samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:{}\"/></samlp:Status>\
         {assertion}</samlp:Response>",
        escaped(&statement.response_id),
        instant::print(statement.issued),
        optional("Destination", statement.destination.as_deref()),
        optional("InResponseTo", statement.in_response_to.as_deref()),
        escaped(&statement.issuer),
        escaped(&statement.status),
    )
}

fn optional(name: &str, value: Option<&str>) -> String {
    value.map(|value| format!(" {name}=\"{}\"", escaped(value))).unwrap_or_default()
}

/// Signs an element that has an `ID` and begins with `saml:Issuer`: the signature becomes the Issuer's next sibling,
/// as the schemas of Response, Assertion, AuthnRequest, LogoutRequest and LogoutResponse want it.
///
/// # Errors
/// When there is no such element, or the key cannot sign in that style.
pub fn sign_element(xml: &str, id: &str, signer: &Signer, style: Style) -> Result<String, NotIssued> {
    let document = super::xml::parse(xml).map_err(|unreadable| NotIssued(unreadable.to_string()))?;
    let element = document.descendants().find(|node| node.attribute("ID") == Some(id));
    let issuer = element.and_then(|element| super::xml::child(element, SAML, "Issuer"));
    let place = issuer.map(|issuer| issuer.range().end);
    let place = place.ok_or_else(|| NotIssued(format!("No element {id} with an Issuer to sign")))?;
    let method = style.hash.signature(&signer.key);
    insert_signature(xml, place, &template(id, method, signer, style), &signer.key)
}

fn insert_signature(xml: &str, place: usize, template: &str, key: &PrivateKey) -> Result<String, NotIssued> {
    match (xml.get(..place), xml.get(place..)) {
        (Some(before), Some(after)) => {
            signature::fill([before, template, after].concat(), key).map_err(NotIssued)
        }
        _ => Err(NotIssued("The signature has no place".to_owned())),
    }
}

/// A signature that waits for its digest and its value.
fn template(id: &str, method: &str, signer: &Signer, style: Style) -> String {
    let key_info = match style.key_info {
        false => String::new(),
        true => format!(
            "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>",
            signer.certificate.base64()
        ),
    };
    format!(
        "<ds:Signature xmlns:ds=\"{DS}\"><ds:SignedInfo>{}<ds:SignatureMethod Algorithm=\"{method}\"/>\
         <ds:Reference URI=\"#{}\"><ds:Transforms><ds:Transform Algorithm=\"{DS}enveloped-signature\"/>{}</ds:Transforms>\
         <ds:DigestMethod Algorithm=\"{}\"/><ds:DigestValue></ds:DigestValue></ds:Reference></ds:SignedInfo>\
         <ds:SignatureValue></ds:SignatureValue>{key_info}</ds:Signature>",
        style.canonicalization.element("CanonicalizationMethod"),
        escaped(id),
        style.canonicalization.element("Transform"),
        style.hash.digest(),
    )
}

/// The signature over the octets of a query string, for the redirect binding (SAML bindings 3.4.4.1).
///
/// # Errors
/// When the key cannot sign with that hash.
pub fn sign_query(query: &str, key: &PrivateKey, hash: Hash) -> Result<Vec<u8>, NotIssued> {
    signature::sign_bytes(key, hash.signature(key), query.as_bytes()).map_err(NotIssued)
}
