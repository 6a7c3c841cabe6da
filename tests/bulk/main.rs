//! Bulk jobs over a socket: the Bulk API (1.0), the worker, and jobs that outlive their server.

mod classic;
mod emulator;
mod loads;
mod worker;
