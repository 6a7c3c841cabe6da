//! A row of LoginHistory per attempt.
//! <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_loginhistory.htm>

use super::super::OrgWorld;
use super::{Door, Way};
use crate::dml::{Call, Options, insert_as_platform};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::value::Value;
use crate::org::access::Runner;
use crate::org::{Org, World};

/// Milliseconds for which a row is kept: six months.
/// <https://help.salesforce.com/s/articleView?id=xcloud.users_login_history.htm>
const LIFETIME: i64 = 183 * 24 * 3_600_000;

/// Writes the row; gives its id. Once a day the rows that are too old go.
pub(super) fn note(
    org: &Org,
    world: &OrgWorld,
    user: Option<Id>,
    door: &Door,
    status: &str,
) -> Result<Id, Fault> {
    let runner = Runner::system(user.unwrap_or(org.id));
    let options = Options::default();
    let call = Call { org, world, runner: &runner, options: &options, rules: &crate::rules::BOOK };
    let (api, version) = door.api.unwrap_or(("N/A", "N/A"));
    let text = |text: &str| Value::from(text);
    let sub_type = login_sub_type(door.way).map_or(Value::Null, Value::from);
    let fields = [
        ("UserId", user.map_or(Value::Null, Value::from)),
        ("LoginTime", Value::Int(world.now())),
        ("LoginType", text(login_type(door))),
        ("LoginSubType", sub_type),
        ("SourceIp", Value::Text(door.source_ip.to_string())),
        ("LoginUrl", text(login_url(door.host))),
        ("TlsProtocol", if door.is_tls { text("TLS 1.3") } else { Value::Null }),
        ("OptionsIsGet", Value::Bool(door.is_get)),
        ("OptionsIsPost", Value::Bool(!door.is_get)),
        ("Browser", text(browser(door.user_agent))),
        ("Platform", text("Unknown")),
        ("Status", text(status)),
        ("Application", text(if door.application.is_empty() { "N/A" } else { door.application })),
        ("ClientVersion", text("N/A")),
        ("ApiType", text(api)),
        ("ApiVersion", text(version)),
    ];
    let row = insert_as_platform(call, "LoginHistory", &fields)?;
    if world.state.logins.is_sweep_due(world.now()) {
        for org in &world.state.orgs {
            delete_old(org, world.now())?;
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
fn login_type(door: &Door) -> &'static str {
    match (door.way, door.site) {
        (Way::SoapApi, None) => "Other Apex API",
        (Way::SoapApi, Some(_)) => "Networks Portal API Only",
        (Way::Browser, None) => "Application",
        (Way::Browser, Some(_)) => "Chatter Communities External User",
        (Way::Saml { .. }, Some(_)) => "SAML Chatter Communities External User SSO",
        (Way::Saml { answers_request: true }, None) => "SAML Sfdc Initiated SSO",
        (Way::Saml { answers_request: false }, None) => "SAML Idp Initiated SSO",
        (Way::SamlPortal { partner: false }, _) => "SAML Customer Service Portal SSO",
        (Way::SamlPortal { partner: true }, _) => "SAML Partner Portal SSO",
        _ => "Remote Access 2.0",
    }
}

fn login_sub_type(way: Way) -> Option<&'static str> {
    match way {
        Way::OauthPassword => Some("OAuth Username-Password"),
        Way::OauthClientCredentials => Some("OAuth Client Credentials"),
        Way::OauthWebServer => Some("OAuth Web Server"),
        Way::OauthUserAgent { id_token: false } => Some("OAuth User-Agent"),
        Way::OauthUserAgent { id_token: true } => Some("OAuth User-Agent with ID Token"),
        Way::Browser => Some("UI Username-Password"),
        Way::SoapApi | Way::OauthRefreshToken | Way::OauthAssertion | Way::OauthDevice => None,
        Way::Saml { .. } | Way::SamlPortal { .. } => None,
    }
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
