//! `getServerTimestamp()`: the world's time.

use super::call::Call;
use super::fault::SoapFault;
use super::writer::Writer;
use crate::world::RequestContext;

pub fn run(call: &Call, _visit: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    answer.nest("getServerTimestampResponse", |answer| {
        answer.nest("result", |answer| {
            answer.datetime("timestamp", call.state.clock.now());
        });
    });
    Ok(())
}
