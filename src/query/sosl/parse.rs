//! SOSL text to its clauses.

use super::fault::{no_search_term, unescaped_in_search, unexpected_in_search};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::SObject;
use crate::query::soql::QueryPosition;

/// Which fields are looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    #[default]
    All,
    Name,
    Email,
    Phone,
    Sidebar,
}

impl Scope {
    /// Reads the word before `FIELDS`.
    pub fn parse(word: &str) -> Option<Scope> {
        let all = [
            ("ALL", Scope::All),
            ("NAME", Scope::Name),
            ("EMAIL", Scope::Email),
            ("PHONE", Scope::Phone),
            ("SIDEBAR", Scope::Sidebar),
        ];
        all.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, scope)| scope)
    }
}

/// A search.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Search {
    /// What stands between the braces, backslashes and all.
    pub term: String,
    pub scope: Scope,
    /// Empty for all objects.
    pub returning: Vec<Returning>,
    /// The first words of the clauses that are behind `WITH`, in capitals.
    pub with: Vec<String>,
    pub limit: Option<usize>,
}

/// What is behind `WITH` and narrows no search: what it would add to the answer is left out. There are no corrections of
/// spelling in the first place.
const HARMLESS: &[&str] = &["SPELL_CORRECTION", "HIGHLIGHT", "METADATA", "SNIPPET"];

impl Search {
    /// The clauses that have no effect here, and have one in the service.
    pub fn gaps(&self) -> impl Iterator<Item = String> {
        let effective = self.with.iter().filter(|name| *name != "SPELL_CORRECTION");
        effective.map(|name| format!("SOSL WITH {name}"))
    }

    /// The first clause without which too much would be found.
    pub fn narrowed(&self) -> Option<&str> {
        self.with.iter().map(String::as_str).find(|name| !HARMLESS.contains(name))
    }
}

/// One object of RETURNING.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Returning {
    pub object: String,
    /// The list of fields; ids when it is empty.
    pub fields: String,
    /// WHERE
    pub condition: Option<String>,
    /// ORDER BY
    pub order: Option<String>,
    pub limit: Option<usize>,
    pub offset: Option<usize>,
}

impl Returning {
    /// The ids of an object.
    pub fn ids(object: String) -> Returning {
        Returning { object, ..Returning::default() }
    }

    /// The query that the clauses make, of all records or of these.
    pub(super) fn soql(&self, object: &SObject, ids: Option<&[Id]>) -> String {
        let fields = if self.fields.trim().is_empty() { "Id" } else { &self.fields };
        let ids = ids.map(|ids| match ids {
            [] => "Id = null".to_owned(),
            ids => {
                format!("Id IN ({})", ids.iter().map(|id| format!("'{id}'")).collect::<Vec<_>>().join(","))
            }
        });
        let mut text = format!("SELECT {fields} FROM {}", object.name);
        text += &match (&self.condition, ids) {
            (None, None) => String::new(),
            (Some(condition), None) => format!(" WHERE {condition}"),
            (None, Some(ids)) => format!(" WHERE {ids}"),
            (Some(condition), Some(ids)) => format!(" WHERE ({condition}) AND {ids}"),
        };
        if let Some(order) = &self.order {
            text += &format!(" ORDER BY {order}");
        }
        text
    }
}

/// Reads SOSL.
pub(super) fn parse(text: &str) -> Result<Search, Fault> {
    let (_, rest) = keyword(text.trim(), "FIND").ok_or_else(no_search_term)?;
    let rest = rest.trim_start();
    let inside = rest.strip_prefix('{').ok_or_else(no_search_term)?;
    let end = closing_brace(inside).ok_or_else(no_search_term)?;
    let (term, rest) = inside.split_at_checked(end).ok_or_else(no_search_term)?;
    if let Some((at, found)) = unescaped(term) {
        // What is read so far lies in the text, one piece behind the other.
        let start = text.trim_end().len() - inside.len();
        return Err(unescaped_in_search(QueryPosition { text, at: start + at }, found));
    }
    let mut search = Search { term: term.to_owned(), ..Search::default() };
    let mut rest = rest.get(1..).unwrap_or_default().trim();
    if let Some((_, after)) = keyword(rest, "IN") {
        let (word, after) = word(after.trim_start());
        search.scope = Scope::parse(word).ok_or_else(|| unexpected(word))?;
        rest = keyword(after.trim_start(), "FIELDS").ok_or_else(|| unexpected(after))?.1.trim_start();
    }
    if let Some((_, after)) = keyword(rest, "RETURNING") {
        let (list, after) = returning(after)?;
        search.returning = list;
        rest = after;
    }
    while let Some((_, after)) = keyword(rest, "WITH") {
        let end =
            ["WITH", "LIMIT", "UPDATE"].into_iter().filter_map(|next| outside_quotes(after, next)).min();
        let (clause, after) = after.split_at_checked(end.unwrap_or(after.len())).unwrap_or((after, ""));
        let clause = clause.trim();
        let named = clause.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(clause.len());
        let name = clause.get(..named).filter(|name| !name.is_empty()).ok_or_else(|| unexpected(clause))?;
        search.with.push(name.to_ascii_uppercase());
        rest = after;
    }
    if let Some((_, after)) = keyword(rest, "LIMIT") {
        let (number, after) = word(after.trim_start());
        search.limit = Some(number.parse().map_err(|_| unexpected(number))?);
        rest = after.trim_start();
    }
    // Views and searched words are counted for articles of a knowledge base only.
    if let Some((_, after)) = keyword(rest, "UPDATE") {
        let counted = after
            .split(',')
            .all(|what| ["TRACKING", "VIEWSTAT"].iter().any(|known| known.eq_ignore_ascii_case(what.trim())));
        if !counted {
            return Err(unexpected(after));
        }
        rest = "";
    }
    if rest.is_empty() { Ok(search) } else { Err(unexpected(rest)) }
}

/// The objects after RETURNING, and what follows them.
fn returning(text: &str) -> Result<(Vec<Returning>, &str), Fault> {
    let mut all = Vec::new();
    let mut rest = text.trim_start();
    loop {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(end).ok_or_else(|| unexpected(rest))?;
        if name.is_empty() {
            return Err(unexpected(rest));
        }
        let mut one = Returning::ids(name.to_owned());
        rest = after.trim_start();
        if let Some(inside) = rest.strip_prefix('(') {
            let end = closing_parenthesis(inside).ok_or_else(|| unexpected(rest))?;
            let (clauses, after) = inside.split_at_checked(end).ok_or_else(|| unexpected(rest))?;
            self::clauses(&mut one, clauses)?;
            rest = after.get(1..).unwrap_or_default().trim_start();
        }
        all.push(one);
        match rest.strip_prefix(',') {
            Some(after) => rest = after.trim_start(),
            None => return Ok((all, rest)),
        }
    }
}

/// `Id, Name WHERE … ORDER BY … LIMIT n OFFSET n`
fn clauses(one: &mut Returning, text: &str) -> Result<(), Fault> {
    let mut rest = text;
    for name in ["OFFSET", "LIMIT", "ORDER", "WHERE"] {
        let Some(at) = outside_quotes(rest, name) else { continue };
        let (before, clause) = rest.split_at_checked(at).ok_or_else(|| unexpected(rest))?;
        let value = clause.get(name.len()..).unwrap_or_default().trim();
        let number = || value.parse().map_err(|_| unexpected(value));
        match name {
            "OFFSET" => one.offset = Some(number()?),
            "LIMIT" => one.limit = Some(number()?),
            "ORDER" => {
                let (_, order) = keyword(value, "BY").ok_or_else(|| unexpected(value))?;
                one.order = Some(order.trim().to_owned());
            }
            _ => one.condition = Some(value.to_owned()),
        }
        rest = before;
    }
    one.fields = rest.trim().to_owned();
    Ok(())
}

/// Where a keyword stands that is neither inside quotes nor inside parentheses, nor part of a word.
fn outside_quotes(text: &str, wanted: &str) -> Option<usize> {
    let mut quoted = false;
    let mut depth = 0;
    let mut escaped = false;
    let mut start = true;
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match c {
            '\\' => escaped = true,
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ if start
                && !quoted
                && depth == 0
                && text.get(at..).is_some_and(|rest| keyword(rest, wanted).is_some()) =>
            {
                return Some(at);
            }
            _ => {}
        }
        start = !c.is_alphanumeric() && c != '_' && c != '.';
    }
    None
}

/// Whether a text begins with a keyword; what is behind it.
fn keyword<'t>(text: &'t str, wanted: &str) -> Option<(&'t str, &'t str)> {
    let (head, rest) = text.split_at_checked(wanted.len())?;
    let ends = rest.is_empty() || !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    (head.eq_ignore_ascii_case(wanted) && ends).then_some((head, rest))
}

fn word(text: &str) -> (&str, &str) {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// The characters that are refused in a search term without a backslash before them, inside quotes too. The others that
/// are reserved have a meaning: `? * ( ) "`, or are taken as they are: `+ '`.
/// Source: <https://developer.salesforce.com/docs/platform/salesforce-soql-sosl/guide/sforce-api-calls-sosl-find.html>
const RESERVED: &str = "&|!{[]^~:-";

/// The first reserved character without a backslash, and where it is: a byte offset.
fn unescaped(term: &str) -> Option<(usize, char)> {
    let mut escaped = false;
    term.char_indices().find(|(_, c)| {
        let was_escaped = std::mem::replace(&mut escaped, false);
        escaped = *c == '\\' && !was_escaped;
        !was_escaped && RESERVED.contains(*c)
    })
}

/// The first brace that no backslash stands before.
fn closing_brace(text: &str) -> Option<usize> {
    closing(text, |c| c == '}')
}

fn closing_parenthesis(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut quoted = false;
    closing(text, |c| {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth == 0 => return true,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        false
    })
}

fn closing(text: &str, mut ends: impl FnMut(char) -> bool) -> Option<usize> {
    let mut escaped = false;
    text.char_indices()
        .find(|(_, c)| {
            let was_escaped = escaped;
            escaped = *c == '\\' && !was_escaped;
            !was_escaped && ends(*c)
        })
        .map(|(at, _)| at)
}

fn unexpected(text: &str) -> Fault {
    unexpected_in_search(text.split_whitespace().next().unwrap_or("<EOF>"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn all_clauses() {
        let text = "find {a\\}b} in name fields returning Account(Id, Name WHERE Name = 'LIMIT (x' AND (Id != null) \
                    ORDER BY Name DESC LIMIT 2 OFFSET 1), Contact, User (Id) limit 5";
        let search = parse(text).expect("SOSL");
        assert_eq!(search.term, "a\\}b");
        assert_eq!((search.scope, search.limit), (Scope::Name, Some(5)));
        let account = Returning {
            object: "Account".to_owned(),
            fields: "Id, Name".to_owned(),
            condition: Some("Name = 'LIMIT (x' AND (Id != null)".to_owned()),
            order: Some("Name DESC".to_owned()),
            limit: Some(2),
            offset: Some(1),
        };
        let user = Returning { fields: "Id".to_owned(), ..Returning::ids("User".to_owned()) };
        assert_eq!(search.returning, [account, Returning::ids("Contact".to_owned()), user]);
    }

    #[test]
    fn clauses_behind_with() {
        let text = "FIND {ab} RETURNING User WITH METADATA = 'LABELS, WITH' with snippet(target_length=120) \
                    WITH DATA CATEGORY G__c AT C__c WITH SPELL_CORRECTION=false LIMIT 3 UPDATE tracking, VIEWSTAT";
        let search = parse(text).expect("SOSL");
        assert_eq!(search.with, ["METADATA", "SNIPPET", "DATA", "SPELL_CORRECTION"]);
        assert_eq!((search.limit, search.narrowed()), (Some(3), Some("DATA")));
        let gaps = ["SOSL WITH METADATA", "SOSL WITH SNIPPET", "SOSL WITH DATA"];
        assert_eq!(search.gaps().collect::<Vec<_>>(), gaps);
    }

    #[test]
    fn reserved_characters_are_escaped() {
        let message = |text: &str| parse(text).expect_err("no SOSL").message;
        // A recorded answer: https://github.com/restforce/restforce/issues/688
        assert_eq!(
            message("FIND {John|jane_gray@uoa.edu} RETURNING Contact"),
            "\nFIND {John|jane_gray@uoa.edu} RETURNING Contact\n         ^\nERROR at Row:1:Column:10\n\
             line 1:10 mismatched character '|' expecting '}'"
        );
        assert!(message("  FIND {ä\"b-c\"} ").ends_with("line 1:11 mismatched character '-' expecting '}'"));
        for reserved in RESERVED.chars() {
            assert!(parse(&format!("FIND {{ab{reserved}c}}")).is_err(), "{reserved}");
            assert!(parse(&format!("FIND {{ab\\{reserved}c}}")).is_ok(), "{reserved}");
        }
        assert!(parse("FIND {\"ab c\" AND (d* OR e?f) AND o'g+h.i@j}").is_ok());
    }

    #[test]
    fn what_is_none() {
        for bad in [
            "",
            "FIND",
            "FIND x",
            "FIND {x",
            "SELECT Id FROM User",
            "FIND {x} IN FIELDS",
            "FIND {x} IN NAME",
            "FIND {x} y",
            "FIND {x} RETURNING",
            "FIND {x} RETURNING Account(",
            "FIND {x} RETURNING Account(Id LIMIT x)",
            "FIND {x} LIMIT",
            "FIND {x} WITH",
            "FIND {x} UPDATE",
            "FIND {x} UPDATE TRACKING, x",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(FIND|\\{|\\}|x|IN|NAME|FIELDS|RETURNING|A|\\(|\\)|'|\\\\|,|WHERE|LIMIT|WITH|UPDATE|=|1| ){0,14}") {
            _ = parse(&text);
            _ = parse(&format!("FIND {{x}} {text}"));
        }
    }
}
