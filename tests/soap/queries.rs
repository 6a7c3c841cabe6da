//! `query`, `queryAll`, `queryMore`, `retrieve`: how records look in the two APIs.

use crate::assert_told;
use crate::emulator::{Api, Emulator, loose};

fn filled() -> Emulator {
    let emulator = Emulator::start();
    let account = emulator.create(
        "Account",
        "<Name>Shown &amp; told</Name><AnnualRevenue>108</AnnualRevenue><NumberOfEmployees>7</NumberOfEmployees>\
         <BillingCity>Berlin</BillingCity><BillingStreet>A&#10;B</BillingStreet>",
    );
    for name in ["Ann", "Bob"] {
        let fields = "<Birthdate>1980-02-29</Birthdate>";
        emulator.create(
            "Contact",
            &format!("<LastName>{name}</LastName><AccountId>{account}</AccountId>{fields}"),
        );
    }
    emulator
}

const QUERIES: [&str; 9] = [
    "SELECT Id, LastName, Phone, Birthdate, IsEmailBounced, CreatedDate FROM Contact ORDER BY LastName",
    "SELECT LastName, Id FROM Contact ORDER BY LastName LIMIT 1",
    "SELECT LastName, Account.Name, Account.Owner.Username, ReportsTo.Name FROM Contact ORDER BY LastName LIMIT 1",
    "SELECT Name, AnnualRevenue, NumberOfEmployees, BillingAddress, ShippingAddress, \
     (SELECT Id, LastName FROM Contacts ORDER BY LastName), (SELECT Id FROM Opportunities) \
     FROM Account WHERE Name LIKE 'Shown%'",
    "SELECT count() FROM Contact",
    "SELECT count(Id), max(CreatedDate) latest, Account.Name account FROM Contact GROUP BY Account.Name",
    "SELECT avg(AnnualRevenue), min(Name) FROM Account",
    "SELECT Id FROM Contact WHERE LastName = 'none'",
    "SELECT TYPEOF Owner WHEN User THEN Username, Alias END FROM Account WHERE Name LIKE 'Shown%'",
];

#[test]
fn both_apis_show_records_their_way() {
    let emulator = filled();
    for (api, name) in [(Api::Partner, "partner"), (Api::Enterprise, "enterprise")] {
        let ask = |soql: &&str| {
            let body = format!("<query><queryString>{soql}</queryString></query>");
            emulator.call(api, 59, "", &body).inside()
        };
        let told = QUERIES.iter().map(ask).collect::<Vec<_>>().join("\n");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_suffix(name);
        settings.bind(|| assert_told!("soap_queries", told));
    }
    let whole = emulator.query("SELECT Id, Phone FROM Contact LIMIT 1").whole();
    assert_told!("soap_query_whole", whole);
}

#[test]
fn deleted_records_only_by_query_all() {
    let emulator = filled();
    let ann = emulator.id("SELECT Id FROM Contact WHERE LastName = 'Ann'");
    emulator.partner(&format!("<delete><ids>{ann}</ids></delete>")).succeeded();
    let soql = "<queryString>SELECT Id, IsDeleted FROM Contact ORDER BY LastName</queryString>";
    let live = emulator.partner(&format!("<query>{soql}</query>"));
    let all = emulator.partner(&format!("<queryAll>{soql}</queryAll>"));
    assert_eq!(live.text("size"), "1");
    assert_eq!(
        (all.text("size"), all.texts("sf:IsDeleted")),
        ("2".to_owned(), vec!["true".to_owned(), "false".to_owned()])
    );
}

#[test]
fn pages() {
    let emulator = Emulator::start();
    for batch in 0..3 {
        let records = (0..200).map(|n| loose("Contact", &format!("<LastName>{batch}-{n:03}</LastName>")));
        emulator.partner(&format!("<create>{}</create>", records.collect::<String>())).succeeded();
    }
    let query = |version: u32, size: Option<&str>, soql: &str| {
        let options = size.map(|size| format!("<QueryOptions><batchSize>{size}</batchSize></QueryOptions>"));
        let body = format!("<query><queryString>{soql}</queryString></query>");
        emulator.call(Api::Partner, version, &options.unwrap_or_default(), &body)
    };
    let more = |locator: &str| {
        emulator.partner(&format!("<queryMore><queryLocator>{locator}</queryLocator></queryMore>"))
    };
    let seen = |answer: &crate::emulator::Answer| {
        let locator = answer.texts("queryLocator").concat();
        format!(
            "{} of {}, done {}, {locator}",
            answer.texts("sf:LastName").len(),
            answer.text("size"),
            answer.text("done")
        )
    };
    let soql = "SELECT LastName FROM Contact ORDER BY LastName";
    let first = query(59, Some("1"), soql);
    let second = more(&first.text("queryLocator"));
    let third = more(&second.text("queryLocator"));
    let told = [
        format!("fewest: {}", seen(&first)),
        format!("then: {}", seen(&second)),
        format!("last: {}", seen(&third)),
        format!("most: {}", seen(&query(59, Some("9999"), soql))),
        format!("no size: {}", seen(&query(59, None, soql))),
        format!("no size, version 36: {}", seen(&query(36, None, soql))),
        format!("nonsense: {}", more("nonsense").inside()),
        format!("beyond: {}", more(&first.text("queryLocator").replace("-200", "-600")).inside()),
        format!(
            "groups: {}",
            query(59, Some("200"), "SELECT LastName FROM Contact GROUP BY LastName").inside()
        ),
    ];
    assert_told!("soap_pages", told.join("\n"));
    let names =
        [&first, &second, &third].iter().flat_map(|page| page.texts("sf:LastName")).collect::<Vec<_>>();
    assert!(names.is_sorted() && names.len() == 600);
}

#[test]
fn retrieve() {
    let emulator = filled();
    let ann = emulator.id("SELECT Id FROM Contact WHERE LastName = 'Ann'");
    let account = emulator.id("SELECT Id FROM Account WHERE Name LIKE 'Shown%'");
    let retrieve = |fields: &str, object: &str, ids: &[&str]| {
        let ids: String = ids.iter().map(|id| format!("<ids>{id}</ids>")).collect();
        format!(
            "<retrieve><fieldList>{fields}</fieldList><sObjectType>{object}</sObjectType>{ids}</retrieve>"
        )
    };
    let told = [
        emulator
            .partner(&retrieve("Id, LastName,Phone", "Contact", &[&ann, "003Ff00000zzzzz", &account]))
            .whole(),
        emulator.enterprise(&retrieve("Phone,LastName", "Contact", &[&ann])).whole(),
        emulator.partner(&retrieve("Id", "Contact", &["nonsense"])).inside(),
        emulator.partner(&retrieve("Id,Nope", "Contact", &[&ann])).inside(),
        emulator.partner(&retrieve("Id", "Nope", &[&ann])).inside(),
        emulator.partner(&retrieve("Id", "Contact", &[])).inside(),
        emulator.partner(&retrieve("Id", "Contact", &vec!["x"; 2001])).inside(),
    ];
    assert_told!("soap_retrieve", told.join("\n"));
}
