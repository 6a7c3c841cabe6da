//! `getUpdated` and `getDeleted`.

use crate::assert_told;
use crate::emulator::Emulator;

#[test]
fn what_has_changed_and_gone() {
    let emulator = Emulator::start();
    let kept = emulator.create("Contact", "<LastName>Kept</LastName>");
    let gone = emulator.create("Contact", "<LastName>Gone</LastName>");
    emulator.partner(&format!("<delete><ids>{gone}</ids></delete>")).succeeded();
    {
        // What happens now is covered once its minute is over.
        let state = emulator.server.world().lock();
        for _ in 0..120 {
            state.clock.tick();
        }
    }
    let ask = |operation: &str, object: &str, start: &str, end: &str| {
        emulator.partner(&format!(
            "<{operation}><sObjectType>{object}</sObjectType><startDate>{start}</startDate><endDate>{end}</endDate></{operation}>"
        ))
    };
    let (start, end) = ("2025-12-31T23:00:00.000Z", "2026-01-02T00:00:30+00:00");
    let updated = ask("getUpdated", "Contact", start, end);
    let deleted = ask("getDeleted", "Contact", start, end);
    assert_eq!((updated.texts("ids"), deleted.texts("id")), (vec![kept], vec![gone]));
    let told = [
        ask("getUpdated", "Contact", end, start),
        ask("getUpdated", "Contact", "2020-01-01T00:00:00Z", end),
        ask("getUpdated", "Contact", "yesterday", end),
        ask("getDeleted", "Nope", start, end),
        ask("getDeleted", "ObjectPermissions", start, end),
    ];
    assert_told!("soap_replication", told.map(|answer| answer.inside()).join("\n"));
}
