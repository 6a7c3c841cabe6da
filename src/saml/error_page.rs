//! Where failed logins end: the error page, or the configuration's own error URL.
//!
//! Provisioning errors travel in the URL; other failures say nothing to the browser.
//! <https://help.salesforce.com/s/articleView?id=xcloud.sso_jit_errors.htm&type=5>

use askama::Template;

use crate::error_entry::declare_errors;
use crate::flow::jit::JitError;
use crate::flow::sign_on::SignOnRefusal;
use crate::message::{Response, form_of};
use crate::web::browser_request::BrowserRequest;

/// The cookie that tells the error page which login failed, so that the URL can be the real one.
const COOKIE: &str = "fauxforce_login";

/// Where the error page is, below the org or the community.
pub(super) const PATH: &str = "/_nc_external/identity/saml/SamlError";

#[derive(Template)]
#[template(path = "saml_error.html")]
struct ErrorPage<'a> {
    message: &'static str,
    number: &'a str,
}

/// 302 to the error page of a refused login.
pub(super) fn go(browser: BrowserRequest, refused: &SignOnRefusal) -> Response {
    let own = refused.config.as_ref().and_then(|config| config.error_url.as_deref());
    let page = browser.url(PATH);
    let base = match own {
        Some(url) if url.starts_with('/') => format!("{}{url}", browser.target.origin()),
        Some(url) => url.to_owned(),
        None => page,
    };
    let url = match &refused.jit {
        Some(error) => {
            let mark = if base.contains('?') { '&' } else { '?' };
            format!("{base}{mark}{}", parameters(error))
        }
        None => base,
    };
    browser.set_cookie(Response::found(&url), COOKIE, &refused.number.to_string())
}

/// `ErrorCode`, `ErrorDescription`, and `ErrorDetails` where a save failed.
fn parameters(error: &JitError) -> String {
    let code = error.kind.code().to_string();
    let mut pairs = vec![("ErrorCode", code.as_str()), ("ErrorDescription", error.kind.description())];
    pairs.extend(error.details.as_deref().map(|details| ("ErrorDetails", details)));
    form_of(&pairs)
}

pub(super) fn respond(browser: BrowserRequest) -> Response {
    let number =
        browser.request.cookie(COOKIE).filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    Response::page(&ErrorPage { message: error_rows::no_sign_on.text, number: number.unwrap_or_default() })
}

declare_errors! {
    rows as Page "page";

    /// a SAML login ends, whatever the reason; the login history, and `/_fauxforce/logins`, know more
    no_sign_on() = "" 200,
        "We can't log you in because of an issue with single sign-on. Contact your Salesforce admin for help.",
        Seen "public write-ups of single sign-on";
}
