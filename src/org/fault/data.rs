//! Faults of records and fields that any object can meet.
//!
//! Texts: <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm> and
//! answers recorded in public; `docs/errors.md` says how sure each is.

use super::{Fault, StatusCode};
use crate::org::id::Id;
use crate::org::schema::{Field, FieldType, SObject};
use crate::org::value::{Input, Position, Raw};

impl Fault {
    pub fn required_field_missing(names: &[&str]) -> Fault {
        let message = format!("Required fields are missing: [{}]", names.join(", "));
        Fault::new(StatusCode::REQUIRED_FIELD_MISSING, message).on(names.iter().map(|n| n.to_string()))
    }

    pub fn string_too_long(field: &Field, value: &str) -> Fault {
        let (label, max) = (&field.label, field.length);
        let message = format!("{label}: data value too large: {value} (max length={max})");
        Fault::new(StatusCode::STRING_TOO_LONG, message).on([field.name.clone()])
    }

    pub fn bad_picklist_value(field: &Field, value: &str) -> Fault {
        let message = format!("{}: bad value for restricted picklist field: {value}", field.label);
        Fault::new(StatusCode::INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST, message).on([field.name.clone()])
    }

    pub fn invalid_email_address(field: &Field, value: &str) -> Fault {
        let message = format!("{}: invalid email address: {value}", field.label);
        Fault::new(StatusCode::INVALID_EMAIL_ADDRESS, message).on([field.name.clone()])
    }

    /// The value of a reference field does not decode as an id.
    pub fn malformed_id(field: &Field, value: &str) -> Fault {
        let message = format!("{}: id value of incorrect type: {value}", field.label);
        Fault::new(StatusCode::MALFORMED_ID, message).on([field.name.clone()])
    }

    /// The value of a reference field is an id of an object that the field cannot refer to.
    pub fn id_of_other_object(field: &Field, value: &str) -> Fault {
        Fault { code: StatusCode::FIELD_INTEGRITY_EXCEPTION, ..Fault::malformed_id(field, value) }
    }

    /// An id in a path or a list that does not decode.
    pub fn malformed_record_id(value: &str) -> Fault {
        Fault::new(StatusCode::MALFORMED_ID, format!("malformed id {value}"))
    }

    /// A reference to a record that does not exist.
    pub fn invalid_cross_reference() -> Fault {
        Fault::new(StatusCode::INVALID_CROSS_REFERENCE_KEY, "invalid cross reference id")
    }

    pub fn no_access_to_reference() -> Fault {
        let message = "insufficient access rights on cross-reference id";
        Fault::new(StatusCode::INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY, message)
    }

    pub fn no_access_to_record() -> Fault {
        Fault::new(StatusCode::INSUFFICIENT_ACCESS_OR_READONLY, "insufficient access rights on object id")
    }

    pub fn entity_is_deleted() -> Fault {
        Fault::new(StatusCode::ENTITY_IS_DELETED, "entity is deleted")
    }

    /// The object's rows cannot be inserted, updated or deleted: by anyone, or by this user.
    /// `verb` is `inserted`, `updated`, `deleted` or `undeleted`.
    pub fn entity_cannot_be(verb: &str, object: &SObject) -> Fault {
        let message = format!("entity type cannot be {verb}: {}", object.label);
        Fault::new(StatusCode::CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY, message)
    }

    /// A record is of an object that does not exist, or that the user may not see.
    pub fn unsupported_object(name: &str) -> Fault {
        let message = format!(
            "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append \
             the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate \
             names."
        );
        Fault::new(StatusCode::INVALID_TYPE, message)
    }

    /// A call that lists records takes so many and no more.
    /// Seen in <https://github.com/sorenkrabbe/Chrome-Salesforce-inspector/issues/134>.
    pub fn too_many_records(limit: usize) -> Fault {
        let message = format!("record limit reached. cannot submit more than {limit} records into this call");
        Fault::new(StatusCode::EXCEEDED_ID_LIMIT, message)
    }

    pub fn no_such_column(name: &str, object: &SObject) -> Fault {
        let message = format!("No such column '{name}' on sobject of type {}", object.name);
        Fault::new(StatusCode::INVALID_FIELD, message).while_reading()
    }

    pub fn fields_not_writeable(names: &[String]) -> Fault {
        let message = format!(
            "Unable to create/update fields: {}. Please check the security settings of this field and verify \
             that it is read/write for your profile or permission set.",
            names.join(", ")
        );
        Fault::new(StatusCode::INVALID_FIELD_FOR_INSERT_UPDATE, message).on(names.to_vec())
    }

    /// A unique field holds a value that another record has.
    pub fn duplicate_value(field: &Field, other: Id) -> Fault {
        let message = format!(
            "duplicate value found: {} duplicates value on record with id: {}",
            field.name,
            other.short()
        );
        Fault::new(StatusCode::DUPLICATE_VALUE, message)
    }

    /// A field-level integrity rule: its text, then the field's label.
    pub fn field_integrity(message: &str, field: &Field) -> Fault {
        let message = format!("{message}: {}", field.label);
        Fault::new(StatusCode::FIELD_INTEGRITY_EXCEPTION, message).on([field.name.clone()])
    }

    pub fn number_out_of_range(field: &Field, value: &str) -> Fault {
        let message = format!("{}: value outside of valid range on numeric field: {value}", field.label);
        Fault::new(StatusCode::NUMBER_OUTSIDE_VALID_RANGE, message).on([field.name.clone()])
    }

    /// A value that cannot be read as the field's type. Where the wire has positions (JSON) the whole body
    /// is refused in the words of its parser, elsewhere the record is.
    pub fn wrong_type(field: &Field, input: &Input) -> Fault {
        let (token, text) = input.raw.token();
        let Some(Position { line, column }) = input.at else {
            let message = format!("{}: value not of required type: {text}", field.label);
            return Fault::new(StatusCode::INVALID_TYPE_ON_FIELD_IN_RECORD, message).on([field.name.clone()]);
        };
        let word = json_type_word(field.kind);
        let message = match &input.raw {
            Raw::Array(_) => format!(
                "Cannot deserialize instance of {word} from {token} value [line:{line}, column:{column}]"
            ),
            _ => format!(
                "Cannot deserialize instance of {word} from {token} value {text} or request may be missing a \
                 required field at [line:{line}, column:{column}]"
            ),
        };
        Fault::new(StatusCode::JSON_PARSER_ERROR, message).while_reading()
    }
}

/// The word of the JSON parser for a field type.
fn json_type_word(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Id | FieldType::Reference => "reference",
        FieldType::Currency | FieldType::Percent => "double",
        other => other.name(),
    }
}
