//! The attributes of an assertion, as provisioning reads them.

/// Attributes by name; an empty value counts as absent.
#[derive(Debug, Clone, Default)]
pub struct Attributes {
    pairs: Vec<(String, String)>,
    /// Names are taken to the letter.
    exact: bool,
}

impl Attributes {
    /// The first value of each attribute; names match in any case.
    pub fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Attributes {
        let kept = pairs.into_iter().filter(|(_, value)| !value.trim().is_empty());
        let pairs = kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Attributes { pairs, exact: false }
    }

    /// The same, as handlers see them: the keys of an Apex map are case-sensitive.
    /// <https://developer.salesforce.com/docs/atlas.en-us.apexref.meta/apexref/apex_interface_Auth_SamlJitHandler.htm>
    pub fn exact(&self) -> Attributes {
        Attributes { exact: true, ..self.clone() }
    }

    /// Whether a name in the assertion is this one.
    pub fn is_name(&self, given: &str, name: &str) -> bool {
        if self.exact { given == name } else { given.eq_ignore_ascii_case(name) }
    }

    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().find(|(known, _)| self.is_name(known, name));
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
            self.is_name(prefix, object).then_some((field, value.as_str()))
        })
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
