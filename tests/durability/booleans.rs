//! Booleans in a database file, as other programs read them: 1 and 0.

use std::path::Path;

use fauxforce::Server;
use fauxforce::model::schema::{FieldType, Schema};
use rusqlite::Connection;
use serde_json::Value;

use crate::process::Client;

/// Runs a server over the file; gives how many leads SOQL counts that have opted out, and that have not.
fn with_server(file: &Path, work: impl FnOnce(&Client)) -> [i64; 2] {
    let server = Server::builder().without_https().database(file).start().expect("a server");
    let client = Client::new(&server.url, server.ready.first.access_token.as_deref().expect("a token"));
    work(&client);
    let count = |flag: &str| {
        let soql = format!("SELECT+COUNT()+FROM+Lead+WHERE+HasOptedOutOfEmail+=+{flag}");
        let got = client.json("GET", &format!("/services/data/v62.0/query?q={soql}"), "");
        let got: Value = serde_json::from_str(&got.body).expect("JSON");
        got["totalSize"].as_i64().unwrap_or_else(|| panic!("{got}"))
    };
    let counts = ["true", "false"].map(count);
    server.stop();
    counts
}

fn create(client: &Client, body: &str) {
    let got = client.json("POST", "/services/data/v62.0/sobjects/Lead", body);
    assert_eq!(got.status, 201, "{}", got.body);
}

/// The boolean columns of the file: table and column.
fn boolean_columns(file: &Connection) -> Vec<(String, String)> {
    let schema = Schema::standard(["Communities".to_owned()].into());
    let mut columns = Vec::new();
    for object in schema.all() {
        let known = "SELECT name FROM pragma_table_info(?1)";
        let mut known = file.prepare(known).expect("a statement");
        let known = known.query_map([&object.name], |row| row.get::<_, String>(0)).expect("rows");
        for column in known.map(|column| column.expect("a name")) {
            if object.field(&column).is_some_and(|field| field.kind == FieldType::Boolean) {
                columns.push((object.name.clone(), column));
            }
        }
    }
    columns
}

fn count(file: &Connection, table: &str, condition: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM \"{table}\" WHERE {condition}");
    file.query_row(&sql, [], |row| row.get(0)).expect("a number")
}

fn is_right(file: &Path) {
    let file = Connection::open(file).expect("a file");
    let columns = boolean_columns(&file);
    assert!(columns.len() > 500, "{}", columns.len());
    for (table, column) in columns {
        let other = format!("\"{column}\" IS NULL OR \"{column}\" NOT IN (0, 1)");
        assert_eq!(count(&file, &table, &other), 0, "{table}.{column}");
    }
    assert_eq!(count(&file, "Lead", "HasOptedOutOfEmail = 1"), 1);
    assert_eq!(count(&file, "Lead", "HasOptedOutOfEmail = 0"), 2);
    assert!(count(&file, "User", "NOT IsPortalEnabled") > 0);
}

#[test]
fn raw_sql_reads_true_and_false() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("org.db");
    let counts = with_server(&file, |client| {
        create(client, r#"{"LastName":"In","Company":"Acme","HasOptedOutOfEmail":true}"#);
        create(client, r#"{"LastName":"Out","Company":"Acme","HasOptedOutOfEmail":false}"#);
        create(client, r#"{"LastName":"Unsaid","Company":"Acme"}"#);
    });
    assert_eq!(counts, [1, 2]);
    is_right(&file);
}

/// An earlier version left false out.
#[test]
fn a_file_of_an_earlier_version_is_brought_up_to_date() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("org.db");
    with_server(&file, |client| {
        create(client, r#"{"LastName":"In","Company":"Acme","HasOptedOutOfEmail":true}"#);
        create(client, r#"{"LastName":"Out","Company":"Acme"}"#);
    });
    let older = Connection::open(&file).expect("a file");
    for (table, column) in boolean_columns(&older).iter().filter(|(_, column)| column != "IsDeleted") {
        let sql = format!("UPDATE \"{table}\" SET \"{column}\" = NULL WHERE \"{column}\" = 0");
        older.execute(&sql, []).expect("a change");
    }
    older.execute_batch("PRAGMA user_version = 2").expect("a change");
    drop(older);
    let counts = with_server(&file, |client| create(client, r#"{"LastName":"New","Company":"Acme"}"#));
    assert_eq!(counts, [1, 2]);
    is_right(&file);
    let version: i64 = Connection::open(&file)
        .and_then(|file| file.query_row("PRAGMA user_version", [], |row| row.get(0)))
        .expect("a number");
    assert_eq!(version, 3);
}
