//! The attributes of an assertion, as provisioning reads them.

/// Attributes by name in any case; an empty value counts as absent.
#[derive(Debug, Clone, Default)]
pub struct Attributes {
    pairs: Vec<(String, String)>,
}

impl Attributes {
    /// The first value of each attribute.
    pub fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Attributes {
        let kept = pairs.into_iter().filter(|(_, value)| !value.trim().is_empty());
        Attributes { pairs: kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect() }
    }

    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The value of the first of these attributes that is there.
    pub fn any(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name))
    }

    /// `(field, value)` of the attributes `<object>.<field>`.
    pub fn of<'a>(&'a self, object: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.pairs.iter().filter_map(move |(name, value)| {
            let (prefix, field) = name.split_once('.')?;
            prefix.eq_ignore_ascii_case(object).then_some((field, value.as_str()))
        })
    }

    /// All names and values, in order.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Adds an attribute unless it is there.
    pub fn put(&mut self, name: &str, value: impl Into<String>) {
        if self.get(name).is_none() {
            self.pairs.push((name.to_owned(), value.into()));
        }
    }
}

/// `1` or `true`, in any case.
pub fn is_true(value: &str) -> bool {
    let value = value.trim();
    value == "1" || value.eq_ignore_ascii_case("true")
}
