//! A small org for the tests of queries, and answers in a form that is easy to compare.

use std::cell::Cell;

use fauxforce::model::fault::Fault;
use fauxforce::model::id::Id;
use fauxforce::model::record::{Cell as Content, Content as Kind, Row, Shape};
use fauxforce::model::schema::{FieldType, Schema};
use fauxforce::model::value::Value;
use fauxforce::org::access::Runner;
use fauxforce::org::settings::Settings;
use fauxforce::org::{Environment, Mail, Org};
use fauxforce::query::soql;
use fauxforce::query::soql::{QueryOptions, QueryResult};
use fauxforce::store::Store;
use serde_json::{Map, json};

/// Wednesday, 15 May 2024, 12:00 UTC.
pub const NOW: i64 = 1_715_774_400_000;

/// A world whose clock stands until it is set.
pub struct Still(pub Cell<i64>);

impl Environment for Still {
    fn now(&self) -> i64 {
        self.0.get()
    }
    fn username_taken_elsewhere(&self, _: &str) -> Result<bool, Fault> {
        Ok(false)
    }
    fn post(&self, _: Mail) {}
    fn random(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// The org, its clock, and who asks.
pub struct Small {
    pub org: Org,
    pub environment: Still,
    pub runner: Runner,
    pub version: u32,
}

impl Small {
    /// An org without records.
    pub fn empty() -> Small {
        let schema = Schema::standard(Default::default());
        let id = Id::numbered("00D", 1);
        let org = Org::new(id, schema, Settings::default(), Store::in_memory().expect("memory"));
        let runner = Runner::system(Id::numbered("005", 1));
        Small { org, environment: Still(Cell::new(NOW)), runner, version: 62 }
    }

    /// An org with a few accounts, contacts, cases, a user and a queue.
    pub fn new() -> Small {
        let small = Small::empty();
        let ada = small.insert("User", json!({"LastName": "Lovelace", "FirstName": "Ada", "Username": "ada@example.com", "Email": "ada@example.com", "Alias": "ada", "IsActive": true}));
        let queue =
            small.insert("Group", json!({"Name": "Support", "DeveloperName": "Support", "Type": "Queue"}));
        let acme = small.insert("Account", json!({"Name": "Acme", "Industry": "Banking", "NumberOfEmployees": 120, "AnnualRevenue": 1500000.5, "BillingCity": "Berlin", "BillingLatitude": 52.52, "BillingLongitude": 13.405, "OwnerId": ada}));
        let globex = small.insert("Account", json!({"Name": "Globex", "Industry": "Energy", "NumberOfEmployees": 30, "ParentId": acme, "OwnerId": ada}));
        small.insert("Account", json!({"Name": "100% Ärger_Inc", "OwnerId": ada}));
        small.insert("Contact", json!({"LastName": "Brown", "FirstName": "Charlie", "Email": "charlie@acme.example", "AccountId": acme, "MailingCity": "Paris", "MailingStreet": "1 Rue", "OwnerId": ada, "Birthdate": "1980-02-29"}));
        small.insert("Contact", json!({"LastName": "Smith", "AccountId": acme, "OwnerId": ada}));
        small.insert("Contact", json!({"LastName": "jones", "AccountId": globex, "OwnerId": ada}));
        small.insert("Contact", json!({"LastName": "Alone", "OwnerId": ada}));
        small.insert("Case", json!({"CaseNumber": "00001001", "Subject": "First", "Status": "New", "Priority": "High", "AccountId": acme, "OwnerId": ada}));
        small.insert("Case", json!({"CaseNumber": "00001002", "Subject": "Second", "Status": "Closed", "Priority": "Low", "AccountId": acme, "OwnerId": queue}));
        small.insert("Case", json!({"CaseNumber": "00001003", "Subject": "Third", "Status": "New", "Priority": "Medium", "OwnerId": queue}));
        small
    }

    /// Puts a record straight into the store: queries are tested here, not saves.
    pub fn insert(&self, object: &str, fields: serde_json::Value) -> String {
        let object = self.org.object(object).expect("store").expect("object");
        let id = self.org.next_id(&object).expect("id");
        let mut fields: Map<_, _> = fields.as_object().expect("fields").clone();
        fields.insert("Id".to_owned(), json!(id.as_str()));
        for flag in object.fields.iter().filter(|field| field.kind == FieldType::Boolean) {
            fields.entry(flag.name.clone()).or_insert(json!(false));
        }
        for stamp in ["CreatedDate", "LastModifiedDate", "SystemModstamp"] {
            fields.insert(stamp.to_owned(), json!(self.environment.now()));
        }
        if let Some(last) = fields.get("LastName").and_then(|last| last.as_str()) {
            let first = fields.get("FirstName").and_then(|first| first.as_str());
            let name = first.map_or_else(|| last.to_owned(), |first| format!("{first} {last}"));
            fields.insert("Name".to_owned(), json!(name));
        }
        let columns: Vec<_> = fields.keys().map(|name| format!("\"{name}\"")).collect();
        let marks = vec!["?"; columns.len()].join(", ");
        let sql = format!("INSERT INTO \"{}\" ({}) VALUES ({marks})", object.name, columns.join(", "));
        let values = fields.values().map(stored);
        self.org.store.execute(&sql, rusqlite::params_from_iter(values)).expect("insert");
        id.to_string()
    }

    /// Moves a record to the recycle bin.
    pub fn delete(&self, object: &str, id: &str) {
        let sql = format!("UPDATE \"{object}\" SET \"IsDeleted\" = 1 WHERE \"Id\" = ?1");
        assert_eq!(self.org.store.execute(&sql, [id]).expect("update"), 1);
    }

    pub fn try_query(&self, text: &str) -> Result<QueryResult, Fault> {
        self.try_rows(text, false)
    }

    fn try_rows(&self, text: &str, all_rows: bool) -> Result<QueryResult, Fault> {
        let options = QueryOptions { all_rows, api_version: self.version };
        soql::query(&self.org, &self.environment, &self.runner, text, &options)
    }

    /// The rows as JSON objects, `attributes` reduced to the type.
    pub fn query(&self, text: &str) -> serde_json::Value {
        self.rows_of(self.try_query(text), text)
    }

    /// As [`Small::query`], of the recycle bin, too.
    pub fn query_all(&self, text: &str) -> serde_json::Value {
        self.rows_of(self.try_rows(text, true), text)
    }

    fn rows_of(&self, found: Result<QueryResult, Fault>, text: &str) -> serde_json::Value {
        match found {
            Ok(result) => rows(&result.shape, &result.rows),
            Err(fault) => panic!("{text}\n{}: {}", fault.code, fault.message),
        }
    }

    /// The first cell of each row.
    pub fn column(&self, text: &str) -> Vec<String> {
        let result = self.try_query(text).unwrap_or_else(|fault| panic!("{text}\n{}", fault.message));
        let first = result.shape.columns.first().map(|column| column.name.clone()).unwrap_or_default();
        let rows = rows(&result.shape, &result.rows);
        let cell = |row: &serde_json::Value| match &row[&first] {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        rows.as_array().expect("rows").iter().map(cell).collect()
    }

    /// The fault as `CODE` and message.
    pub fn refusal(&self, text: &str) -> String {
        match self.try_query(text) {
            Ok(result) => panic!("{text} gave {} rows", result.total),
            Err(fault) => format!("{}: {}", fault.code, fault.message),
        }
    }
}

fn stored(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(flag) => Value::Bool(*flag),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) => Value::Int(whole),
            None => Value::Double(number.as_f64().expect("a number")),
        },
        serde_json::Value::String(text) => Value::Text(text.clone()),
        _ => panic!("no field value: {value}"),
    }
}

pub fn rows(shape: &Shape, rows: &[Row]) -> serde_json::Value {
    rows.iter().map(|each| row(shape, each)).collect()
}

fn row(shape: &Shape, row: &Row) -> serde_json::Value {
    let mut object = Map::new();
    if let Some(entity) = &shape.object {
        object.insert("type".to_owned(), json!(entity.name));
    }
    assert_eq!(shape.columns.len(), row.cells.len());
    for (column, cell) in shape.columns.iter().zip(&row.cells) {
        let value = match (&column.content, cell) {
            (_, Content::Value(value)) => plain(value),
            (Kind::Compound(parts), Content::Compound(Some(values))) => parts
                .iter()
                .zip(values)
                .map(|((name, _), value)| ((*name).to_owned(), plain(value)))
                .collect(),
            (Kind::Parent(shape), Content::Parent(Some(parent))) => self::row(shape, parent),
            (Kind::AnyParent(shapes), Content::AnyParent(Some((index, parent)))) => {
                self::row(&shapes[*index], parent)
            }
            (Kind::Children(shape), Content::Children(children)) => rows(shape, children),
            _ => serde_json::Value::Null,
        };
        object.insert(column.name.clone(), value);
    }
    serde_json::Value::Object(object)
}

fn plain(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(flag) => json!(flag),
        Value::Int(number) => json!(number),
        Value::Double(number) => json!(number),
        Value::Text(text) => json!(text),
    }
}
