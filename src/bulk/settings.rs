//! What a client says of a job: a `jobInfo`, in XML or JSON.

use std::collections::HashMap;

use super::fault::BulkFault;
use super::info::AnswerFormat;
use crate::message::{Request, header};

/// The members of a `jobInfo`, as texts.
#[derive(Debug, Default)]
pub struct Settings(HashMap<String, String>);

impl Settings {
    /// Reads a request's body.
    pub fn of(request: &Request) -> Result<Settings, BulkFault> {
        let sent = request.header(header::CONTENT_TYPE).unwrap_or_default();
        if !sent.trim().is_empty() && AnswerFormat::of_media_type(sent).is_none() {
            return Err(BulkFault::unsupported_media_type(sent));
        }
        let form = AnswerFormat::for_request(request);
        let refused = |why: &str| BulkFault::bad_settings(form, why);
        let text = std::str::from_utf8(&request.body).map_err(|_| refused("The body is not UTF-8"))?;
        match form {
            AnswerFormat::Json => {
                let members: serde_json::Map<String, serde_json::Value> =
                    serde_json::from_str(text).map_err(|error| refused(&error.to_string()))?;
                let texts = members.into_iter().filter_map(|(name, value)| match value {
                    serde_json::Value::String(text) => Some((name, text)),
                    serde_json::Value::Null => None,
                    other => Some((name, other.to_string())),
                });
                Ok(Settings(texts.collect()))
            }
            AnswerFormat::Xml => {
                let document =
                    roxmltree::Document::parse(text).map_err(|error| refused(&error.to_string()))?;
                let root = document.root_element();
                if root.tag_name().name() != "jobInfo" {
                    return Err(refused("The root element of the body must be jobInfo"));
                }
                let children = root.children().filter(roxmltree::Node::is_element);
                let texts = children.map(|child| {
                    let text = child.text().unwrap_or_default().trim().to_owned();
                    (child.tag_name().name().to_owned(), text)
                });
                Ok(Settings(texts.collect()))
            }
        }
    }

    /// A member that is there and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }
}
