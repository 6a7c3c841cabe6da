//! What SQLite alone takes: a table of the emulator's, made anew in memory, and one of its rows again and again.

use std::path::Path;
use std::time::{Duration, Instant};

use fauxforce::store::Store;
use rusqlite::types::Value;

use crate::Failure;
use crate::load::{once, request};
use crate::server::Server;

/// A table with its indexes, and one of its rows.
pub struct Table {
    name: String,
    statements: Vec<String>,
    columns: Vec<String>,
    row: Vec<Value>,
}

/// What inserting took.
pub struct Raw {
    pub elapsed: Duration,
    /// MiB of the database.
    pub size: f64,
}

impl Table {
    /// Inserts so many contacts, each with a name, an e-mail address and an external id of its own.
    pub fn insert_contacts(count: usize, in_transaction: usize) -> Result<Raw, Failure> {
        Table::of_contacts()?.insert(count, in_transaction, |column, number| match column {
            "Id" => Some(format!("003Ff0{number:09}AAA")),
            "LastName" | "Name" => Some(format!("Bench{number}")),
            "Email" => Some(format!("bench{number}@acme.example")),
            "External_Id__c" => Some(format!("bench-{number}")),
            _ => None,
        })
    }

    /// The table of contacts, with one of them in it.
    fn of_contacts() -> Result<Table, Failure> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("org.db");
        {
            let server = Server::start_with(&["--db".as_ref(), file.as_os_str()])?;
            let account = server.id("SELECT Id FROM Account WHERE Name = 'Acme Customers'")?;
            let body = serde_json::json!({
                "LastName": "Bench", "FirstName": "Bob", "Email": "bench@acme.example", "Phone": "+1 555 0100",
                "Title": "Tester", "AccountId": account, "External_Id__c": "bench",
            });
            let path = "/services/data/v59.0/sobjects/Contact";
            once(server.address, &request("POST", path, server.told("accessToken")?, &body.to_string()))?;
        }
        Table::of(&file, "Contact", "\"LastName\" = 'Bench'")
    }

    /// The table of an object in a database file, and its first row that a condition finds.
    pub fn of(file: &Path, name: &str, condition: &str) -> Result<Table, Failure> {
        let stored = rusqlite::Connection::open(file)?;
        let folded = |left: &str, right: &str| left.to_ascii_uppercase().cmp(&right.to_ascii_uppercase());
        stored.create_collation("FOLDED", folded)?;
        let schema =
            "SELECT sql FROM sqlite_schema WHERE tbl_name = ?1 AND sql IS NOT NULL ORDER BY type DESC";
        let statements =
            stored.prepare(schema)?.query_map([name], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let mut select = stored.prepare(&format!("SELECT * FROM \"{name}\" WHERE {condition}"))?;
        let columns: Vec<String> = select.column_names().map(str::to_owned).collect();
        let row = select.query_row([], |row| (0..columns.len()).map(|column| row.get(column)).collect())?;
        Ok(Table { name: name.to_owned(), statements, columns, row })
    }

    /// Inserts the row `count` times, so many in a transaction; `other` gives the values that differ.
    pub fn insert(
        mut self,
        count: usize,
        in_transaction: usize,
        other: impl Fn(&str, usize) -> Option<String>,
    ) -> Result<Raw, Failure> {
        // The store's connection knows the collations of the table.
        let store = Store::in_memory()?;
        let connection = store.connection();
        connection.execute_batch(&self.statements.join(";"))?;
        let places = vec!["?"; self.columns.len()].join(", ");
        let mut insert = connection.prepare(&format!("INSERT INTO \"{}\" VALUES ({places})", self.name))?;
        let start = Instant::now();
        for number in 0..count {
            if number % in_transaction == 0 && in_transaction > 1 {
                connection.execute_batch("BEGIN")?;
            }
            for (name, value) in self.columns.iter().zip(&mut self.row) {
                if let Some(other) = other(name, number) {
                    *value = other.into();
                }
            }
            insert.execute(rusqlite::params_from_iter(&self.row))?;
            let last = number + 1 == count || (number + 1) % in_transaction == 0;
            if last && in_transaction > 1 {
                connection.execute_batch("COMMIT")?;
            }
        }
        let elapsed = start.elapsed();
        let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        let bytes: i64 = connection.query_row(sql, [], |row| row.get(0))?;
        Ok(Raw { elapsed, size: bytes as f64 / 1024.0 / 1024.0 })
    }
}
