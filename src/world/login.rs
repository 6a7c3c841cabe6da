//! The one door: every way of logging in ends here, and every attempt is in the login history.
//!
//! Two steps: [`State::identify`] or [`State::member`] finds out who it is and whether they may log in,
//! [`State::open`] opens the session. Between them a surface can refuse for reasons of its own.

use std::net::IpAddr;

use super::{OrgWorld, Session, SessionKind, State};
use crate::credentials::password;
use crate::credentials::password::Verdict;
use crate::credentials::refresh_token;
use crate::error_entry::declare_errors;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::org::access::is_external_type;
use crate::org::{Org, World as _};

mod beside;
mod history;

/// Where and how someone logs in: what the login history tells of it.
#[derive(Debug, Clone, Copy)]
pub struct Door<'a> {
    pub way: Way,
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
}

/// How someone logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
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

/// Someone who may log in.
pub struct Member<'a> {
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
pub struct Terms<'a> {
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
    /// A user of a community at the door for internal users, or of another community, or of none.
    WrongSite,
    /// The client named another org than the user's.
    WrongOrg,
    /// The password is right, but has to be followed by the security token.
    NeedsSecurityToken,
    /// The password is right, but must be changed first, which this door has no way to do.
    PasswordExpired,
    /// The user, or everyone in the org, may not use this way.
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
        door: &Door,
        terms: Terms,
    ) -> Result<Session, LoginRefusal> {
        let member = self.identify(username, password, door)?;
        Ok(self.open(&member, door, terms)?)
    }

    /// Finds the user of a username, in any case and in any org, and checks the password and the user's state.
    ///
    /// # Errors
    /// [`LoginRefusal`]; it is in the login history already.
    pub fn identify(&self, username: &str, password: &str, door: &Door) -> Result<Member<'_>, LoginRefusal> {
        let (org, user) = self.user_named(username, door)?.ok_or(LoginRefusal::UnknownUser)?;
        let id = user.id("Id").ok_or(LoginRefusal::UnknownUser)?;
        let mut member = Member { state: self, org, id, user, password_expired: false };
        member.noting_refusal(door, |member| {
            member.may_use(door.way)?;
            member.is_usable()?;
            member.belongs_to(door.site)?;
            member.is_in(door)?;
            member.checks_password(password, door)?;
            member.may_call_api(door.way)
        })?;
        Ok(member)
    }

    /// A user who has proved by other means than a password who they are.
    ///
    /// # Errors
    /// [`LoginRefusal`]; it is in the login history already.
    pub fn member<'a>(&'a self, org: &'a Org, id: Id, door: &Door) -> Result<Member<'a>, LoginRefusal> {
        let mut member = self.user(org, id)?;
        member.noting_refusal(door, |member| member.may_enter(door))?;
        Ok(member)
    }

    /// As [`State::member`], for one who does not log in now: nothing is noted.
    pub fn known_member<'a>(&'a self, org: &'a Org, id: Id, door: &Door) -> Option<Member<'a>> {
        let member = self.user(org, id).ok()?;
        member.may_enter(door).is_ok().then_some(member)
    }

    fn user<'a>(&'a self, org: &'a Org, id: Id) -> Result<Member<'a>, LoginRefusal> {
        let user = org.find(&org.standard("User")?, id)?.ok_or(LoginRefusal::UnknownUser)?;
        Ok(Member { state: self, org, id, user, password_expired: false })
    }

    /// Opens a session, and notes the login.
    pub fn open(&self, member: &Member, door: &Door, terms: Terms) -> Result<Session, Fault> {
        let at = self.world(member.org.id).now();
        let row = member.org.attempt(|| {
            let row = member.write_history(door, "Success")?;
            crate::credentials::login::note_success(member.org, member.id, at)?;
            Ok::<_, Fault>(row)
        })?;
        self.logins.note_history(row);
        let kind = match door.way {
            Way::SoapApi => SessionKind::Soap,
            Way::Browser | Way::Saml { .. } | Way::SamlPortal { .. } => SessionKind::Browser,
            _ => SessionKind::Oauth,
        };
        let session = Session {
            password_expired: member.password_expired,
            ..self.session(member.org, member.id, kind, terms)
        };
        self.sessions.open(session.clone());
        Ok(session)
    }

    /// Writes a login that failed before it was known whose it was, or that is refused for reasons of a surface.
    pub fn note_failed_login(
        &self,
        org: &Org,
        user: Option<Id>,
        door: &Door,
        status: &str,
    ) -> Result<(), Fault> {
        self.logins.note_history(history::note(org, &self.world(org.id), user, door, status)?);
        Ok(())
    }

    /// Opens a session without a login, for the one that a server hands out at its start.
    pub fn open_unseen(&self, org: &Org, user: Id, terms: Terms) -> Session {
        let session = self.session(org, user, SessionKind::Oauth, terms);
        self.sessions.open(session.clone());
        session
    }

    fn session(&self, org: &Org, user: Id, kind: SessionKind, terms: Terms) -> Session {
        let now = self.clock.now();
        let app = terms.client_id.and_then(|id| self.connected_app(id));
        let timeout = app.and_then(|(_, app)| app.session_timeout).unwrap_or(org.settings.session_timeout);
        let timeout = timeout * 1000;
        Session {
            token: self.new_token(org.id),
            org: org.id,
            user,
            kind,
            client_id: terms.client_id.map(str::to_owned),
            scopes: terms.scopes,
            refresh_token: terms.refresh_token.map(str::to_owned),
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
        refresh_token::revoke(org, &self.world(org.id), token)?;
        self.sessions.end(|session| session.refresh_token.as_ref() == Some(&found.family));
        Ok(found.is_live)
    }
}

impl<'a> Member<'a> {
    /// The world as the user's org sees it.
    pub fn world(&self) -> OrgWorld<'a> {
        self.state.world(self.org.id)
    }

    fn may_use(&self, way: Way) -> Result<(), LoginRefusal> {
        let settings = &self.org.settings;
        let allowed = match way {
            Way::SoapApi => settings.soap_login,
            Way::OauthPassword => settings.oauth_password_flow,
            _ => true,
        };
        if allowed { Ok(()) } else { Err(LoginRefusal::WayDisabled) }
    }

    fn may_enter(&self, door: &Door) -> Result<(), LoginRefusal> {
        self.is_usable()?;
        self.is_in(door)?;
        if matches!(door.way, Way::SamlPortal { .. }) { Ok(()) } else { self.belongs_to(door.site) }
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
    fn is_in(&self, door: &Door) -> Result<(), LoginRefusal> {
        let named = door.scope.map(Id::parse);
        let right = named.is_none_or(|org| org == Some(self.org.id))
            && self.state.host_serves(door.host, self.org.id);
        if right { Ok(()) } else { Err(LoginRefusal::WrongOrg) }
    }

    /// The password alone is enough, because every address of a test is a trusted one, unless the org insists.
    fn checks_password(&mut self, given: &str, door: &Door) -> Result<(), LoginRefusal> {
        let token = password::security_token(self.org, self.id)?;
        let bare =
            token.as_deref().and_then(|token| given.strip_suffix(token)).filter(|bare| !bare.is_empty());
        match password::check(self.org, &self.world(), self.id, bare.unwrap_or(given))? {
            Verdict::Right => {}
            Verdict::Expired if matches!(door.way, Way::SoapApi | Way::Browser) => {
                self.password_expired = true
            }
            Verdict::Expired => return Err(LoginRefusal::PasswordExpired),
            Verdict::Locked => return Err(LoginRefusal::Locked),
            Verdict::Wrong => {
                crate::credentials::login::note_failure(self.org, &self.user)?;
                return Err(LoginRefusal::WrongPassword);
            }
        }
        let by_api = door.way != Way::Browser;
        if self.org.settings.require_security_token && by_api && bare.is_none() && door.scope.is_none() {
            return Err(LoginRefusal::NeedsSecurityToken);
        }
        Ok(())
    }

    /// SOAP looks at once; OAuth gives a token, and the API refuses it.
    fn may_call_api(&self, way: Way) -> Result<(), LoginRefusal> {
        if way != Way::SoapApi || self.org.runner(self.id)?.may("ApiEnabled") {
            return Ok(());
        }
        Err(LoginRefusal::ApiDisabled)
    }

    fn noting_refusal(
        &mut self,
        door: &Door,
        checks: impl FnOnce(&mut Self) -> Result<(), LoginRefusal>,
    ) -> Result<(), LoginRefusal> {
        let outcome = checks(self);
        if let Some(status) = outcome.as_ref().err().and_then(LoginRefusal::status) {
            self.note_refusal(door, status);
        }
        outcome
    }

    /// Writes a refusal into the login history, for a surface that refuses for reasons of its own.
    pub fn note_refusal(&self, door: &Door, status: &str) {
        match self.write_history(door, status) {
            Ok(row) => self.state.logins.note_history(row),
            Err(fault) => tracing::error!(message = fault.message, "the login history cannot be written"),
        }
    }

    fn write_history(&self, door: &Door, status: &str) -> Result<Id, Fault> {
        history::note(self.org, &self.world(), Some(self.id), door, status)
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
