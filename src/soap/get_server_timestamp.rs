//! `getServerTimestamp()`: the cloud's time.

use super::Call;
use super::fault::SoapFault;
use super::writer::Writer;
use crate::world::Visit;

pub fn run(call: &Call, _visit: &Visit, answer: &mut Writer) -> Result<(), SoapFault> {
    answer.nest("getServerTimestampResponse", |answer| {
        answer.nest("result", |answer| {
            answer.datetime("timestamp", call.state.clock.now());
        });
    });
    Ok(())
}
