//! Rows about users that other records or the world know: sessions, logins, permissions, delegated administrators.

use serde_json::{Value as Json, json};

use super::Rows;
use crate::model::fault::Fault;
use crate::model::schema::SObject;
use crate::model::value::Value;
use crate::org::storage::is_stored;
use crate::org::{NO_LIMIT, OpenSession};
use crate::query::soql::compiler::Compiler;
use crate::store::quoted;

/// The open sessions of the org.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_authsession.htm>
pub(super) fn sessions<'o>(compiler: &Compiler, object: &'o SObject) -> Result<Rows<'o>, Fault> {
    let users = compiler.org.standard("User")?;
    let mut rows = Rows::of(object);
    for session in compiler.environment.sessions() {
        let OpenSession { id, user, opened, used, seconds, login_type, session_type } = session;
        let kind = compiler.org.find(&users, user)?;
        let kind = kind.as_ref().and_then(|user| user.text("UserType")).unwrap_or("Standard");
        rows.add([
            ("Id", json!(id.as_str())),
            ("UsersId", json!(user.as_str())),
            ("CreatedDate", json!(opened)),
            ("LastModifiedDate", json!(used)),
            ("NumSecondsValid", json!(seconds)),
            ("UserType", json!(kind)),
            ("SourceIp", json!("127.0.0.1")),
            ("LoginType", json!(login_type)),
            ("SessionType", json!(session_type)),
            ("SessionSecurityLevel", json!("STANDARD")),
        ]);
    }
    Ok(rows)
}

/// A login as an event: a row per row of LoginHistory.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.platform_events.meta/platform_events/sforce_api_objects_loginevent.htm>
pub(super) fn logins(compiler: &Compiler, object: &SObject) -> Result<String, Fault> {
    let history = compiler.org.standard("LoginHistory")?;
    compiler.org.standard("User")?;
    let column = |name: &str| match name {
        "EventDate" | "CreatedDate" => "\"LoginTime\"".to_owned(),
        "EventIdentifier" | "LoginHistoryId" => "\"Id\"".to_owned(),
        "Username" => "(SELECT u.\"Username\" FROM \"User\" u WHERE u.\"Id\" = \"UserId\")".to_owned(),
        "AuthServiceId" => "\"AuthenticationServiceId\"".to_owned(),
        name => match history.field(name).filter(|field| is_stored(field)) {
            Some(field) => quoted(&field.name),
            None => "NULL".to_owned(),
        },
    };
    let fields = object.fields.iter().filter(|field| is_stored(field));
    let columns = fields.map(|field| format!("{} AS {}", column(&field.name), quoted(&field.name)));
    Ok(format!("(SELECT {} FROM \"LoginHistory\")", columns.collect::<Vec<_>>().join(", ")))
}

/// The currency of the org: there is one.
pub(super) fn currencies<'o>(compiler: &Compiler, object: &'o SObject) -> Result<Rows<'o>, Fault> {
    let created = compiler.org.created;
    let by = created.by.map(|id| id.to_string());
    let mut rows = Rows::of(object);
    rows.add([
        ("Id", rows.next_id(compiler.org.id)),
        ("IsoCode", json!("USD")),
        ("ConversionRate", json!(1.0)),
        ("DecimalPlaces", json!(2)),
        ("IsActive", json!(true)),
        ("IsCorporate", json!(true)),
        ("CreatedDate", json!(created.at)),
        ("CreatedById", json!(by)),
        ("LastModifiedDate", json!(created.at)),
        ("LastModifiedById", json!(by)),
        ("SystemModstamp", json!(created.at)),
    ]);
    Ok(rows)
}

/// The groups of delegated administrators that the seed names.
pub(super) fn delegate_groups<'o>(compiler: &Compiler, object: &'o SObject) -> Rows<'o> {
    let mut rows = Rows::of(object);
    for group in &compiler.org.seeded.delegation.groups {
        rows.add([
            ("Id", rows.next_id(compiler.org.id)),
            ("Name", json!(group.name)),
            ("CreatedDate", json!(compiler.org.created.at)),
            ("LastModifiedDate", json!(compiler.org.created.at)),
            ("SystemModstamp", json!(compiler.org.created.at)),
        ]);
    }
    rows
}

/// Who is in those groups.
pub(super) fn delegated_administrators<'o>(compiler: &Compiler, object: &'o SObject) -> Rows<'o> {
    let mut rows = Rows::of(object);
    for (place, group) in compiler.org.seeded.delegation.groups.iter().enumerate() {
        let group_id = compiler.org.id.in_org(GROUP, place as u64 + 1);
        for administrator in &group.administrators {
            rows.add([
                ("Id", rows.next_id(compiler.org.id)),
                ("DelegateGroupId", json!(group_id.as_str())),
                ("UserOrGroupId", json!(administrator.as_str())),
                ("CreatedDate", json!(compiler.org.created.at)),
                ("LastModifiedDate", json!(compiler.org.created.at)),
                ("SystemModstamp", json!(compiler.org.created.at)),
            ]);
        }
    }
    rows
}

/// Key prefix of DelegateGroup.
const GROUP: &str = "02f";

/// By what means each user can prove who they are. No user has set up a second factor here.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_twofactormethodsinfo.htm>
pub(super) fn verification_methods<'o>(compiler: &Compiler, object: &'o SObject) -> Result<Rows<'o>, Fault> {
    let users = compiler.org.standard("User")?;
    let mut rows = Rows::of(object);
    for id in compiler.org.ids_where(&users, "IsActive", &Value::from(true), NO_LIMIT)? {
        let Some(user) = compiler.org.find(&users, id)? else { continue };
        rows.add([
            ("Id", rows.next_id(compiler.org.id)),
            ("UserId", json!(id.as_str())),
            ("HasUserVerifiedEmailAddress", json!(user.get("HasUserVerifiedEmail").is_true())),
            ("HasUserVerifiedMobileNumber", json!(user.get("HasUserVerifiedPhone").is_true())),
            ("HasVerifiedMobileNumber", json!(user.get("HasUserVerifiedPhone").is_true())),
        ]);
    }
    Ok(rows)
}

/// What the user who asks may do: one row.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_userpermissionaccess.htm>
pub(super) fn permissions<'o>(compiler: &Compiler, object: &'o SObject) -> Rows<'o> {
    let mut rows = Rows::of(object);
    let held = object.fields.iter().filter_map(|field| {
        let permission = field.name.strip_prefix("Permissions")?;
        compiler.runner.may(permission).then_some((field.name.as_str(), Json::from(true)))
    });
    let id = ("Id", rows.next_id(compiler.org.id));
    let row: Vec<_> = std::iter::once(id).chain(held).collect();
    rows.add(row);
    rows
}
