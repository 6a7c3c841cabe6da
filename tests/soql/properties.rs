//! Any text is a query or a fault; any query that the grammar makes is one that SQLite takes.

use crate::small::Small;
use proptest::prelude::*;

/// Codes that a query can be refused with.
const CODES: [&str; 8] = [
    "MALFORMED_QUERY",
    "INVALID_FIELD",
    "INVALID_TYPE",
    "INVALID_TYPE_FOR_OPERATION",
    "INVALID_QUERY_FILTER_OPERATOR",
    "QUERY_TOO_COMPLICATED",
    "NUMBER_OUTSIDE_VALID_RANGE",
    "EXCEEDED_MAX_SEMIJOIN_SUBSELECTS",
];

fn is_answered(small: &Small, text: &str) {
    if let Err(fault) = small.try_query(text) {
        assert!(CODES.contains(&fault.code.as_str()), "{text}: {} {}", fault.code, fault.message);
    }
}

fn field() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "Id",
        "LastName",
        "name",
        "Email",
        "AccountId",
        "Account.Name",
        "account.owner.alias",
        "Owner.Profile.Name",
        "Account.Parent.NumberOfEmployees",
        "CreatedDate",
        "Birthdate",
        "Contact.IsDeleted",
        "Account.AnnualRevenue",
        "c.LeadSource",
        "ReportsTo.Account.CreatedDate",
        "Account.Industry",
    ])
}

fn one_of(choices: &'static str) -> impl Strategy<Value = &'static str> {
    prop::sample::select(choices.split('|').collect::<Vec<_>>())
}

fn comparison() -> impl Strategy<Value = String> {
    let text = (
        one_of("LastName|Email|Account.Name|c.LeadSource"),
        one_of("=|!=|<>|<|>=|LIKE"),
        "'([a-zA-ZäÖ%_ ]|\\\\[\\\\'n%]|\\\\u00e4){0,6}'",
    );
    let date = (
        one_of("CreatedDate|Account.CreatedDate|Birthdate"),
        one_of("=|!=|<|<=|>|>="),
        one_of("TODAY|LAST_WEEK|NEXT_N_MONTHS:3|N_FISCAL_YEARS_AGO:1"),
    );
    let number = (
        one_of(
            "Account.NumberOfEmployees|CALENDAR_MONTH(CreatedDate)|WEEK_IN_YEAR(convertTimezone(CreatedDate))",
        ),
        one_of("=|<|>="),
        "[0-9]{1,4}",
    );
    let spaced = |(left, operator, right): (&str, &str, String)| format!("{left} {operator} {right}");
    prop_oneof![
        text.prop_map(spaced),
        date.prop_map(|(left, operator, right)| format!("{left} {operator} {right}")),
        number.prop_map(spaced),
        one_of(
            "Account.Name IN ('a', 'b', null)|Id NOT IN ('003000000000001')|Owner.IsActive = true|Birthdate = null|\
             toLabel(LeadSource) = 'Web'|Account.Parent.Owner.Alias LIKE ('a%', '_')|\
             DISTANCE(MailingAddress, GEOLOCATION(1, -2.5), 'km') < 10",
        )
        .prop_map(str::to_owned),
    ]
}

fn condition() -> impl Strategy<Value = String> {
    comparison().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|all| format!("({})", all.join(" AND "))),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|all| format!("({})", all.join(" or "))),
            inner.prop_map(|one| format!("(NOT {one})")),
        ]
    })
}

/// A condition of equalities, and the same without two that could be put into one list: each is the negation of its
/// opposite.
fn equalities() -> impl Strategy<Value = (String, String)> {
    let values = |texts: &'static str| prop::collection::vec(one_of(texts), 1..3);
    let operand = prop_oneof![
        (
            one_of("LastName|lastname|FirstName"),
            values("'Smith'|'JONES'|'Charlie'|''|null|'brown'|'a\\\\u0000'")
        ),
        (one_of("Account.Name|account.name"), values("'acme'|'Globex'|null|'x'")),
        (one_of("Account.NumberOfEmployees|Account.AnnualRevenue"), values("120|30|null|0")),
        (one_of("Owner.IsActive|IsDeleted|Account.Owner.IsActive"), values("true|false|null")),
        (one_of("Birthdate|CreatedDate"), values("TODAY|LAST_N_YEARS:60|null|THIS_YEAR")),
        (Just("CALENDAR_YEAR(CreatedDate)"), values("2024|1999|null")),
    ];
    let leaf = (operand, any::<bool>(), any::<bool>()).prop_map(|((left, values), is, in_list)| {
        let list = values.join(", ");
        let (word, opposite) = match (is, in_list) {
            (true, true) => (format!("{left} IN ({list})"), format!("{left} NOT IN ({list})")),
            (false, true) => (format!("{left} NOT IN ({list})"), format!("{left} IN ({list})")),
            (true, false) => (format!("{left} = {}", values[0]), format!("{left} != {}", values[0])),
            (false, false) => (format!("{left} != {}", values[0]), format!("{left} = {}", values[0])),
        };
        (word, format!("(NOT {opposite})"))
    });
    leaf.prop_recursive(4, 32, 6, |inner| {
        let both = |all: Vec<(String, String)>, word: &str| {
            let (one, other): (Vec<_>, Vec<_>) = all.into_iter().unzip();
            (format!("({})", one.join(word)), format!("({})", other.join(word)))
        };
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..6).prop_map(move |all| both(all, " OR ")),
            prop::collection::vec(inner.clone(), 1..6).prop_map(move |all| both(all, " AND ")),
            inner.prop_map(|(one, other)| (format!("(NOT {one})"), format!("(NOT {other})"))),
        ]
    })
}

fn records() -> impl Strategy<Value = String> {
    let fields = prop::collection::btree_set(field(), 1..8);
    let order =
        prop::collection::vec((field(), prop::sample::select(vec!["", " DESC", " ASC NULLS LAST"])), 0..3);
    let tail = prop::sample::select(vec!["", " LIMIT 2", " LIMIT 5 OFFSET 1", " OFFSET 2 FOR VIEW"]);
    (fields, condition(), order, tail).prop_map(|(fields, condition, order, tail)| {
        let fields: Vec<_> = fields.into_iter().collect();
        let order: Vec<_> = order.into_iter().map(|(field, how)| format!("{field}{how}")).collect();
        let order = if order.is_empty() { String::new() } else { format!(" ORDER BY {}", order.join(", ")) };
        format!("SELECT {} FROM Contact c WHERE {condition}{order}{tail}", fields.join(", "))
    })
}

fn groups() -> impl Strategy<Value = String> {
    let by = prop::collection::btree_set(
        prop::sample::select(vec![
            "LeadSource",
            "Account.Industry",
            "DAY_ONLY(CreatedDate)",
            "CALENDAR_YEAR(Birthdate)",
            "Owner.Profile.Name",
        ]),
        1..4,
    );
    let how = prop::sample::select(vec!["", "ROLLUP", "CUBE"]);
    let aggregate = prop::sample::select(vec![
        "COUNT(Id)",
        "MAX(CreatedDate)",
        "AVG(Account.NumberOfEmployees)",
        "COUNT_DISTINCT(Email)",
        "FORMAT(SUM(Account.AnnualRevenue))",
    ]);
    (by, how, aggregate, condition()).prop_map(|(by, how, aggregate, condition)| {
        let by: Vec<_> = by.into_iter().collect();
        let named: Vec<_> = by.iter().enumerate().map(|(index, by)| format!("{by} g{index}")).collect();
        let list = if how.is_empty() { by.join(", ") } else { format!("{how}({})", by.join(", ")) };
        format!(
            "SELECT {}, {aggregate} FROM Contact c WHERE {condition} GROUP BY {list} HAVING COUNT(Id) > 0 ORDER BY COUNT(Id), {} LIMIT 9",
            named.join(", "),
            by[0],
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(text in ".{0,80}") {
        let small = Small::empty();
        is_answered(&small, &text);
    }

    #[test]
    fn any_words_are_answered(words in prop::collection::vec(
        "SELECT|FROM|WHERE|GROUP BY|ORDER BY|LIMIT|OFFSET|IN|NOT|AND|OR|COUNT\\(\\)|COUNT\\(Id\\)|TYPEOF|WHEN|THEN|END|Account|Contact|Contacts|Id|Name|Owner\\.Name|AccountId|FIELDS\\(ALL\\)|'x'|1|null|TODAY|\\(|\\)|,|=|LIKE|ROLLUP\\(|HAVING|toLabel\\(", 0..25)) {
        let small = Small::empty();
        is_answered(&small, &format!("SELECT {}", words.join(" ")));
        is_answered(&small, &format!("SELECT Id FROM Account WHERE {}", words.join(" ")));
    }

    #[test]
    fn sound_queries_run(text in prop_oneof![records(), groups()]) {
        let small = Small::empty();
        let result = small.try_query(&text);
        prop_assert!(result.is_ok(), "{}\n{:?}", text, result.err());
    }

    #[test]
    fn equalities_find_the_same_as_a_list((together, apart) in equalities()) {
        let small = Small::new();
        let find = |condition: &str| small.column(&format!("SELECT Id FROM Contact WHERE {condition}"));
        prop_assert_eq!(find(&together), find(&apart));
    }
}
