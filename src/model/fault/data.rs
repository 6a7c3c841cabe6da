//! Faults of records and fields that any object can meet.
//!
//! Texts: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm> and
//! answers recorded in public.

use super::{Fault, faults};
use crate::model::id::Id;
use crate::model::schema::{Field, FieldType, SObject};
use crate::model::value::{Input, Place, Position, Raw};
use crate::store::StoreError;

faults! {
    impl Fault;

    /// a required field is absent, or an update sets it to null
    pub required_field_missing(names: &[&str]) = REQUIRED_FIELD_MISSING
        on (names.iter().map(|name| name.to_string()), "all that are missing"),
        "Required fields are missing: [{list}]" with (list = names.join(", ")),
        Seen "public fixtures of Lightning components";

    /// a text is longer than its field
    pub string_too_long(field: &Field, value: &str) = STRING_TOO_LONG on field,
        "{label}: data value too large: {value} (max length={max})" with (label = field.label, max = field.length),
        Quoted "https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm";

    /// a value is none of the entries of a restricted picklist (case counts)
    pub bad_picklist_value(field: &Field, value: &str) = INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST on field,
        "{label}: bad value for restricted picklist field: {value}" with (label = field.label),
        Seen "Adobe Experience League, Marketo Measure error notifications";

    /// an e-mail field holds no e-mail address
    pub invalid_email_address(field: &Field, value: &str) = INVALID_EMAIL_ADDRESS on field,
        "{label}: invalid email address: {value}" with (label = field.label),
        Quoted "https://docs.pingidentity.com/r/en-us/pingone/p1_sf_contacts_known_limitations";

    /// a reference field, or the id of a record whose object is known, holds what does not decode as an id, or an id whose
    /// counter no org has reached
    pub malformed_id(field: &Field, value: &str) = MALFORMED_ID on field,
        "{label}: id value of incorrect type: {value}" with (label = field.label),
        Seen "a public log of an enterprise directory's connector";

    /// the value of a reference field is an id of an object that the field cannot refer to
    pub id_of_other_object(field: &Field, value: &str) = FIELD_INTEGRITY_EXCEPTION on field,
        "{label}: id value of incorrect type: {value}" with (label = field.label),
        Seen "Adobe Experience League, Marketo Measure error notifications";

    /// an id of 18 characters in a list, or where nothing says of which object it is, has a wrong checksum
    malformed_record_id(value: &str) = MALFORMED_ID,
        "malformed id {value}",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_delete.htm";

    /// an id in a list, or where nothing says of which object it is, does not decode in another way
    bad_record_id(value: &str) = MALFORMED_ID, "bad id {value}", Seen "public issues of API clients";

    /// a referenced record, or the addressed one (404 on REST), does not exist
    pub invalid_cross_reference() = INVALID_CROSS_REFERENCE_KEY,
        "invalid cross reference id", Seen "a public log of an enterprise directory's connector";

    /// the addressed record, or a referenced one, is not visible to the user, or not theirs to refer to
    pub no_sight_of_record(id: Id) = INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY,
        "insufficient access rights on cross-reference id: {id}" with (id = id.short()),
        Seen "Adobe Experience League, Marketo Measure error notifications";

    /// the user may see the record, but not change or delete it
    pub no_access_to_record() = INSUFFICIENT_ACCESS_OR_READONLY,
        "insufficient access rights on object id",
        Seen "Adobe Experience League, Marketo Measure error notifications";

    /// a referenced record, or the addressed one (404 on REST), is in the recycle bin
    pub entity_is_deleted() = ENTITY_IS_DELETED,
        "entity is deleted", Seen "Adobe Experience League, Marketo Measure error notifications";

    /// the user, or anyone, may not create, change, delete or undelete records of the object: `verb` says which
    pub entity_cannot_be(verb: &str, object: &SObject) = CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY,
        "entity type cannot be {verb}: {label}" with (label = object.label),
        Seen "https://salesforce.stackexchange.com/questions/413777";

    /// a record has a field that the object does not have, or that field-level security hides
    unknown_column(name: &str, object: &SObject) = INVALID_FIELD,
        "No such column '{name}' on sobject of type {object}" with (object = object.name),
        Quoted;

    /// a record has the field that its address names it by, such as `Id`
    pub field_in_path_and_body(name: &str) = INVALID_FIELD,
        "The {name} field should not be specified in the sobject data.",
        Documented "https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_create.htm";

    /// a field is asked for twice
    pub duplicate_field(name: &str) = INVALID_FIELD,
        "duplicate field selected: {name}", Seen "public issues of API clients";

    /// fields are sent that nobody, or not this user, may write
    pub fields_not_writeable(names: &[String]) = INVALID_FIELD_FOR_INSERT_UPDATE on (names.to_vec(), "all of them"),
        "Unable to create/update fields: {list}. Please check the security settings of this field and verify that it is \
         read/write for your profile or permission set." with (list = names.join(", ")),
        Seen "Adobe Experience League, Marketo Measure error notifications";

    /// a unique field holds a value that another record has
    pub duplicate_value(field: &Field, other: Id) = DUPLICATE_VALUE,
        "duplicate value found: {field} duplicates value on record with id: {id}"
            with (field = field.name, id = other.short()),
        Seen "Adobe Experience League, Marketo Measure error notifications";

    /// a unique field holds a value that a record has that the user does not see
    pub duplicate_of_hidden_record() = DUPLICATE_VALUE,
        "duplicate value found: <unknown> duplicates value on record with id: <unknown>", Quoted;

    /// a number has more digits than its field
    pub number_out_of_range(field: &Field, value: &str) = NUMBER_OUTSIDE_VALID_RANGE on field,
        "{label}: value outside of valid range on numeric field: {value}" with (label = field.label),
        Quoted;

    /// a value of a record, where the wire has no places (XML), cannot be read as its field's type
    value_of_wrong_type(field: &Field, value: &str) = INVALID_TYPE_ON_FIELD_IN_RECORD on field,
        "{label}: value not of required type: {value}" with (label = field.label),
        Quoted;

    /// a list stands in JSON for the value of a field
    list_for_a_value(kind: &str, token: &str, at: Position) = JSON_PARSER_ERROR,
        "Cannot deserialize instance of {kind} from {token} value [line:{line}, column:{column}]"
            with (line = at.line, column = at.column),
        Seen "public issues of API clients";

    /// a value in JSON cannot be read as its field's type
    pub json_of_wrong_type(kind: &str, token: &str, value: &str, at: Position) = JSON_PARSER_ERROR,
        "Cannot deserialize instance of {kind} from {token} value {value} or request may be missing a required field at \
         [line:{line}, column:{column}]" with (line = at.line, column = at.column),
        Seen "public issues of API clients";

    /// a value in a CSV of the Bulk APIs cannot be read as its field's type; columns are counted from 0 on
    csv_of_wrong_type(field: &Field, column: usize, value: &str) = INVALID_FIELD on field,
        "Failed to deserialize field at col {column}. Due to, '{value}' is not a valid value for the type xsd:{kind}"
            with (kind = xsd_type(field.kind)),
        Seen "public logs of bulk loads";

    /// a call other than a query runs for longer than `--call-timeout`, 120 s; what it has done is undone
    pub running_too_long() = REQUEST_RUNNING_TOO_LONG,
        "Your request was running for too long, and has been stopped.",
        Seen "https://salesforce.stackexchange.com/questions/97355";

    /// the store cannot be read or written: a full disk, a database file that is gone, damaged or locked by another program
    /// (503 everywhere); what was being saved is undone
    pub(super) store_unavailable() = UNKNOWN_EXCEPTION,
        "An unexpected error occurred: the store cannot be read or written. The log of the server says why.", Assumed;

    /// a statement that the store does not take: a defect
    pub(super) store_failed(error: &StoreError) = UNKNOWN_EXCEPTION,
        "An unexpected error occurred in the store: {error}", Assumed;

    /// a call lists more records than it may
    pub too_many_records(limit: usize) = EXCEEDED_ID_LIMIT,
        "record limit reached. cannot submit more than {limit} records into this call",
        Seen "https://github.com/sorenkrabbe/Chrome-Salesforce-inspector/issues/134";

    /// a seed's `objects/` lacks a standard object that rules rely on
    pub(crate) standard_object_missing(name: &str) = UNKNOWN_EXCEPTION,
        "{name} is missing from objects/", Assumed;
}

impl Fault {
    /// What stands where the id of a record is wanted is none.
    pub fn no_record_id(text: &str) -> Fault {
        let long = text.len() == 18 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match long && Id::spelled(text).is_none() {
            true => Fault::malformed_record_id(text),
            false => Fault::bad_record_id(text),
        }
    }

    /// A field that is not there, or not for this user: the data could not be read as a record of the object.
    pub fn no_such_column(name: &str, object: &SObject) -> Fault {
        Fault::unknown_column(name, object).while_reading()
    }

    /// A value that cannot be read as the field's type. Where the wire has positions (JSON) the whole body
    /// is refused in the words of its parser, elsewhere the record is.
    pub fn wrong_type(field: &Field, input: &Input) -> Fault {
        let (token, text) = input.raw.token();
        let kind = json_type_word(field.kind);
        let fault = match (input.at, &input.raw) {
            (None, _) => return Fault::value_of_wrong_type(field, text),
            (Some(Place::Csv(column)), _) => Fault::csv_of_wrong_type(field, column, text),
            (Some(Place::Json(at)), Raw::Array(_)) => Fault::list_for_a_value(kind, token, at),
            (Some(Place::Json(at)), _) => Fault::json_of_wrong_type(kind, token, text, at),
        };
        fault.while_reading()
    }
}

/// The type of XML Schema that the SOAP API has for a field type: the Bulk APIs read their values with it.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/primitive_data_types.htm>
fn xsd_type(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Boolean => "boolean",
        FieldType::Int => "int",
        FieldType::Long => "long",
        FieldType::Double | FieldType::Currency | FieldType::Percent => "double",
        FieldType::Date => "date",
        FieldType::DateTime => "dateTime",
        FieldType::Time => "time",
        FieldType::Base64 => "base64Binary",
        _ => "string",
    }
}

/// The word of the JSON parser for a field type.
fn json_type_word(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Id | FieldType::Reference => "reference",
        other => other.name(),
    }
}
