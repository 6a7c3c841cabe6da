//! The records that logins make and change, as snapshots tell of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use fauxforce::model::id::Id;
use fauxforce::model::record::Record;
use fauxforce::model::value::Value;
use fauxforce::org::Org;
use fauxforce::world::State;

const OBJECTS: &[(&str, &[&str])] = &[
    (
        "Account",
        &["Name", "AccountNumber", "OwnerId", "IsPartner", "IsCustomerPortal", "TickerSymbol", "CreatedById"],
    ),
    ("Contact", &["FirstName", "LastName", "Email", "AccountId", "OwnerId", "CreatedById"]),
    ("UserRole", &["Name", "PortalType", "PortalRole", "ParentRoleId"]),
    (
        "User",
        &[
            "Username",
            "FirstName",
            "LastName",
            "Email",
            "Alias",
            "CommunityNickname",
            "FederationIdentifier",
            "ProfileId",
            "UserRoleId",
            "UserType",
            "PortalRole",
            "IsPortalEnabled",
            "ContactId",
            "AccountId",
            "IsActive",
            "TimeZoneSidKey",
            "LocaleSidKey",
            "LanguageLocaleKey",
            "EmailEncodingKey",
            "CreatedById",
        ],
    ),
];

pub fn records(state: &State) -> BTreeMap<Id, Record> {
    let org = &state.orgs[0];
    let mut all = BTreeMap::new();
    for (name, _) in OBJECTS {
        let object = org.object(name).expect("a store").expect("an object");
        let sql = format!("SELECT \"Id\" FROM \"{name}\"");
        for id in org.store.rows(&sql, [], |row| row.get::<_, String>(0)).expect("a store") {
            let id = Id::parse(&id).expect("an id");
            all.insert(id, org.find(&object, id).expect("a store").expect("a record"));
        }
    }
    all
}

pub fn find(org: &Org, id: Id) -> Option<Record> {
    let object = org.schema.by_key_prefix(id.key_prefix())?;
    org.find(&object, id).expect("a store")
}

/// How a snapshot names a record.
pub fn name_of(org: &Org, id: Id) -> String {
    let Some(object) = org.schema.by_key_prefix(id.key_prefix()) else { return "{id}".to_owned() };
    let record = org.find(&object, id).expect("a store");
    let names = ["Username", "Name", "DeveloperName"];
    let name = record.as_ref().and_then(|record| names.iter().find_map(|name| record.text(name)));
    match name {
        Some(name) if object.name == "User" => name.split("@00d").next().unwrap_or_default().to_owned(),
        Some(name) => format!("{{{} {name}}}", object.name),
        None => format!("{{{}}}", object.name),
    }
}

/// A text with ids replaced by names.
pub fn named(org: &Org, text: &str) -> String {
    let mut told = String::new();
    let mut word = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_alphanumeric() {
            word.push(c);
            continue;
        }
        match Id::parse(&word).filter(|_| word.len() == 18 && word.contains("Ff0")) {
            Some(id) => told.push_str(&name_of(org, id)),
            None => told.push_str(&word),
        }
        word.clear();
        told.push(c);
    }
    told.trim_end().to_owned()
}

fn plain(org: &Org, value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Double(number) => number.to_string(),
        Value::Text(text) => named(org, text),
    }
}

pub fn shown(org: &Org, record: &Record) -> String {
    let object = &record.object.name;
    let fields =
        OBJECTS.iter().find(|(name, _)| name == object).map(|(_, fields)| *fields).unwrap_or_default();
    let set = fields.iter().filter(|name| !record.get(name).is_null());
    let mut told = object.clone();
    for name in set {
        let _ = write!(told, "\n    {name} {}", plain(org, record.get(name)));
    }
    told
}

pub fn changes(org: &Org, old: &Record, new: &Record, told: &mut String) {
    const UNTOLD: &[&str] =
        &["LastModifiedDate", "LastModifiedById", "SystemModstamp", "LastLoginDate", "NumberOfFailedLogins"];
    for field in new.object.fields.iter().filter(|field| !UNTOLD.contains(&field.name.as_str())) {
        let (was, is) = (old.get(&field.name), new.get(&field.name));
        if was != is {
            let id = new.id("Id").map(|id| name_of(org, id)).unwrap_or_default();
            let _ = writeln!(told, "changed {id}: {} {} -> {}", field.name, plain(org, was), plain(org, is));
        }
    }
}
