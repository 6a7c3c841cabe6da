//! `logout()`: ends the session, for every client that uses it.

use super::call::Call;
use super::fault::SoapFault;
use super::writer::Writer;
use crate::world::RequestContext;

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    call.state.sessions.close(&context.session.token);
    answer.empty("logoutResponse");
    Ok(())
}
