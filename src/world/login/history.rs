//! A row of LoginHistory per attempt.
//! <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_loginhistory.htm>

use super::super::OrgEnvironment;
use super::{LoginContext, LoginMethod};
use crate::dml::{Call, Options, insert_as_platform};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::value::Value;
use crate::org::access::Runner;
use crate::org::{Environment, Org};

/// Milliseconds for which a row is kept: six months.
/// <https://help.salesforce.com/s/articleView?id=xcloud.users_login_history.htm>
const LIFETIME: i64 = 183 * 24 * 3_600_000;

/// Writes the row; gives its id. Once a day the rows that are too old go.
pub(super) fn note(
    org: &Org,
    environment: &OrgEnvironment,
    user: Option<Id>,
    login_context: &LoginContext,
    status: &str,
) -> Result<Id, Fault> {
    let runner = Runner::system(user.unwrap_or(org.id));
    let options = Options::default();
    let call = Call { org, environment, runner: &runner, options: &options, rules: &crate::rules::BOOK };
    let (api, version) = login_context.api.unwrap_or(("N/A", "N/A"));
    let text = |text: &str| Value::from(text);
    let sub_type = login_sub_type(login_context.method).map_or(Value::Null, Value::from);
    let fields = [
        ("UserId", user.map_or(Value::Null, Value::from)),
        ("LoginTime", Value::Int(environment.now())),
        ("LoginType", text(login_type(login_context))),
        ("LoginSubType", sub_type),
        ("SourceIp", Value::Text(login_context.source_ip.to_string())),
        ("LoginUrl", text(login_url(login_context.host))),
        ("TlsProtocol", if login_context.is_tls { text("TLS 1.3") } else { Value::Null }),
        ("OptionsIsGet", Value::Bool(login_context.is_get)),
        ("OptionsIsPost", Value::Bool(!login_context.is_get)),
        ("Browser", text(browser(login_context.user_agent))),
        ("Platform", text("Unknown")),
        ("Status", text(status)),
        (
            "Application",
            text(if login_context.application.is_empty() { "N/A" } else { login_context.application }),
        ),
        ("ClientVersion", text("N/A")),
        ("ApiType", text(api)),
        ("ApiVersion", text(version)),
        ("AuthenticationServiceId", login_context.authentication_service.map_or(Value::Null, Value::from)),
        ("AuthContextClassRef", login_context.auth_context_class.map_or(Value::Null, shortened)),
        ("NetworkId", login_context.site.map_or(Value::Null, |site| Value::from(site.network))),
    ];
    let row = insert_as_platform(call, "LoginHistory", &fields)?;
    let username = user.and_then(|user| environment.state.username_of(org.id, user));
    let site = login_context.site.map(|site| site.path);
    environment.state.outcome_log.note_login(site, username.as_deref(), status);
    if environment.state.logins.is_sweep_due(environment.now()) {
        for org in &environment.state.orgs {
            delete_old(org, environment.now())?;
        }
    }
    Ok(row)
}

/// Deletes the rows of logins that are older than six months.
fn delete_old(org: &Org, now: i64) -> Result<(), Fault> {
    if org.has_table("LoginHistory")? {
        let sql = "DELETE FROM \"LoginHistory\" WHERE \"LoginTime\" < ?1";
        org.store.execute(sql, [now - LIFETIME])?;
    }
    Ok(())
}

/// A value of the picklist.
fn login_type(login_context: &LoginContext) -> &'static str {
    match (login_context.method, login_context.site) {
        (LoginMethod::SoapApi, None) => "Other Apex API",
        (LoginMethod::SoapApi, Some(_)) => "Networks Portal API Only",
        (LoginMethod::LogInAs, _) => "SysAdmin Switch",
        (LoginMethod::Browser, None) => "Application",
        (LoginMethod::Browser, Some(_)) => "Chatter Communities External User",
        (LoginMethod::Saml { .. }, Some(_)) => "SAML Chatter Communities External User SSO",
        (LoginMethod::Saml { answers_request: true }, None) => "SAML Sfdc Initiated SSO",
        (LoginMethod::Saml { answers_request: false }, None) => "SAML Idp Initiated SSO",
        (LoginMethod::SamlPortal { partner: false }, _) => "SAML Customer Service Portal SSO",
        (LoginMethod::SamlPortal { partner: true }, _) => "SAML Partner Portal SSO",
        _ => "Remote Access 2.0",
    }
}

fn login_sub_type(method: LoginMethod) -> Option<&'static str> {
    match method {
        LoginMethod::OauthPassword => Some("OAuth Username-Password"),
        LoginMethod::OauthClientCredentials => Some("OAuth Client Credentials"),
        LoginMethod::OauthWebServer => Some("OAuth Web Server"),
        LoginMethod::OauthUserAgent { id_token: false } => Some("OAuth User-Agent"),
        LoginMethod::OauthUserAgent { id_token: true } => Some("OAuth User-Agent with ID Token"),
        LoginMethod::Browser => Some("UI Username-Password"),
        LoginMethod::SoapApi
        | LoginMethod::LogInAs
        | LoginMethod::OauthRefreshToken
        | LoginMethod::OauthAssertion
        | LoginMethod::OauthDevice => None,
        LoginMethod::Saml { .. } | LoginMethod::SamlPortal { .. } => None,
    }
}

/// A text within the length of the fields.
fn shortened(text: &str) -> Value {
    Value::Text(text.chars().take(255).collect())
}

/// The host without its port, within the field's length.
fn login_url(host: &str) -> &str {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name.char_indices().nth(255).map_or(name, |(end, _)| &name[..end])
}

/// The real service names browsers and a few libraries, and has one word for the rest.
fn browser(user_agent: &str) -> &'static str {
    const KNOWN: &[(&str, &str)] = &[
        ("python-requests", "Python Requests"),
        ("Java", "Java (Salesforce.com)"),
        ("jsforce", "jsforce"),
        ("node", "Node.js"),
        ("curl", "curl"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    KNOWN.iter().find(|(part, _)| user_agent.contains(part)).map_or("Unknown", |(_, name)| name)
}
