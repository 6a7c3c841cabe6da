//! What a call is told that is not admitted.
//!
//! The codes are those of <https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm>;
//! which of them stands for an expired password, for missing scopes and for a server that is down is assumed.

use super::fault::BulkFault;
use crate::credentials::password;
use crate::model::fault::StatusCode;
use crate::world::Denial;

/// The refusal in the API's own words.
pub fn denied(denial: Denial) -> BulkFault {
    match denial {
        Denial::NoSession | Denial::OtherMyDomain => BulkFault::invalid_session_id(),
        Denial::MissingScope => BulkFault::not_for_api(),
        Denial::PasswordExpired => BulkFault::password_expired(&password::expired()),
        Denial::ApiDisabled => BulkFault::api_disabled(),
        Denial::Refused(fault) if fault.code == StatusCode::REQUEST_LIMIT_EXCEEDED => {
            BulkFault::quota_spent(&fault)
        }
        Denial::Refused(fault) if fault.code == StatusCode::SERVER_UNAVAILABLE => {
            BulkFault::unavailable(fault)
        }
        Denial::Refused(fault) => fault.into(),
    }
}
