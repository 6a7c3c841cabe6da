//! `GET /query?q=…&columns=true`: what the columns of a query are, instead of its rows. Not documented; the sf CLI asks
//! after every query. The members are those of `QueryResultMetadata` in the Tooling API.
//!
//! Source: <https://github.com/salesforcecli/plugin-data/blob/main/test/test-files/queryFields.exemplars.ts>

use super::encode::Writer;
use super::exchange::{Exchange, RestResult};
use crate::model::record::{Column, Content, Shape};
use crate::model::schema::{Field, FieldFlag, FieldType, SObject};
use crate::query::soql;
use crate::query::soql::{Outline, QueryOptions};

/// Describes the columns of a query, which is checked and not run.
pub fn answer(exchange: &Exchange, text: &str, all_rows: bool) -> RestResult {
    let options = QueryOptions { all_rows, api_version: exchange.version.number() };
    let (org, runner, environment) = (exchange.context.org, &exchange.context.runner, exchange.environment());
    let outline = soql::outline(org, &environment, runner, text, &options)?;
    let id_selected = outline.shape.iter().flat_map(|shape| &shape.columns).any(|column| column.name == "Id");
    Ok(exchange.ok("QueryResultMetadata", |w| {
        w.items("columnMetadata", |w| columns(w, "columnMetadata", &outline));
        w.text("entityName", &outline.entity.name);
        w.bool("groupBy", outline.grouped);
        w.bool("idSelected", id_selected);
        w.optional_text("keyPrefix", outline.entity.key_prefix.as_deref());
    }))
}

fn columns(w: &mut Writer, name: &str, outline: &Outline) {
    for (index, column) in outline.shape.iter().flat_map(|shape| &shape.columns).enumerate() {
        match outline.calls.iter().find(|(place, _)| *place == index) {
            Some((_, call)) => write(w, name, &Described::call(column, call)),
            None => write(w, name, &Described::new(column, Some(&outline.entity))),
        }
    }
}

/// A column, and what is known of it.
struct Described<'a> {
    column: &'a Column,
    /// The field it shows.
    field: Option<&'a Field>,
    /// The reference by which a parent is reached.
    foreign_key: Option<&'a Field>,
    /// What an aggregate function is called: `count(Id)`.
    call: Option<&'a str>,
}

impl<'a> Described<'a> {
    fn new(column: &'a Column, object: Option<&'a SObject>) -> Described<'a> {
        let field = object.and_then(|object| object.field(&column.name));
        let foreign_key = object.and_then(|object| object.parent_relationship(&column.name));
        Described { column, field, foreign_key, call: None }
    }

    fn call(column: &'a Column, call: &'a str) -> Described<'a> {
        Described { column, field: None, foreign_key: None, call: Some(call) }
    }

    fn kind(&self) -> Option<FieldType> {
        match self.column.content {
            Content::Value(kind) => Some(kind),
            _ => None,
        }
    }

    /// A name cannot be set by the column that shows it, even where the field can.
    fn may(&self, flag: FieldFlag) -> bool {
        self.field.is_some_and(|field| field.is(flag) && !field.is(FieldFlag::NameField))
    }

    /// What the column's values are made of: of a parent whose object varies, what the first has.
    fn below(&self) -> Option<&'a Shape> {
        match &self.column.content {
            Content::Parent(shape) | Content::Children(shape) => Some(shape),
            Content::AnyParent(shapes) => shapes.first(),
            Content::Value(_) | Content::Compound(_) => None,
        }
    }
}

fn write(w: &mut Writer, name: &str, described: &Described) {
    use FieldType::{Boolean, Currency, Double, Int, Long, Percent};
    let (column, kind) = (described.column, described.kind());
    let children = matches!(column.content, Content::Children(_));
    let apex_type = if described.call.is_some() { None } else { apex_type(&column.content) };
    w.group(name, |w| {
        w.bool("aggregate", children || described.call.is_some());
        w.optional_text("apexType", apex_type);
        w.bool("booleanType", kind == Some(Boolean));
        w.text("columnName", &column.name);
        w.bool("custom", column.name.ends_with("__c") || column.name.ends_with("__r"));
        w.text("displayName", described.call.unwrap_or(&column.name));
        w.optional_text("foreignKeyName", described.foreign_key.map(|field| field.name.as_str()));
        w.bool("insertable", described.may(FieldFlag::Createable));
        w.items("joinColumns", |w| {
            let Some(shape) = described.below() else { return };
            for column in &shape.columns {
                write(w, "joinColumns", &Described::new(column, shape.object.as_deref()));
            }
        });
        w.bool("numberType", matches!(kind, Some(Int | Long | Double | Currency | Percent)));
        w.bool("textType", kind.is_some_and(FieldType::is_text));
        w.bool("updatable", described.may(FieldFlag::Updateable));
    });
}

/// `Id` and `String` are seen; the others are named as Apex names them.
fn apex_type(content: &Content) -> Option<&'static str> {
    use FieldType::*;
    let kind = match content {
        Content::Value(kind) => *kind,
        Content::Compound(_) => return Some("Address"),
        Content::Parent(_) | Content::AnyParent(_) | Content::Children(_) => return None,
    };
    Some(match kind {
        Id | Reference => "Id",
        Boolean => "Boolean",
        Int => "Integer",
        Long => "Long",
        Double | Currency | Percent => "Double",
        Date => "Date",
        DateTime => "Datetime",
        Time => "Time",
        Base64 => "Blob",
        _ => "String",
    })
}
