//! The fields of a posted form.

use std::borrow::Cow;

use crate::message::Request;

/// Decoded fields of the body.
pub(super) struct Form<'a> {
    pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Form<'a> {
    pub fn of(request: &'a Request) -> Form<'a> {
        Form { pairs: form_urlencoded::parse(&request.body).collect() }
    }

    /// The first value of a field; an empty one counts as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| &**value)
            .filter(|value| !value.is_empty())
    }
}
