//! Whatever bytes arrive: a report comes out, and nobody is logged in.

#![no_main]

use fauxforce::assertion::{examine_xml, verify, xml};
use libfuzzer_sys::fuzz_target;

mod setting;

fuzz_target!(|data: &[u8]| {
    let report = verify(&setting::EXPECTATION, data, setting::NOW);
    assert!(report.outcome.is_err());
    let _ = xml::from_query(data);
    if let Ok(text) = xml::from_paste(data) {
        let report = examine_xml(&text, setting::NOW, |_| Ok(setting::EXPECTATION.clone()));
        assert!(report.outcome.is_err());
    }
});
