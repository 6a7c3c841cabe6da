//! `/.well-known/auth-configuration`: how one logs in to an org or a community, for apps that draw a login page or open
//! the right browser. Nobody has to be logged in to ask.
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_auth_configuration_endpoint.htm>

use serde_json::{Value, json};

use super::{Asked, authn_request};
use crate::message::{Response, StatusCode};

pub(super) const PATH: &str = "/.well-known/auth-configuration";

/// The single sign-on configurations of the login page that can be asked, each with the URL that starts a login.
pub(super) fn respond(asked: Asked) -> Option<Response> {
    let org = asked.place.org(asked.state, None)?;
    let configs = org.sso_configs_of_page(asked.site().map(|site| site.path)).unwrap_or_default();
    let usable = configs.iter().filter(|config| config.login_url.is_some());
    let saml: Vec<Value> = usable
        .map(|config| json!({ "Name": config.label, "SsoUrl": authn_request::start_url(asked, org, config, "") }))
        .collect();
    let document = json!({
        "OrgId": org.id.short(),
        "Url": asked.url(""),
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
