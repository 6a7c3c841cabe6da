//! What a query can be refused for, with the caret block that shows where.
//!
//! Texts: recorded answers, the SOQL reference, and the Summer '24 and Winter '25 release notes ("Understand SOQL
//! Error and Functionality Changes").

use crate::model::fault::{Fault, faults};

/// Before and after the marked character as many are shown, then on to the end of the word.
const MARGIN: usize = 30;

/// A place in a query or a search: its text and a byte offset in it.
#[derive(Debug, Clone, Copy)]
pub struct QueryPosition<'q> {
    pub text: &'q str,
    pub at: usize,
}

impl QueryPosition<'_> {
    /// The message under the line it is about, with a caret below the first character it means.
    fn marked(self, message: &str) -> String {
        block(self.text, self.at, 1, message)
    }

    /// As [`QueryPosition::marked`], one character to the left: the lexer and the parser count columns from 0 where
    /// everything after them counts from 1. A column 0 is taken for no place at all.
    pub(in crate::query) fn marked_by_parser(self, message: &str) -> String {
        match self.line_and_column() {
            (_, 0) => message.to_owned(),
            _ => block(self.text, self.at, 0, message),
        }
    }

    /// 1-based line, 0-based column in characters.
    pub(in crate::query) fn line_and_column(self) -> (usize, usize) {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        (line, column)
    }
}

/// `\n` fragment `\n` caret `\nERROR at Row:R:Column:C\n` message. The fragment is of the one line, 30 characters to
/// either side of the caret, widened to whole words.
fn block(text: &str, at: usize, first_column: usize, message: &str) -> String {
    let (row, index) = QueryPosition { text, at }.line_and_column();
    let line: Vec<char> = text.split('\n').nth(row - 1).unwrap_or_default().chars().collect();
    let mark = (index + first_column).saturating_sub(1);
    let word = |index: usize| line.get(index).is_some_and(|c| c.is_ascii_alphanumeric() || "_.".contains(*c));
    let mut start = mark.saturating_sub(MARGIN);
    while start > 0 && word(start - 1) {
        start -= 1;
    }
    let mut end = line.len().min(mark + MARGIN + 1);
    while end < line.len() && word(end) {
        end += 1;
    }
    let fragment: String = line.get(start..end).unwrap_or_default().iter().collect();
    let blanks = " ".repeat(mark - start);
    format!("\n{fragment}\n{blanks}^\nERROR at Row:{row}:Column:{}\n{message}", mark + 1)
}

/// Row and column of the place that a message marks, from 1 on.
pub fn position_of(message: &str) -> Option<(usize, usize)> {
    let (_, rest) = message.split_once("\nERROR at Row:")?;
    let (row, rest) = rest.split_once(":Column:")?;
    Some((row.parse().ok()?, rest.lines().next()?.parse().ok()?))
}

pub fn no_such_column(position: QueryPosition, name: &str, entity: &str) -> Fault {
    no_column(name, entity, |text| position.marked(text))
}

/// The same where there is no query to point into: the `fields` parameter of a record's URL.
pub fn no_such_column_here(name: &str, entity: &str) -> Fault {
    no_column(name, entity, str::to_owned)
}

pub fn no_such_object(position: QueryPosition, name: &str) -> Fault {
    no_object(name, |text| position.marked(text))
}

/// The same where there is no query to point into.
pub fn no_such_object_here(name: &str) -> Fault {
    no_object(name, str::to_owned)
}

faults! {
    /// a query is empty
    pub empty() = MALFORMED_QUERY,
        "SOQL statements cannot be empty or null",
        Quoted;

    /// a query has more than 100,000 characters
    pub too_long() = MALFORMED_QUERY,
        "SOQL statements cannot be longer than 100000 characters.",
        Quoted;

    /// a query is nested too deeply, or has too many fields or conditions
    pub too_complicated() = QUERY_TOO_COMPLICATED,
        "Query is either selecting too many fields or the filter conditions are too complicated.",
        Quoted;

    /// a query runs for longer than `--call-timeout`, 120 s
    pub query_timeout() = QUERY_TIMEOUT, "Your query request was running for too long.",
        Seen "https://github.com/restforce/restforce/issues/790";

    /// a character begins no token, or a token never ends
    pub unexpected_character(place: QueryPosition, found: &str) = MALFORMED_QUERY,
        "line {line}:{column} unexpected token: '{found}'" with (line = place.line_and_column().0, column = place.line_and_column().1) marked |text| place.marked_by_parser(&text),
        Quoted;

    /// a token stands where it cannot
    pub unexpected_token(place: QueryPosition, found: &str) = MALFORMED_QUERY,
        "unexpected token: '{found}'" marked |text| place.marked_by_parser(&text),
        Seen "https://github.com/apex-dev-tools/apex-parser/issues/165";

    /// a query ends too early
    pub unexpected_end() = MALFORMED_QUERY,
        "unexpected token: '<EOF>'",
        Quoted;

    /// one token is missing before the one that is named
    pub missing_before(place: QueryPosition, found: &str) = MALFORMED_QUERY,
        "missing value at '{found}'" marked |text| place.marked_by_parser(&text),
        Quoted;

    /// a query has a bind variable
    pub bind_outside_apex(place: QueryPosition) = MALFORMED_QUERY,
        "Bind variables only allowed in Apex code" marked |text| place.marked(&text),
        Seen "public issues of API clients";

    /// a query has `WITH SECURITY_ENFORCED`, `USER_MODE` or `SYSTEM_MODE`: clauses of Apex
    pub security_clause_outside_apex() = MALFORMED_QUERY,
        "rule soqlWithIdentifierClause failed predicate: {{this.helper.allowApexSyntax() && this.helper.hasApexContext()}}?",
        Seen "public issues of API clients";

    /// a query ends with `ALL ROWS`, which is of Apex: `queryAll` does it
    pub all_rows_outside_apex() = MALFORMED_QUERY,
        "ALL ROWS not allowed in this context",
        Seen "https://github.com/superfell/SoqlX/issues/25";

    /// a date literal is no date
    pub invalid_date(place: QueryPosition, text: &str) = MALFORMED_QUERY,
        "Invalid date: {text}" marked |text| place.marked(&text),
        Quoted;

    /// a datetime literal is no datetime
    pub invalid_datetime(place: QueryPosition, text: &str) = MALFORMED_QUERY,
        "Invalid datetime: {text}" marked |text| place.marked(&text),
        Quoted;

    /// LIMIT is negative
    pub negative_limit() = MALFORMED_QUERY,
        "Limit must be a non-negative value",
        Quoted;

    /// OFFSET is negative
    pub negative_offset() = MALFORMED_QUERY,
        "SOQL offset must be a non-negative value",
        Quoted;

    /// functions are nested in a way that is not allowed
    pub nested_function(function: &str) = MALFORMED_QUERY,
        "nested functional syntax can only be used in the following manner: date_function(convertTimezone(columnName)): {function}",
        Quoted;

    /// FROM names an object that is not there, or that the user may not read
    no_object(name: &str, mark: impl FnOnce(&str) -> String) = INVALID_TYPE,
        "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names." marked |text| mark(&text),
        Seen "public issues of API clients";

    /// an object cannot be queried
    pub not_queryable(object: &str) = INVALID_TYPE_FOR_OPERATION,
        "entity type {object} does not support query",
        Quoted;

    /// definitions are asked for without a filter that says of what
    pub no_reified_filter(object: &str) = MALFORMED_QUERY,
        "{object}: a filter on a reified column is required [EntityDefinitionId,DurableId]",
        Seen "https://docs.stitchdata.com/replication/extraction/troubleshooting/salesforce-unsupported-objects-replication";

    /// FROM names a second object that is no relationship of the first
    pub second_driving_object(place: QueryPosition, driving: &str) = MALFORMED_QUERY,
        "A driving SObject type has already been set, all other entity types in the FROM clause must be relationships to the initial object. The driving object is {driving}." marked |text| place.marked(&text),
        Quoted;

    /// a query, or `fields` of a URL, names a field that is not there, or that the user may not see
    no_column(name: &str, entity: &str, mark: impl FnOnce(&str) -> String) = INVALID_FIELD,
        "No such column '{name}' on entity '{entity}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names." marked |text| mark(&text),
        Seen "https://github.com/forcedotcom/soql-tooling/issues/86";

    /// a path names a relationship to a parent that is not there
    pub no_such_parent(place: QueryPosition, name: &str) = INVALID_FIELD,
        "Didn't understand relationship '{name}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names." marked |text| place.marked(&text),
        Seen "public issues of API clients";

    /// a subquery names a relationship to children that is not there
    pub no_such_children(place: QueryPosition, name: &str) = INVALID_TYPE,
        "Didn't understand relationship '{name}' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names." marked |text| place.marked(&text),
        Seen "public issues of API clients";

    /// a path has more than five relationships
    pub too_many_levels_up(place: QueryPosition) = INVALID_FIELD,
        "Relationship paths cannot have more than 5 levels." marked |text| place.marked(&text),
        Quoted;

    /// a query follows more than 55 relationships to parents
    pub too_many_parents(place: QueryPosition) = MALFORMED_QUERY,
        "A query cannot have more than 55 child-to-parent relationships." marked |text| place.marked(&text),
        Quoted;

    /// subqueries are nested deeper than the API version allows
    pub too_many_levels_down(levels: usize) = MALFORMED_QUERY,
        "SOQL statements cannot query aggregate relationships more than {levels} {unit} away from the root entity object." with (unit = if levels == 1 { "level" } else { "levels" }),
        Documented "https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/";

    /// USING SCOPE names an unknown scope
    pub invalid_scope(place: QueryPosition, scope: &str) = INVALID_QUERY_SCOPE,
        "Invalid query scope: {scope}" marked |text| place.marked(&text),
        Quoted;

    /// WITH DATA CATEGORY is asked of an object that has none
    pub no_data_categories(place: QueryPosition, object: &str) = MALFORMED_QUERY,
        "Entity '{object}' does not support data category filters" marked |text| place.marked(&text),
        Quoted;

    /// an alias is given twice
    pub duplicate_alias(place: QueryPosition, alias: &str) = MALFORMED_QUERY,
        "duplicate alias: {alias}" marked |text| place.marked(&text),
        Quoted;

    /// a field that is not aggregated gets an alias
    pub alias_without_aggregate(place: QueryPosition) = MALFORMED_QUERY,
        "only aggregate expressions use field aliasing" marked |text| place.marked(&text),
        Quoted;

    /// FIELDS() has an unknown argument
    pub unknown_fields_argument(found: &str) = MALFORMED_QUERY,
        "The SOQL FIELDS function only supports arguments of (all), (custom), (standard); ({found}) is not supported.",
        Quoted;

    /// FIELDS(ALL) or FIELDS(CUSTOM) has no LIMIT of at most 200
    pub unbounded_fields() = MALFORMED_QUERY,
        "The SOQL FIELDS function must have a LIMIT of at most 200",
        Quoted;

    /// FIELDS() expands to nothing
    pub no_fields() = MALFORMED_QUERY,
        "'FIELDS(...)' expansion function must result in at least one field being selected.",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/";

    /// TYPEOF has an object twice
    pub duplicate_when(object: &str) = MALFORMED_QUERY,
        "WHEN clause operand [{object}] is not unique",
        Quoted;

    /// TYPEOF is asked of a relationship to one object
    pub not_polymorphic(place: QueryPosition, relationship: &str) = MALFORMED_QUERY,
        "'{relationship}' is not a polymorphic relationship" marked |text| place.marked(&text),
        Quoted;

    /// OFFSET is beyond 2000
    pub offset_too_large() = NUMBER_OUTSIDE_VALID_RANGE,
        "Maximum SOQL offset allowed is 2000",
        Quoted;

    /// WHERE has a field that cannot be filtered
    pub not_filterable(place: QueryPosition, field: &str) = INVALID_FIELD,
        "field '{field}' can not be filtered in a query call" marked |text| place.marked(&text),
        Quoted;

    /// ORDER BY has a field that cannot be sorted
    pub not_sortable(place: QueryPosition, field: &str) = INVALID_FIELD,
        "field '{field}' can not be sorted in a query call" marked |text| place.marked(&text),
        Quoted;

    /// a literal is not of its field's type; `kind` is the service's word for that
    pub wrong_literal(place: QueryPosition, field: &str, kind: &str, quoted: bool) = INVALID_FIELD,
        "value of filter criterion for field '{field}' must be of type {kind} and should {not}be enclosed in quotes" with (not = if quoted { "" } else { "not " }) marked |text| place.marked(&text),
        Seen "public issues of API clients";

    /// a literal is no id
    pub invalid_id(place: QueryPosition, value: &str) = INVALID_QUERY_FILTER_OPERATOR,
        "invalid ID field: {value}" marked |text| place.marked(&text),
        Seen "public issues of API clients";

    /// an operator is none of its field's type
    pub invalid_operator(place: QueryPosition, kind: &str) = INVALID_QUERY_FILTER_OPERATOR,
        "invalid operator on {kind} field" marked |text| place.marked(&text),
        Quoted;

    /// a function is none of its field's type
    pub function_on_wrong_type(place: QueryPosition, field: &str, function: &str) = INVALID_FIELD,
        "field {field} does not support function {function}" marked |text| place.marked(&text),
        Quoted;

    /// a query has more than two semi-joins
    pub too_many_semi_joins() = EXCEEDED_MAX_SEMIJOIN_SUBSELECTS,
        "Maximum 2 semi join sub-selects are allowed",
        Quoted;

    /// a semi-join stands beside OR
    pub semi_join_with_or(place: QueryPosition) = MALFORMED_QUERY,
        "Semi join sub-selects are not allowed with the 'OR' operator" marked |text| place.marked(&text),
        Quoted;

    /// a semi-join stands in parentheses
    pub nested_where_semi_join(place: QueryPosition) = MALFORMED_QUERY,
        "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions." marked |text| place.marked(&text),
        Quoted;

    /// a semi-join has another in it
    pub nested_semi_join(place: QueryPosition) = MALFORMED_QUERY,
        "Nesting of semi join sub-selects is not supported" marked |text| place.marked(&text),
        Quoted;

    /// a semi-join is of the query's own object
    pub semi_join_of_same_object(place: QueryPosition) = MALFORMED_QUERY,
        "The inner and outer selects should not be on the same object type" marked |text| place.marked(&text),
        Quoted;

    /// a semi-join is of an object that does not support it
    pub semi_join_unsupported(place: QueryPosition, object: &str) = MALFORMED_QUERY,
        "Entity '{object}' is not supported for semi join inner selects" marked |text| place.marked(&text),
        Quoted;

    /// the left side of a semi-join follows more than one relationship
    pub semi_join_left_path(place: QueryPosition, path: &str) = MALFORMED_QUERY,
        "The left operand '{path}' cannot have more than one level of relationships" marked |text| place.marked(&text),
        Quoted;

    /// the selected field of a semi-join follows more than one relationship
    pub semi_join_inner_path(place: QueryPosition, path: &str) = MALFORMED_QUERY,
        "The inner select field '{path}' cannot have more than one level of relationships" marked |text| place.marked(&text),
        Quoted;

    /// the left side of a semi-join is neither id nor reference
    pub semi_join_left_type(place: QueryPosition, field: &str) = MALFORMED_QUERY,
        "The left operand field '{field}' in the where expression should be an ID or reference field" marked |text| place.marked(&text),
        Quoted;

    /// the selected field of a semi-join is neither id nor reference
    pub semi_join_inner_type(place: QueryPosition, field: &str) = MALFORMED_QUERY,
        "The selected field '{field}' in the subquery should be an ID or reference field" marked |text| place.marked(&text),
        Quoted;

    /// the sides of a semi-join refer to different objects
    pub semi_join_types_differ(place: QueryPosition, inner: &str, outer: &str) = MALFORMED_QUERY,
        "The selected field '{inner}' in the subquery and the left operand field in the where expression in the outer query '{outer}' should point to the same object type" marked |text| place.marked(&text),
        Seen "public issues of API clients";

    /// a field is neither grouped nor aggregated
    pub not_grouped(place: QueryPosition, what: &str) = MALFORMED_QUERY,
        "Field must be grouped or aggregated: {what}" marked |text| place.marked(&text),
        Documented "https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/";

    /// ORDER BY has a field that is neither grouped nor aggregated
    pub ordered_not_grouped(place: QueryPosition, what: &str) = MALFORMED_QUERY,
        "Ordered field must be grouped or aggregated: {what}" marked |text| place.marked(&text),
        Quoted;

    /// a field is grouped and aggregated
    pub grouped_and_aggregated(place: QueryPosition, field: &str) = MALFORMED_QUERY,
        "Grouped field should not be aggregated: {field}" marked |text| place.marked(&text),
        Quoted;

    /// GROUP BY has a field that cannot be grouped
    pub not_groupable(place: QueryPosition, field: &str) = INVALID_FIELD,
        "field '{field}' can not be grouped in a query call" marked |text| place.marked(&text),
        Quoted;

    /// an aggregate is none of its field's type
    pub not_aggregatable(place: QueryPosition, field: &str, function: &str) = MALFORMED_QUERY,
        "field {field} does not support aggregate operator {function}" marked |text| place.marked(&text),
        Quoted;

    /// GROUP BY has a field twice
    pub duplicate_grouping(place: QueryPosition, what: &str) = MALFORMED_QUERY,
        "duplicate grouping expression: {what}" marked |text| place.marked(&text),
        Quoted;

    /// ROLLUP or CUBE has more than three fields
    pub too_many_groupings(place: QueryPosition, kind: &str) = MALFORMED_QUERY,
        "GROUP BY {kind} cannot contain more than 3 fields" marked |text| place.marked(&text),
        Documented "https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/";

    /// COUNT() stands in a query with groups
    pub grouped_count(place: QueryPosition) = MALFORMED_QUERY,
        "Grouped query cannot use COUNT()" marked |text| place.marked(&text),
        Quoted;

    /// an aggregate over everything has LIMIT, OFFSET or ORDER BY
    pub overall_aggregate_with(clause: &str) = MALFORMED_QUERY,
        "Non-grouped query that uses overall aggregate functions cannot also use {clause}",
        Seen "public issues of API clients";

    /// a subquery has an aggregate
    pub aggregate_below_root() = MALFORMED_QUERY,
        "Only root queries support aggregate expressions",
        Quoted;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position<'q>(text: &'q str, word: &str) -> QueryPosition<'q> {
        QueryPosition { text, at: text.find(word).expect("the word is in the text") }
    }

    /// Recorded: <https://github.com/forcedotcom/soql-tooling/issues/86>
    #[test]
    fn a_bad_field_is_marked_at_its_start() {
        let query = "Select Id, Status, Location, Body from ApexLog";
        assert_eq!(
            position(query, "Body").marked("x"),
            "\nSelect Id, Status, Location, Body from ApexLog\n                             ^\n\
             ERROR at Row:1:Column:30\nx"
        );
    }

    /// Recorded: <https://github.com/apex-dev-tools/apex-parser/issues/165>
    #[test]
    fn an_unexpected_token_is_marked_one_to_the_left() {
        let query = "SELECT Id FROM Account SET OPTIONS (honorEmptyStrings = true) LIMIT 1";
        let fault = unexpected_token(position(query, "LIMIT"), "LIMIT");
        assert_eq!(
            fault.message,
            "\nOPTIONS (honorEmptyStrings = true) LIMIT 1\n                                  ^\n\
             ERROR at Row:1:Column:62\nunexpected token: 'LIMIT'"
        );
    }

    #[test]
    fn the_fragment_is_of_one_line() {
        let query = "SELECT Id\nFROM Nope__c\nLIMIT 1";
        assert_eq!(
            position(query, "Nope__c").marked("x"),
            "\nFROM Nope__c\n     ^\nERROR at Row:2:Column:6\nx"
        );
    }

    #[test]
    fn the_first_token_has_no_place() {
        assert_eq!(
            unexpected_token(QueryPosition { text: "invalid", at: 0 }, "invalid").message,
            "unexpected token: 'invalid'"
        );
    }

    #[test]
    fn a_marked_place_is_found_again() {
        let fault = no_such_object(position("SELECT Id\nFROM Nope__c", "Nope__c"), "Nope__c");
        assert_eq!(position_of(&fault.message), Some((2, 6)));
        assert_eq!(position_of(&no_such_object_here("Nope__c").message), None);
    }

    #[test]
    fn any_offset_is_safe() {
        for at in 0..20 {
            let _ = QueryPosition { text: "ä\nß€", at }.marked("x");
            let _ = unexpected_character(QueryPosition { text: "ä\nß€", at }, "x");
        }
    }
}
