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

#[test]
fn a_version_knows_its_fields() {
    let emulator = Emulator::of(builder().min_api_version(20));
    let user = emulator.id("SELECT Id FROM User WHERE Username = 'admin@fauxforce.test'");
    let asks = [
        "<query><queryString>SELECT StartDay FROM User LIMIT 1</queryString></query>".to_owned(),
        format!(
            "<retrieve><fieldList>StartDay</fieldList><sObjectType>User</sObjectType><ids>{user}</ids></retrieve>"
        ),
    ];
    for ask in &asks {
        let old = emulator.call(Api::Partner, 57, "", ask);
        assert_eq!((old.status, old.text("sf:exceptionCode")), (500, "INVALID_FIELD".to_owned()), "{ask}");
        assert_eq!(emulator.call(Api::Partner, 60, "", ask).status, 200, "{ask}");
    }
    let record = loose("User", &format!("<Id>{user}</Id><StartDay>9</StartDay>"));
    let update = format!("<update>{record}</update>");
    let old = emulator.call(Api::Partner, 57, "", &update);
    assert!(old.body.contains("INVALID_FIELD") && old.body.contains("StartDay"), "{}", old.body);
    assert_eq!(emulator.call(Api::Partner, 60, "", &update).text("success"), "true");
    let describe = "<describeSObject><sObjectType>User</sObjectType></describeSObject>";
    let has = |version: u32, name: &str| {
        emulator.call(Api::Partner, version, "", describe).texts("name").contains(&name.to_owned())
    };
    assert!(!has(47, "IndividualId") && has(48, "IndividualId"));
    assert!(has(53, "UserPreferencesDisableWorkEmail") && !has(54, "UserPreferencesDisableWorkEmail"));
    let wsdl = |version: u32| emulator.get(&format!("/services/Soap/c/{version}.0?wsdl")).body;
    let element = "<element name=\"HasUserVerifiedEmail\"";
    assert!(!wsdl(62).contains(element) && wsdl(63).contains(element));
}
