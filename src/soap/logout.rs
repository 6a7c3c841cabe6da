//! `logout()`: ends the session, for every client that uses it.

use super::Call;
use super::fault::SoapFault;
use super::writer::Writer;
use crate::world::Visit;

pub fn run(call: &Call, visit: &Visit, answer: &mut Writer) -> Result<(), SoapFault> {
    call.state.sessions.close(&visit.session.token);
    answer.empty("logoutResponse");
    Ok(())
}
