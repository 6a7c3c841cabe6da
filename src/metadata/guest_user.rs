//! The guest user that a site needs, in whose name visitors register themselves.

use crate::dml::{Call, insert_as_platform};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;

/// The guest user of a site, who gets language and time zone from its administrator.
pub(crate) fn add_guest_user(
    call: Call,
    (label, path): (&str, &str),
    admin: &Record,
    profile: Id,
) -> Result<Id, Fault> {
    let copied = ["TimeZoneSidKey", "LocaleSidKey", "LanguageLocaleKey", "EmailEncodingKey", "Email"];
    let mut guest: Vec<_> = copied.map(|name| (name, admin.get(name).clone())).into();
    let username = format!("{}@{}.guest", path.replace('/', "-"), call.org.id).to_lowercase();
    guest.extend([
        ("FirstName", Value::from(label)),
        ("LastName", Value::from("Site Guest User")),
        ("Username", Value::from(username)),
        ("Alias", Value::from("guest")),
        ("ProfileId", Value::from(profile)),
    ]);
    insert_as_platform(call, "User", &guest)
}
