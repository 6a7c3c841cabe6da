//! What queries can be refused for.

use fauxforce::errors;

use crate::provoked::difference;
use crate::surroundings::Surroundings;

/// A row of the table of errors by name, and a query that provokes it.
pub const QUERIES: &[(&str, &str)] = &[
    ("unexpected_character", "SELECT Id FROM Account WHERE Name = \"x\""),
    ("unexpected_token", "SELECT Id FROM Account WHERE Name IS NULL"),
    ("unexpected_end", "SELECT Id FROM"),
    ("missing_before", "SELECT TYPEOF Owner WHEN User THEN Name FROM Case"),
    ("bind_outside_apex", "SELECT Id FROM Account WHERE Name = :name"),
    ("security_clause_outside_apex", "SELECT Id FROM Account WITH SECURITY_ENFORCED"),
    ("all_rows_outside_apex", "SELECT Id FROM Account ALL ROWS"),
    ("invalid_date", "SELECT Id FROM Contact WHERE Birthdate > 2020-52-12"),
    ("invalid_datetime", "SELECT Id FROM Account WHERE CreatedDate > 2020-12-12t12:12:00-25:00"),
    ("negative_limit", "SELECT Id FROM Account LIMIT -1"),
    ("negative_offset", "SELECT Id FROM Account LIMIT 1 OFFSET -1"),
    ("nested_function", "SELECT SUM(CALENDAR_YEAR(CreatedDate)) FROM Account"),
    ("no_object", "SELECT Id FROM Acount"),
    ("not_queryable", "SELECT Id FROM Name"),
    ("no_reified_filter", "SELECT Label FROM FieldDefinition"),
    ("second_driving_object", "SELECT Id FROM Account, Contact"),
    ("no_column", "SELECT Foo FROM Account"),
    ("no_such_parent", "SELECT Acount.Name FROM Contact"),
    ("no_such_children", "SELECT Id, (SELECT Id FROM Contact) FROM Account"),
    ("too_many_levels_up", "SELECT Account.Parent.Parent.Parent.Parent.Parent.Name FROM Contact"),
    ("invalid_scope", "SELECT Id FROM Account USING SCOPE nobody"),
    ("no_data_categories", "SELECT Id FROM Account WITH DATA CATEGORY Geography__c AT asia__c"),
    ("duplicate_field", "SELECT Id, Id FROM Account"),
    ("duplicate_alias", "SELECT COUNT(Id) n, MAX(Name) n FROM Account"),
    ("alias_without_aggregate", "SELECT Name n FROM Account"),
    ("unknown_fields_argument", "SELECT FIELDS(SOME) FROM Account"),
    ("unbounded_fields", "SELECT FIELDS(ALL) FROM Account"),
    ("no_fields", "SELECT FIELDS(CUSTOM) FROM Group LIMIT 200"),
    ("duplicate_when", "SELECT TYPEOF Owner WHEN User THEN Name WHEN User THEN Id END FROM Case"),
    ("not_polymorphic", "SELECT TYPEOF Account WHEN Account THEN Name END FROM Case"),
    ("offset_too_large", "SELECT Id FROM Account OFFSET 2001"),
    ("not_filterable", "SELECT Id FROM Account WHERE Description = 'x'"),
    ("not_sortable", "SELECT Id FROM Account ORDER BY Description"),
    ("wrong_literal", "SELECT Id FROM Account WHERE Name = 5"),
    ("invalid_id", "SELECT Id FROM Contact WHERE Id = 'ZZZ'"),
    ("invalid_operator", "SELECT Id FROM Account WHERE IsDeleted > true"),
    ("function_on_wrong_type", "SELECT Id FROM Contact WHERE HOUR_IN_DAY(Birthdate) = 3"),
    (
        "too_many_semi_joins",
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact) AND Id IN (SELECT AccountId FROM Case) AND \
         OwnerId IN (SELECT Id FROM User)",
    ),
    ("semi_join_with_or", "SELECT Id FROM Account WHERE Name = 'x' OR Id IN (SELECT AccountId FROM Contact)"),
    (
        "nested_where_semi_join",
        "SELECT Id FROM Account WHERE Name = 'x' AND (Name = 'y' OR Id IN (SELECT AccountId FROM Contact))",
    ),
    (
        "nested_semi_join",
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE OwnerId IN (SELECT Id FROM User))",
    ),
    ("semi_join_of_same_object", "SELECT Id FROM Account WHERE Id IN (SELECT ParentId FROM Account)"),
    ("semi_join_unsupported", "SELECT Id FROM Account WHERE Id IN (SELECT WhatId FROM Task)"),
    ("semi_join_left_path", "SELECT Id FROM Contact WHERE Account.Parent.Id IN (SELECT AccountId FROM Case)"),
    ("semi_join_inner_path", "SELECT Id FROM Account WHERE Id IN (SELECT Account.Id FROM Contact)"),
    ("semi_join_left_type", "SELECT Id FROM Account WHERE Name IN (SELECT AccountId FROM Contact)"),
    ("semi_join_inner_type", "SELECT Id FROM Account WHERE Id IN (SELECT Name FROM Contact)"),
    ("semi_join_types_differ", "SELECT Id FROM Account WHERE Id IN (SELECT Id FROM Contact)"),
    ("not_grouped", "SELECT Name, COUNT(Id) FROM Account"),
    ("ordered_not_grouped", "SELECT Industry, COUNT(Id) FROM Account GROUP BY Industry ORDER BY Name"),
    ("grouped_and_aggregated", "SELECT Industry, COUNT(Industry) FROM Account GROUP BY Industry"),
    ("not_groupable", "SELECT Description FROM Account GROUP BY Description"),
    ("not_aggregatable", "SELECT SUM(Name) FROM Account"),
    ("duplicate_grouping", "SELECT Industry FROM Account GROUP BY Industry, industry"),
    ("too_many_groupings", "SELECT COUNT(Id) FROM Account GROUP BY CUBE(Name, Industry, Type, Phone)"),
    ("grouped_count", "SELECT COUNT() FROM Account GROUP BY Name"),
    ("overall_aggregate_with", "SELECT COUNT(Id) FROM Account LIMIT 1"),
    (
        "aggregate_below_root",
        "SELECT Id, (SELECT AccountId, COUNT(Id) FROM Contacts GROUP BY AccountId) FROM Account",
    ),
];

/// Rows that it takes a longer query to provoke.
pub const LONG: &[&str] = &["too_many_parents", "too_many_levels_down"];

#[test]
fn queries_are_refused() {
    let rig = Surroundings::emulator();
    let rows: Vec<_> = errors::sections().into_iter().flat_map(|section| section.rows).collect();
    let nested = (0..5).fold("SELECT Id FROM ChildAccounts".to_owned(), |inner, level| {
        let from = if level == 4 { "Account" } else { "ChildAccounts" };
        format!("SELECT Id, ({inner}) FROM {from}")
    });
    let users = |path: &str| ["CreatedBy", "LastModifiedBy", "Manager"].map(|user| format!("{path}.{user}"));
    let mut parents = vec!["Owner".to_owned(), "CreatedBy".to_owned(), "LastModifiedBy".to_owned()];
    for _ in 0..3 {
        parents = parents.iter().flat_map(|path| users(path)).collect();
    }
    let names: Vec<_> = parents.iter().map(|path| format!("{path}.Id")).collect();
    let long = [
        ("too_many_parents", format!("SELECT {} FROM Account", names.join(","))),
        ("too_many_levels_down", nested),
    ];
    let mut wrong = Vec::new();
    for (name, query) in QUERIES.iter().map(|(name, query)| (*name, (*query).to_owned())).chain(long) {
        match rows.iter().find(|row| row.name == name) {
            Some(row) => wrong.extend(difference(row, &rig.query(&query))),
            None => wrong.push(format!("{name}: no such row")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
