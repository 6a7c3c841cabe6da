//! A request to one of the OAuth endpoints, with what every grant and page needs of it.

use super::parameters::RequestParameters;
use crate::message::Request;
use crate::world::{Site, State};

/// What an endpoint hands to a grant or a page.
#[derive(Clone, Copy)]
pub struct OauthRequest<'a> {
    pub state: &'a State,
    pub request: &'a Request,
    pub form: &'a RequestParameters<'a>,
    /// The community under whose path the request came.
    pub site: Option<Site<'a>>,
}
