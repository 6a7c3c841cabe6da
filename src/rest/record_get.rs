//! `GET /sobjects/X/{id}`: a record, or some of its fields.
//!
//! Source: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_retrieve_get.htm>

use std::sync::Arc;

use super::conditional::{self, Edition, Tag};
use super::encode::{Writer, record_url};
use super::exchange::{Exchange, RestResult};
use super::fault::RestFault;
use crate::message::{HeaderName, StatusCode};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::{FieldType, SObject};
use crate::model::value::Seen;
use crate::query::soql;
use crate::query::soql::{Stored, StoredField};
use crate::world::ApiVersion;

/// From this version on no field may be asked for twice.
const FIRST_WITHOUT_REPETITION: ApiVersion = ApiVersion::new(29);

/// Reads the record that the path names by id.
pub fn by_id(exchange: &Exchange) -> RestResult {
    let object = exchange.object()?;
    let id = exchange.record_id(&object, &exchange.capture("id"))?;
    answer(exchange, &object, id)
}

/// Reads a record that the user may see.
pub fn answer(exchange: &Exchange, object: &Arc<SObject>, id: Id) -> RestResult {
    let wanted = exchange.request.query_value("fields").filter(|list| !list.trim().is_empty());
    let names = wanted.as_deref().map(|list| names(exchange, object, list)).transpose()?;
    if conditional::is_conditional(exchange.request) {
        check_conditions(exchange, object, id)?;
    }
    let (version, layout) = (exchange.version, exchange.layout);
    let whole = names.is_none();
    let (body, tag, changed) = visit(exchange, object, id, names.as_deref(), |stored| {
        let mut tag = (whole && conditional::has_tag(object)).then(Tag::default);
        let body = Writer::record_document(layout, &object.name, Some((version, id.as_str())), |w| {
            stored.each(|name, field| {
                if let Some(tag) = &mut tag {
                    tag.take(&field);
                }
                write(w, version, object, id, name, field);
            });
        });
        (body, tag.map(Tag::text), stored.changed())
    })?;
    let tag = match tag {
        None if conditional::has_tag(object) => Some(visit(exchange, object, id, None, conditional::tag)?),
        tag => tag,
    };
    note_view(exchange, object, id);
    let mut response = super::document::document(StatusCode::OK, layout, body);
    conditional::stamp(&mut response.headers, tag.as_deref(), changed);
    Ok(response)
}

/// Writes a field as a member of its record; of a file there is the path.
fn write(w: &mut Writer, version: ApiVersion, object: &SObject, id: Id, name: &str, field: StoredField) {
    match field {
        StoredField::Value(FieldType::Base64, Seen::Text(_)) => {
            w.text(name, &format!("{}/{name}", record_url(version, &object.name, id.as_str())));
        }
        StoredField::Value(kind, value) => w.seen(name, kind, value),
        StoredField::Compound(None) => w.null(name),
        StoredField::Compound(Some(parts)) => w.group(name, |w| {
            for (name, kind, value) in parts {
                w.seen(name, kind, value);
            }
        }),
    }
}

/// Reads a record that exists, is not deleted, and is shown to the user: to reading, a deleted record is none.
/// <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_get_deleted.htm>
///
/// # Errors
/// 404, and `INVALID_FIELD` for a name that is none.
fn visit<T>(
    exchange: &Exchange,
    object: &Arc<SObject>,
    id: Id,
    names: Option<&[&str]>,
    read: impl FnOnce(&Stored) -> T,
) -> Result<T, RestFault> {
    let (org, runner) = (exchange.context.org, &exchange.context.runner);
    soql::visit(org, runner, object, id, names, false, read)?.ok_or_else(RestFault::not_found)
}

/// Holds the conditions of a request against the record as it is. Where there is none, the operation itself says so.
pub fn check_conditions(exchange: &Exchange, object: &Arc<SObject>, id: Id) -> Result<(), RestFault> {
    let (org, runner) = (exchange.context.org, &exchange.context.runner);
    match soql::visit(org, runner, object, id, None, false, |stored| Edition::of(object, stored))? {
        Some(edition) => edition.check(exchange.request, &exchange.method),
        None => Ok(()),
    }
}

/// Puts a record among those that its user has viewed, unless the client asks not to.
pub fn note_view(exchange: &Exchange, object: &SObject, id: Id) {
    const MRU: HeaderName = HeaderName::from_static("sforce-mru");
    let unwanted = exchange.option(MRU, "updateMru").is_some_and(|v| v.eq_ignore_ascii_case("false"));
    if !unwanted && object.is("mruEnabled") {
        exchange.context.org.recent.view(exchange.context.runner.user, id);
    }
}

/// The fields that a `fields` parameter names, `Id` always among them.
pub fn names<'n>(exchange: &Exchange, object: &SObject, list: &'n str) -> Result<Vec<&'n str>, Fault> {
    let mut names: Vec<&str> = Vec::new();
    for name in list.split(',').map(str::trim) {
        let repeated = names.iter().any(|known| known.eq_ignore_ascii_case(name));
        if repeated && exchange.version >= FIRST_WITHOUT_REPETITION {
            return Err(Fault::duplicate_field(object.field(name).map_or(name, |field| &field.name)));
        }
        names.push(name);
    }
    if !names.iter().any(|name| name.eq_ignore_ascii_case("Id")) {
        names.push("Id");
    }
    Ok(names)
}
