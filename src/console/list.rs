//! Lists of records: of an object by its list views, and those that belong to a record.

use std::sync::Arc;

use askama::Template;

use super::cell::{self, Shown, text_at, value_of};
use super::place;
use super::shell::Shell;
use super::trouble::PageResult;
use super::visit::{Visit, like, quoted};
use crate::describe::page;
use crate::message::Response;
use crate::model::fault::Fault;
use crate::model::schema::{Field, SObject};

/// Rows of a page.
const ROWS: usize = 50;
/// Rows of a list that belongs to a record.
const RELATED: usize = 20;

/// A table on a page.
#[derive(Default)]
pub(super) struct Table {
    pub heading: String,
    /// What a link to it names it by.
    pub anchor: String,
    pub columns: Vec<String>,
    pub rows: Vec<Line>,
    /// What stands where there are no rows.
    pub empty: &'static str,
    /// Label and address of a button above it.
    pub button: Option<(String, String)>,
    /// There are more rows than are shown.
    pub is_cut: bool,
}

/// A row, with the buttons before it.
#[derive(Default)]
pub(super) struct Line {
    pub cells: Vec<Shown>,
    /// Label and address.
    pub links: Vec<(&'static str, String)>,
    /// What a press of a button posts to: label, address, hidden field, its value.
    pub posts: Vec<Post>,
}

/// A form that is one button.
pub(super) struct Post {
    pub label: String,
    /// What the button does, for those who only hear it.
    pub about: String,
    pub url: String,
    pub fields: Vec<(&'static str, String)>,
    /// What is asked before it is sent.
    pub confirm: &'static str,
    pub name: &'static str,
}

impl Table {
    pub fn new(heading: &str, columns: &[&str]) -> Table {
        Table {
            heading: heading.to_owned(),
            anchor: heading.replace(|c: char| !c.is_ascii_alphanumeric(), ""),
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            empty: "No records to display",
            ..Table::default()
        }
    }

    pub fn push(&mut self, cells: Vec<Shown>) {
        self.rows.push(Line { cells, ..Line::default() });
    }

    pub fn has_actions(&self) -> bool {
        self.rows.iter().any(|line| !line.links.is_empty() || !line.posts.is_empty())
    }
}

#[derive(Template)]
#[template(path = "console/list.html")]
struct ListPage {
    shell: Shell,
    heading: String,
    views: Vec<View>,
    search: String,
    action: String,
    new: String,
    new_label: String,
    table: Table,
    first: String,
    next: String,
    /// Letters of the bar, and where each leads.
    letters: Vec<(String, String)>,
}

struct View {
    value: String,
    label: String,
    is_chosen: bool,
}

/// `/lightning/o/{object}/list`
pub(super) fn list(visit: &Visit) -> PageResult {
    show(visit, &visit.object()?, Vec::new())
}

/// The list of an object in the chosen view. Setup's list of users has views by profile, too.
pub(super) fn show(
    visit: &Visit,
    object: &Arc<SObject>,
    more_views: Vec<(String, String, String)>,
) -> PageResult {
    let browser = visit.browser;
    let base = match browser.site() {
        Some(site) => format!("/{}/s/{}", site.path, object.name.to_lowercase()),
        None => place::list(&object.name),
    };
    let views = views(visit, object, more_views);
    let asked = visit.parameter("filterName").or_else(|| visit.parameter("fcf")).unwrap_or_default();
    let chosen = views.iter().find(|(value, ..)| *value == asked).or(views.first());
    let (view, condition) =
        chosen.map(|(value, _, condition)| (value.clone(), condition.clone())).unwrap_or_default();
    let search = visit.parameter("q").unwrap_or_default();
    let letter = visit.parameter("lsi").unwrap_or_default();
    let after = visit.parameter("after").unwrap_or_default();
    let order = order(object);
    let mut conditions: Vec<String> = Vec::new();
    conditions.extend(Some(condition).filter(|condition| !condition.is_empty()));
    if !search.is_empty() {
        let fields = ["Name", "Username", "Email", "Alias", "Phone"];
        let fields = fields.iter().filter(|name| object.field(name).is_some());
        let found: Vec<String> = fields.map(|name| format!("{name} LIKE {}", like(&search))).collect();
        conditions.push(format!("({})", found.join(" OR ")));
    }
    if !letter.is_empty() {
        conditions.push(format!("{order} LIKE {}", like(&letter).replacen("'%", "'", 1)));
    }
    if let Some((name, id)) = after.rsplit_once('|') {
        let (name, id) = (quoted(name), quoted(id));
        conditions.push(format!("({order} > {name} OR ({order} = {name} AND Id > {id}))"));
    }
    let (mut table, last) = found(visit, object, &conditions, ROWS)?;
    table.heading = chosen.map(|(_, label, _)| label.clone()).unwrap_or_default();
    let link = |pairs: &[(&str, &str)]| {
        let kept = [("filterName", view.as_str()), ("q", search.as_str())];
        let pairs = kept.iter().chain(pairs).filter(|(_, value)| !value.is_empty());
        let query: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        if query.is_empty() { base.clone() } else { format!("{base}?{query}") }
    };
    let may_create = visit.runner().object(object).create && browser.site().is_none();
    let letters = ('A'..='Z').map(|c| (c.to_string(), link(&[("lsi", &c.to_string())])));
    Ok(Response::page(&ListPage {
        shell: visit.shell(object.label_plural.as_str()),
        heading: object.label_plural.clone(),
        views: views
            .iter()
            .map(|(value, label, _)| View {
                value: value.clone(),
                label: label.clone(),
                is_chosen: *value == view,
            })
            .collect(),
        action: base.clone(),
        new: if may_create { place::new(&object.name) } else { String::new() },
        new_label: if object.name == "User" { "New User".to_owned() } else { "New".to_owned() },
        first: if after.is_empty() { String::new() } else { link(&[("lsi", &letter)]) },
        next: last.map(|last| link(&[("lsi", &letter), ("after", &last)])).unwrap_or_default(),
        letters: letters.chain([("All".to_owned(), link(&[]))]).collect(),
        search: search.clone(),
        table,
    }))
}

/// What the list is ordered by.
fn order(object: &SObject) -> &str {
    object.name_field.as_deref().unwrap_or("Id")
}

/// Value, label and condition of each view; the first is the one that nobody has chosen.
fn views(
    visit: &Visit,
    object: &SObject,
    more: Vec<(String, String, String)>,
) -> Vec<(String, String, String)> {
    let plural = &object.label_plural;
    if !more.is_empty() {
        return more;
    }
    let mut views = vec![("All".to_owned(), format!("All {plural}"), String::new())];
    if object.field("OwnerId").is_some() && visit.browser.site().is_none() {
        let mine = format!("OwnerId = {}", quoted(visit.runner().user.as_str()));
        views.push(("My".to_owned(), format!("My {plural}"), mine));
    }
    let recent = visit.org().recent.of(visit.runner().user);
    let recent: Vec<String> = recent
        .iter()
        .filter(|id| object.key_prefix.as_deref() == Some(id.key_prefix()))
        .take(ROWS)
        .map(|id| quoted(id.as_str()))
        .collect();
    let condition =
        if recent.is_empty() { "Id = null".to_owned() } else { format!("Id IN ({})", recent.join(",")) };
    views.push(("Recent".to_owned(), "Recently Viewed".to_owned(), condition));
    views
}

/// Rows of an object that the user sees, and what the last of them is found by if there are more.
pub(super) fn found(
    visit: &Visit,
    object: &Arc<SObject>,
    conditions: &[String],
    most: usize,
) -> Result<(Table, Option<String>), Fault> {
    let columns = columns(visit, object);
    let order = order(object);
    let paths: Vec<&str> = columns.iter().map(|(path, ..)| path.as_str()).collect();
    let condition = match conditions {
        [] => String::new(),
        all => format!(" WHERE {}", all.join(" AND ")),
    };
    let text = format!(
        "SELECT {order}, {} FROM {}{condition} ORDER BY {order}, Id LIMIT {}",
        paths.join(", "),
        object.name,
        most + 1
    );
    let text = text.replacen(&format!("SELECT {order}, {order}"), &format!("SELECT {order}"), 1);
    let result = visit.query(&text)?;
    let mut table = Table::new(&object.label_plural, &[]);
    table.columns = columns.iter().map(|(_, label, _)| label.clone()).collect();
    let mut last = None;
    for row in result.rows.iter().take(most) {
        let Some(id) = row.id else { continue };
        last = Some(format!("{}|{id}", text_at(row, 0)));
        let cells = row.cells.iter().zip(&columns).map(|(cell, (path, _, field))| {
            let value = value_of(cell);
            let shown = cell::shown(visit, field.kind, &value);
            match path.as_str() == order {
                true if shown.text.is_empty() => {
                    Shown::link(id.as_str(), place::record(visit.browser, &object.name, id))
                }
                true => Shown::link(shown.text, place::record(visit.browser, &object.name, id)),
                false => shown,
            }
        });
        table.rows.push(Line { cells: cells.collect(), ..Line::default() });
    }
    table.is_cut = result.rows.len() > most;
    Ok((table, last.filter(|_| result.rows.len() > most)))
}

/// Path, label and field of each column that the user sees.
fn columns<'o>(visit: &Visit, object: &'o SObject) -> Vec<(String, String, &'o Field)> {
    let runner = visit.runner();
    let seen = |name: &str| object.field(name).filter(|field| runner.sees_field(object, field));
    let mut columns = Vec::new();
    for path in page::columns(object) {
        let (field, column) = match path.split_once('.') {
            Some((relationship, _)) => (object.parent_relationship(relationship), relationship),
            None => (seen(path), path),
        };
        let Some(field) = field.filter(|field| runner.sees_field(object, field)) else { continue };
        let is_readable =
            !path.contains('.') || field.reference_to.iter().all(|name| runner.object_named(name).read);
        if !is_readable {
            continue;
        }
        let label = match column {
            "Name" if object.name == "User" => "Full Name".to_owned(),
            _ => page::label(object, field),
        };
        // The name of a parent is a text.
        let text = object.field("Name").filter(|_| path.contains('.'));
        columns.push((path.to_owned(), label, text.unwrap_or(field)));
    }
    if columns.is_empty() {
        let shown = object.fields.iter().filter(|field| {
            !field.is_compound()
                && runner.sees_field(object, field)
                && !matches!(field.name.as_str(), "Id" | "IsDeleted" | "SystemModstamp")
        });
        let name = order(object);
        columns.extend(seen(name).map(|field| (field.name.clone(), field.label.clone(), field)));
        let beside = shown.filter(|field| field.name != name).take(5);
        columns.extend(beside.map(|field| (field.name.clone(), page::label(object, field), field)));
    }
    columns
}

/// The records of an object whose field refers to a record.
pub(super) fn related(
    visit: &Visit,
    object: &'static str,
    condition: &str,
    heading: &str,
) -> Result<Option<Table>, Fault> {
    let Some(object) = visit.org().object(object)? else { return Ok(None) };
    if !visit.runner().object(&object).read {
        return Ok(None);
    }
    let (mut table, _) = found(visit, &object, &[condition.to_owned()], RELATED)?;
    table.heading = heading.to_owned();
    table.anchor = heading.replace(|c: char| !c.is_ascii_alphanumeric(), "");
    Ok(Some(table))
}
