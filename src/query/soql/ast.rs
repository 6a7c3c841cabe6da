//! A query as it was written. Every name and literal knows its byte offset, for the caret of messages.

/// A name as written, and where.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Name<'q> {
    pub text: &'q str,
    pub at: usize,
}

/// A field, by way of parents: `Account.Owner.Name`.
#[derive(Debug, Clone, PartialEq)]
pub struct Path<'q> {
    pub parts: Vec<Name<'q>>,
}

impl<'q> Path<'q> {
    /// Where the path begins.
    pub fn at(&self) -> usize {
        self.parts.first().map_or(0, |name| name.at)
    }

    /// The path as written, without blanks around its dots.
    pub fn text(&self) -> String {
        let parts: Vec<_> = self.parts.iter().map(|name| name.text).collect();
        parts.join(".")
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Query<'q> {
    pub select: Vec<Item<'q>>,
    pub from: From<'q>,
    pub scope: Option<Name<'q>>,
    pub condition: Option<Condition<'q>>,
    /// `WITH DATA CATEGORY …`: where it stands.
    pub data_category: Option<usize>,
    pub group: Option<Grouping<'q>>,
    pub having: Option<Condition<'q>>,
    pub order: Vec<Order<'q>>,
    pub limit: Option<u64>,
    pub offset: Option<u64>,
    pub for_view: bool,
    pub for_reference: bool,
}

impl Query<'_> {
    /// Whether it gives `AggregateResult`s instead of records.
    pub fn is_aggregate(&self) -> bool {
        fn aggregates(expression: &Expression) -> bool {
            match expression {
                Expression::Call(call) => {
                    matches!(call.function, Function::Aggregate(_) | Function::Grouping | Function::Date(_))
                        || call.arguments.iter().any(aggregates)
                }
                _ => false,
            }
        }
        self.group.is_some()
            || self.select.iter().any(|item| match item {
                Item::Count(_) => true,
                Item::Expression(expression, _) => aggregates(expression),
                _ => false,
            })
    }
}

/// `FROM Contact c, c.Account a`
#[derive(Debug, Clone, PartialEq)]
pub struct From<'q> {
    /// The object; for children their relationship, perhaps after the parent's name or alias.
    pub object: Path<'q>,
    pub alias: Option<Name<'q>>,
    /// `(path, alias)` of further entries.
    pub more: Vec<(Path<'q>, Option<Name<'q>>)>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Item<'q> {
    /// A field or a function of fields.
    Expression(Expression<'q>, Option<Name<'q>>),
    /// `COUNT()`
    Count(usize),
    Children(Box<Query<'q>>),
    /// `FIELDS(ALL)`: its argument.
    Fields(Name<'q>),
    TypeOf(TypeOf<'q>),
}

/// `TYPEOF Owner WHEN User THEN Username ELSE Name END`
#[derive(Debug, Clone, PartialEq)]
pub struct TypeOf<'q> {
    pub relationship: Path<'q>,
    pub branches: Vec<(Name<'q>, Vec<Path<'q>>)>,
    pub otherwise: Option<Vec<Path<'q>>>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Expression<'q> {
    Path(Path<'q>),
    Call(Call<'q>),
    /// A number or text inside `GEOLOCATION` and `DISTANCE`.
    Literal(Literal<'q>),
}

impl Expression<'_> {
    pub fn at(&self) -> usize {
        match self {
            Expression::Path(path) => path.at(),
            Expression::Call(call) => call.at,
            Expression::Literal(literal) => literal.at,
        }
    }

    /// The expression as messages print it.
    pub fn text(&self) -> String {
        match self {
            Expression::Path(path) => path.text(),
            Expression::Literal(literal) => literal.text.to_owned(),
            Expression::Call(call) => {
                let arguments: Vec<_> = call.arguments.iter().map(Expression::text).collect();
                format!("{}({})", call.name, arguments.join(","))
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Call<'q> {
    pub function: Function,
    pub name: &'q str,
    pub arguments: Vec<Expression<'q>>,
    pub at: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    Aggregate(Aggregate),
    Grouping,
    Date(DatePart),
    ConvertTimezone,
    ToLabel,
    Format,
    ConvertCurrency,
    Distance,
    Geolocation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    Count,
    CountDistinct,
    Sum,
    Avg,
    Min,
    Max,
}

/// What a date function takes from a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatePart {
    CalendarMonth,
    CalendarQuarter,
    CalendarYear,
    DayInMonth,
    DayInWeek,
    DayInYear,
    DayOnly,
    FiscalMonth,
    FiscalQuarter,
    FiscalYear,
    HourInDay,
    WeekInMonth,
    WeekInYear,
}

impl Function {
    /// The function of this name, in any case.
    pub fn named(name: &str) -> Option<Function> {
        use Function::Date;
        Some(match name.to_ascii_uppercase().as_str() {
            "COUNT" => Function::Aggregate(Aggregate::Count),
            "COUNT_DISTINCT" => Function::Aggregate(Aggregate::CountDistinct),
            "SUM" => Function::Aggregate(Aggregate::Sum),
            "AVG" => Function::Aggregate(Aggregate::Avg),
            "MIN" => Function::Aggregate(Aggregate::Min),
            "MAX" => Function::Aggregate(Aggregate::Max),
            "GROUPING" => Function::Grouping,
            "TOLABEL" => Function::ToLabel,
            "FORMAT" => Function::Format,
            "CONVERTCURRENCY" => Function::ConvertCurrency,
            "CONVERTTIMEZONE" => Function::ConvertTimezone,
            "DISTANCE" => Function::Distance,
            "GEOLOCATION" => Function::Geolocation,
            "CALENDAR_MONTH" => Date(DatePart::CalendarMonth),
            "CALENDAR_QUARTER" => Date(DatePart::CalendarQuarter),
            "CALENDAR_YEAR" => Date(DatePart::CalendarYear),
            "DAY_IN_MONTH" => Date(DatePart::DayInMonth),
            "DAY_IN_WEEK" => Date(DatePart::DayInWeek),
            "DAY_IN_YEAR" => Date(DatePart::DayInYear),
            "DAY_ONLY" => Date(DatePart::DayOnly),
            "FISCAL_MONTH" => Date(DatePart::FiscalMonth),
            "FISCAL_QUARTER" => Date(DatePart::FiscalQuarter),
            "FISCAL_YEAR" => Date(DatePart::FiscalYear),
            "HOUR_IN_DAY" => Date(DatePart::HourInDay),
            "WEEK_IN_MONTH" => Date(DatePart::WeekInMonth),
            "WEEK_IN_YEAR" => Date(DatePart::WeekInYear),
            _ => return None,
        })
    }
}

impl Aggregate {
    /// The name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Aggregate::Count => "COUNT",
            Aggregate::CountDistinct => "COUNT_DISTINCT",
            Aggregate::Sum => "SUM",
            Aggregate::Avg => "AVG",
            Aggregate::Min => "MIN",
            Aggregate::Max => "MAX",
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Condition<'q> {
    And(Vec<Condition<'q>>),
    Or(Vec<Condition<'q>>),
    Not(Box<Condition<'q>>),
    Compare(Comparison<'q>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Comparison<'q> {
    pub left: Expression<'q>,
    pub operator: Operator,
    pub right: Operand<'q>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
    In,
    NotIn,
    Includes,
    Excludes,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Operand<'q> {
    /// One for a simple comparison, several for lists.
    Values(Vec<Literal<'q>>),
    /// A semi-join: its one field, and the query around it.
    Select(Box<Query<'q>>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Literal<'q> {
    pub value: LiteralValue<'q>,
    /// As written.
    pub text: &'q str,
    pub at: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub enum LiteralValue<'q> {
    /// A quoted string, quotes and escapes included.
    Text(&'q str),
    Int(i64),
    Decimal(f64),
    /// `USD5000`
    Currency(f64),
    Bool(bool),
    Null,
    /// `yyyy-MM-dd`
    Date(String),
    /// Milliseconds since 1970 UTC.
    DateTime(i64),
    /// `HH:mm:ss.SSS`
    Time(String),
    /// `TODAY`, `LAST_N_DAYS:3`
    Range(super::dates::DateLiteral),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Grouping<'q> {
    pub kind: GroupingKind,
    pub by: Vec<Expression<'q>>,
    pub at: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupingKind {
    Plain,
    Rollup,
    Cube,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Order<'q> {
    pub by: Expression<'q>,
    pub descending: bool,
    pub nulls_last: bool,
}
