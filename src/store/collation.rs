//! `FOLDED`: text compared without regard to case, beyond ASCII too.

use std::cmp::Ordering;

use rusqlite::Connection;

pub fn register(connection: &Connection) -> rusqlite::Result<()> {
    connection.create_collation("FOLDED", folded)
}

pub fn folded(left: &str, right: &str) -> Ordering {
    if left.is_ascii() && right.is_ascii() {
        let pairs = left.bytes().zip(right.bytes());
        let mut differing =
            pairs.filter(|(a, b)| a != b).map(|(a, b)| (a.to_ascii_uppercase(), b.to_ascii_uppercase()));
        let first = differing.find(|(a, b)| a != b).map(|(a, b)| a.cmp(&b));
        return first.unwrap_or_else(|| left.len().cmp(&right.len()));
    }
    left.chars().flat_map(char::to_uppercase).cmp(right.chars().flat_map(char::to_uppercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_count() {
        assert_eq!(folded("Ada", "aDA"), Ordering::Equal);
        assert_eq!(folded("Ångström", "ÅNGSTRÖM"), Ordering::Equal);
        assert_eq!(folded("a", "B"), Ordering::Less);
    }
}
