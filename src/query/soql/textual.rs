//! Which values are compared as texts.

use crate::model::schema::FieldType;

/// Types whose stored values are texts that compare without regard to case.
pub fn is_textual(kind: FieldType) -> bool {
    use FieldType::*;
    !matches!(
        kind,
        Boolean | Int | Long | Double | Currency | Percent | DateTime | Date | Time | Base64 | Id | Reference
    )
}
