//! Which entries of the journal are asked for.

use std::borrow::Cow;

use crate::error_entry::{Declared, declare_errors};
use crate::message::Request;
use crate::org::save_log::{LoggedSave, SaveEnd};
use crate::world::{JournalEntry, KeptEntry};

/// So many entries are given unless more or fewer are asked for.
const LIMIT: usize = 100;
/// The parameters, as an error lists them.
const PARAMETERS: &str = "after, surface, method, path, status, user, object, error, limit, format";

/// What an entry must be to be given.
#[derive(Debug, Default)]
pub struct Filter {
    after: Option<u64>,
    surface: Option<String>,
    method: Option<String>,
    /// A piece of the path.
    path: Option<String>,
    status: Option<Status>,
    /// Username or id.
    user: Option<String>,
    object: Option<String>,
    /// Name of a row of the table of errors, or a status code.
    error: Option<String>,
    pub limit: usize,
    pub as_har: bool,
}

#[derive(Debug)]
enum Status {
    Exactly(u16),
    /// `4xx` is 4.
    Hundreds(u16),
}

impl Filter {
    /// The filter that a query names.
    ///
    /// # Errors
    /// An unknown parameter, or a value that cannot be read.
    pub fn of(request: &Request) -> Result<Filter, Declared> {
        let mut filter = Filter { limit: LIMIT, ..Filter::default() };
        for (name, value) in request.query_pairs() {
            let text = || Some(value.clone().into_owned());
            match &*name {
                "after" => filter.after = Some(number(&name, &value)?),
                "surface" => filter.surface = text(),
                "method" => filter.method = text(),
                "path" => filter.path = text(),
                "status" => filter.status = Some(status(&value)?),
                "user" => filter.user = text(),
                "object" => filter.object = text(),
                "error" => filter.error = text(),
                "limit" => filter.limit = number(&name, &value)?,
                "format" => filter.as_har = is_har(&value)?,
                _ => return Err(unknown_parameter(&name, PARAMETERS)),
            }
        }
        Ok(filter)
    }

    /// Whether an entry is asked for.
    pub fn admits(&self, KeptEntry { number, entry, .. }: &KeptEntry) -> bool {
        let same = |asked: &Option<String>, is: &str| {
            asked.as_deref().is_none_or(|asked| asked.eq_ignore_ascii_case(is))
        };
        let request = entry.exchange.as_ref().map(|exchange| &exchange.request);
        // What was done in the background comes after the request whose number it has.
        self.after.is_none_or(|after| *number > after || (*number == after && request.is_none()))
            && same(&self.surface, entry.surface)
            && same(&self.method, request.map_or("", |request| request.method.as_str()))
            && self
                .path
                .as_deref()
                .is_none_or(|piece| request.is_some_and(|request| request.path().contains(piece)))
            && self.has_status(entry)
            && self.is_of_user(entry)
            && self.is_of_object(entry)
            && self.has_error(entry)
    }

    fn has_status(&self, entry: &JournalEntry) -> bool {
        let is = entry.exchange.as_ref().map_or(0, |exchange| exchange.response.status.as_u16());
        match self.status {
            None => true,
            Some(Status::Exactly(status)) => is == status,
            Some(Status::Hundreds(hundreds)) => is / 100 == hundreds,
        }
    }

    fn is_of_user(&self, entry: &JournalEntry) -> bool {
        let Some(asked) = self.user.as_deref() else { return true };
        let username = entry.report.username.as_deref();
        let id = entry.report.user.map(|user| user.to_string());
        username.is_some_and(|name| name.eq_ignore_ascii_case(asked))
            || id.is_some_and(|id| id == asked || (asked.len() == 15 && id.starts_with(asked)))
    }

    fn is_of_object(&self, entry: &JournalEntry) -> bool {
        let Some(asked) = self.object.as_deref() else { return true };
        let in_path = |request: &Request| {
            request.segments().any(|segment: Cow<str>| segment.eq_ignore_ascii_case(asked))
        };
        let is_saved = |save: &LoggedSave| {
            save.object.as_ref().is_some_and(|object| object.name.eq_ignore_ascii_case(asked))
        };
        entry.exchange.as_ref().is_some_and(|exchange| in_path(&exchange.request))
            || entry.report.saves.iter().flat_map(|saves| &saves.saves).any(is_saved)
    }

    fn has_error(&self, entry: &JournalEntry) -> bool {
        let Some(asked) = self.error.as_deref() else { return true };
        let is_it = |name: &str| name.eq_ignore_ascii_case(asked);
        let told = entry.exchange.iter().flat_map(|exchange| &exchange.response.errors);
        let refused =
            entry.report.saves.iter().flat_map(|saves| &saves.saves).filter_map(|save| match &save.end {
                SaveEnd::Refused { faults, .. } => Some(faults),
                SaveEnd::Saved | SaveEnd::Undone => None,
            });
        let mut refused = refused.flatten();
        told.into_iter().any(|row| is_it(row.name) || is_it(row.code))
            || refused.any(|fault| is_it(fault.code.as_str()) || fault.row.is_some_and(|row| is_it(row.name)))
    }
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, Declared> {
    value.parse().map_err(|_| no_number(name, value))
}

fn status(value: &str) -> Result<Status, Declared> {
    let hundreds = value.strip_suffix("xx").and_then(|digit| digit.parse().ok()).map(Status::Hundreds);
    let status = hundreds.or_else(|| value.parse().ok().map(Status::Exactly));
    status.ok_or_else(|| no_status(value))
}

fn is_har(value: &str) -> Result<bool, Declared> {
    match value {
        "har" => Ok(true),
        "json" => Ok(false),
        other => Err(no_format(other)),
    }
}

declare_errors! {
    fn as Control "control";

    /// a list is asked for with a parameter that it does not have
    pub unknown_parameter(name: &str, known: &str) = "" 400, "there is no parameter {name}; there are {known}", Assumed;

    /// a parameter is to be a number and is none
    no_number(name: &str, value: &str) = "" 400, "{name}={value} is no number; send a whole number from 0 on", Assumed;

    /// the journal is asked for a status that is none
    no_status(value: &str) = "" 400, "status={value} is no status; send one such as 400 or 4xx", Assumed;

    /// the journal is asked for in a format that there is not
    no_format(value: &str) = "" 400, "there is no format {value}; send json or har", Assumed;
}
