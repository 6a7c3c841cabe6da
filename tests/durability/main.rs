//! What is acknowledged is kept, whatever happens to the disk, the file or the process: docs/reliability.md.

mod booleans;
mod deterministic;
mod file;
#[cfg(unix)]
mod full_disk;
mod panic;
mod process;
mod tables;
#[cfg(unix)]
mod terminated;
mod trouble;
