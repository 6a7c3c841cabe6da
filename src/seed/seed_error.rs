//! A mistake in a seed, and the line it is on.

use std::fmt;

use crate::model::fault::{Fault, StatusCode};
use crate::model::schema::SObject;
use crate::store::StoreError;

/// A mistake in a seed, in one sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct SeedError {
    pub file: String,
    /// 1-based; 0 when the whole file is meant.
    pub line: usize,
    pub what: String,
    /// What would have been right; may be empty.
    pub expected: String,
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": {}", self.what)?;
        if self.expected.is_empty() { Ok(()) } else { write!(f, "; expected {}", self.expected) }
    }
}

impl std::error::Error for SeedError {}

/// Ends the savepoint of a load.
impl From<StoreError> for SeedError {
    fn from(error: StoreError) -> SeedError {
        SeedError::whole("the database", error.to_string(), "")
    }
}

impl SeedError {
    pub(super) fn whole(file: &str, what: impl Into<String>, expected: impl Into<String>) -> SeedError {
        SeedError { file: file.to_owned(), line: 0, what: what.into(), expected: expected.into() }
    }

    /// The fault of a record, with what its field may have.
    pub(super) fn of_record_fault(file: &str, line: usize, fault: &Fault, object: &SObject) -> SeedError {
        let mistake = SeedError::of_fault(file, line, fault);
        let field = fault.fields.first().and_then(|name| object.field(name));
        let expected = match (fault.code, field.and_then(|field| field.picklist.as_deref())) {
            (StatusCode::INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST, Some(values)) => {
                let sent = fault.message.rsplit(": ").next().unwrap_or_default();
                one_of(sent, values.entries().iter().map(|entry| entry.value.as_str()))
            }
            (StatusCode::INVALID_FIELD, _) => match fault.message.split('\'').nth(1) {
                Some(sent) => one_of(sent, object.fields.iter().map(|field| field.name.as_ref())),
                None => String::new(),
            },
            _ => String::new(),
        };
        SeedError { expected, ..mistake }
    }

    pub(super) fn of_fault(file: &str, line: usize, fault: &Fault) -> SeedError {
        let what = format!("{}: {}", fault.code, fault.message.trim_end());
        SeedError { file: file.to_owned(), line, what, expected: String::new() }
    }
}

/// What would have been right: all names if they are few, and the one that was probably meant.
pub(super) fn one_of<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    const FEW: usize = 30;
    let names: Vec<&str> = names.into_iter().collect();
    let word = word.to_lowercase();
    let like = |name: &str| match name.to_lowercase() {
        name if word.len() > 3 && name.contains(&word) => 0.9,
        name => strsim::normalized_damerau_levenshtein(&word, &name),
    };
    let nearest = names.iter().copied().max_by(|a, b| like(a).total_cmp(&like(b)));
    let nearest = nearest.filter(|name| like(name) >= 0.7);
    let all = if names.len() <= FEW { format!("one of {}", names.join(", ")) } else { String::new() };
    match nearest {
        Some(nearest) if all.is_empty() => format!("another name; did you mean {nearest}?"),
        Some(nearest) => format!("{all}; did you mean {nearest}?"),
        None => all,
    }
}

/// What serde says, without its own ending that repeats the place.
pub(super) fn json_error(path: &str, error: &serde_json::Error) -> SeedError {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    let (what, expected) = text.split_once(", expected ").unwrap_or((text, ""));
    SeedError {
        file: path.to_owned(),
        line: error.line(),
        what: what.to_owned(),
        expected: expected.to_owned(),
    }
}

/// The 1-based line on which a text first occurs, or 0.
pub(super) fn line_of(source: &str, needle: &str) -> usize {
    source.find(needle).map_or(0, |at| line_at(source, at))
}

/// The 1-based line of a byte.
pub(super) fn line_at(source: &str, at: usize) -> usize {
    source.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}
