//! `/.well-known/auth-configuration`: how one logs in to an org or a community, for apps that draw a login page or open
//! the right browser. Nobody has to be logged in to ask.
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_auth_configuration_endpoint.htm>

use serde_json::{Value, json};

use crate::message::{Response, StatusCode};
use crate::web::authn_request_url::authn_request_url;
use crate::web::browser_request::BrowserRequest;

pub(super) const PATH: &str = "/.well-known/auth-configuration";

/// The single sign-on configurations of the login page that can be asked, each with the URL that starts a login.
pub(super) fn respond(browser: BrowserRequest) -> Option<Response> {
    let org = browser.target.org(browser.state, None)?;
    let configs = org.sso_configs_of_page(browser.site().map(|site| site.path)).unwrap_or_default();
    let usable = configs.iter().filter(|config| config.login_url.is_some());
    let saml: Vec<Value> = usable
        .map(|config| json!({ "Name": config.label, "SsoUrl": authn_request_url(browser, org, config, "") }))
        .collect();
    let document = json!({
        "OrgId": org.id.short(),
        "Url": browser.url(""),
        "MobileSDK": {
            "UseiOSNativeBrowserForAuthentication": false,
            "UseAndroidNativeBrowserForAuthentication": false,
            "shareBrowserSessionIOS": false,
            "shareBrowserSessionAndroid": false,
        },
        "LoginPage": null,
        "SamlProviders": saml,
        "AuthProviders": [],
        "CertificateLogin": null,
        "LoginPageType": "standard",
        "LoginPageTypeConfigs": {},
    });
    Some(Response::json(StatusCode::OK, document.to_string()))
}
