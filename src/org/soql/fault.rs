//! What a query can be refused for, with the caret block that shows where.
//!
//! Texts: recorded answers, the SOQL reference, and the Summer '24 and Winter '25 release notes ("Understand SOQL
//! Error and Functionality Changes"); `docs/errors.md` says how sure each is.

use crate::org::fault::{Detail, Fault, StatusCode};

/// Before and after the marked character as many are shown, then on to the end of the word.
const MARGIN: usize = 30;

const SEE_WSDL: &str = "Please reference your WSDL or the describe call for the appropriate names.";

/// A place in a query: its text and a byte offset in it.
#[derive(Debug, Clone, Copy)]
pub struct Place<'q> {
    pub text: &'q str,
    pub at: usize,
}

impl Place<'_> {
    /// A fault whose message stands under the line it is about, with a caret below the first character it means.
    fn fault(self, code: StatusCode, message: &str) -> Fault {
        block(self, 1, code, message)
    }

    /// As [`Place::fault`], one character to the left: the lexer and the parser count columns from 0 where
    /// everything after them counts from 1. A column 0 is taken for no place at all.
    fn fault_of_parser(self, message: &str) -> Fault {
        match self.line_and_column() {
            (_, 0) => malformed(message),
            _ => block(self, 0, StatusCode::MALFORMED_QUERY, message),
        }
    }

    /// 1-based line, 0-based column in characters.
    fn line_and_column(self) -> (usize, usize) {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        (line, column)
    }
}

/// `\n` fragment `\n` caret `\nERROR at Row:R:Column:C\n` message. The fragment is of the one line, 30 characters to
/// either side of the caret, widened to whole words.
fn block(place: Place, first_column: usize, code: StatusCode, message: &str) -> Fault {
    let (row, index) = place.line_and_column();
    let line: Vec<char> = place.text.split('\n').nth(row - 1).unwrap_or_default().chars().collect();
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
    let column = mark + 1;
    let message = format!("\n{fragment}\n{blanks}^\nERROR at Row:{row}:Column:{column}\n{message}");
    Fault::new(code, message).with(Detail::Place { row, column })
}

fn malformed(message: impl Into<String>) -> Fault {
    Fault::new(StatusCode::MALFORMED_QUERY, message)
}

fn malformed_at(place: Place, message: &str) -> Fault {
    place.fault(StatusCode::MALFORMED_QUERY, message)
}

fn invalid_field(place: Place, message: &str) -> Fault {
    place.fault(StatusCode::INVALID_FIELD, message)
}

// The statement as a whole.

pub fn empty() -> Fault {
    malformed("SOQL statements cannot be empty or null")
}

pub fn too_long() -> Fault {
    malformed("SOQL statements cannot be longer than 100000 characters.")
}

pub fn too_complicated() -> Fault {
    let message = "Query is either selecting too many fields or the filter conditions are too complicated.";
    Fault::new(StatusCode::QUERY_TOO_COMPLICATED, message)
}

// Lexer and parser.

/// A character that begins no token, or a token that never ends.
pub fn unexpected_character(place: Place, found: &str) -> Fault {
    let (line, column) = place.line_and_column();
    place.fault_of_parser(&format!("line {line}:{column} unexpected token: '{found}'"))
}

pub fn unexpected_token(place: Place, found: &str) -> Fault {
    place.fault_of_parser(&format!("unexpected token: '{found}'"))
}

pub fn unexpected_end() -> Fault {
    malformed("unexpected token: '<EOF>'")
}

/// One token is missing, and this one would follow it.
pub fn missing_before(place: Place, found: &str) -> Fault {
    place.fault_of_parser(&format!("missing value at '{found}'"))
}

pub fn bind_outside_apex(place: Place) -> Fault {
    malformed_at(place, "Bind variables only allowed in Apex code")
}

/// `WITH SECURITY_ENFORCED`, `WITH USER_MODE`, `WITH SYSTEM_MODE`: clauses of Apex.
pub fn security_clause_outside_apex() -> Fault {
    malformed(
        "rule soqlWithIdentifierClause failed predicate: \
         {this.helper.allowApexSyntax() && this.helper.hasApexContext()}?",
    )
}

pub fn invalid_date(place: Place, text: &str) -> Fault {
    malformed_at(place, &format!("Invalid date: {text}"))
}

pub fn invalid_datetime(place: Place, text: &str) -> Fault {
    malformed_at(place, &format!("Invalid datetime: {text}"))
}

pub fn negative_limit() -> Fault {
    malformed("Limit must be a non-negative value")
}

pub fn negative_offset() -> Fault {
    malformed("SOQL offset must be a non-negative value")
}

pub fn nested_function(function: &str) -> Fault {
    malformed(format!(
        "nested functional syntax can only be used in the following manner: \
         date_function(convertTimezone(columnName)): {function}"
    ))
}

// Names.

pub fn no_such_object(place: Place, name: &str) -> Fault {
    place.fault(StatusCode::INVALID_TYPE, &no_such_object_text(name))
}

/// The same where there is no query to point into.
pub fn no_such_object_here(name: &str) -> Fault {
    Fault::new(StatusCode::INVALID_TYPE, no_such_object_text(name))
}

fn no_such_object_text(name: &str) -> String {
    format!(
        "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append \
         the '__c' after the entity name. {SEE_WSDL}"
    )
}

pub fn not_queryable(object: &str) -> Fault {
    let message = format!("entity type {object} does not support query");
    Fault::new(StatusCode::INVALID_TYPE_FOR_OPERATION, message)
}

pub fn second_driving_object(place: Place, driving: &str) -> Fault {
    let message = format!(
        "A driving SObject type has already been set, all other entity types in the FROM clause must be \
         relationships to the initial object. The driving object is {driving}."
    );
    malformed_at(place, &message)
}

pub fn no_such_column(place: Place, name: &str, entity: &str) -> Fault {
    invalid_field(place, &no_such_column_text(name, entity))
}

/// The same where there is no query to point into: the `fields` parameter of a record's URL.
pub fn no_such_column_here(name: &str, entity: &str) -> Fault {
    Fault::new(StatusCode::INVALID_FIELD, no_such_column_text(name, entity))
}

fn no_such_column_text(name: &str, entity: &str) -> String {
    format!(
        "No such column '{name}' on entity '{entity}'. If you are attempting to use a custom field, be sure to \
         append the '__c' after the custom field name. {SEE_WSDL}"
    )
}

pub fn no_such_parent(place: Place, name: &str) -> Fault {
    let message = format!(
        "Didn't understand relationship '{name}' in field path. If you are attempting to use a custom relationship, \
         be sure to append the '__r' after the custom relationship name. {SEE_WSDL}"
    );
    invalid_field(place, &message)
}

pub fn no_such_children(place: Place, name: &str) -> Fault {
    let message = format!(
        "Didn't understand relationship '{name}' in FROM part of query call. If you are attempting to use a custom \
         relationship, be sure to append the '__r' after the custom relationship name. {SEE_WSDL}"
    );
    place.fault(StatusCode::INVALID_TYPE, &message)
}

pub fn too_many_levels_up(place: Place) -> Fault {
    invalid_field(place, "Relationship paths cannot have more than 5 levels.")
}

pub fn too_many_parents(place: Place) -> Fault {
    malformed_at(place, "A query cannot have more than 55 child-to-parent relationships.")
}

pub fn too_many_levels_down(levels: usize) -> Fault {
    let unit = if levels == 1 { "level" } else { "levels" };
    malformed(format!(
        "SOQL statements cannot query aggregate relationships more than {levels} {unit} away from the root entity \
         object."
    ))
}

pub fn invalid_scope(place: Place, scope: &str) -> Fault {
    place.fault(StatusCode::INVALID_QUERY_SCOPE, &format!("Invalid query scope: {scope}"))
}

pub fn no_data_categories(place: Place, object: &str) -> Fault {
    malformed_at(place, &format!("Entity '{object}' does not support data category filters"))
}

// The select list.

pub fn duplicate_field(name: &str) -> Fault {
    Fault::new(StatusCode::INVALID_FIELD, format!("duplicate field selected: {name}"))
}

pub fn duplicate_alias(place: Place, alias: &str) -> Fault {
    malformed_at(place, &format!("duplicate alias: {alias}"))
}

pub fn alias_without_aggregate(place: Place) -> Fault {
    malformed_at(place, "only aggregate expressions use field aliasing")
}

pub fn unknown_fields_argument(found: &str) -> Fault {
    malformed(format!(
        "The SOQL FIELDS function only supports arguments of (all), (custom), (standard); ({found}) is not supported."
    ))
}

pub fn unbounded_fields() -> Fault {
    malformed("The SOQL FIELDS function must have a LIMIT of at most 200")
}

pub fn no_fields() -> Fault {
    malformed("'FIELDS(...)' expansion function must result in at least one field being selected.")
}

pub fn duplicate_when(object: &str) -> Fault {
    malformed(format!("WHEN clause operand [{object}] is not unique"))
}

pub fn not_polymorphic(place: Place, relationship: &str) -> Fault {
    malformed_at(place, &format!("'{relationship}' is not a polymorphic relationship"))
}

pub fn offset_too_large() -> Fault {
    Fault::new(StatusCode::NUMBER_OUTSIDE_VALID_RANGE, "Maximum SOQL offset allowed is 2000")
}

// Filters.

pub fn not_filterable(place: Place, field: &str) -> Fault {
    invalid_field(place, &format!("field '{field}' can not be filtered in a query call"))
}

pub fn not_sortable(place: Place, field: &str) -> Fault {
    invalid_field(place, &format!("field '{field}' can not be sorted in a query call"))
}

/// The literal is not of the field's type. `kind` is the service's word for it.
pub fn wrong_literal(place: Place, field: &str, kind: &str, quoted: bool) -> Fault {
    let quotes = if quoted { "should be enclosed in quotes" } else { "should not be enclosed in quotes" };
    let message =
        format!("value of filter criterion for field '{field}' must be of type {kind} and {quotes}");
    invalid_field(place, &message)
}

pub fn invalid_id(place: Place, value: &str) -> Fault {
    place.fault(StatusCode::INVALID_QUERY_FILTER_OPERATOR, &format!("invalid ID field: {value}"))
}

pub fn invalid_operator(place: Place, kind: &str) -> Fault {
    place.fault(StatusCode::INVALID_QUERY_FILTER_OPERATOR, &format!("invalid operator on {kind} field"))
}

pub fn function_on_wrong_type(place: Place, field: &str, function: &str) -> Fault {
    invalid_field(place, &format!("field {field} does not support function {function}"))
}

// Semi- and anti-joins.

pub fn too_many_semi_joins() -> Fault {
    let message = "Maximum 2 semi join sub-selects are allowed";
    Fault::new(StatusCode::EXCEEDED_MAX_SEMIJOIN_SUBSELECTS, message)
}

pub fn semi_join_with_or(place: Place) -> Fault {
    malformed_at(place, "Semi join sub-selects are not allowed with the 'OR' operator")
}

pub fn nested_where_semi_join(place: Place) -> Fault {
    let message = "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested \
                   WHERE expressions.";
    malformed_at(place, message)
}

pub fn nested_semi_join(place: Place) -> Fault {
    malformed_at(place, "Nesting of semi join sub-selects is not supported")
}

pub fn semi_join_of_same_object(place: Place) -> Fault {
    malformed_at(place, "The inner and outer selects should not be on the same object type")
}

pub fn semi_join_unsupported(place: Place, object: &str) -> Fault {
    malformed_at(place, &format!("Entity '{object}' is not supported for semi join inner selects"))
}

pub fn semi_join_left_path(place: Place, path: &str) -> Fault {
    malformed_at(
        place,
        &format!("The left operand '{path}' cannot have more than one level of relationships"),
    )
}

pub fn semi_join_inner_path(place: Place, path: &str) -> Fault {
    let message = format!("The inner select field '{path}' cannot have more than one level of relationships");
    malformed_at(place, &message)
}

pub fn semi_join_left_type(place: Place, field: &str) -> Fault {
    let message = format!(
        "The left operand field '{field}' in the where expression should be an ID or reference field"
    );
    malformed_at(place, &message)
}

pub fn semi_join_inner_type(place: Place, field: &str) -> Fault {
    let message = format!("The selected field '{field}' in the subquery should be an ID or reference field");
    malformed_at(place, &message)
}

pub fn semi_join_types_differ(place: Place, inner: &str, outer: &str) -> Fault {
    let message = format!(
        "The selected field '{inner}' in the subquery and the left operand field in the where expression in the \
         outer query '{outer}' should point to the same object type"
    );
    malformed_at(place, &message)
}

// Aggregates.

pub fn not_grouped(place: Place, what: &str) -> Fault {
    malformed_at(place, &format!("Field must be grouped or aggregated: {what}"))
}

pub fn ordered_not_grouped(place: Place, what: &str) -> Fault {
    malformed_at(place, &format!("Ordered field must be grouped or aggregated: {what}"))
}

pub fn grouped_and_aggregated(place: Place, field: &str) -> Fault {
    malformed_at(place, &format!("Grouped field should not be aggregated: {field}"))
}

pub fn not_groupable(place: Place, field: &str) -> Fault {
    invalid_field(place, &format!("field '{field}' can not be grouped in a query call"))
}

pub fn not_aggregatable(place: Place, field: &str, function: &str) -> Fault {
    malformed_at(place, &format!("field {field} does not support aggregate operator {function}"))
}

pub fn duplicate_grouping(place: Place, what: &str) -> Fault {
    malformed_at(place, &format!("duplicate grouping expression: {what}"))
}

pub fn too_many_groupings(place: Place, kind: &str) -> Fault {
    malformed_at(place, &format!("GROUP BY {kind} cannot contain more than 3 fields"))
}

pub fn grouped_count(place: Place) -> Fault {
    malformed_at(place, "Grouped query cannot use COUNT()")
}

/// An aggregate over everything gives one row: `clause` (`LIMIT`, `ORDER BY`, `OFFSET`) makes no sense of it.
pub fn overall_aggregate_with(clause: &str) -> Fault {
    malformed(format!("Non-grouped query that uses overall aggregate functions cannot also use {clause}"))
}

pub fn aggregate_below_root() -> Fault {
    malformed("Only root queries support aggregate expressions")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place<'q>(text: &'q str, word: &str) -> Place<'q> {
        Place { text, at: text.find(word).expect("the word is in the text") }
    }

    /// Recorded: <https://github.com/forcedotcom/soql-tooling/issues/86>
    #[test]
    fn a_bad_field_is_marked_at_its_start() {
        let query = "Select Id, Status, Location, Body from ApexLog";
        assert_eq!(
            malformed_at(place(query, "Body"), "x").message,
            "\nSelect Id, Status, Location, Body from ApexLog\n                             ^\n\
             ERROR at Row:1:Column:30\nx"
        );
    }

    /// Recorded: <https://github.com/apex-dev-tools/apex-parser/issues/165>
    #[test]
    fn an_unexpected_token_is_marked_one_to_the_left() {
        let query = "SELECT Id FROM Account SET OPTIONS (honorEmptyStrings = true) LIMIT 1";
        let fault = unexpected_token(place(query, "LIMIT"), "LIMIT");
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
            malformed_at(place(query, "Nope__c"), "x").message,
            "\nFROM Nope__c\n     ^\nERROR at Row:2:Column:6\nx"
        );
    }

    #[test]
    fn the_first_token_has_no_place() {
        assert_eq!(
            unexpected_token(Place { text: "invalid", at: 0 }, "invalid").message,
            "unexpected token: 'invalid'"
        );
    }

    #[test]
    fn any_offset_is_safe() {
        for at in 0..20 {
            let _ = malformed_at(Place { text: "ä\nß€", at }, "x");
            let _ = unexpected_character(Place { text: "ä\nß€", at }, "x");
        }
    }
}
