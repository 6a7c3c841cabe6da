//! Lists of ids in a request.

use super::element::Element;
use super::fault::SoapFault;
use super::sobject::MOST_RECORDS;

/// The ids of an operation that takes nothing else, whatever their elements are called: beatbox sends `id` for `ids`.
///
/// # Errors
/// `EXCEEDED_ID_LIMIT`
pub fn all(operation: &Element) -> Result<Vec<String>, SoapFault> {
    if operation.children.len() > MOST_RECORDS {
        return Err(SoapFault::too_many_records(MOST_RECORDS));
    }
    Ok(operation.children.iter().map(|child| child.text.trim().to_owned()).collect())
}
