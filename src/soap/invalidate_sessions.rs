//! `invalidateSessions()`: ends sessions by their ids: one's own, or, for those who manage users, anybody's of the org.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_invalidatesessions.htm>

use super::call::Call;
use super::fault::SoapFault;
use super::writer::Writer;
use super::{ids, outcome};
use crate::model::fault::{Fault, faults};
use crate::world::RequestContext;

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let tokens = ids::all(&call.envelope.operation)?;
    answer.nest("invalidateSessionsResponse", |answer| {
        for token in tokens {
            let ended = end(call, context, &token);
            answer.nest("result", |answer| {
                outcome::errors(answer, call, ended.as_ref().err().map_or(&[], std::slice::from_ref));
                answer.flag("success", ended.is_ok());
            });
        }
    });
    Ok(())
}

fn end(call: &Call, context: &RequestContext, token: &str) -> Result<(), Fault> {
    let sessions = &call.state.sessions;
    let session =
        sessions.look_at(token, call.state.clock.now()).filter(|session| session.org == context.org.id);
    let session = session.ok_or_else(no_such_session)?;
    if session.user != context.runner.user && !context.runner.may("ManageUsers") {
        return Err(Fault::no_access_to_record());
    }
    sessions.close(token);
    Ok(())
}

faults! {
    /// `invalidateSessions()` is called with what is no session of the org
    no_such_session() = INVALID_SESSION_ID, "The session id is not valid or the session has ended", Assumed;
}
