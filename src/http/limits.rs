//! How much a client may send, and how long it may take.

use std::time::Duration;

/// The sizes are in bytes. The defaults are those of the Salesforce REST API where it documents one
/// (<https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm>).
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The request target. Over it: 414.
    pub uri: usize,
    /// The request target and the headers together. Over it: 431.
    pub head: usize,
    /// The body, as sent and after its content coding is undone, where the service
    /// [sets no lower limit](super::Service::body_limit). Over it: 413.
    pub body: usize,
    /// The body of a request that shows no session, where the service sets no lower limit. Over it: 413.
    pub anonymous_body: usize,
    /// What has come of all unfinished bodies of requests that show no session, on one listener. Over it: 503.
    pub anonymous_bodies: usize,
    /// From the connection, or the first byte of a request on a kept connection, to the end of the head (TLS handshake
    /// included). Over it the connection is closed.
    pub head_time: Duration,
    /// Between two pieces of a body. Over it: 408.
    pub body_pause: Duration,
    /// How long a connection may lie idle between requests, or refuse to take more of a response, before it is closed.
    pub idle_time: Duration,
    /// How long requests that have begun are left alone after a shutdown was asked for. Then they are cancelled.
    pub grace_time: Duration,
    /// How long they may go on in all before their connections are cut off.
    pub drain_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            uri: 16_384,
            head: 16_384,
            body: 150 * 1024 * 1024,
            anonymous_body: 1024 * 1024,
            anonymous_bodies: 8 * 1024 * 1024,
            head_time: Duration::from_secs(30),
            body_pause: Duration::from_secs(30),
            idle_time: Duration::from_secs(120),
            grace_time: Duration::from_millis(200),
            drain_time: Duration::from_millis(500),
        }
    }
}
