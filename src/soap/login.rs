//! `login()`.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_login.htm>

use super::call::Call;
use super::fault::SoapFault;
use super::get_user_info;
use super::writer::Writer;
use crate::message::Scheme;
use crate::message::header::USER_AGENT;
use crate::model::fault::{Fault, faults};
use crate::world::{ApiVersion, LoginContext, LoginMethod, LoginRefusal, SessionRequest};

/// The last version that has the operation.
const LAST: ApiVersion = ApiVersion::new(64);

pub fn run(call: &Call, answer: &mut Writer) -> Result<(), SoapFault> {
    if call.version > LAST {
        return Err(SoapFault::login_unavailable(call.version));
    }
    let arguments = &call.envelope.operation;
    arguments.takes(&["username", "password"])?;
    let argument = |name| arguments.text_of(name).unwrap_or_default();
    let version = call.version.to_string();
    let login_context = LoginContext {
        method: LoginMethod::SoapApi,
        source_ip: call.request.peer.ip(),
        host: call.request.host(),
        user_agent: call.request.header(USER_AGENT).unwrap_or_default(),
        application: call.envelope.client().unwrap_or_default(),
        api: Some((call.api.name(), &version)),
        is_get: false,
        is_tls: call.request.scheme == Scheme::Https,
        site: call.site,
        scope: call.envelope.scope(),
        authentication_service: None,
        auth_context_class: None,
    };
    let session = call.state.log_in(
        argument("username"),
        argument("password"),
        &login_context,
        SessionRequest::default(),
    );
    let session = session.map_err(refused)?;
    let org = call.state.org(session.org).ok_or_else(|| SoapFault::login(invalid_login()))?;
    let base = match call.site {
        Some(site) => format!("{}/{}", call.request.origin(), site.path),
        None => call.request.instance(org.seeded.my_domain.as_deref()),
    };
    let url = |letter| format!("{base}/services/Soap/{letter}/{version}/{}", org.id.short());
    let mut info = Writer::default();
    get_user_info::write(org, session.user, call.version, &mut info)?;
    answer.nest("loginResponse", |answer| {
        answer.nest("result", |answer| {
            answer.text("metadataServerUrl", url("m"));
            answer.flag("passwordExpired", session.password_expired);
            answer.flag("sandbox", is_sandbox(org).unwrap_or(false));
            answer.text("serverUrl", url(call.api.letter()));
            answer.text("sessionId", &session.token);
            answer.text("userId", session.user.as_str());
            answer.nest("userInfo", |answer| answer.append(info));
        });
    });
    Ok(())
}

fn is_sandbox(org: &crate::org::Org) -> Result<bool, Fault> {
    let organization = org.find(&org.standard("Organization")?, org.id)?;
    Ok(organization.is_some_and(|organization| organization.get("IsSandbox").is_true()))
}

fn refused(refusal: LoginRefusal) -> SoapFault {
    match refusal {
        LoginRefusal::WayDisabled => SoapFault::login_disabled(),
        LoginRefusal::NeedsSecurityToken => SoapFault::login(needs_security_token()),
        LoginRefusal::ApiDisabled => SoapFault::login(login_not_for_api()),
        LoginRefusal::Store(fault) => SoapFault::from(fault),
        _ => SoapFault::login(invalid_login()),
    }
}

faults! {
    /// `login()`: the username is unknown, the password wrong, or the user inactive, frozen, locked out or another org's
    invalid_login() = INVALID_LOGIN,
        "Invalid username, password, security token; or user locked out.", Seen "public issues of SOAP clients";

    /// `login()`: the password is right, and the org wants the security token behind it
    needs_security_token() = LOGIN_MUST_USE_SECURITY_TOKEN,
        "Invalid username, password, security token; or user locked out. Are you at a new location? When accessing \
         Salesforce--either via a desktop client or the API--from outside of your company\u{2019}s trusted networks, you \
         must add a security token to your password to log in. To get your new security token, log in to Salesforce. \
         From your personal settings, enter Reset My Security Token in the Quick Find box, then select Reset My Security \
         Token.",
        Seen "public issues of SOAP clients";

    /// `login()`: the user does not have the permission `API Enabled`
    login_not_for_api() = API_DISABLED_FOR_ORG,
        "API is not enabled for this Organization or Partner", Seen "public issues of SOAP clients";
}
