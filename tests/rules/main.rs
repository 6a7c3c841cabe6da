//! The rules, driven through the pipeline over an org in memory with the default seed.
//! Tests are named after what they prove; which behaviour is proved on the wire, docs/behaviours.md says.

#[path = "../harness/seed.rs"]
mod seed;

mod access;
mod address;
mod contact_account;
mod delegation;
mod duplicates;
mod lists;
mod membership;
mod merge;
mod outcomes;
mod passwords;
mod permission_set_licenses;
mod person_account;
mod random;
mod recycle_bin;
mod seeds;
mod setup;
mod support;
mod user;
mod user_external;
mod visibility;
