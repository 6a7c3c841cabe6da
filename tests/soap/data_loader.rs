//! What Data Loader does: log in, describe, load a table in batches of 200, sort the rows into those that succeeded and
//! those that failed. In the words of its library (WSC): <https://github.com/forcedotcom/dataloader>.

use crate::assert_told;
use crate::emulator::{Answer, Emulator};

const BATCH: usize = 200;

/// The headers that it sends with every call.
const HEADERS: &str = "<CallOptions><client>DataLoaderPartnerUI/64.0.0</client></CallOptions>\
     <QueryOptions><batchSize>500</batchSize></QueryOptions>\
     <AllowFieldTruncationHeader><allowFieldTruncation>false</allowFieldTruncation></AllowFieldTruncationHeader>\
     <DisableFeedTrackingHeader><disableFeedTracking>true</disableFeedTracking></DisableFeedTrackingHeader>\
     <DuplicateRuleHeader><allowSave>false</allowSave><includeRecordDetails>false</includeRecordDetails>\
     <runAsCurrentUser>true</runAsCurrentUser></DuplicateRuleHeader>";

/// A table with a heading.
struct Table {
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

struct Loader<'a> {
    emulator: &'a Emulator,
    object: &'static str,
    /// Empty cells are sent as nulls.
    insert_nulls: bool,
}

/// The two files that a load leaves.
#[derive(Default)]
struct Outcome {
    successes: Vec<String>,
    errors: Vec<String>,
}

impl Loader<'_> {
    fn load(&self, operation: &str, first: &str, table: &Table) -> Outcome {
        let mut outcome = Outcome::default();
        for batch in table.rows.chunks(BATCH) {
            let records: String = batch.iter().map(|row| self.record(&table.columns, row)).collect();
            let answer = self.call(&format!("<{operation}>{first}{records}</{operation}>"));
            let results: Vec<&str> = answer.body.split("<result>").skip(1).collect();
            assert_eq!(results.len(), batch.len(), "{}", answer.body);
            for (row, result) in batch.iter().zip(results) {
                let text = |name: &str| {
                    let (_, rest) = result.split_once(&format!("<{name}>"))?;
                    rest.split('<').next().map(str::to_owned)
                };
                let row = row.join(",");
                match text("id") {
                    Some(id) => {
                        let created = text("created").unwrap_or_else(|| "true".to_owned());
                        let status = if created == "true" { "Item Created" } else { "Item Updated" };
                        outcome.successes.push(format!("{id},{row},{status}"));
                    }
                    None => outcome.errors.push(format!("{row},{}", text("message").unwrap_or_default())),
                }
            }
        }
        outcome
    }

    /// Every element says its type, `type` comes first, nulls last.
    fn record(&self, columns: &[&str], row: &[String]) -> String {
        let mut fields = String::new();
        let mut nulls = String::new();
        for (column, value) in columns.iter().zip(row) {
            let value = value.replace('&', "&amp;").replace('<', "&lt;");
            match (column.split_once(':'), value.as_str()) {
                (None, "") if self.insert_nulls => {
                    nulls += &format!("<s:fieldsToNull xsi:type=\"xsd:string\">{column}</s:fieldsToNull>");
                }
                (_, "") => {}
                (None, value) => {
                    fields += &format!("<s:{column} xsi:type=\"xsd:string\">{value}</s:{column}>")
                }
                // `Account:External_Id__c`
                (Some((parent, key)), value) => {
                    fields += &format!(
                        "<s:{parent}><s:type xsi:type=\"xsd:string\">{parent}</s:type><s:{key} xsi:type=\"xsd:string\">{value}\
                         </s:{key}></s:{parent}>"
                    );
                }
            }
        }
        format!(
            "<sObjects><s:type xsi:type=\"xsd:string\">{}</s:type>{fields}{nulls}</sObjects>",
            self.object
        )
    }

    fn call(&self, body: &str) -> Answer {
        self.emulator.call(crate::emulator::Api::Partner, 64, HEADERS, body)
    }
}

/// A file, shortened to where something is to be seen.
fn told(name: &str, lines: &[String]) -> String {
    let shown = lines.iter().take(4).chain(lines.iter().skip(4).rev().take(2).rev());
    let shown: Vec<&str> = shown.map(String::as_str).collect();
    format!("{name}: {} rows\n{}", lines.len(), shown.join("\n"))
}

#[test]
fn a_thousand_contacts() {
    let emulator = Emulator::start();
    emulator.create("Account", "<Name>Loaded</Name><External_Id__c>load</External_Id__c>");
    let mut loader = Loader { emulator: &emulator, object: "Contact", insert_nulls: false };
    assert!(loader.call("<describeGlobal/>").body.contains("<name>Contact</name>"));
    let described = loader.call("<describeSObject><sObjectType>Contact</sObjectType></describeSObject>");
    assert!(described.body.contains("<name>External_Id__c</name>"));

    let columns = vec!["External_Id__c", "LastName", "Phone", "Account:External_Id__c"];
    let row = |number: usize, phone: &str| {
        let name = if number % 250 == 7 { String::new() } else { format!("Loaded & told {number}") };
        let account = if number % 300 == 11 { "nowhere" } else { "load" };
        vec![format!("L{number:04}"), name, phone.to_owned(), account.to_owned()]
    };
    let table = |phone: &'static str| Table {
        columns: columns.clone(),
        rows: (0..1000).map(|number| row(number, phone)).collect(),
    };
    let inserted = loader.load("create", "", &table("030 1"));
    let again = loader.load("create", "", &Table { columns: columns.clone(), rows: vec![row(1, "")] });

    let phones = || {
        let found = emulator.query("SELECT count() FROM Contact WHERE Phone = '030 1'");
        format!("with a phone: {}", found.text("size"))
    };
    let key = "<externalIDFieldName>External_Id__c</externalIDFieldName>";
    let kept = loader.load("upsert", key, &table(""));
    let after_empty = phones();
    loader.insert_nulls = true;
    let cleared = loader.load("upsert", key, &table(""));
    let after_nulls = phones();
    let told = [
        told("insert, success", &inserted.successes),
        told("insert, error", &inserted.errors),
        told("insert again, error", &again.errors),
        told("upsert with empty cells, success", &kept.successes),
        told("upsert with empty cells, error", &kept.errors),
        after_empty,
        told("upsert with nulls, success", &cleared.successes),
        told("upsert with nulls, error", &cleared.errors),
        after_nulls,
    ];
    assert_told!("soap_data_loader_contacts", told.join("\n\n"));
}

#[test]
fn a_thousand_users() {
    let emulator = Emulator::start();
    let profile = emulator.id("SELECT Id FROM Profile WHERE Name = 'Standard User'");
    let loader = Loader { emulator: &emulator, object: "User", insert_nulls: false };
    let columns = vec![
        "Username",
        "LastName",
        "Email",
        "Alias",
        "ProfileId",
        "TimeZoneSidKey",
        "LocaleSidKey",
        "EmailEncodingKey",
        "LanguageLocaleKey",
    ];
    let row = |number: usize| {
        let cells = [
            &format!("load{}@example.com", if number == 500 { 499 } else { number }),
            &format!("Loaded {number}"),
            "load@example.com",
            &format!("l{number}"),
            &profile,
            "Europe/Berlin",
            "de_DE",
            "UTF-8",
            "de",
        ];
        cells.map(str::to_owned).to_vec()
    };
    let outcome = loader.load("create", "", &Table { columns, rows: (0..1000).map(row).collect() });
    let told = [told("success", &outcome.successes), told("error", &outcome.errors)];
    assert_told!("soap_data_loader_users", told.join("\n\n"));
}
