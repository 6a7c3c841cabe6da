//! Worlds: forked, put back, addressed, moved in time.

mod address;
mod client;
mod clock;
mod database;
mod forks;
mod library;
mod parallel;
mod refusals;
