//! The rules of objects that hold a file: Attachment, Document, StaticResource.

use super::declare::rule;
use crate::dml::{Rule, Save};
use crate::model::fault::Fault;

pub(super) const RULES: &[Rule] = &[rule!(Default SAVE body_has_a_length)];

/// `BodyLength` is the number of bytes that the base64 of `Body` stands for.
/// Source: <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_attachment.htm>
fn body_has_a_length(save: &mut Save) -> Result<(), Fault> {
    if save.changes("Body") {
        let digits = save.text("Body").unwrap_or_default().trim_end_matches('=').len();
        let bytes = i64::try_from(digits * 3 / 4).unwrap_or(i64::MAX);
        save.set("BodyLength", bytes);
    }
    Ok(())
}
