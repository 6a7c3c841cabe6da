//! How two values are compared. The service's fuzzy methods weigh several algorithms; these take what those agree on:
//! case, punctuation, initials, legal forms and dialling codes do not count.
//! Source: <https://help.salesforce.com/s/articleView?id=sf.matching_rules_matching_criteria.htm>

use serde::Deserialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Method {
    Exact,
    FirstName,
    LastName,
    CompanyName,
    Phone,
    City,
    Street,
    Zip,
    Title,
}

impl Method {
    /// The name in `MatchingRuleItem.MatchingMethod`.
    pub fn name(self) -> &'static str {
        match self {
            Method::Exact => "Exact",
            Method::FirstName => "FirstName",
            Method::LastName => "LastName",
            Method::CompanyName => "CompanyName",
            Method::Phone => "Phone",
            Method::City => "City",
            Method::Street => "Street",
            Method::Zip => "Zip",
            Method::Title => "Title",
        }
    }
}

/// Whether two values are the same by a method.
pub fn same(method: Method, one: &str, other: &str) -> bool {
    match method {
        Method::Exact => one.trim().to_lowercase() == other.trim().to_lowercase(),
        Method::Phone => {
            let (one, other) = (digits(one), digits(other));
            !one.is_empty() && one == other
        }
        Method::FirstName => {
            let (one, other) = (bare(one), bare(other));
            one == other || is_initial(&one, &other) || is_initial(&other, &one)
        }
        Method::CompanyName => company(one) == company(other),
        Method::LastName | Method::City | Method::Street | Method::Zip | Method::Title => {
            bare(one) == bare(other)
        }
    }
}

/// Letters and digits, in lower case.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn is_initial(short: &str, long: &str) -> bool {
    short.chars().count() == 1 && long.starts_with(short)
}

/// The national number: without the code of North America.
fn digits(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix('1') {
        Some(rest) if rest.len() == 10 => rest.to_owned(),
        _ => digits,
    }
}

/// A company's name without its legal form.
fn company(text: &str) -> String {
    const FORMS: &[&str] = &[
        "inc",
        "incorporated",
        "ltd",
        "limited",
        "llc",
        "llp",
        "corp",
        "corporation",
        "co",
        "company",
        "plc",
        "gmbh",
        "ag",
        "sa",
    ];
    let words: Vec<String> = text.split_whitespace().map(bare).collect();
    let named: Vec<&str> =
        words.iter().map(String::as_str).filter(|word| !word.is_empty() && !FORMS.contains(word)).collect();
    if named.is_empty() { bare(text) } else { named.concat() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods() {
        let alike = [
            (Method::Exact, "Jo@Example.com", "jo@example.com"),
            (Method::FirstName, "J.", "Jo"),
            (Method::LastName, "O'Neil", "Oneil"),
            (Method::CompanyName, "Acme, Inc.", "ACME Limited"),
            (Method::Phone, "+1 (415) 555-1234", "415-555-1234"),
            (Method::Street, "1 High St.", "1 High St"),
        ];
        for (method, one, other) in alike {
            assert!(same(method, one, other), "{method:?} {one} {other}");
        }
        let different = [
            (Method::Exact, "a b", "ab"),
            (Method::FirstName, "Jo", "Joan"),
            (Method::CompanyName, "Acme", "Acme Europe"),
            (Method::Phone, "n/a", "-"),
        ];
        for (method, one, other) in different {
            assert!(!same(method, one, other), "{method:?} {one} {other}");
        }
    }
}
