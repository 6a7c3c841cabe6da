//! SOQL over a small org in memory, without HTTP.

mod finds;
mod properties;
mod refuses;
mod sees;
mod small;
