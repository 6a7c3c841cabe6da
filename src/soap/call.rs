//! One call of a SOAP API.

use super::address::Api;
use super::envelope::Envelope;
use crate::message::Request;
use crate::world::{ApiVersion, Site, State};

/// What an operation is handed.
pub(super) struct Call<'a> {
    pub state: &'a State,
    pub request: &'a Request,
    pub api: Api,
    pub version: ApiVersion,
    pub envelope: &'a Envelope<'a>,
    /// The community under whose path the request came.
    pub site: Option<Site<'a>>,
}
