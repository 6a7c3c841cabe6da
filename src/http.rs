//! The transport: HTTP and HTTPS on one port, limits, content codings, a proxy. Of Salesforce it knows the
//! host names only; it turns connections into [`Request`](crate::message::Request)s, hands them to a [`Service`] and writes its
//! [`Response`](crate::message::Response)s.
//! A connection is served by one thread; what takes long is done on others.

mod allowance;
mod body;
pub mod certificate;
mod coding;
mod connection;
mod exchange;
mod hosts;
mod idle_timeout;
pub mod io_threads;
pub mod limits;
pub mod listen;
pub mod proxy;
mod request_line;
pub mod server;
pub mod service;
mod tls;
pub mod transport_error;
mod tunnel;

pub use allowance::BodyLimit;
pub use hosts::{is_localhost, is_salesforce};
pub use io_threads::IoThreads;
pub use limits::Limits;
pub use server::Server;
pub use service::{Reply, Service};
pub(crate) use transport_error::ERRORS;
pub use transport_error::TransportError;
