//! The console by plain HTTP: pages of the org, what their forms do, what they refuse.

#[expect(dead_code, reason = "made for other tests, too")]
#[path = "../login/browser.rs"]
mod browser;
#[expect(dead_code, reason = "made for other tests, too")]
#[path = "../login/emulator.rs"]
mod emulator;
#[path = "../harness/fixture.rs"]
mod fixture;

mod emulator_pages;
mod external;
mod payloads;
mod records;
mod setup;
mod speed;
