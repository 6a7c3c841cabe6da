//! The rules, driven through the pipeline over an org in memory with the default seed.
//! One test per row of the checklist of business rules, named after it.

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
mod person_account;
mod random;
mod recycle_bin;
mod seeds;
mod setup;
mod support;
mod user;
mod user_external;
mod visibility;
