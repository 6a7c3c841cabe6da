//! Every way a query is refused, to the letter.

use crate::small::Small;

/// Snapshots the refusals of a group of queries.
fn refusals(name: &str, queries: &[&str]) {
    let small = Small::new();
    refusals_in(&small, name, queries);
}

fn refusals_in(small: &Small, name: &str, queries: &[&str]) {
    let text: Vec<_> = queries.iter().map(|query| format!("> {query}\n{}\n", small.refusal(query))).collect();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("soql_{name}"), text.join("\n")));
}

#[test]
fn syntax() {
    refusals(
        "syntax",
        &[
            "   ",
            "invalid",
            "SELEC Id FROM Account",
            "SELECT",
            "SELECT Id",
            "SELECT Id FROM",
            "SELECT FROM Account",
            "SELECT * FROM Account",
            "SELECT Id, FROM Account",
            "SELECT , Id FROM Account",
            "SELECT Id FRM Account",
            "SELECT Id FROM Account WHERE",
            "SELECT Id FROM Account WHERE Name",
            "SELECT Id FROM Account WHERE Name IS NULL",
            "SELECT Id FROM Account WHERE Name == 'x'",
            "SELECT Id FROM Account WHERE Name = ",
            "SELECT Id FROM Account WHERE Name = 'x' AND",
            "SELECT Id FROM Account WHERE Name = 'x' AND Name = 'y' OR Name = 'z'",
            "SELECT Id FROM Account WHERE Name = 'x' OR Name = 'y' AND Name = 'z'",
            "SELECT Id FROM Account WHERE (Name = 'x'",
            "SELECT Id FROM Account WHERE Name = 'x')",
            "SELECT Id FROM Account WHERE Name = x",
            "SELECT Id FROM Account WHERE Name = :name",
            "SELECT Id FROM Account WHERE Id IN :ids",
            "SELECT Id FROM Account WHERE Name = \"x\"",
            "SELECT Id FROM Account WHERE Name = 'x",
            "SELECT Id FROM Account WHERE Name = 'a\\qb'",
            "SELECT Id FROM Account WHERE Name IN ()",
            "SELECT Id FROM Account WHERE Name IN 'x'",
            "SELECT Id FROM Account WHERE Name NOT LIKE 'x'",
            "SELECT Id FROM Account WHERE Name LIKE NULL",
            "SELECT Id FROM Account WHERE lower(Name) = 'x'",
            "SELECT Id FROM Account WHERE COUNT(Id) > 1",
            "SELECT Id FROM Account WHERE Name = 'x';",
            "SELECT Id FROM Account ORDER Name",
            "SELECT Id FROM Account ORDER BY Name NULLS MAYBE",
            "SELECT Id FROM Account LIMIT",
            "SELECT Id FROM Account LIMIT x",
            "SELECT Id FROM Account LIMIT -1",
            "SELECT Id FROM Account LIMIT 1 OFFSET -1",
            "SELECT Id FROM Account LIMIT 1 WHERE Name = 'x'",
            "SELECT Id FROM Account LIMIT 1 LIMIT 2",
            "SELECT Id FROM Account OFFSET 2001",
            "SELECT Id FROM Account USING everything",
            "SELECT Id FROM Account HAVING COUNT(Id) > 1",
            "SELECT Id FROM Account FOR EVER",
            "SELECT Id FROM Account ALL ROADS",
            "SELECT Id FROM Account WITH SECURITY_ENFORCED",
            "SELECT Id FROM Account WITH USER_MODE",
            "SELECT Id FROM Account WHERE CreatedDate > 2020-12-12t12:12:00-25:00",
            "SELECT Id FROM Contact WHERE Birthdate > 2020-52-12",
            "SELECT Id FROM Account WHERE CreatedDate = LAST_N_DAYS",
            "SELECT Id FROM Account WHERE CreatedDate = LAST_N_DAYS:x",
            "SELECT convertCurrency(calendar_year(convertTimezone(CreatedDate))) FROM Account",
            "SELECT FORMAT(FORMAT(FORMAT(FORMAT(AnnualRevenue)))) FROM Account",
            "SELECT SUM(CALENDAR_YEAR(CreatedDate)) FROM Account",
            "SELECT SUM() FROM Account",
            "SELECT Id\nFROM Account\nWHERE Nme = 'x'",
            "SELECT Id\nFROM Account\nWHERE = 'x'",
        ],
    );
}

#[test]
fn names() {
    refusals(
        "names",
        &[
            "SELECT Id FROM Acount",
            "SELECT Id, Name FROM Account__c",
            "SELECT Id FROM ScratchOrgInfo limit 1",
            "SELECT Id FROM Name",
            "SELECT Id FROM Account, Contact",
            "SELECT Id, Name, BillingStreet, BillingCity, BillingCountry, Foo__c, Phone, Website FROM Account",
            "SELECT Account.RecordTypeId FROM Contact",
            "SELECT Account FROM Contact",
            "SELECT Acount.Name FROM Contact",
            "SELECT Name.Foo FROM Account",
            "SELECT x.Name FROM Account a",
            "SELECT Account.Parent.Parent.Parent.Parent.Parent.Name FROM Contact",
            "SELECT Owner.SmallPhotoUrl FROM Case",
            "SELECT Id FROM Account WHERE Foo = 'x'",
            "SELECT Id FROM Account ORDER BY Foo",
            "SELECT Id FROM Account a WHERE a.Foo = 'x'",
            "SELECT Id, (SELECT Id FROM Contact) FROM Account",
            "SELECT Id, (SELECT Foo FROM Contacts) FROM Account",
            "SELECT Id, (SELECT COUNT() FROM Contacts) FROM Account",
            "SELECT Id, (SELECT AccountId, COUNT(Id) FROM Contacts GROUP BY AccountId) FROM Account",
            "SELECT Id FROM Account USING SCOPE nobody",
            "SELECT Id FROM Account WITH DATA CATEGORY Geography__c AT asia__c",
            "SELECT TYPEOF Owner WHEN Account THEN Name END FROM Case",
            "SELECT TYPEOF Owner WHEN User THEN Name WHEN User THEN Id END FROM Case",
            "SELECT TYPEOF Owner WHEN User THEN Foo END FROM Case",
            "SELECT TYPEOF Owner WHEN User THEN Name FROM Case",
            "SELECT TYPEOF Account WHEN Account THEN Name END FROM Case",
        ],
    );
}

#[test]
fn select_lists() {
    refusals(
        "select",
        &[
            "SELECT Id, Id FROM Account",
            "SELECT Id, Name, id FROM Account",
            "SELECT Account.Name, Account.name FROM Contact",
            "SELECT Status, toLabel(Status) FROM Case",
            "SELECT (SELECT Id FROM Contacts), (SELECT Id FROM Contacts) FROM Account",
            "SELECT Id Name FROM Account",
            "SELECT Name n FROM Account",
            "SELECT FIELDS(ALL) FROM Account",
            "SELECT FIELDS(ALL) FROM Account LIMIT 201",
            "SELECT FIELDS(CUSTOM) FROM Account LIMIT 200",
            "SELECT FIELDS(SOME) FROM Account",
            "SELECT FIELDS(STANDARD), Id FROM Account",
            "SELECT toLabel(FORMAT(Industry)) FROM Account",
            "SELECT DISTANCE(Name, GEOLOCATION(1, 2), 'mi') FROM Account",
            "SELECT DISTANCE(BillingAddress, GEOLOCATION(1, 2), 'ft') FROM Account",
        ],
    );
}

#[test]
fn filters() {
    refusals(
        "filters",
        &[
            "SELECT Id FROM Account WHERE Description = 'x'",
            "SELECT Id FROM Account WHERE BillingAddress = 'x'",
            "SELECT Id FROM Account ORDER BY Description",
            "SELECT Id FROM Account ORDER BY BillingAddress",
            "SELECT Id FROM Contact WHERE Id = 'ZZZ'",
            "SELECT Id FROM Contact WHERE AccountId IN ('001000000000001', 'Edge Communications')",
            "SELECT Id FROM Contact WHERE AccountId = 5",
            "SELECT Id FROM Contact WHERE Account.Id LIKE '001%'",
            "SELECT Id FROM Account WHERE IsDeleted LIKE 't%'",
            "SELECT Id FROM Account WHERE IsDeleted > true",
            "SELECT Id FROM Account WHERE NumberOfEmployees LIKE '1%'",
            "SELECT Id FROM Account WHERE Name INCLUDES ('x')",
            "SELECT Id FROM Account WHERE Name < null",
            "SELECT Id FROM Account WHERE CreatedDate > '2024-01-01T00:00:00Z'",
            "SELECT Id FROM Account WHERE CreatedDate > 2024-01-01",
            "SELECT Id FROM Contact WHERE Birthdate = 2024-01-01T00:00:00Z",
            "SELECT Id FROM Contact WHERE Birthdate = '2024-01-01'",
            "SELECT Id FROM Account WHERE IsDeleted = 'false'",
            "SELECT Id FROM Account WHERE NumberOfEmployees = '5'",
            "SELECT Id FROM Account WHERE NumberOfEmployees = 5.5",
            "SELECT Id FROM Account WHERE AnnualRevenue = '5'",
            "SELECT Id FROM Account WHERE Name = 5",
            "SELECT Id FROM Account WHERE Name = TODAY",
            "SELECT Id FROM Account WHERE Name = true",
            "SELECT Id FROM Account WHERE CALENDAR_YEAR(Name) = 2024",
            "SELECT Id FROM Contact WHERE HOUR_IN_DAY(Birthdate) = 3",
            "SELECT Id FROM Account WHERE CALENDAR_YEAR(CreatedDate) = '2024'",
        ],
    );
}

#[test]
fn semi_joins() {
    refusals(
        "semi_joins",
        &[
            "SELECT Id FROM Account WHERE Name = 'x' OR Id IN (SELECT AccountId FROM Contact)",
            "SELECT Id FROM Account WHERE Name = 'x' AND (Name = 'y' OR Id IN (SELECT AccountId FROM Contact))",
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE OwnerId IN (SELECT Id FROM User))",
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact) AND Id IN (SELECT AccountId FROM Case) AND OwnerId IN (SELECT Id FROM User)",
            "SELECT Id FROM Account WHERE Id IN (SELECT ParentId FROM Account)",
            "SELECT Id FROM Account WHERE Id IN (SELECT WhatId FROM Task)",
            "SELECT Id FROM Account WHERE Id IN (SELECT Id FROM Contact)",
            "SELECT Id FROM Account WHERE Id IN (SELECT Account.Id FROM Contact)",
            "SELECT Id FROM Account WHERE Parent.Id IN (SELECT AccountId FROM Contact)",
            "SELECT Id FROM Account WHERE Name IN (SELECT AccountId FROM Contact)",
            "SELECT Id FROM Account WHERE Id IN (SELECT Name FROM Contact)",
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Nope)",
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact LIMIT 1)",
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact ORDER BY Name)",
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact GROUP BY AccountId)",
            "SELECT Id FROM Account WHERE Id IN (SELECT COUNT() FROM Contact)",
        ],
    );
}

#[test]
fn aggregates() {
    refusals(
        "aggregates",
        &[
            "SELECT Name, COUNT(Id) FROM Account",
            "SELECT Name, COUNT(Id) FROM Account GROUP BY Industry",
            "SELECT COUNT(Id) FROM Account LIMIT 1",
            "SELECT COUNT(Id) FROM Account ORDER BY Name",
            "SELECT COUNT(Id) FROM Account OFFSET 1",
            "SELECT COUNT() FROM Account ORDER BY Name",
            "SELECT COUNT() FROM Account GROUP BY Name",
            "SELECT COUNT(), Name FROM Account",
            "SELECT Name, COUNT() FROM Account",
            "SELECT COUNT() c FROM Account",
            "SELECT SUM(Name) FROM Account",
            "SELECT MAX(IsDeleted) FROM Account",
            "SELECT COUNT(Description) FROM Account",
            "SELECT Description FROM Account GROUP BY Description",
            "SELECT CreatedDate FROM Account GROUP BY CreatedDate",
            "SELECT Id, CALENDAR_YEAR(CreatedDate) Year FROM Account ORDER BY CreatedDate DESC",
            "SELECT CALENDAR_YEAR(CreatedDate) FROM Account",
            "SELECT Industry, COUNT(Id) FROM Account GROUP BY Industry ORDER BY Name",
            "SELECT Industry, COUNT(Id) FROM Account GROUP BY Industry HAVING Name = 'x'",
            "SELECT Industry, COUNT(Industry) FROM Account GROUP BY Industry",
            "SELECT Industry FROM Account GROUP BY Industry, industry",
            "SELECT Account.Name, Owner.Name, COUNT(Id) FROM Contact GROUP BY Account.Name, Owner.Name",
            "SELECT COUNT(Id) n, MAX(Name) n FROM Account",
            "SELECT GROUPING(Name), COUNT(Id) FROM Account GROUP BY ROLLUP(Industry)",
            "SELECT COUNT(Id) FROM Account GROUP BY CUBE(Name, Industry, Type, Phone)",
            "SELECT COUNT(Id) FROM Account GROUP BY toLabel(Industry)",
            "SELECT COUNT(Id), (SELECT Id FROM Contacts) FROM Account GROUP BY Name",
            "SELECT Industry, COUNT(Id) FROM Account GROUP BY Industry HAVING COUNT(Id) > '1'",
            "SELECT Industry FROM Account GROUP BY Industry HAVING MAX(Id) IN (SELECT AccountId FROM Contact)",
        ],
    );
}

#[test]
fn older_versions() {
    let mut small = Small::new();
    small.version = 57;
    let nested = "SELECT (SELECT Name, (SELECT Id FROM Contacts) FROM ChildAccounts) FROM Account";
    refusals_in(&small, "one_level", &[nested]);
    small.version = 58;
    assert!(small.try_query(nested).is_ok());
    let deep = (0..5).fold("SELECT Id FROM ChildAccounts".to_owned(), |inner, level| {
        let from = if level == 4 { "Account" } else { "ChildAccounts" };
        format!("SELECT Id, ({inner}) FROM {from}")
    });
    refusals_in(&small, "five_levels", &[&deep]);
    small.version = 28;
    assert_eq!(small.column("SELECT Name, Name FROM Account WHERE Name = 'Acme'"), ["Acme"]);
}

#[test]
fn bombs() {
    let small = Small::new();
    let long = format!("SELECT Id FROM Account WHERE Name = '{}'", "x".repeat(100_000));
    assert_eq!(
        small.refusal(&long),
        "MALFORMED_QUERY: SOQL statements cannot be longer than 100000 characters."
    );
    let deep = format!("SELECT Id FROM Account WHERE {}Name = 'x'{}", "(".repeat(10_000), ")".repeat(10_000));
    assert!(small.refusal(&deep).starts_with("QUERY_TOO_COMPLICATED"));
    let wide = format!("SELECT {} FROM Account", vec!["COUNT(Id)"; 5_000].join(","));
    assert!(small.refusal(&wide).starts_with("QUERY_TOO_COMPLICATED"));
    let parents: Vec<_> = (0..60).map(|i| format!("{}Name", "Parent.".repeat(1 + i % 5))).collect();
    assert!(small.refusal(&format!("SELECT {} FROM Account", parents.join(","))).contains("duplicate field"));
}
