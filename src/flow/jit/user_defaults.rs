//! What a new user gets that the assertion does not say.
//! As the generated handler does it: <https://developer.salesforce.com/docs/atlas.en-us.apexref.meta/apexref/apex_interface_Auth_SamlJitHandler.htm>

use super::fields::{Fields, text};
use super::provisioning::Jit;
use crate::model::fault::Fault;
use crate::model::record::Record;
use crate::model::value::{Input, Raw};

const ALIAS_LENGTH: usize = 5;
const NICKNAME_LENGTH: usize = 40;

impl Jit<'_> {
    /// Adds alias, nickname, locale, language, time zone, encoding and state where they are missing.
    pub(super) fn add_user_defaults(&self, fields: &mut Fields) -> Result<(), Fault> {
        let organization = self.organization()?;
        let of_org = |name: &str| organization.as_ref().and_then(|org| org.text(name)).map(str::to_owned);
        let defaults = [
            (
                "Alias",
                alias(fields).or_else(|| local_part(fields).map(|name| cut(name, ALIAS_LENGTH).to_owned())),
            ),
            ("CommunityNickname", self.nickname(fields)?),
            ("TimeZoneSidKey", of_org("TimeZoneSidKey")),
            ("LocaleSidKey", of_org("DefaultLocaleSidKey")),
            ("LanguageLocaleKey", of_org("LanguageLocaleKey")),
            ("EmailEncodingKey", Some("UTF-8".to_owned())),
        ];
        for (name, value) in defaults {
            if let Some(value) = value.filter(|_| sent(fields, name).is_none()) {
                fields.push(text(name, value));
            }
        }
        if !fields.iter().any(|(name, _)| name == "IsActive") {
            fields.push(("IsActive".to_owned(), Input::new(Raw::Bool(true))));
        }
        Ok(())
    }

    fn organization(&self) -> Result<Option<Record>, Fault> {
        self.org.find(&self.org.standard("Organization")?, self.org.id)
    }

    /// What stands before the `@` of the username, with digits behind when it is taken.
    fn nickname(&self, fields: &Fields) -> Result<Option<String>, Fault> {
        let Some(local) = local_part(fields) else { return Ok(None) };
        let mut number = 0;
        loop {
            let digits = if number == 0 { String::new() } else { number.to_string() };
            let nickname = format!("{}{digits}", cut(local, NICKNAME_LENGTH - digits.len()));
            let taken = self.org.ids_where(&self.users, "CommunityNickname", &nickname.as_str().into(), 1)?;
            if taken.is_empty() {
                return Ok(Some(nickname));
            }
            number += 1;
        }
    }

    /// The address, or with a number before its `@` when it is another user's name.
    pub(super) fn free_username(&self, address: &str) -> Result<String, Fault> {
        let (local, domain) = address.split_once('@').unwrap_or((address, ""));
        let mut username = address.to_owned();
        let mut number = 0;
        while self.is_taken(&username)? {
            number += 1;
            username = format!("{local}{number}@{domain}");
        }
        Ok(username)
    }

    fn is_taken(&self, username: &str) -> Result<bool, Fault> {
        let here = self.org.ids_where(&self.users, "Username", &username.into(), 1)?;
        if here.is_empty() { self.environment.username_taken_elsewhere(username) } else { Ok(true) }
    }
}

/// First letter of the first name and the last name, cut to five.
pub(crate) fn alias(fields: &Fields) -> Option<String> {
    let last = sent(fields, "LastName")?;
    let initial = sent(fields, "FirstName").and_then(|first| first.chars().next());
    let whole: String = initial.into_iter().chain(last.chars()).collect();
    Some(cut(&whole, ALIAS_LENGTH).to_owned())
}

/// What stands before the `@` of the username.
fn local_part(fields: &Fields) -> Option<&str> {
    sent(fields, "Username")?.split('@').next()
}

/// The text that is to be saved in a field.
pub(super) fn sent<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    fields.iter().find_map(|(known, input)| match &input.raw {
        Raw::Text(text) if known == name => Some(text.as_str()),
        _ => None,
    })
}

fn cut(text: &str, length: usize) -> &str {
    text.char_indices().nth(length).map_or(text, |(end, _)| &text[..end])
}
