//! What differs between versions.

use crate::assert_told;
use crate::emulator::{Api, Emulator, builder, loose};

#[test]
fn from_20_to_the_newest() {
    let emulator = Emulator::of(builder().min_api_version(20));
    let mut told = Vec::new();
    for version in [20, 28, 29, 40, 59, 64, 65, 67, 68, 19] {
        let record = loose("Contact", "<LastName>x</LastName>");
        let answer = emulator.call(Api::Partner, version, "", &format!("<create>{record}</create>"));
        let limits = if answer.body.contains("LimitInfoHeader") { "with limits" } else { "without limits" };
        told.push(format!("{version}: {} {limits}", answer.inside()));
    }
    assert_told!("soap_versions", told.join("\n"));
}
