//! Provisioning connectors as they call a Salesforce org, run against the emulator: each test is a sync that an identity
//! provider would make, and its snapshot what came back and which records there are then.

mod entra;
#[path = "../harness/fixture.rs"]
mod fixture;
mod pingone;
mod users;
mod wire;
