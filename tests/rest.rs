//! The REST surface, request by request.

mod harness;
#[path = "harness/seed.rs"]
mod seed;
mod rest {
    mod access;
    mod activities;
    mod bodies;
    mod chatter;
    mod columns;
    mod composite;
    mod conditions;
    mod connector_objects;
    mod definitions;
    mod deployments;
    mod errors;
    mod external_ids;
    mod field_versions;
    mod headers;
    mod jobs;
    mod layouts;
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
    mod setup_audit;
    mod tooling;
    mod values;
}
