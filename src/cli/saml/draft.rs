//! What a user of the command wants said, before it is signed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fauxforce::assertion::issue::{self, Defect, Statement, malformed_response};

use super::provider::Ends;

/// A Response to be.
#[derive(Debug, Clone)]
pub struct Draft {
    pub ends: Ends,
    pub statement: Statement,
    /// In which way it is wrong.
    pub broken: Option<Defect>,
}

impl Draft {
    /// About a subject, at a time in milliseconds since 1970 UTC.
    pub fn new(ends: Ends, name_id: &str, issued: i64) -> Draft {
        let mut statement = Statement::new(&ends.issuer, &ends.audience, &ends.acs, name_id, issued);
        statement.session_index = Some(issue::new_id());
        Draft { ends, statement, broken: None }
    }

    /// Adds a value to an attribute.
    pub fn say(&mut self, name: &str, value: &str) {
        match self.statement.attributes.iter_mut().find(|(known, _)| known == name) {
            Some((_, values)) => values.push(value.to_owned()),
            None => self.statement.attributes.push((name.to_owned(), vec![value.to_owned()])),
        }
    }

    /// The signed Response.
    ///
    /// # Errors
    /// When the key cannot sign it.
    pub fn xml(&self) -> Result<String, String> {
        let signed = match self.broken {
            Some(how) => malformed_response(how, &self.statement, &self.ends.signer),
            None => issue::response(&self.statement, &self.ends.signer),
        };
        signed.map_err(|error| format!("cannot make the Response: {error}"))
    }
}

/// The form field `SAMLResponse`.
pub fn form_value(xml: &str) -> String {
    STANDARD.encode(xml)
}

/// `Name=Value`.
///
/// # Errors
/// Without `=` or without a name.
pub fn attribute(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("an attribute is written Name=Value".to_owned()),
    }
}
