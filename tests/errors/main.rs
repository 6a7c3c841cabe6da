//! The table of errors: `docs/errors.md` is written from it, and every row is provoked on the wire.

#[path = "../harness/mod.rs"]
mod harness;
#[path = "../harness/seed.rs"]
mod seed;

mod checklist;
mod explain;
mod page;
mod provoked;
mod scene;

mod accounts;
mod composite;
mod external_users;
mod jobs;
mod passwords;
mod permissions;
mod queries;
mod records;
mod requests;
mod sign_on;
mod soap;
mod soap_only;
mod users;

mod successes;
