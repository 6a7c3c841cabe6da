//! A Salesforce org on localhost, for people who build user provisioning.
//!
//! # Layout
//! * [`http`]: the transport: HTTP and HTTPS on one port, limits, content codings, routing. Knows nothing of Salesforce.
//! * [`rest`]: the REST surface: decodes, calls the core, encodes. No rule lives in it.
//! * [`cloud`]: one closed world: its orgs, sessions, clock, ids, outbox.
//! * [`assertion`]: SAML Responses: verifying them and making them. Knows no records.
//! * [`org`]: one tenant: schema, records, the write pipeline, rules, access, SOQL. Knows no HTTP.
//! * [`store`]: SQLite. Knows nothing of Salesforce.

pub mod assertion;
pub mod cloud;
pub mod http;
pub mod message;
pub mod org;
pub mod rest;
pub mod router;
pub mod store;
