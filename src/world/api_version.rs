//! Versions of the APIs: three releases a year, numbered by one.

use std::fmt;
use std::ops::RangeInclusive;

/// An API version such as `59.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiVersion(u32);

impl ApiVersion {
    /// The first REST version that any known client still names.
    pub const OLDEST: ApiVersion = ApiVersion(20);
    /// Summer '26.
    pub const NEWEST: ApiVersion = ApiVersion(67);
    /// The versions that the REST API has, or had once: those before [`ApiVersion::OLDEST`] are retired. The service answers
    /// for 1.0 as for a version that never was; that 6.0 is the last of those is concluded.
    pub const REST: RangeInclusive<ApiVersion> = ApiVersion(7)..=ApiVersion::NEWEST;

    pub const fn new(number: u32) -> ApiVersion {
        ApiVersion(number)
    }

    /// Reads `59.0`. `None` for anything else, `59` and `59.1` too.
    pub fn parse(text: &str) -> Option<ApiVersion> {
        let number = text.strip_suffix(".0")?;
        let plain = (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
        if plain && !number.starts_with('0') { number.parse().ok().map(ApiVersion) } else { None }
    }

    /// 59 for `59.0`.
    pub fn number(self) -> u32 {
        self.0
    }

    /// `Summer '23`: the release that brought the version.
    /// Source: <https://help.salesforce.com/s/articleView?id=000381744&type=1>
    pub fn label(self) -> String {
        let season = match self.0 % 3 {
            0 => "Spring",
            1 => "Summer",
            _ => "Winter",
        };
        format!("{season} '{:02}", self.0.saturating_sub(20) / 3 + 11)
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.0", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_version() {
        assert_eq!(ApiVersion::parse("59.0"), Some(ApiVersion(59)));
        for wrong in ["", "59", "59.1", "v59.0", "059.0", "0.0", "5 9.0", "99999999999.0", "-1.0"] {
            assert_eq!(ApiVersion::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn releases() {
        for (number, label) in
            [(20, "Winter '11"), (31, "Summer '14"), (65, "Winter '26"), (66, "Spring '26")]
        {
            assert_eq!(ApiVersion(number).label(), label);
        }
        assert_eq!(ApiVersion::NEWEST.label(), "Summer '26");
    }
}
