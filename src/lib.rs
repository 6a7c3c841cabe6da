//! A Salesforce org on localhost, for people who build user provisioning.
//!
//! [`Server`] starts one inside a Rust test; the command `fauxforce serve` is a thin user of it.
//!
//! # Layout
//! * [`server`], [`app`]: a cloud behind a port; which surface answers which path.
//! * [`http`]: the transport: HTTP and HTTPS on one port, limits, content codings. Knows nothing of Salesforce.
//! * [`rest`], [`bulk`], [`oauth`], [`soap`], [`saml`], [`control`], [`web`]: a surface each: decodes, calls the core, encodes. No rule lives in them.
//! * [`deployment`]: archives of metadata that come in, and what became of them, for SOAP and REST to tell.
//! * `describe`: what an org tells of its objects, for REST and SOAP to write.
//! * [`flow`]: provisioning procedures made of ordinary saves: SAML single sign-on with Just-in-Time provisioning.
//! * [`job`]: bulk jobs, done step by step between other calls.
//! * [`error_entry`]: what a row of the table of errors is, and the macro that declares rows.
//! * [`errors`]: the table of all errors, from the modules that declare them.
//! * [`cloud`]: one closed world: its orgs, sessions, clock, ids, outbox.
//! * [`assertion`]: SAML Responses: verifying them and making them. Knows no records.
//! * [`org`]: one tenant: schema, records, the write pipeline, rules, access, SOQL. Knows no HTTP.
//! * `lexical`: numbers and times in the form that every surface writes them.
//! * [`deadline`]: how long a call may compute.
//! * [`private_file`]: files with keys and passwords in them.
//! * [`xml`]: texts inside of XML, as every surface writes them.
//! * [`store`]: SQLite. Knows nothing of Salesforce.

pub mod app;
pub mod assertion;
pub mod bulk;
pub mod cloud;
pub mod control;
pub mod deadline;
pub mod deployment;
mod describe;
pub mod error_entry;
pub mod errors;
pub mod flow;
pub mod http;
pub mod job;
mod lexical;
pub mod message;
pub mod oauth;
pub mod org;
pub mod private_file;
pub mod rest;
pub mod router;
pub mod saml;
pub mod scim;
pub mod server;
pub mod soap;
pub mod store;
pub mod web;
pub mod xml;

pub use cloud::Cloud;
pub use server::{Builder, Ready, ReadyOrg, ReadySaml, Server, StartError};
