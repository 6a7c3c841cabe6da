//! `getServerTimestamp()`: the cloud's time.

use jiff::Timestamp;

use super::Call;
use super::fault::SoapFault;
use super::writer::Writer;
use crate::cloud::Visit;

pub fn run(call: &Call, _visit: &Visit, answer: &mut Writer) -> Result<(), SoapFault> {
    let now = Timestamp::from_millisecond(call.state.clock.now()).unwrap_or_default();
    answer.nest("getServerTimestampResponse", |answer| {
        answer.nest("result", |answer| {
            answer.text("timestamp", now.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string());
        });
    });
    Ok(())
}
