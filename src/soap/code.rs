//! The closed sets of codes that WSDLs list. They have grown with the versions, and clients made from an older WSDL
//! fail on a code that theirs does not have.
//!
//! Each line of the two lists begins with the first version that is known to have its codes; from WSDLs of versions
//! 22, 29, 38 and 58.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::model::fault::StatusCode;
use crate::world::ApiVersion;

/// An enumeration of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codes {
    /// `ExceptionCode`, of faults.
    Exception,
    /// `StatusCode`, of records.
    Status,
}

impl Codes {
    fn text(self) -> &'static str {
        match self {
            Codes::Exception => include_str!("code/exception.txt"),
            Codes::Status => include_str!("code/status.txt"),
        }
    }

    /// All codes and the versions that first have them.
    fn all(self) -> &'static HashMap<&'static str, ApiVersion> {
        static EXCEPTION: OnceLock<HashMap<&str, ApiVersion>> = OnceLock::new();
        static STATUS: OnceLock<HashMap<&str, ApiVersion>> = OnceLock::new();
        let read = match self {
            Codes::Exception => &EXCEPTION,
            Codes::Status => &STATUS,
        };
        read.get_or_init(|| {
            self.lines().flat_map(|(first, codes)| codes.map(move |code| (code, first))).collect()
        })
    }

    fn lines(self) -> impl Iterator<Item = (ApiVersion, impl Iterator<Item = &'static str>)> {
        self.text().lines().filter_map(|line| {
            let (first, codes) = line.split_once(' ')?;
            // The oldest list stands for all versions before.
            let first = first.parse().ok().filter(|first| *first > 22).unwrap_or(0);
            Some((ApiVersion::new(first), codes.split_ascii_whitespace()))
        })
    }

    /// The codes that the WSDL of a version lists, in order.
    pub fn of(self, version: ApiVersion) -> Vec<&'static str> {
        let mut codes: Vec<_> =
            self.lines().filter(|(first, _)| *first <= version).flat_map(|(_, codes)| codes).collect();
        codes.sort_unstable();
        codes
    }

    /// The code as a client of that version may see it.
    pub fn seen_by(self, code: StatusCode, version: ApiVersion) -> StatusCode {
        let first = self.all().get(code.as_str());
        if first.is_some_and(|first| *first <= version) { code } else { StatusCode::UNKNOWN_EXCEPTION }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_with_versions() {
        let of = |code, version| Codes::Status.seen_by(code, ApiVersion::new(version));
        assert_eq!(of(StatusCode::DUPLICATE_USERNAME, 20), StatusCode::DUPLICATE_USERNAME);
        assert_eq!(of(StatusCode::DUPLICATES_DETECTED, 31), StatusCode::UNKNOWN_EXCEPTION);
        assert_eq!(of(StatusCode::DUPLICATES_DETECTED, 38), StatusCode::DUPLICATES_DETECTED);
        assert_eq!(Codes::Exception.of(ApiVersion::NEWEST).len(), 263);
        assert_eq!(Codes::Exception.of(ApiVersion::new(22)).len(), 90);
    }
}
