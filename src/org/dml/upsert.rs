//! Insert or update, by an external id.

use super::{Call, Outcome, Sent, convert, save};
use crate::org::fault::{Detail, Fault, faults};
use crate::org::id::Id;
use crate::org::schema::FieldFlag;

/// More records with one external id than this are not listed.
const MOST_MATCHES: usize = 200;

/// Saves a record under the value of one of its fields.
///
/// # Errors
/// `DUPLICATE_EXTERNAL_ID` with the ids when several records have the value; `MISSING_ARGUMENT` when the record does
/// not carry the field (one without `Id`, upserted by `Id`, is new); `INVALID_FIELD` when the field is no external id; else what insert and update give.
pub(super) fn upsert(call: Call, external_id: &str, sent: &Sent) -> Result<Outcome, Vec<Fault>> {
    let object = &sent.object;
    let field = object
        .field(external_id)
        .filter(|f| f.is(FieldFlag::ExternalId) || f.is(FieldFlag::IdLookup))
        .ok_or_else(|| save::one(not_an_external_id(external_id)))?;
    let key = sent.fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(external_id));
    let value = key.map(|(_, input)| convert::value(field, input, false)).transpose().map_err(save::one)?;
    let is_id = field.name == "Id";
    let value = match value.filter(|value| !value.is_null()) {
        Some(value) => value,
        None if is_id => return save::insert(call, sent).map(|id| Outcome::saved(id, true)),
        None => return Err(save::one(not_specified(external_id))),
    };
    call.org.ensure_table(object).map_err(save::one)?;
    let found = call.org.ids_where(object, &field.name, &value, MOST_MATCHES).map_err(save::one)?;
    match found.as_slice() {
        [] if is_id => Err(save::one(Fault::invalid_cross_reference().of_addressed_record())),
        [] => save::insert(call, sent).map(|id| Outcome::saved(id, true)),
        [id] => {
            let fields = sent.fields.iter().filter(|(name, _)| !is_id || !name.eq_ignore_ascii_case("Id"));
            let sent = Sent {
                object: object.clone(),
                id: Some(id.as_str().to_owned()),
                fields: fields.cloned().collect(),
            };
            save::update(call, &sent).map(|id| Outcome::saved(id, false))
        }
        several => Err(save::one(several_records(&object.name, &field.name, several))),
    }
}

pub(crate) fn several_records(object: &str, field: &str, ids: &[Id]) -> Fault {
    let list: Vec<_> = ids.iter().map(Id::as_str).collect();
    let choices = ids.iter().map(|id| (object.to_owned(), *id)).collect();
    several_have_the_external_id(field, &list.join(", ")).with(Detail::Choices(choices))
}

faults! {
    /// an upsert names a field that is no external id
    not_an_external_id(field: &str) = INVALID_FIELD,
        "Field name provided, {field} is not an External ID or indexed field for the entity", Quoted;

    /// a record to upsert does not have the external id field
    not_specified(field: &str) = MISSING_ARGUMENT, "{field} not specified", Quoted;

    /// several records have the external id (300 on REST, with their paths)
    several_have_the_external_id(field: &str, ids: &str) = DUPLICATE_EXTERNAL_ID,
        "{field}: more than one record found for external id field: [{ids}]", Quoted;
}
