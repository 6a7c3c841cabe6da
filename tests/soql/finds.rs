//! Queries that work: what they find and how it is shaped.

use crate::small::{NOW, Small};
use serde_json::json;

#[test]
fn fields_come_in_select_order_under_their_own_names() {
    let small = Small::new();
    assert_eq!(
        small.query(
            "select name, numberofEmployees, isdeleted, annualrevenue from account where name = 'ACME'"
        ),
        json!([{"type": "Account", "Name": "Acme", "NumberOfEmployees": 120, "IsDeleted": false, "AnnualRevenue": 1500000.5}])
    );
}

#[test]
fn parents_merge_into_one_object_each() {
    let small = Small::new();
    assert_eq!(
        small.query(
            "SELECT LastName, Account.Name, Account.Owner.Alias, Account.Parent.Name, Owner.Alias FROM Contact \
             WHERE LastName IN ('Jones', 'Alone') ORDER BY LastName DESC"
        ),
        json!([
            {"type": "Contact", "LastName": "jones",
             "Account": {"type": "Account", "Name": "Globex", "Owner": {"type": "User", "Alias": "ada"}, "Parent": {"type": "Account", "Name": "Acme"}},
             "Owner": {"type": "User", "Alias": "ada"}},
            {"type": "Contact", "LastName": "Alone", "Account": null, "Owner": {"type": "User", "Alias": "ada"}},
        ])
    );
}

#[test]
fn prefixes_and_aliases() {
    let small = Small::new();
    for text in [
        "SELECT Contact.LastName FROM Contact WHERE (Contact.LastName = 'Brown')",
        "SELECT c.LastName FROM Contact c WHERE c.LastName = 'Brown'",
        "SELECT c.LastName FROM Contact AS c, c.Account a WHERE a.Name = 'Acme' AND c.Email != null",
        "SELECT LastName FROM Contact c, c.Account a, a.Owner o WHERE o.Alias = 'ada' AND a.Name = 'Acme' AND FirstName = 'charlie'",
    ] {
        assert_eq!(small.column(text), ["Brown"], "{text}");
    }
}

#[test]
fn children_nest() {
    let small = Small::new();
    assert_eq!(
        small.query(
            "SELECT Name, (SELECT LastName, Account.Name, MailingAddress FROM Account.Contacts c WHERE c.LastName != 'x' ORDER BY LastName DESC LIMIT 1), \
             (SELECT Subject FROM Cases ORDER BY CaseNumber) FROM Account ORDER BY Name LIMIT 2 OFFSET 1"
        ),
        json!([
            {"type": "Account", "Name": "Acme",
             "Contacts": [{"type": "Contact", "LastName": "Smith", "Account": {"type": "Account", "Name": "Acme"}, "MailingAddress": null}],
             "Cases": [{"type": "Case", "Subject": "First"}, {"type": "Case", "Subject": "Second"}]},
            {"type": "Account", "Name": "Globex",
             "Contacts": [{"type": "Contact", "LastName": "jones", "Account": {"type": "Account", "Name": "Globex"}, "MailingAddress": null}],
             "Cases": []},
        ])
    );
    assert_eq!(
        small.query("SELECT Name, (SELECT Name, (SELECT LastName FROM Contacts) FROM ChildAccounts) FROM Account WHERE Name = 'Acme'"),
        json!([{"type": "Account", "Name": "Acme", "ChildAccounts": [
            {"type": "Account", "Name": "Globex", "Contacts": [{"type": "Contact", "LastName": "jones"}]}]}])
    );
}

#[test]
fn addresses_are_compound() {
    let small = Small::new();
    let found =
        small.query("SELECT MailingAddress, MailingCity FROM Contact WHERE LastName IN ('Brown', 'Smith')");
    assert_eq!(found[0]["MailingAddress"]["city"], json!("Paris"));
    let keys: Vec<_> = found[0]["MailingAddress"].as_object().expect("address").keys().collect();
    assert_eq!(
        keys,
        ["city", "country", "geocodeAccuracy", "latitude", "longitude", "postalCode", "state", "street"]
    );
    assert_eq!(found[1]["MailingAddress"], json!(null));
}

#[test]
fn polymorphic_parents() {
    let small = Small::new();
    assert_eq!(
        small.query("SELECT Subject, Owner.Name, Owner.Type, Owner.Alias, Owner.Profile.Name FROM Case WHERE Owner.Type IN ('Queue', 'User', 'Group') ORDER BY Subject LIMIT 2"),
        json!([
            {"type": "Case", "Subject": "First", "Owner": {"type": "User", "Name": "Ada Lovelace", "Type": "User", "Alias": "ada", "Profile": null}},
            {"type": "Case", "Subject": "Second", "Owner": {"type": "Group", "Name": "Support", "Type": "Group", "Alias": null, "Profile": null}},
        ])
    );
    assert_eq!(
        small.query("SELECT TYPEOF Owner WHEN User THEN Username, Profile.Name ELSE Name END, Subject FROM Case ORDER BY Subject LIMIT 2"),
        json!([
            {"type": "Case", "Owner": {"type": "User", "Username": "ada@example.com", "Profile": null}, "Subject": "First"},
            {"type": "Case", "Owner": {"type": "Group", "Name": "Support"}, "Subject": "Second"},
        ])
    );
    assert_eq!(
        small.query("SELECT TYPEOF Owner WHEN User THEN Id END FROM Case WHERE Subject = 'Second'"),
        json!([{"type": "Case", "Owner": null}])
    );
}

#[test]
fn comparisons() {
    let small = Small::new();
    let names = |condition: &str| {
        small.column(&format!("SELECT Name FROM Account WHERE {condition} ORDER BY Name")).join(",")
    };
    let all = "100% Ärger_Inc,Acme,Globex";
    for (condition, expected) in [
        ("Name = 'acme'", "Acme"),
        ("Name != 'acme'", "100% Ärger_Inc,Globex"),
        ("Industry != 'Banking'", "100% Ärger_Inc,Globex"),
        ("Industry <> null", "Acme,Globex"),
        ("Industry = ''", "100% Ärger_Inc"),
        ("Industry NOT IN ('Banking')", "100% Ärger_Inc,Globex"),
        ("Industry IN ('banking', null)", "100% Ärger_Inc,Acme"),
        ("NOT Industry = 'Banking'", "100% Ärger_Inc,Globex"),
        ("NOT (Industry = 'Banking' OR Industry = 'Energy')", "100% Ärger_Inc"),
        ("Industry < 'C'", "Acme"),
        ("Name LIKE '100\\%%'", "100% Ärger_Inc"),
        ("Name LIKE '%ärger\\_%'", "100% Ärger_Inc"),
        ("Name LIKE '_cme'", "Acme"),
        ("Name LIKE ('A%', 'G%')", "Acme,Globex"),
        ("Name = '100% \\u00C4rger_Inc'", "100% Ärger_Inc"),
        ("NumberOfEmployees > 100", "Acme"),
        ("NumberOfEmployees IN (30, 120, 7)", "Acme,Globex"),
        ("AnnualRevenue >= 1.5e6", "Acme"),
        ("AnnualRevenue > USD1500000", "Acme"),
        ("IsDeleted = false AND (Name = 'Acme' OR Name = 'Globex')", "Acme,Globex"),
        ("IsDeleted = null", all),
        ("Parent.Name = 'Acme'", "Globex"),
        ("Parent.Name = null", "100% Ärger_Inc,Acme"),
        ("Parent.Name != 'Acme'", "100% Ärger_Inc,Acme"),
        ("Parent.IsDeleted = false", all),
        ("ParentId = ''", "100% Ärger_Inc,Acme"),
        ("Id IN (SELECT AccountId FROM Contact)", "Acme,Globex"),
        ("Id IN (SELECT AccountId FROM Contact WHERE Account.Name = 'Acme') AND Name LIKE 'A%'", "Acme"),
        ("Id NOT IN (SELECT AccountId FROM Contact WHERE LastName = 'jones')", "100% Ärger_Inc,Acme"),
        ("CreatedDate = TODAY", all),
        ("CreatedDate > 2024-05-15T12:00:00.000+01:00", all),
        ("CreatedDate < 2024-05-15T12:00:00Z", ""),
        ("CreatedDate IN (YESTERDAY, TODAY)", all),
        ("CreatedDate != TODAY", ""),
        ("DAY_ONLY(CreatedDate) = 2024-05-15 AND CALENDAR_YEAR(CreatedDate) = 2024", all),
        ("DISTANCE(BillingAddress, GEOLOCATION(52.5, 13.4), 'km') < 5", "Acme"),
    ] {
        assert_eq!(names(condition), expected, "{condition}");
    }
}

#[test]
fn ids_of_both_lengths() {
    let small = Small::new();
    let id = small.column("SELECT Id FROM Account WHERE Name = 'Acme'").remove(0);
    for literal in [&id[..15], &id, &id.to_lowercase(), &id.to_uppercase()] {
        assert_eq!(small.column(&format!("SELECT Name FROM Account WHERE Id = '{literal}'")), ["Acme"]);
        assert_eq!(
            small.column(&format!("SELECT LastName FROM Contact WHERE AccountId IN ('{literal}') LIMIT 1")),
            ["Brown"]
        );
    }
    assert!(small.column("SELECT Id FROM Account WHERE Id = '001000000000000AAA'").is_empty());
    assert_eq!(small.column(&format!("SELECT Name FROM Account WHERE Id > '{id}' ORDER BY Name")).len(), 2);
}

#[test]
fn days_are_those_of_the_user() {
    let mut small = Small::new();
    let instant = |hour: i64| NOW + (hour - 12) * 3_600_000;
    for (hour, name) in [(1, "early"), (20, "late")] {
        small.environment.0.set(instant(hour));
        small.insert("Account", json!({"Name": name}));
    }
    small.environment.0.set(NOW);
    let today =
        "SELECT Name FROM Account WHERE CreatedDate = TODAY AND Name IN ('early', 'late') ORDER BY Name";
    let hours = "SELECT HOUR_IN_DAY(convertTimezone(CreatedDate)) h FROM Account WHERE Name = 'early' GROUP BY HOUR_IN_DAY(convertTimezone(CreatedDate))";
    assert_eq!(small.column(today), ["early", "late"]);
    assert_eq!(small.column(hours), ["1"]);
    small.runner.time_zone = jiff::tz::TimeZone::get("America/Los_Angeles").expect("zone");
    assert_eq!(small.column(today), ["late"]);
    assert_eq!(small.column(hours), ["18"]);
    assert_eq!(small.column("SELECT HOUR_IN_DAY(CreatedDate) FROM Account WHERE Name = 'early' GROUP BY HOUR_IN_DAY(CreatedDate)"), ["1"]);
}

#[test]
fn sorting() {
    let small = Small::new();
    let names =
        |order: &str| small.column(&format!("SELECT LastName FROM Contact ORDER BY {order}")).join(",");
    assert_eq!(names("LastName"), "Alone,Brown,jones,Smith");
    assert_eq!(names("Account.Name, LastName DESC"), "Alone,Smith,Brown,jones");
    assert_eq!(names("Account.Name DESC, LastName"), "Alone,jones,Brown,Smith");
    assert_eq!(names("Account.Name DESC NULLS LAST, LastName"), "jones,Brown,Smith,Alone");
    // A picklist sorts by its list, not by the alphabet.
    assert_eq!(small.column("SELECT Priority FROM Case ORDER BY Priority"), ["High", "Medium", "Low"]);
    // Without ORDER BY: by id.
    assert_eq!(small.column("SELECT LastName FROM Contact").join(","), "Brown,Smith,jones,Alone");
    assert_eq!(
        small.column("SELECT LastName FROM Contact ORDER BY LastName LIMIT 2 OFFSET 1").join(","),
        "Brown,jones"
    );
    assert!(small.column("SELECT LastName FROM Contact LIMIT 0").is_empty());
}

#[test]
fn counting() {
    let small = Small::new();
    let count = |text: &str| {
        let result = small.try_query(text).expect(text);
        assert!(result.rows.is_empty() && result.aggregate);
        result.total
    };
    assert_eq!(count("SELECT COUNT() FROM Contact"), 4);
    assert_eq!(count("select count() from Contact where Account.Name = 'Acme'"), 2);
    assert_eq!(count("SELECT COUNT() FROM Contact LIMIT 3"), 3);
}

#[test]
fn aggregates() {
    let small = Small::new();
    assert_eq!(
        small.query(
            "SELECT COUNT(Id), COUNT(Email) mails, COUNT_DISTINCT(AccountId), MIN(LastName) FROM Contact"
        ),
        json!([{"expr0": 4, "mails": 1, "expr1": 2, "expr2": "Alone"}])
    );
    assert_eq!(
        small.query("SELECT SUM(NumberOfEmployees), AVG(NumberOfEmployees), MAX(AnnualRevenue) m, FORMAT(MAX(AnnualRevenue)) f FROM Account"),
        json!([{"expr0": 150.0, "expr1": 75.0, "m": 1500000.5, "f": "$1,500,001"}])
    );
    assert_eq!(
        small.query("SELECT Account.Name, COUNT(Id) total FROM Contact WHERE AccountId != null GROUP BY Account.Name HAVING COUNT(Id) > 1 ORDER BY COUNT(Id) DESC"),
        json!([{"Name": "Acme", "total": 2}])
    );
    assert_eq!(
        small.query("SELECT CALENDAR_YEAR(CreatedDate), DAY_ONLY(CreatedDate) d, COUNT(Id) FROM Account GROUP BY CALENDAR_YEAR(CreatedDate), DAY_ONLY(CreatedDate)"),
        json!([{"expr0": 2024, "d": "2024-05-15", "expr1": 3}])
    );
    assert_eq!(
        small.query(
            "SELECT Industry FROM Account WHERE Industry != null GROUP BY Industry ORDER BY Industry DESC"
        ),
        json!([{"Industry": "Energy"}, {"Industry": "Banking"}])
    );
    assert_eq!(small.query("SELECT COUNT(Id) c FROM Account WHERE Name = 'nobody'"), json!([{"c": 0}]));
}

/// False is stored as nothing or as zero, by who wrote it: queries know one false.
#[test]
fn booleans() {
    let small = Small::new();
    small.insert("Contact", json!({"LastName": "Yes", "DoNotCall": true}));
    small.insert("Contact", json!({"LastName": "Zero", "DoNotCall": false}));
    assert_eq!(
        small.query("SELECT DoNotCall, COUNT(Id) c FROM Contact GROUP BY DoNotCall ORDER BY DoNotCall"),
        json!([{"DoNotCall": false, "c": 5}, {"DoNotCall": true, "c": 1}])
    );
    let count = |condition: &str| {
        small.try_query(&format!("SELECT COUNT() FROM Contact WHERE {condition}")).expect(condition).total
    };
    assert_eq!(count("DoNotCall = false"), 5);
    assert_eq!(count("DoNotCall != true"), 5);
    assert_eq!(count("DoNotCall = true"), 1);
    assert_eq!(count("DoNotCall != false"), 1);
    assert_eq!(count("DoNotCall = null"), 5);
    assert_eq!(count("DoNotCall IN (false, null)"), 5);
    assert_eq!(count("DoNotCall NOT IN (false)"), 1);
    assert_eq!(count("NOT DoNotCall = true"), 5);
    // A missing parent's is false.
    assert_eq!(count("Owner.IsActive = false"), 2);
    assert_eq!(count("Owner.IsActive = true"), 4);
    assert_eq!(
        small.query("SELECT LastName, DoNotCall FROM Contact WHERE LastName IN ('Alone', 'Yes', 'Zero') ORDER BY DoNotCall, LastName"),
        json!([
            {"type": "Contact", "LastName": "Alone", "DoNotCall": false},
            {"type": "Contact", "LastName": "Zero", "DoNotCall": false},
            {"type": "Contact", "LastName": "Yes", "DoNotCall": true},
        ])
    );
}

#[test]
fn subtotals() {
    let small = Small::new();
    assert_eq!(
        small.query("SELECT Status, Priority, GROUPING(Status) s, GROUPING(Priority) p, COUNT(Id) c FROM Case GROUP BY ROLLUP(Status, Priority)"),
        json!([
            {"Status": "Closed", "Priority": "Low", "s": 0, "p": 0, "c": 1},
            {"Status": "Closed", "Priority": null, "s": 0, "p": 1, "c": 1},
            {"Status": "New", "Priority": "High", "s": 0, "p": 0, "c": 1},
            {"Status": "New", "Priority": "Medium", "s": 0, "p": 0, "c": 1},
            {"Status": "New", "Priority": null, "s": 0, "p": 1, "c": 2},
            {"Status": null, "Priority": null, "s": 1, "p": 1, "c": 3},
        ])
    );
    assert_eq!(
        small.query("SELECT Status, Priority, COUNT(Id) FROM Case GROUP BY CUBE(Status, Priority) HAVING COUNT(Id) > 1 ORDER BY GROUPING(Status), COUNT(Id)"),
        json!([{"Status": "New", "Priority": null, "expr0": 2}, {"Status": null, "Priority": null, "expr0": 3}])
    );
    assert_eq!(
        small.query("SELECT CALENDAR_MONTH(convertTimezone(CreatedDate)) m, COUNT(Id) c FROM Case GROUP BY ROLLUP(CALENDAR_MONTH(convertTimezone(CreatedDate)))"),
        json!([{"m": 5, "c": 3}, {"m": null, "c": 3}])
    );
}

#[test]
fn functions_of_fields() {
    let small = Small::new();
    assert_eq!(
        small.query("SELECT toLabel(Industry), FORMAT(AnnualRevenue) money, FORMAT(NumberOfEmployees), convertCurrency(AnnualRevenue), FORMAT(CreatedDate) made FROM Account WHERE toLabel(Industry) = 'banking'"),
        json!([{"type": "Account", "Industry": "Banking", "money": "$1,500,001", "NumberOfEmployees": "120", "AnnualRevenue": 1500000.5, "made": "5/15/2024, 12:00 PM"}])
    );
}

#[test]
fn all_fields() {
    let small = Small::new();
    let row = &small.query("SELECT FIELDS(ALL) FROM Account WHERE Name = 'Acme' LIMIT 1")[0];
    assert_eq!(row["BillingAddress"]["city"], json!("Berlin"));
    assert_eq!(row["Name"], json!("Acme"));
    assert!(small.query("SELECT FIELDS(STANDARD) FROM User")[0].as_object().expect("row").len() > 100);
    assert!(
        small.try_query("SELECT Name, (SELECT FIELDS(ALL) FROM Contacts LIMIT 200) FROM Account").is_ok()
    );
    let id = row["Id"].as_str().expect("id");
    assert!(small.try_query(&format!("SELECT FIELDS(ALL) FROM Account WHERE Id IN ('{id}')")).is_ok());
}

#[test]
fn the_recycle_bin() {
    let small = Small::new();
    let id = small.column("SELECT Id FROM Contact WHERE LastName = 'Smith'").remove(0);
    small.delete("Contact", &id);
    let text = "SELECT Name FROM Contact WHERE Account.Name = 'Acme' ORDER BY LastName";
    assert_eq!(small.query(text).as_array().map(Vec::len), Some(1));
    assert_eq!(small.query_all(text).as_array().map(Vec::len), Some(2));
    assert_eq!(
        small.query("SELECT (SELECT LastName FROM Contacts) FROM Account WHERE Name = 'Acme'")[0]["Contacts"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert_eq!(small.column("SELECT Name FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE LastName = 'Smith')").len(), 0);
    let object = small.org.object("Contact").expect("store").expect("object");
    let id = fauxforce::model::id::Id::parse(&id).expect("id");
    let retrieve = |all| {
        fauxforce::query::soql::retrieve(&small.org, &small.runner, &object, id, None, all)
            .expect("read")
            .is_some()
    };
    assert!(!retrieve(false) && retrieve(true));
}

#[test]
fn clauses_that_change_nothing_or_little() {
    let small = Small::new();
    for tail in [
        "FOR UPDATE",
        "UPDATE TRACKING",
        "UPDATE VIEWSTAT, TRACKING",
        "USING SCOPE everything",
        "WITH RecordVisibilityContext (maxDescriptorPerRecord = 100)",
    ] {
        let text = match tail.split_once(' ') {
            Some(("USING" | "WITH", _)) => format!("SELECT Name FROM Account {tail} LIMIT 1"),
            _ => format!("SELECT Name FROM Account LIMIT 1 {tail}"),
        };
        assert_eq!(small.column(&text), ["Acme"], "{text}");
    }
    small.query("SELECT Name FROM Account WHERE Name = 'Acme' FOR VIEW");
    small.query("SELECT Name FROM Account WHERE Name = 'Globex' FOR REFERENCE");
    assert_eq!(
        small.query("SELECT LastViewedDate, LastReferencedDate FROM Account WHERE Name IN ('Acme', 'Globex') ORDER BY Name"),
        json!([
            {"type": "Account", "LastViewedDate": NOW, "LastReferencedDate": NOW},
            {"type": "Account", "LastViewedDate": null, "LastReferencedDate": NOW},
        ])
    );
}

#[test]
fn scopes() {
    let small = Small::new();
    let count = |scope: &str| small.column(&format!("SELECT Subject FROM Case USING SCOPE {scope}")).len();
    assert_eq!(
        (count("mine"), count("queue_owned"), count("user_owned"), count("team_by_role")),
        (1, 2, 1, 1)
    );
}

#[test]
fn long_lists_are_one_statement() {
    let small = Small::new();
    let list = vec!["'x'"; 20_000].join(",");
    assert_eq!(small.column(&format!("SELECT Name FROM Account WHERE Name IN ('Acme',{list})")), ["Acme"]);
    let or = vec!["Name='x'"; 7_000].join(" OR ");
    assert_eq!(small.column(&format!("SELECT Name FROM Account WHERE Name = 'Acme' OR {or}")), ["Acme"]);
    let deep = format!("{}Name = 'Acme'{}", "(NOT ".repeat(90), ")".repeat(90));
    assert_eq!(small.column(&format!("SELECT Name FROM Account WHERE {deep}")), ["Acme"]);
}

#[test]
fn a_record_by_id() {
    let small = Small::new();
    let object = small.org.object("Account").expect("store").expect("object");
    let id = fauxforce::model::id::Id::parse(&small.column("SELECT Id FROM Account WHERE Name = 'Acme'")[0])
        .expect("id");
    let retrieve = |fields: Option<&[&str]>| {
        fauxforce::query::soql::retrieve(&small.org, &small.runner, &object, id, fields, false)
    };
    let (shape, row) = retrieve(None).expect("read").expect("found");
    let names: Vec<_> = shape.columns.iter().map(|column| column.name.as_str()).collect();
    let described: Vec<_> = object.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, described);
    let json = crate::small::rows(&shape, std::slice::from_ref(&row));
    assert_eq!(json[0]["BillingAddress"]["latitude"], json!(52.52));
    let (shape, row) =
        retrieve(Some(&["name", "Id", "BillingAddress", "NAME"])).expect("read").expect("found");
    let json = crate::small::rows(&shape, &[row]);
    assert_eq!(
        json[0].as_object().expect("row").keys().collect::<Vec<_>>(),
        ["type", "Name", "Id", "BillingAddress"]
    );
    let fault = retrieve(Some(&["Nope"])).expect_err("unknown");
    insta::assert_snapshot!(fault.message, @"No such column 'Nope' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.");
}

#[test]
fn what_clients_send() {
    let small = Small::new();
    for text in [
        "SELECT Id FROM Profile WHERE Name='Standard User'",
        "SELECT Id FROM Profile WHERE name='Standard User'",
        "SELECT Name, InstanceName, IsSandbox, TrialExpirationDate, NamespacePrefix, OrganizationType FROM Organization",
        "SELECT count() FROM Account",
        "SELECT FirstName,LastName FROM User LIMIT 1",
        "SELECT Id FROM PermissionSet WHERE Name='X'",
        "SELECT User.Id, User.Profile.Name FROM User WHERE (User.Username = 'x')",
        "SELECT Id, Group.Name, UserOrGroupId FROM GroupMember",
        "SELECT Id FROM Group",
        "SELECT Assignee.Name, PermissionSet.Profile.Name FROM PermissionSetAssignment WHERE PermissionSet.IsOwnedByProfile = true",
        "SELECT What.Name, What.Type, Who.Name FROM Task WHERE What.Type IN ('Account')",
    ] {
        let result = small.try_query(text);
        assert!(
            result.is_ok(),
            "{text}: {}",
            result.map_err(|fault| fault.message).err().unwrap_or_default()
        );
    }
}
