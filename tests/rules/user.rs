//! User: fields, identity, profile, licence.

use crate::support::{home, refused};

#[test]
fn row_01_required_fields_in_their_order() {
    let home = home();
    let outcome = home.insert("User", &[]);
    let all = "Username, LastName, Email, Alias, TimeZoneSidKey, LocaleSidKey, EmailEncodingKey, ProfileId, LanguageLocaleKey";
    let names: Vec<_> = all.split(", ").collect();
    refused(&outcome, "REQUIRED_FIELD_MISSING", &format!("Required fields are missing: [{all}]"), &names);
}
