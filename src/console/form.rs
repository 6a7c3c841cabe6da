//! Forms of records: their fields, what was filled in, and what the pipeline says of each.

use std::sync::Arc;

use super::cell;
use super::visit::{Saved, Visit, quoted};
use crate::describe::page;
use crate::model::fault::{Fault, faults};
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::schema::{Field, FieldType, Picklist, SObject};
use crate::model::value::{Input as Sent, Raw, Value};

/// What is offered of records to choose from.
const MOST_CHOICES: usize = 500;

/// A field of a form.
#[derive(Default)]
pub(super) struct Input {
    pub name: String,
    /// As the service's own pages name the element.
    pub id: String,
    pub label: String,
    /// `text`, `email`, `date`, `number`, `textarea`, `checkbox`, `select`.
    pub kind: &'static str,
    pub value: String,
    pub groups: Vec<Group>,
    pub required: bool,
    pub hint: &'static str,
    pub errors: Vec<String>,
}

/// Choices under a heading; without one they have none.
#[derive(Default)]
pub(super) struct Group {
    pub label: String,
    pub choices: Vec<Choice>,
}

#[derive(Clone)]
pub(super) struct Choice {
    pub value: String,
    pub label: String,
    pub is_chosen: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>, chosen: &str) -> Choice {
        let value = value.into();
        Choice { is_chosen: value == chosen, value, label: label.into() }
    }
}

/// Fields of a form under a heading.
pub(super) struct InputSection {
    pub heading: String,
    pub inputs: Vec<Input>,
}

/// Fields and what was sent for them.
pub(super) type Values = Vec<(String, Sent)>;

/// What a form is filled with.
pub(super) enum Filled<'f> {
    /// What was sent.
    Sent,
    /// A record, or for a new one what is known beforehand, by the names of fields.
    With(Option<&'f Record>, &'f [(String, String)]),
}

impl Filled<'_> {
    /// The text of a field.
    fn text(&self, visit: &Visit, field: &Field) -> String {
        match self {
            Filled::Sent => visit.form.get(&field.name).unwrap_or_default().to_owned(),
            Filled::With(record, known) => {
                let known = known.iter().find(|(name, _)| name.eq_ignore_ascii_case(&field.name));
                match (known, record) {
                    (Some((_, text)), _) => text.clone(),
                    (None, Some(record)) => text_of(visit, field, record.get(&field.name)),
                    (None, None) => default_of(field),
                }
            }
        }
    }
}

/// The value that a new record's form begins with.
fn default_of(field: &Field) -> String {
    let listed = field.picklist.as_ref().and_then(|list| list.entries().iter().find(|entry| entry.default));
    match (&field.default, listed) {
        (Some(serde_json::Value::Bool(true)), _) => "true".to_owned(),
        (_, Some(entry)) => entry.value.clone(),
        _ => String::new(),
    }
}

/// A value as a form has it: a record by its name, but for those that are chosen from a list.
pub(super) fn text_of(visit: &Visit, field: &Field, value: &Value) -> String {
    match (field.kind, value) {
        (FieldType::Boolean, value) if value.is_true() => "true".to_owned(),
        (FieldType::Boolean, _) | (_, Value::Null) => String::new(),
        (FieldType::Reference, Value::Text(id)) if !is_chosen(field) => {
            Id::parse(id).map(|id| cell::reference(visit, id).text).unwrap_or_default()
        }
        (FieldType::DateTime, Value::Int(at)) => {
            jiff::Timestamp::from_millisecond(*at).map(|at| at.to_string()).unwrap_or_default()
        }
        (_, Value::Text(text)) => text.clone(),
        (_, Value::Int(number)) => number.to_string(),
        (_, Value::Double(number)) => number.to_string(),
        (_, Value::Bool(flag)) => flag.to_string(),
    }
}

/// Whether the records that a field can refer to are few enough for a list.
fn is_chosen(field: &Field) -> bool {
    const FEW: [&str; 3] = ["Profile", "UserRole", "RecordType"];
    field.reference_to.iter().any(|name| FEW.contains(&name.as_str()))
}

/// The sections of a record's form.
pub(super) fn sections(
    visit: &Visit,
    object: &Arc<SObject>,
    filled: &Filled,
    is_new: bool,
    faults: &[Fault],
) -> Result<Vec<InputSection>, Fault> {
    let mut sections = Vec::new();
    for section in page::sections(object, visit.runner()) {
        let edited = section.fields.iter().filter(|f| page::is_edited(object, f, visit.runner(), is_new));
        let inputs = edited.map(|field| input(visit, object, field, filled, faults));
        let inputs = inputs.collect::<Result<Vec<_>, _>>()?;
        if !inputs.is_empty() {
            sections.push(InputSection { heading: section.heading.to_owned(), inputs });
        }
    }
    Ok(sections)
}

fn input(
    visit: &Visit,
    object: &SObject,
    field: &Field,
    filled: &Filled,
    faults: &[Fault],
) -> Result<Input, Fault> {
    let value = filled.text(visit, field);
    let kind = match field.kind {
        FieldType::Boolean => "checkbox",
        FieldType::TextArea => "textarea",
        FieldType::Email => "email",
        FieldType::Date => "date",
        FieldType::Picklist => "select",
        FieldType::Reference if is_chosen(field) => "select",
        _ => "text",
    };
    let groups = match (&field.picklist, kind) {
        (Some(list), "select") => listed(list, &value, field.is_required()),
        (None, "select") => records(visit, field, &value)?,
        _ => Vec::new(),
    };
    let about = |fault: &&Fault| fault.fields.iter().any(|name| name.eq_ignore_ascii_case(&field.name));
    Ok(Input {
        id: element_id(object, field),
        name: field.name.clone(),
        label: page::label(object, field),
        kind,
        groups,
        required: field.is_required(),
        hint: match field.kind {
            FieldType::Reference if kind == "text" => "Name or ID",
            _ => "",
        },
        errors: faults.iter().filter(about).map(|fault| fault.message.clone()).collect(),
        value,
    })
}

/// The ids of elements that test suites of the service's own pages know.
fn element_id(object: &SObject, field: &Field) -> String {
    let known = match (object.name.as_str(), field.name.as_str()) {
        ("User", "FirstName") => "name_firstName",
        ("User", "LastName") => "name_lastName",
        ("User", "UserRoleId") => "role",
        ("User", "ProfileId") => "Profile",
        ("User", "IsActive") => "active",
        ("User", "ManagerId") => "Manager",
        (_, name) => name,
    };
    known.to_owned()
}

fn listed(list: &Picklist, value: &str, required: bool) -> Vec<Group> {
    let mut choices = Vec::new();
    if !required {
        choices.push(Choice::new("", "--None--", value));
    }
    let active = list.entries().iter().filter(|entry| entry.active || entry.value == value);
    choices.extend(active.map(|entry| Choice::new(&*entry.value, &*entry.label, value)));
    if !value.is_empty() && !choices.iter().any(|choice| choice.is_chosen) {
        choices.push(Choice::new(value, value, value));
    }
    vec![Group { label: String::new(), choices }]
}

/// The records that a field can refer to.
fn records(visit: &Visit, field: &Field, value: &str) -> Result<Vec<Group>, Fault> {
    if field.reference_to.iter().any(|name| name == "Profile") {
        return profiles(visit, value, "");
    }
    let (object, condition) = match field.reference_to.first().map(String::as_str) {
        Some("UserRole") => ("UserRole", " WHERE PortalType = 'None'"),
        Some("RecordType") => ("RecordType", " WHERE IsActive = true"),
        _ => return Ok(Vec::new()),
    };
    let none = if object == "UserRole" { "<None Specified>" } else { "--None--" };
    let mut choices = vec![Choice::new("", none, value)];
    let text = format!("SELECT Id, Name FROM {object}{condition} ORDER BY Name LIMIT {MOST_CHOICES}");
    for row in visit.query(&text)?.rows {
        choices.push(Choice::new(cell::text_at(&row, 0), cell::text_at(&row, 1), value));
    }
    if let Some(id) = Id::parse(value).filter(|_| !choices.iter().any(|choice| choice.is_chosen)) {
        choices.push(Choice::new(value, cell::reference(visit, id).text, value));
    }
    Ok(vec![Group { label: String::new(), choices }])
}

/// The profiles of an org by their licences, as far as a condition lets them be chosen.
pub(super) fn profiles(visit: &Visit, value: &str, condition: &str) -> Result<Vec<Group>, Fault> {
    let text = format!(
        "SELECT Id, Name, UserLicense.Name FROM Profile{condition} ORDER BY UserLicense.Name, Name LIMIT {MOST_CHOICES}"
    );
    let mut groups = vec![Group { label: String::new(), choices: vec![Choice::new("", "--None--", value)] }];
    for row in visit.query(&text)?.rows {
        let license = cell::text_at(&row, 2);
        let choice = Choice::new(cell::text_at(&row, 0), cell::text_at(&row, 1), value);
        match groups.last_mut().filter(|group| group.label == license) {
            Some(group) => group.choices.push(choice),
            None => groups.push(Group { label: license, choices: vec![choice] }),
        }
    }
    Ok(groups)
}

/// What the form sends of a record: of one that is there, the fields that have changed. `besides` are fields that are read
/// otherwise.
///
/// # Errors
/// A name that no record has, or several.
pub(super) fn sent(
    visit: &Visit,
    object: &Arc<SObject>,
    record: Option<&Record>,
    besides: &[&str],
) -> Result<Result<Values, Vec<Fault>>, Fault> {
    let (mut fields, mut faults) = (Vec::new(), Vec::new());
    for section in page::sections(object, visit.runner()) {
        for field in section.fields {
            let is_other = besides.contains(&field.name.as_str());
            if is_other || !page::is_edited(object, field, visit.runner(), record.is_none()) {
                continue;
            }
            let text = visit.form.get(&field.name).unwrap_or_default().replace("\r\n", "\n");
            let before = record.map(|record| text_of(visit, field, record.get(&field.name)));
            if before.as_deref().unwrap_or_default() == text {
                continue;
            }
            match raw(visit, field, &text)? {
                Ok(raw) => fields.push((field.name.clone(), Sent::new(raw))),
                Err(fault) => faults.push(fault),
            }
        }
    }
    Ok(if faults.is_empty() { Ok(fields) } else { Err(faults) })
}

fn raw(visit: &Visit, field: &Field, text: &str) -> Result<Result<Raw, Fault>, Fault> {
    Ok(Ok(match field.kind {
        FieldType::Boolean => Raw::Bool(text == "true"),
        _ if text.is_empty() => Raw::Null,
        FieldType::Reference if Id::parse(text).is_none() => match named(visit, field, text)? {
            Ok(id) => Raw::Text(id.to_string()),
            Err(fault) => return Ok(Err(fault)),
        },
        _ => Raw::Text(text.to_owned()),
    }))
}

/// The one record of this name that a field can refer to.
fn named(visit: &Visit, field: &Field, text: &str) -> Result<Result<Id, Fault>, Fault> {
    let mut found = Vec::new();
    for name in &field.reference_to {
        let Some(object) = visit.org().object(name)? else { continue };
        let Some(name_field) = &object.name_field else { continue };
        if !visit.runner().object(&object).read || !crate::query::soql::has_records(name) {
            continue;
        }
        let query = format!("SELECT Id FROM {name} WHERE {name_field} = {} LIMIT 2", quoted(text.trim()));
        found.extend(visit.query(&query)?.rows.iter().filter_map(|row| row.id));
    }
    Ok(match found.as_slice() {
        [only] => Ok(*only),
        [] => Err(no_matches().on([field.name.clone()])),
        _ => Err(several_matches().on([field.name.clone()])),
    })
}

/// Saves what the form says.
pub(super) fn save(
    visit: &Visit,
    object: &Arc<SObject>,
    record: Option<(&Record, Id)>,
    more: Vec<(String, Sent)>,
    user_mail: bool,
) -> Result<Saved, Fault> {
    let mut fields = match sent(visit, object, record.map(|(record, _)| record), &[])? {
        Ok(fields) => fields,
        Err(faults) => return Ok(Err(faults)),
    };
    fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    fields.extend(more);
    match record {
        Some((_, id)) if fields.is_empty() => Ok(Ok(id)),
        Some((_, id)) => visit.save(object, Some(id), fields, user_mail),
        None => visit.save(object, None, fields, user_mail),
    }
}

/// What of the faults is about no field of the form.
pub(super) fn of_page(faults: &[Fault], sections: &[InputSection]) -> Vec<String> {
    let has = |name: &str| {
        sections.iter().flat_map(|section| &section.inputs).any(|input| input.name.eq_ignore_ascii_case(name))
    };
    let of_page = faults.iter().filter(|fault| !fault.fields.iter().any(|name| has(name)));
    of_page
        .map(|fault| match fault.fields.is_empty() {
            true => fault.message.clone(),
            false => format!("{} ({})", fault.message, fault.fields.join(", ")),
        })
        .collect()
}

faults! {
    /// a form of the console names a record that there is not, or that the user does not see
    pub(super) no_matches() = INVALID_CROSS_REFERENCE_KEY,
        "No matches found.", Seen "the forms of the service";

    /// a form of the console names a record by a name that several have
    several_matches() = INVALID_CROSS_REFERENCE_KEY,
        "Multiple items found. Please enter the ID of one of them.", Assumed;
}
