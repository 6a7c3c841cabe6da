//! Just-in-Time provisioning and what surrounds it: signed Responses are posted to assertion consumer URLs of an
//! emulator with the default seed; snapshots hold where the browser ends, which records exist, and the trace.

mod community;
mod configuration;
mod conflict;
mod deep_links;
mod doors;
mod encrypted;
mod error;
mod handler;
mod logout;
mod names;
mod pages;
mod records;
mod refusal;
mod regular;
mod self_registration;
mod support;
mod surface;
