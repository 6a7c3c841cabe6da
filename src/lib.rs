//! A Salesforce org on localhost, for people who build user provisioning.
//!
//! [`Server`] starts one inside a Rust test; the command `fauxforce serve` is a thin user of it.
//!
//! # Layout
//! From the top, each module on those below it:
//! * [`server`], [`app`]: a world behind a port; which surface answers which path.
//! * [`errors`]: the table of all errors, from the modules that declare them.
//! * [`rest`], [`bulk`], [`oauth`], [`soap`], [`scim`], [`saml`], [`pages`], [`console`], [`control`]: a surface each: decodes, calls the core,
//!   encodes. No rule lives in them.
//! * [`web`]: what the surfaces that browsers meet share: their request, redirects, route tables, common pages.
//! * [`flow`], [`job`], [`deployment`], `describe`: provisioning procedures made of ordinary saves; bulk jobs; archives of metadata;
//!   what an org tells of its objects.
//! * [`world`]: one closed world: its orgs, sessions, clock, random source, outbox, and the lock in front of them.
//! * [`seed`]: folders that say what an org contains.
//! * [`metadata`]: an org's metadata as components.
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

pub mod app;
pub mod assertion;
pub mod bulk;
pub mod console;
pub mod control;
pub mod credentials;
pub mod deadline;
pub mod deployment;
mod describe;
pub mod dml;
pub mod error_entry;
pub mod errors;
pub mod flow;
pub mod http;
pub mod job;
mod lexical;
pub mod message;
pub mod metadata;
pub mod model;
pub mod oauth;
pub mod org;
pub mod pages;
pub mod private_file;
pub mod query;
pub mod rest;
pub mod router;
pub mod rules;
pub mod saml;
pub mod scim;
pub mod seed;
pub mod server;
pub mod soap;
pub mod store;
pub mod web;
pub mod world;
pub mod xml;

pub use server::{Builder, Fork, Ready, ReadyOrg, ReadySaml, Server, StartError, World, WorldError};
