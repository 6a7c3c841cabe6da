//! SOQL and SOSL, compiled to SQL.

pub mod soql;
pub mod sosl;
