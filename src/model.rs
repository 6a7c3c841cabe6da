//! What everything speaks of: objects and fields, records, values, ids, faults. No storage.

pub mod address;
pub mod duplicate;
pub mod email_address;
pub mod fault;
pub mod id;
pub mod record;
pub mod schema;
pub mod value;
