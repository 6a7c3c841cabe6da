//! The transport: HTTP and HTTPS on one port, limits, content codings. It knows nothing of Salesforce; it
//! turns connections into [`Request`](crate::message::Request)s, hands them to a [`Service`] and writes its
//! [`Response`](crate::message::Response)s.

mod body;
pub mod certificate;
mod coding;
mod connection;
mod exchange;
pub mod limits;
pub mod listen;
mod patience;
pub mod refusal;
mod request_line;
pub mod server;
pub mod service;
mod tls;

pub use certificate::Authority;
pub use limits::Limits;
pub use refusal::Refusal;
pub use server::Server;
pub use service::Service;
