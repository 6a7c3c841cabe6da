//! `@{refAccount.id}`: a value out of the answer to an earlier subrequest.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/using_composite_resources.htm>

use std::borrow::Cow;
use std::cell::OnceCell;

use bytes::Bytes;
use serde_json::Value as Json;

use crate::model::fault::{Fault, faults};
use crate::model::value::{Input, Raw};
use crate::world::ApiVersion;

/// From this version on null takes the place of a reference to it.
const FIRST_WITH_NULL: ApiVersion = ApiVersion::new(52);

/// The answers so far, by reference id.
#[derive(Default)]
pub struct Answers(Vec<(String, Bytes, OnceCell<Json>)>);

impl Answers {
    /// Keeps the body of an answer.
    pub fn add(&mut self, reference_id: &str, body: Bytes) {
        self.0.push((reference_id.to_owned(), body, OnceCell::new()));
    }

    /// A text with its references replaced; `None` when the whole text is a reference to null.
    ///
    /// # Errors
    /// `PROCESSING_HALTED` for a reference that leads nowhere.
    pub fn resolved<'t>(&self, text: &'t str, version: ApiVersion) -> Result<Option<Cow<'t, str>>, Fault> {
        let Some(start) = text.find("@{") else { return Ok(Some(Cow::Borrowed(text))) };
        let mut whole = String::new();
        let mut rest = text;
        let mut next = Some(start);
        while let Some((before, after)) = next.and_then(|at| rest.split_at_checked(at)) {
            let Some((path, behind)) = after.strip_prefix("@{").and_then(|after| after.split_once('}'))
            else {
                break;
            };
            whole.push_str(before);
            match self.value(path, version)? {
                None if before.is_empty() && behind.is_empty() && whole.is_empty() => return Ok(None),
                value => whole.push_str(&value.unwrap_or_default()),
            }
            rest = behind;
            next = rest.find("@{");
        }
        whole.push_str(rest);
        Ok(Some(Cow::Owned(whole)))
    }

    /// A body with the references in all its texts replaced.
    pub fn resolved_in(&self, value: &Input, version: ApiVersion) -> Result<Input, Fault> {
        let raw = match &value.raw {
            Raw::Text(text) => match self.resolved(text, version)? {
                Some(text) => Raw::Text(text.into_owned()),
                None => Raw::Null,
            },
            Raw::Object(members) => Raw::Object(
                members
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), self.resolved_in(value, version)?)))
                    .collect::<Result<_, Fault>>()?,
            ),
            Raw::Array(items) => Raw::Array(
                items.iter().map(|item| self.resolved_in(item, version)).collect::<Result<_, Fault>>()?,
            ),
            other => other.clone(),
        };
        Ok(Input { raw, at: value.at })
    }

    fn value(&self, path: &str, version: ApiVersion) -> Result<Option<String>, Fault> {
        let name = path.split(['.', '[']).next().unwrap_or_default();
        let steps = path.get(name.len()..).unwrap_or_default();
        let answer = self.0.iter().find(|(id, ..)| id == name);
        let found = answer.filter(|_| is_reference_id(name)).and_then(|(_, body, parsed)| {
            follow(parsed.get_or_init(|| serde_json::from_slice(body).unwrap_or_default()), steps)
        });
        match found {
            Some(Json::String(text)) => Ok(Some(text.clone())),
            Some(Json::Number(number)) => Ok(Some(number.to_string())),
            Some(Json::Bool(flag)) => Ok(Some(flag.to_string())),
            Some(Json::Null) if version >= FIRST_WITH_NULL => Ok(None),
            Some(Json::Null) => Err(null_reference(path, name)),
            _ => Err(no_value(path, name)),
        }
    }
}

/// What a path such as `.records[0].Id` leads to.
fn follow<'j>(mut at: &'j Json, mut steps: &str) -> Option<&'j Json> {
    while !steps.is_empty() {
        if let Some(indexed) = steps.strip_prefix('[') {
            let (index, behind) = indexed.split_once(']')?;
            at = at.get(index.parse::<usize>().ok()?)?;
            steps = behind;
        } else {
            let named = steps.strip_prefix('.')?;
            let end = named.find(['.', '[']).unwrap_or(named.len());
            let (name, behind) = named.split_at_checked(end)?;
            at = at.get(name)?;
            steps = behind;
        }
    }
    Some(at)
}

/// Whether a text may name a subrequest.
pub fn is_reference_id(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_alphanumeric())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

faults! {
    /// a reference leads to no value in the answer that it names
    no_value(path: &str, name: &str) = PROCESSING_HALTED,
        "Invalid reference specified. No value for {path} found in {name}.",
        Seen "https://github.com/django-salesforce/django-salesforce";

    /// a reference leads to null, up to v51
    null_reference(path: &str, name: &str) = PROCESSING_HALTED,
        "Invalid reference specified. No value for {path} found in {name}. Provided referenceId ('{path}') must start with a letter or a number, and it can contain only letters, numbers and underscores ('_').",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_subrequest_result.htm";
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: ApiVersion = ApiVersion::NEWEST;

    fn answers() -> Answers {
        let mut answers = Answers::default();
        answers.add("a", Bytes::from_static(br#"{"id":"001","n":1.50,"x":null,"records":[{"Id":"003"}]}"#));
        answers.add("list", Bytes::from_static(br#"[{"id":"1"},{"id":"2"}]"#));
        answers
    }

    #[test]
    fn references_become_values() {
        let answers = answers();
        for (text, expected) in [
            ("plain", Some("plain")),
            ("@{a.id}", Some("001")),
            ("/x/@{a.id}/y/@{a.records[0].Id}?z", Some("/x/001/y/003?z")),
            ("@{list[1].id}", Some("2")),
            ("@{a.x}", None),
            ("<@{a.x}>", Some("<>")),
            ("@{a.id", Some("@{a.id")),
            ("@{a.n}", Some("1.5")),
        ] {
            let got = answers.resolved(text, NOW).expect(text);
            assert_eq!(got.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn references_that_lead_nowhere() {
        let answers = answers();
        for text in
            ["@{b.id}", "@{a.ID}", "@{a.records[1].Id}", "@{a.records}", "@{}", "@{a}", "@{a..id}", "@{a[0]}"]
        {
            let fault = answers.resolved(text, NOW).expect_err(text);
            assert_eq!(fault.code.as_str(), "PROCESSING_HALTED");
        }
        assert!(answers.resolved("@{a.x}", ApiVersion::new(51)).is_err());
    }
}
