//! Admission: who may come in for what. Every surface asks here before it does anything in a user's name; it only words
//! the denial.

use super::{RequestContext, Session, SessionKind, State};
use crate::credentials::password;
use crate::model::fault::{Fault, StatusCode};

/// What a call is for. It decides which conditions hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// An operation of an API: REST, SOAP, Bulk, SCIM, Metadata or Tooling.
    Api,
    /// An operation of Connect REST API, for which OAuth has a scope of its own.
    Connect,
    /// One of the API's operations that an expired password leaves open: to set another, to log out.
    ChangePassword,
    /// Who the user of a token is: the identity URL, the userinfo endpoint, and for whom a WSDL is written.
    Identity,
    /// A page in a browser.
    Page,
}

/// Why a call is not admitted.
#[derive(Debug, Clone, PartialEq)]
pub enum Denial {
    /// No such session, or no longer: it has expired or been ended, its user is inactive or frozen.
    NoSession,
    /// The host is the My Domain of another org.
    OtherMyDomain,
    /// The scopes of the session's token do not cover the purpose.
    MissingScope,
    /// The session began with a password that had expired, and it has not been changed yet.
    PasswordExpired,
    /// The user does not have the permission "API Enabled".
    ApiDisabled,
    /// An injected fault, or trouble in the store.
    Refused(Fault),
}

impl From<Fault> for Denial {
    fn from(fault: Fault) -> Denial {
        match fault.code {
            StatusCode::INVALID_SESSION_ID => Denial::NoSession,
            _ => Denial::Refused(fault),
        }
    }
}

impl Purpose {
    /// One of these scopes opens it to a token of a connected app; none are needed where there are none.
    /// <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_tokens_scopes.htm>
    fn scopes(self) -> &'static [&'static str] {
        match self {
            Purpose::Api | Purpose::ChangePassword => &["api", "full"],
            Purpose::Connect => &["api", "full", "chatter_api"],
            Purpose::Page => &["web", "full"],
            Purpose::Identity => &[],
        }
    }

    /// Whether it is a call of an API: needs "API Enabled", counts against the org's limit, and is struck by the faults
    /// that are injected for API calls.
    fn is_api_call(self) -> bool {
        matches!(self, Purpose::Api | Purpose::Connect | Purpose::ChangePassword)
    }

    /// Whether an expired password closes it. The identity URL stays open, as seen in
    /// <https://github.com/omniphx/forrest/issues/240>; pages lead to the one that changes the password.
    fn needs_good_password(self) -> bool {
        matches!(self, Purpose::Api | Purpose::Connect)
    }

    /// Whether the scopes of a session's token cover it.
    pub fn is_covered_by(self, session: &Session) -> bool {
        // Sessions of other kinds than OAuth know no scopes.
        let knows_none = match self {
            Purpose::Page => session.client_id.is_none(),
            _ => session.kind != SessionKind::Oauth,
        };
        let wanted = self.scopes();
        let has = |scope: &String| wanted.contains(&scope.as_str());
        knows_none || wanted.is_empty() || session.scopes.iter().any(has)
    }
}

impl State {
    /// Admits a call that names a session's token at a host (`name[:port]`), and counts it if it is one of an API.
    ///
    /// # Errors
    /// Why it is not admitted; of several reasons the first in the order of [`Denial`].
    pub fn admit(&self, token: &str, host: &str, purpose: Purpose) -> Result<RequestContext<'_>, Denial> {
        let context = self.request_context(token)?;
        if !self.host_serves(host, context.org.id) {
            return Err(Denial::OtherMyDomain);
        }
        if !purpose.is_covered_by(&context.session) {
            return Err(Denial::MissingScope);
        }
        if purpose.needs_good_password() && must_change_password(&context)? {
            return Err(Denial::PasswordExpired);
        }
        if purpose.is_api_call() {
            if !context.runner.may("ApiEnabled") {
                return Err(Denial::ApiDisabled);
            }
            self.fault_plan.inject_into_call()?;
            self.count_api_call(context.org.id);
        }
        Ok(context)
    }
}

/// Whether the session began with an expired password that is so still: as soon as it has been changed, by whatever
/// session, this one is good for everything.
fn must_change_password(context: &RequestContext) -> Result<bool, Fault> {
    Ok(context.session.password_expired
        && password::is_expired(context.org, &context.environment(), context.runner.user)?)
}
