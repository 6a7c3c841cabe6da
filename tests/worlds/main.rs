//! Worlds: forked, put back, addressed, moved in time.

mod address;
mod client;
mod clock;
mod command;
mod database;
mod forks;
mod journal;
mod library;
mod outcome;
mod page;
mod parallel;
mod refusals;
mod wait;
