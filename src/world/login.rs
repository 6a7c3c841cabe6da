//! Every login method ends here, and every attempt is in the login history.
//!
//! Two steps: [`State::identify`] or [`State::authenticated_user`] finds out who it is and whether they may log in,
//! [`State::open`] opens the session. Between them a surface can refuse for reasons of its own.

use std::net::IpAddr;

use super::{OrgEnvironment, Session, SessionKind, State};
use crate::credentials::password;
use crate::credentials::password::Verdict;
use crate::credentials::refresh_token;
use crate::error_entry::declare_errors;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::org::access::is_external_type;
use crate::org::{Environment as _, Org};

mod history;
mod linked_session;
mod log_in_as;

/// Where and how someone logs in, as the login history shows it.
#[derive(Debug, Clone, Copy)]
pub struct LoginContext<'a> {
    pub method: LoginMethod,
    pub source_ip: IpAddr,
    /// The host that was addressed, with its port.
    pub host: &'a str,
    pub user_agent: &'a str,
    /// The name of the connected app, or what a SOAP client calls itself; empty when unknown.
    pub application: &'a str,
    /// Name and version of the API that was called: `("SOAP Partner", "59.0")`.
    pub api: Option<(&'static str, &'a str)>,
    pub is_get: bool,
    pub is_tls: bool,
    /// The community under whose path the request came.
    pub site: Option<Site<'a>>,
    /// The org that the client named: the user has to be in it, and needs no security token then.
    pub scope: Option<&'a str>,
    /// What vouched for the user: a single sign-on configuration.
    pub authentication_service: Option<Id>,
    /// How the user proved to that who they are: `AuthnContextClassRef` of the assertion.
    pub auth_context_class: Option<&'a str>,
}

/// How someone logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginMethod {
    SoapApi,
    OauthPassword,
    OauthClientCredentials,
    OauthRefreshToken,
    /// JWT or SAML bearer assertion, or a foreign token.
    OauthAssertion,
    /// An authorization code.
    OauthWebServer,
    /// A token at the authorization endpoint.
    OauthUserAgent {
        id_token: bool,
    },
    OauthDevice,
    /// The login page.
    Browser,
    /// An administrator, in place of the user.
    LogInAs,
    /// A SAML Response, posted by the identity provider unasked or in answer to an AuthnRequest.
    Saml {
        answers_request: bool,
    },
    /// A SAML Response with `portal_id`: the way of external users before communities.
    SamlPortal {
        partner: bool,
    },
}

/// A community, as far as logins are concerned.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    pub org: Id,
    /// The row of Network.
    pub network: Id,
    /// `customers` in `https://host/customers`.
    pub path: &'a str,
}

/// A user who has been authenticated and may log in.
pub struct AuthenticatedUser<'a> {
    state: &'a State,
    pub org: &'a Org,
    pub id: Id,
    /// The row of User.
    pub user: Record,
    /// The password was right but must be changed: the session is for that only.
    pub password_expired: bool,
}

/// What a session is opened for.
#[derive(Debug, Default)]
pub struct SessionRequest<'a> {
    /// The connected app; `None` for SOAP.
    pub client_id: Option<&'a str>,
    pub scopes: Vec<String>,
    /// The family of the refresh token that the session comes from.
    pub refresh_token: Option<&'a str>,
}

/// Why someone may not log in.
#[derive(Debug, Clone, PartialEq)]
pub enum LoginRefusal {
    /// No org has such a user.
    UnknownUser,
    WrongPassword,
    /// Too many wrong passwords.
    Locked,
    Inactive,
    Frozen,
    /// A user of a community at the login for internal users, or of another community, or of none.
    WrongSite,
    /// The client named another org than the user's.
    WrongOrg,
    /// The password is right, but has to be followed by the security token.
    NeedsSecurityToken,
    /// The password is right, but must be changed first, and this login method cannot do that.
    PasswordExpired,
    /// The user, or everyone in the org, may not use this login method.
    WayDisabled,
    /// The user lacks the permission "API Enabled".
    ApiDisabled,
    /// The store failed.
    Store(Fault),
}

impl From<Fault> for LoginRefusal {
    fn from(fault: Fault) -> LoginRefusal {
        LoginRefusal::Store(fault)
    }
}

impl State {
    /// Logs a user in with a password, which the security token may follow without separator.
    ///
    /// # Errors
    /// [`LoginRefusal`]; it is in the login history already.
    pub fn log_in(
        &self,
        username: &str,
        password: &str,
        login_context: &LoginContext,
        session_request: SessionRequest,
    ) -> Result<Session, LoginRefusal> {
        let member = self.identify(username, password, login_context)?;
        Ok(self.open(&member, login_context, session_request)?)
    }

    /// Finds the user of a username, in any case and in any org, and checks the password and the user's state.
    ///
    /// # Errors
    /// [`LoginRefusal`]; it is in the login history already.
    pub fn identify(
        &self,
        username: &str,
        password: &str,
        login_context: &LoginContext,
    ) -> Result<AuthenticatedUser<'_>, LoginRefusal> {
        let (org, user) = self.user_named(username, login_context)?.ok_or(LoginRefusal::UnknownUser)?;
        let id = user.id("Id").ok_or(LoginRefusal::UnknownUser)?;
        let mut member = AuthenticatedUser { state: self, org, id, user, password_expired: false };
        member.noting_refusal(login_context, |member| {
            member.may_use(login_context.method)?;
            member.is_usable()?;
            member.belongs_to(login_context.site)?;
            member.is_in(login_context)?;
            member.checks_password(password, login_context)?;
            member.may_call_api(login_context.method)
        })?;
        Ok(member)
    }

    /// A user who has proved by other means than a password who they are.
    ///
    /// # Errors
    /// [`LoginRefusal`]; it is in the login history already.
    pub fn authenticated_user<'a>(
        &'a self,
        org: &'a Org,
        id: Id,
        login_context: &LoginContext,
    ) -> Result<AuthenticatedUser<'a>, LoginRefusal> {
        let mut member = self.user(org, id)?;
        member.noting_refusal(login_context, |member| member.may_log_in(login_context))?;
        Ok(member)
    }

    /// As [`State::authenticated_user`], for one who does not log in now: nothing is noted.
    pub fn user_who_may_log_in<'a>(
        &'a self,
        org: &'a Org,
        id: Id,
        login_context: &LoginContext,
    ) -> Option<AuthenticatedUser<'a>> {
        let member = self.user(org, id).ok()?;
        member.may_log_in(login_context).is_ok().then_some(member)
    }

    fn user<'a>(&'a self, org: &'a Org, id: Id) -> Result<AuthenticatedUser<'a>, LoginRefusal> {
        let user = org.find(&org.standard("User")?, id)?.ok_or(LoginRefusal::UnknownUser)?;
        Ok(AuthenticatedUser { state: self, org, id, user, password_expired: false })
    }

    /// Opens a session, and notes the login.
    pub fn open(
        &self,
        member: &AuthenticatedUser,
        login_context: &LoginContext,
        session_request: SessionRequest,
    ) -> Result<Session, Fault> {
        let at = self.environment(member.org.id).now();
        let row = member.org.savepoint(|| {
            let row = member.write_history(login_context, "Success")?;
            crate::credentials::login::note_success(member.org, member.id, at)?;
            Ok::<_, Fault>(row)
        })?;
        self.logins.note_history(row);
        let kind = match login_context.method {
            LoginMethod::SoapApi => SessionKind::Soap,
            LoginMethod::Browser
            | LoginMethod::LogInAs
            | LoginMethod::Saml { .. }
            | LoginMethod::SamlPortal { .. } => SessionKind::Browser,
            _ => SessionKind::Oauth,
        };
        let session = Session {
            password_expired: member.password_expired,
            ..self.session(member.org, member.id, kind, session_request)
        };
        self.sessions.open(session.clone());
        Ok(session)
    }

    /// Writes a login that failed before it was known whose it was, or that is refused for reasons of a surface.
    pub fn note_failed_login(
        &self,
        org: &Org,
        user: Option<Id>,
        login_context: &LoginContext,
        status: &str,
    ) -> Result<(), Fault> {
        self.logins.note_history(history::note(org, &self.environment(org.id), user, login_context, status)?);
        Ok(())
    }

    /// Opens a session without a login, for the one that a server hands out at its start.
    pub fn open_unseen(&self, org: &Org, user: Id, session_request: SessionRequest) -> Session {
        let session = self.session(org, user, SessionKind::Oauth, session_request);
        self.sessions.open(session.clone());
        session
    }

    fn session(&self, org: &Org, user: Id, kind: SessionKind, session_request: SessionRequest) -> Session {
        let now = self.clock.now();
        let app = session_request.client_id.and_then(|id| self.connected_app(id));
        let timeout = app.and_then(|(_, app)| app.session_timeout).unwrap_or(org.settings.session_timeout);
        let timeout = timeout * 1000;
        Session {
            token: self.new_token(org.id),
            org: org.id,
            user,
            kind,
            client_id: session_request.client_id.map(str::to_owned),
            scopes: session_request.scopes,
            refresh_token: session_request.refresh_token.map(str::to_owned),
            password_expired: false,
            opened: now,
            expires: now + timeout,
            timeout,
        }
    }

    /// `<org id, 15 characters>!<96 characters>`, the first of them an `A`. What a client may take for granted is
    /// `(00D\w{12,15})![.\w]*` <https://github.com/forcedotcom/sfdx-core/blob/main/src/util/sfdc.ts>.
    fn new_token(&self, org: Id) -> String {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
        format!("{}!AQ{}", org.short(), self.random.text(94, ALPHABET))
    }

    /// Revokes a refresh token, or what a `DeleteToken` of OauthToken stands for, with its family, and ends the sessions
    /// that came from it; `false` when there is none to revoke.
    pub fn revoke_refresh_token(&self, token: &str) -> Result<bool, Fault> {
        let Some((org, found)) = self.refresh_token(token)? else {
            for org in &self.orgs {
                if let Some(token) = refresh_token::of_delete_token(org, token)? {
                    return self.revoke_refresh_token(&token);
                }
            }
            return Ok(false);
        };
        refresh_token::revoke(org, &self.environment(org.id), token)?;
        self.sessions.end(|session| session.refresh_token.as_ref() == Some(&found.family));
        Ok(found.is_live)
    }
}

impl<'a> AuthenticatedUser<'a> {
    /// The world as the user's org sees it.
    pub fn environment(&self) -> OrgEnvironment<'a> {
        self.state.environment(self.org.id)
    }

    fn may_use(&self, method: LoginMethod) -> Result<(), LoginRefusal> {
        let settings = &self.org.settings;
        let allowed = match method {
            LoginMethod::SoapApi => settings.soap_login,
            LoginMethod::OauthPassword => settings.oauth_password_flow,
            _ => true,
        };
        if allowed { Ok(()) } else { Err(LoginRefusal::WayDisabled) }
    }

    fn may_log_in(&self, login_context: &LoginContext) -> Result<(), LoginRefusal> {
        self.is_usable()?;
        self.is_in(login_context)?;
        if matches!(login_context.method, LoginMethod::SamlPortal { .. }) {
            Ok(())
        } else {
            self.belongs_to(login_context.site)
        }
    }

    fn is_usable(&self) -> Result<(), LoginRefusal> {
        let runner = self.org.runner(self.id)?;
        if !runner.is_active {
            return Err(LoginRefusal::Inactive);
        }
        if runner.is_frozen {
            return Err(LoginRefusal::Frozen);
        }
        Ok(())
    }

    /// External users log in at their community only; internal ones everywhere, if they are members.
    fn belongs_to(&self, site: Option<Site>) -> Result<(), LoginRefusal> {
        let internal = !is_external_type(self.user.text("UserType").unwrap_or_default());
        let belongs = match site {
            None => internal,
            Some(site) if site.org != self.org.id => false,
            // A community that is being built, or is down, is not there for its external members.
            Some(site) => {
                self.org.is_member(&self.user, site.network)?
                    && (internal || self.org.is_live(site.network)?)
            }
        };
        if belongs { Ok(()) } else { Err(LoginRefusal::WrongSite) }
    }

    /// The org that the client named, by a header or by a host, is the user's.
    fn is_in(&self, login_context: &LoginContext) -> Result<(), LoginRefusal> {
        let named = login_context.scope.map(Id::parse);
        let right = named.is_none_or(|org| org == Some(self.org.id))
            && self.state.host_serves(login_context.host, self.org.id);
        if right { Ok(()) } else { Err(LoginRefusal::WrongOrg) }
    }

    /// The password alone is enough, because every address of a test is a trusted one, unless the org insists.
    fn checks_password(&mut self, given: &str, login_context: &LoginContext) -> Result<(), LoginRefusal> {
        let token = password::security_token(self.org, self.id)?;
        let bare =
            token.as_deref().and_then(|token| given.strip_suffix(token)).filter(|bare| !bare.is_empty());
        match password::check(self.org, &self.environment(), self.id, bare.unwrap_or(given))? {
            Verdict::Right => {}
            Verdict::Expired
                if matches!(login_context.method, LoginMethod::SoapApi | LoginMethod::Browser) =>
            {
                self.password_expired = true
            }
            Verdict::Expired => return Err(LoginRefusal::PasswordExpired),
            Verdict::Locked => return Err(LoginRefusal::Locked),
            Verdict::Wrong => {
                crate::credentials::login::note_failure(self.org, &self.user)?;
                return Err(LoginRefusal::WrongPassword);
            }
        }
        let by_api = login_context.method != LoginMethod::Browser;
        if self.org.settings.require_security_token
            && by_api
            && bare.is_none()
            && login_context.scope.is_none()
        {
            return Err(LoginRefusal::NeedsSecurityToken);
        }
        Ok(())
    }

    /// SOAP looks at once; OAuth gives a token, and the API refuses it.
    fn may_call_api(&self, method: LoginMethod) -> Result<(), LoginRefusal> {
        if method != LoginMethod::SoapApi || self.org.runner(self.id)?.may("ApiEnabled") {
            return Ok(());
        }
        Err(LoginRefusal::ApiDisabled)
    }

    fn noting_refusal(
        &mut self,
        login_context: &LoginContext,
        checks: impl FnOnce(&mut Self) -> Result<(), LoginRefusal>,
    ) -> Result<(), LoginRefusal> {
        let outcome = checks(self);
        if let Some(status) = outcome.as_ref().err().and_then(LoginRefusal::status) {
            self.note_refusal(login_context, status);
        }
        outcome
    }

    /// Writes a refusal into the login history, for a surface that refuses for reasons of its own.
    pub fn note_refusal(&self, login_context: &LoginContext, status: &str) {
        match self.write_history(login_context, status) {
            Ok(row) => self.state.logins.note_history(row),
            Err(fault) => tracing::error!(message = fault.message, "the login history cannot be written"),
        }
    }

    fn write_history(&self, login_context: &LoginContext, status: &str) -> Result<Id, Fault> {
        history::note(self.org, &self.environment(), Some(self.id), login_context, status)
    }
}

impl LoginRefusal {
    /// `LoginHistory.Status`.
    /// Observed values: <https://salesforce.stackexchange.com/q/146422>;
    /// the texts for another org, an expired password and a disabled
    /// way or API are ours.
    pub fn status(&self) -> Option<&'static str> {
        match self {
            LoginRefusal::UnknownUser | LoginRefusal::Store(_) => None,
            LoginRefusal::WrongPassword => Some(error_rows::wrong_password.text),
            LoginRefusal::Locked => Some(error_rows::locked.text),
            LoginRefusal::Inactive => Some(error_rows::inactive.text),
            LoginRefusal::Frozen => Some(error_rows::frozen.text),
            LoginRefusal::WrongSite => Some(error_rows::wrong_site.text),
            LoginRefusal::WrongOrg => Some(error_rows::wrong_org.text),
            LoginRefusal::NeedsSecurityToken => Some(error_rows::needs_security_token.text),
            LoginRefusal::PasswordExpired => Some(error_rows::password_expired.text),
            LoginRefusal::WayDisabled => Some(error_rows::method_disabled.text),
            LoginRefusal::ApiDisabled => Some(error_rows::api_disabled.text),
        }
    }
}

declare_errors! {
    rows as Login "login";

    /// the password is wrong
    wrong_password() = "LOGIN_ERROR_INVALID_PASSWORD",
        "Invalid Password", Seen "https://salesforce.stackexchange.com/q/146422";

    /// there were too many wrong passwords
    locked() = "LOGIN_ERROR_PASSWORD_LOCKOUT",
        "Password Lockout", Seen "https://salesforce.stackexchange.com/q/146422";

    /// the user is not active
    inactive() = "LOGIN_ERROR_USER_INACTIVE",
        "User is Inactive", Seen "https://salesforce.stackexchange.com/q/146422";

    /// the user is frozen
    frozen() = "LOGIN_ERROR_USER_FROZEN", "User Is Frozen", Seen "https://salesforce.stackexchange.com/q/146422";

    /// a user of a community logs in where internal users do, or at a community of which they are no member or that is
    /// not live
    wrong_site() = "", "No community access", Seen "https://salesforce.stackexchange.com/q/146422";

    /// the client names another org than the user's, by a header or by the host
    wrong_org() = "", "Invalid Organization Id", Assumed;

    /// the password is right, and the org wants the security token behind it
    needs_security_token() = "", "Failed: API security token required", Quoted;

    /// the password is right but expired, and this way of logging in cannot change it
    password_expired() = "", "Failed: Password expired", Assumed;

    /// the org does not allow this way of logging in: SOAP `login()`, or the OAuth password flow
    method_disabled() = "", "Failed: Login method disabled", Assumed;

    /// a user without the permission `API Enabled` logs in by SOAP
    api_disabled() = "", "Failed: API disabled", Assumed;
}
