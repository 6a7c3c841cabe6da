//! The REST surface, request by request.

mod harness;
#[path = "harness/seed.rs"]
mod seed;
mod rest {
    mod access;
    mod bodies;
    mod conditions;
    mod errors;
    mod external_ids;
    mod headers;
    mod passwords;
    mod people;
    mod queries;
    mod records;
    mod relationships;
    mod resources;
}
