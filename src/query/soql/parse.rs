//! From tokens to a [`Query`]: recursive descent, one function per rule of the grammar.
//!
//! Grammar: <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm>

use super::ast::{Call, Expression, From, Function, Item, Name, Path, Query, TypeOf};
use super::fault::{self, QueryPosition};
use super::lexer::{self, Token, TokenKind};
use crate::model::fault::Fault;

mod clauses;
mod condition;
mod literal;

/// Parentheses and `NOT`s inside each other; the real limit is not known.
const DEEPEST: usize = 200;

/// Words that no alias may be.
const RESERVED: [&str; 27] = [
    "AND", "ASC", "DESC", "EXCLUDES", "FIRST", "FROM", "GROUP", "HAVING", "IN", "INCLUDES", "LAST", "LIKE",
    "LIMIT", "NOT", "NULL", "NULLS", "OR", "SELECT", "USING", "WHERE",
    "WITH", // reserved as the reference says
    "ORDER", "OFFSET", "FOR", "ALL", "UPDATE", "AS", // begin a clause after the place of an alias
];

type Parsed<T> = Result<T, Fault>;

/// Reads a whole statement.
///
/// # Errors
/// `MALFORMED_QUERY`; `QUERY_TOO_COMPLICATED` for one that is nested too deep.
pub fn parse(text: &str) -> Parsed<Query<'_>> {
    let tokens = lexer::tokens(text)?;
    let mut parser = Parser { text, tokens, next: 0, depth: 0 };
    let query = parser.query()?;
    match parser.peek().kind {
        TokenKind::End => Ok(query),
        _ => Err(parser.unexpected()),
    }
}

struct Parser<'q> {
    text: &'q str,
    tokens: Vec<Token<'q>>,
    next: usize,
    depth: usize,
}

impl<'q> Parser<'q> {
    /// The token `ahead` places on; the last one is repeated for ever.
    fn ahead(&self, ahead: usize) -> Token<'q> {
        let end = Token { kind: TokenKind::End, text: "", at: self.text.len() };
        self.tokens.get(self.next + ahead).copied().unwrap_or(end)
    }

    fn peek(&self) -> Token<'q> {
        self.ahead(0)
    }

    fn advance(&mut self) -> Token<'q> {
        let token = self.peek();
        self.next += 1;
        token
    }

    fn at_keyword(&self, keyword: &str) -> bool {
        self.peek().is(keyword)
    }

    fn at_keywords(&self, first: &str, second: &str) -> bool {
        self.peek().is(first) && self.ahead(1).is(second)
    }

    /// Takes a keyword if it is next.
    fn accept(&mut self, keyword: &str) -> bool {
        let found = self.at_keyword(keyword);
        self.next += usize::from(found);
        found
    }

    /// Takes a symbol if it is next.
    fn accept_symbol(&mut self, symbol: &str) -> bool {
        let found = self.peek().is_symbol(symbol);
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, keyword: &str) -> Parsed<()> {
        if self.accept(keyword) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn expect_symbol(&mut self, symbol: &str) -> Parsed<()> {
        if self.accept_symbol(symbol) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn position(&self, at: usize) -> QueryPosition<'q> {
        QueryPosition { text: self.text, at }
    }

    /// The next token fits no rule.
    fn unexpected(&self) -> Fault {
        let token = self.peek();
        match token.kind {
            TokenKind::End => fault::unexpected_end(),
            _ => fault::unexpected_token(self.position(token.at), token.text),
        }
    }

    /// The tokens from `start` up to and with the next one fit no rule.
    fn unexpected_since(&self, start: usize) -> Fault {
        let token = self.peek();
        match (token.kind, self.text.get(start..token.end())) {
            (TokenKind::End, _) | (_, None) => self.unexpected(),
            (_, Some(found)) => fault::unexpected_token(self.position(token.at), found),
        }
    }

    /// Something is missing before the next token.
    fn missing(&self) -> Fault {
        let token = self.peek();
        match token.kind {
            TokenKind::End => fault::unexpected_end(),
            TokenKind::Word => fault::missing_before(self.position(token.at), token.text),
            _ => self.unexpected(),
        }
    }

    /// Runs a rule one level deeper.
    fn deeper<T>(&mut self, rule: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= DEEPEST {
            return Err(fault::too_complicated());
        }
        self.depth += 1;
        let result = rule(self);
        self.depth -= 1;
        result
    }

    fn name(&mut self) -> Parsed<Name<'q>> {
        let token = self.peek();
        if token.kind != TokenKind::Word {
            return Err(self.unexpected());
        }
        self.next += 1;
        Ok(Name { text: token.text, at: token.at })
    }

    fn path(&mut self) -> Parsed<Path<'q>> {
        let mut parts = vec![self.name()?];
        while self.accept_symbol(".") {
            parts.push(self.name()?);
        }
        Ok(Path { parts })
    }

    fn paths(&mut self) -> Parsed<Vec<Path<'q>>> {
        let mut paths = vec![self.path()?];
        while self.accept_symbol(",") {
            paths.push(self.path()?);
        }
        Ok(paths)
    }

    fn alias(&mut self) -> Option<Name<'q>> {
        let token = self.peek();
        let reserved = RESERVED.iter().any(|word| token.is(word));
        if token.kind != TokenKind::Word || reserved { None } else { self.name().ok() }
    }

    fn query(&mut self) -> Parsed<Query<'q>> {
        let start = self.peek().at;
        self.expect("SELECT")?;
        if self.at_keyword("FROM") || self.peek().is_symbol("*") {
            return Err(self.unexpected_since(start));
        }
        let mut select = vec![self.item()?];
        while self.accept_symbol(",") {
            if self.at_keyword("FROM") {
                return Err(self.unexpected());
            }
            select.push(self.item()?);
        }
        if !self.accept("FROM") {
            return Err(self.missing());
        }
        let from = self.from()?;
        self.clauses(select, from)
    }

    fn from(&mut self) -> Parsed<From<'q>> {
        if self.at_keyword("WHERE") || self.at_keyword("LIMIT") || self.at_keywords("ORDER", "BY") {
            return Err(self.unexpected());
        }
        let object = self.path()?;
        let alias = self.object_alias()?;
        let mut more = Vec::new();
        while self.accept_symbol(",") {
            more.push((self.path()?, self.object_alias()?));
        }
        Ok(From { object, alias, more })
    }

    fn object_alias(&mut self) -> Parsed<Option<Name<'q>>> {
        if self.accept("AS") {
            return self.alias().map(Some).ok_or_else(|| self.unexpected());
        }
        Ok(self.alias())
    }

    fn item(&mut self) -> Parsed<Item<'q>> {
        let token = self.peek();
        if self.accept_symbol("(") {
            let children = self.deeper(Parser::query)?;
            self.expect_symbol(")")?;
            return Ok(Item::Children(Box::new(children)));
        }
        if token.is("TYPEOF") && self.ahead(1).kind == TokenKind::Word && !self.ahead(1).is("FROM") {
            self.next += 1;
            return self.type_of().map(Item::TypeOf);
        }
        if self.ahead(1).is_symbol("(") {
            if token.is("FIELDS") {
                self.next += 2;
                let argument = self.name()?;
                self.expect_symbol(")")?;
                return Ok(Item::Fields(argument));
            }
            if token.is("COUNT") && self.ahead(2).is_symbol(")") {
                self.next += 3;
                return match self.at_keyword("FROM") {
                    true => Ok(Item::Count(token.at)),
                    false => Err(self.unexpected()),
                };
            }
        }
        let expression = self.expression()?;
        Ok(Item::Expression(expression, self.alias()))
    }

    fn type_of(&mut self) -> Parsed<TypeOf<'q>> {
        let relationship = self.path()?;
        let mut branches: Vec<(Name<'q>, Vec<Path<'q>>)> = Vec::new();
        while self.accept("WHEN") {
            let object = self.name()?;
            if branches.iter().any(|(known, _)| known.text.eq_ignore_ascii_case(object.text)) {
                return Err(fault::duplicate_when(object.text));
            }
            self.expect("THEN")?;
            branches.push((object, self.paths()?));
        }
        if branches.is_empty() {
            return Err(self.unexpected());
        }
        let otherwise = if self.accept("ELSE") { Some(self.paths()?) } else { None };
        if !self.accept("END") {
            return Err(self.missing());
        }
        Ok(TypeOf { relationship, branches, otherwise })
    }

    /// A field, or a function of fields.
    fn expression(&mut self) -> Parsed<Expression<'q>> {
        if !self.ahead(1).is_symbol("(") || self.peek().kind != TokenKind::Word {
            return self.path().map(Expression::Path);
        }
        self.call(1).map(Expression::Call)
    }

    /// A function; one may stand inside another, and no deeper.
    fn call(&mut self, level: usize) -> Parsed<Call<'q>> {
        let name = self.advance();
        let function = match Function::named(name.text) {
            Some(function) if level <= 2 => function,
            _ => return Err(self.unexpected()),
        };
        self.expect_symbol("(")?;
        if self.peek().is_symbol(")") {
            return Err(self.unexpected_since(name.at));
        }
        let mut arguments = vec![self.argument(function, level)?];
        while self.accept_symbol(",") {
            arguments.push(self.argument(function, level)?);
        }
        self.expect_symbol(")")?;
        let expected = match function {
            Function::Distance => 3,
            Function::Geolocation => 2,
            _ => 1,
        };
        if arguments.len() != expected {
            return Err(fault::unexpected_token(self.position(name.at), name.text));
        }
        Ok(Call { function, name: name.text, arguments, at: name.at })
    }

    fn argument(&mut self, function: Function, level: usize) -> Parsed<Expression<'q>> {
        let literals = matches!(function, Function::Distance | Function::Geolocation);
        match self.peek().kind {
            TokenKind::Word if self.ahead(1).is_symbol("(") => self.call(level + 1).map(Expression::Call),
            TokenKind::Word => self.path().map(Expression::Path),
            TokenKind::Text | TokenKind::Int | TokenKind::Decimal if literals => {
                self.literal().map(Expression::Literal)
            }
            _ => Err(self.unexpected()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(text: &str) -> String {
        parse(text).expect_err(text).message.lines().last().unwrap_or_default().to_owned()
    }

    /// The examples of the release notes of Summer '24.
    #[test]
    fn release_notes() {
        for (text, expected) in [
            ("SELECT Id FROM Account USING everything", "unexpected token: 'everything'"),
            ("SELECT ParentId, Value FROM X WHERE ParentId IN ()", "unexpected token: 'ParentId IN ()'"),
            ("SELECT FROM ServicePresenceStatus", "unexpected token: 'SELECT FROM'"),
            ("SELECT Id from $casecomment WHERE isdeleted = false", "line 1:15 unexpected token: '$'"),
            ("SELECT lastmodifieddate, companyna fr$om user", "missing value at 'user'"),
            (
                "SELECT parentid FROM Account WHERE (a = 1 AND b != 1) OR (a = 1 AND b = '9') AND c = '0' LIMIT 5",
                "unexpected token: 'AND'",
            ),
            (
                "SELECT Id FROM Lead WHERE a='C' AND b<>'IA' AND c LIKE '%GM%' OR d='g'",
                "unexpected token: 'OR'",
            ),
            ("SELECT Id FROM Account WHERE PAN__c LIKE NULL AND Name LIKE '%a%'", "unexpected token: 'NULL'"),
            (
                "SELECT Id FROM Account WHERE SystemModstamp > 2020-12-12t12:12:00-25:00",
                "Invalid datetime: 2020-12-12t12:12:00-25:00",
            ),
        ] {
            assert_eq!(message(text), expected, "{text}");
        }
    }

    #[test]
    fn whole_clauses() {
        for text in [
            "SELECT Id, (SELECT Id FROM Contacts WHERE a = 1 ORDER BY b LIMIT 3), TYPEOF What WHEN A THEN b, c ELSE d END FROM X x, x.Y AS y",
            "select count() from X using scope mine where (a = 1 or not b like 'x') and c in ('a', 'b')",
            "SELECT a n, COUNT(Id) c FROM Group GROUP BY ROLLUP(a, b.c) HAVING COUNT(Id) > 1 ORDER BY COUNT(Id) DESC NULLS LAST, a LIMIT 1 OFFSET 2",
            "SELECT Id FROM X WITH DATA CATEGORY g AT (a, b) AND h BELOW c FOR VIEW FOR REFERENCE UPDATE TRACKING, VIEWSTAT",
            "SELECT FORMAT(MIN(a)), CALENDAR_YEAR(convertTimezone(b)) FROM X WHERE DISTANCE(a, GEOLOCATION(1.5, -2), 'mi') < 5",
            "SELECT Id FROM X WHERE a INCLUDES ('a;b', 'c') AND d = LAST_N_DAYS:3 AND e < USD-500.5 AND f NOT IN (SELECT a FROM Y WHERE b = null) FOR UPDATE",
        ] {
            assert!(parse(text).is_ok(), "{text}: {:?}", parse(text));
        }
    }

    #[test]
    fn nesting_has_an_end() {
        for bomb in ["(", "NOT ", "NOT ("] {
            let text = format!("SELECT Id FROM X WHERE {}", bomb.repeat(10_000));
            assert!(parse(&text).is_err());
        }
        assert!(parse(&"(SELECT ".repeat(10_000)).is_err());
        assert!(parse(&format!("SELECT {}", "(SELECT ".repeat(10_000))).is_err());
        assert!(parse(&format!("SELECT {}", "FORMAT(".repeat(10_000))).is_err());
    }

    proptest! {
        #[test]
        fn any_words_parse_or_not(words in prop::collection::vec("SELECT|FROM|WHERE|GROUP|BY|ORDER|LIMIT|IN|NOT|AND|OR|COUNT|TYPEOF|WHEN|[a-z]{1,3}|[0-9]{1,3}|'x'|[(),.:=<>*-]|FORMAT\\(|WITH|NULLS|FOR|END", 0..40)) {
            let _ = parse(&format!("SELECT {}", words.join(" ")));
        }
    }
}
