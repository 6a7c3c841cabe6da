//! What searches are refused for.

use crate::model::fault::faults;
use crate::model::schema::SObject;
use crate::query::soql::QueryPosition;

faults! {
    /// a search has no `FIND {{…}}`
    pub(super) no_search_term() = MALFORMED_SEARCH,
        "No search term found. The search term must be enclosed in braces.", Seen "public issues of API clients";

    /// a search term has a reserved character other than `? * ( ) " + '` without a backslash before it
    pub(super) unescaped_in_search(place: QueryPosition, found: char) = MALFORMED_SEARCH,
        "line {line}:{column} mismatched character '{found}' expecting '}}'"
            with (line = place.line_and_column().0, column = place.line_and_column().1)
            marked |text: String| place.marked_by_parser(&text),
        Seen "https://github.com/restforce/restforce/issues/688";

    /// a search term has one letter or digit, or none
    pub(super) term_too_short(term: &str) = MALFORMED_SEARCH, "search term must be longer than one character: {term}", Quoted;

    /// a search is no SOSL in another way
    pub(super) unexpected_in_search(token: &str) = MALFORMED_SEARCH, "unexpected token: {token}", Assumed;

    /// an object cannot be searched
    pub(super) not_searchable(object: &SObject) = INVALID_TYPE,
        "entity type {name} does not support search" with (name = object.name),
        Seen "http://lc169.blogspot.com/2023/05/unsupported-object-types-for-sosl-query_17.html";
}
