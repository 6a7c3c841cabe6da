//! The table of errors: `docs/errors.md` is written from it, and every row is provoked on the wire.

mod behaviours;
mod envelope;
mod explain;
#[path = "../harness/fixture.rs"]
mod fixture;
mod page;
mod provoked;
mod scene;
mod surroundings;

mod accounts;
mod bulk;
mod composite;
mod envelopes;
mod external_users;
mod jobs;
mod logins;
mod oauth;
mod packages;
mod passwords;
mod permissions;
mod queries;
mod records;
mod requests;
mod saml;
mod scim;
mod sign_on;
mod soap;
mod soap_only;
mod transport;
mod users;

mod successes;
