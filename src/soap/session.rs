//! The session that a call names in its `SessionHeader`.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::call::Call;
use super::fault::SoapFault;
use crate::world::{Denial, Purpose, RequestContext, State};

/// What may still be done when the password has expired.
const WITH_EXPIRED_PASSWORD: [&str; 3] = ["setPassword", "changeOwnPassword", "logout"];

/// Opens the visit.
///
/// # Errors
/// `INVALID_SESSION_ID` in its variants, `API_DISABLED_FOR_ORG`, `INVALID_OPERATION_WITH_EXPIRED_PASSWORD`; what is
/// injected for calls.
pub fn request_context<'a>(call: &Call<'a>) -> Result<RequestContext<'a>, SoapFault> {
    let token = call.envelope.session_id().ok_or_else(SoapFault::illegal_session)?;
    let open = WITH_EXPIRED_PASSWORD.contains(&call.envelope.operation.name);
    let purpose = if open { Purpose::ChangePassword } else { Purpose::Api };
    call.state.admit(token, call.request.host(), purpose).map_err(|denial| match denial {
        Denial::NoSession if may_have_been_ours(call.state, token) => {
            SoapFault::session_not_found(&hash(token))
        }
        Denial::NoSession | Denial::OtherMyDomain => SoapFault::illegal_session(),
        Denial::MissingScope => SoapFault::session_not_for_api(),
        Denial::PasswordExpired => SoapFault::password_expired(),
        Denial::ApiDisabled => SoapFault::api_disabled(),
        Denial::Refused(fault) => SoapFault::from(fault),
    })
}

/// True for what has the shape of a session id of an org that is here.
fn may_have_been_ours(state: &State, token: &str) -> bool {
    match token.split_once('!') {
        Some((org, rest)) => rest.len() == 96 && state.orgs.iter().any(|known| known.id.short() == org),
        None => false,
    }
}

fn hash(token: &str) -> String {
    STANDARD.encode(digest::digest(&digest::SHA256, token.as_bytes()))
}
