//! The REST surface, request by request.

mod harness;
#[path = "harness/seed.rs"]
mod seed;
mod rest {
    mod access;
    mod bodies;
    mod chatter;
    mod columns;
    mod composite;
    mod conditions;
    mod deployments;
    mod errors;
    mod external_ids;
    mod headers;
    mod jobs;
    mod object_info;
    mod passwords;
    mod people;
    mod queries;
    mod query_jobs;
    mod records;
    mod relationships;
    mod rereads;
    mod resources;
    mod search;
    mod tooling;
    mod values;
}
