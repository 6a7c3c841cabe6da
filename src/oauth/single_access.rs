//! `/services/oauth2/singleaccess`: a URL that opens the org in a browser, once, for the session of an access token.
//! <https://help.salesforce.com/s/articleView?id=xcloud.frontdoor_singleaccess.htm>

use serde_json::json;

use super::browser::base;
use super::oauth_request::OauthRequest;
use super::parameters::RequestParameters;
use super::person::{not_admitted, visited};
use crate::message::{Request, Response, StatusCode, form_of};
use crate::world::{Purpose, Site, State};

pub fn respond(state: &State, request: &Request, site: Option<Site>) -> Response {
    let context = match visited(state, request, Purpose::Page) {
        Ok(context) => context,
        Err(denial) => return not_admitted(denial),
    };
    let session = &context.session;
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
    let one_time = format!("{}!AQ{}", session.org.short(), state.random.text(94, ALPHABET));
    state.authorizations.issue_front_door_token(one_time.clone(), &session.token, state.clock.now());
    let form = RequestParameters::of(request);
    let mut pairs = vec![("otp", one_time.as_str())];
    pairs.extend(form.get("redirect_uri").map(|path| ("startURL", path)));
    let check = format!(
        "{}{}",
        session.user.short().get(4..).unwrap_or_default(),
        session.org.short().get(4..).unwrap_or_default()
    );
    pairs.push(("cshc", &check));
    let base = base(OauthRequest { state, request, form: &form, site });
    let document = json!({ "frontdoor_uri": format!("{base}/secur/frontdoor.jsp?{}", form_of(&pairs)) });
    Response::json(StatusCode::OK, document.to_string())
}
