//! A Salesforce org on localhost, for people who build user provisioning.
//!
//! [`Server`] starts one inside a Rust test; the command `fauxforce serve` is a thin user of it. A [`World`] is one closed world
//! of it, and [`Ready`] says how to reach it. Nothing else is public: what the documentation hides serves this repository's own
//! command, tests and benches, and changes without notice.
//!
//! # Layout
//! From the top, each module on those below it:
//! * `server`, [`app`]: a world behind a port; which surface answers which path.
//! * [`errors`]: the table of all errors, from the modules that declare them.
//! * [`rest`], [`bulk`], [`oauth`], [`soap`], [`scim`], `saml`, `pages`, `console`, `control`: a surface each: decodes, calls the core,
//!   encodes. No rule lives in them.
//! * `web`: what the surfaces that browsers meet share: their request, redirects, route tables, common pages.
//! * [`flow`], [`job`], [`deployment`], `describe`: provisioning procedures made of ordinary saves; bulk jobs; archives of metadata;
//!   what an org tells of its objects.
//! * [`world`]: one closed world: its orgs, sessions, clock, random source, outbox, and the lock in front of them.
//! * [`seed`]: folders that say what an org contains.
//! * `metadata`: an org's metadata as components.
//! * [`rules`]: the business rules, by object.
//! * [`credentials`]: passwords, tokens, approvals, logins.
//! * [`dml`]: the one pipeline for every write. It is handed the rules.
//! * [`query`]: SOQL and SOSL, compiled to SQL.
//! * [`org`]: one tenant: tables, caches, ids, access.
//! * [`model`]: schema, records, values, ids, faults. No storage.
//! * [`http`], [`assertion`], [`store`], [`message`] and the small ones: the transport; SAML Responses; SQLite; requests and responses;
//!   routes; texts of numbers, times and XML; deadlines; files with secrets; rows of the table of errors.

// What a client can influence never panics.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod console;
mod control;
mod deadline;
mod describe;
mod lexical;
mod metadata;
mod outcome;
mod pages;
mod router;
mod saml;
mod server;
mod system_random;
mod web;

#[doc(hidden)]
pub mod app;
#[doc(hidden)]
pub mod assertion;
#[doc(hidden)]
pub mod bulk;
#[doc(hidden)]
pub mod credentials;
#[doc(hidden)]
pub mod deployment;
#[doc(hidden)]
pub mod dml;
#[doc(hidden)]
pub mod error_entry;
#[doc(hidden)]
pub mod errors;
#[doc(hidden)]
pub mod flow;
#[doc(hidden)]
pub mod http;
#[doc(hidden)]
pub mod job;
#[doc(hidden)]
pub mod message;
#[doc(hidden)]
pub mod model;
#[doc(hidden)]
pub mod oauth;
#[doc(hidden)]
pub mod org;
#[doc(hidden)]
pub mod private_file;
#[doc(hidden)]
pub mod query;
#[doc(hidden)]
pub mod rest;
#[doc(hidden)]
pub mod rules;
#[doc(hidden)]
pub mod scim;
#[doc(hidden)]
pub mod seed;
#[doc(hidden)]
pub mod soap;
#[doc(hidden)]
pub mod store;
#[doc(hidden)]
pub mod world;
#[doc(hidden)]
pub mod xml;

pub use outcome::{Change, Outcome, OutcomeRecord};
#[doc(hidden)]
pub use server::default_ca_dir;
pub use server::{Builder, Fork, Ready, ReadyOrg, ReadySaml, Server, StartError, World, WorldError};
