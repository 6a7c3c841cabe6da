//! A Salesforce org on localhost, for people who build user provisioning.
//!
//! # Layout
//! * [`http`]: the transport: HTTP and HTTPS on one port, limits, content codings, routing. Knows nothing of Salesforce.
//! * [`cloud`]: one closed world: its orgs, sessions, clock, ids, outbox.
//! * [`org`]: one tenant: schema, records, the write pipeline, rules, access, SOQL. Knows no HTTP.
//! * [`store`]: SQLite. Knows nothing of Salesforce.

pub mod cloud;
pub mod http;
pub mod message;
pub mod org;
pub mod store;
