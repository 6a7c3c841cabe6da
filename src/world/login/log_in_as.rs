//! "Log in as": an administrator takes the place of a user, and gets back to their own session when that ends.
//! <https://help.salesforce.com/s/articleView?id=xcloud.logging_in_as_another_user.htm>

use super::{LoginContext, LoginMethod, LoginRefusal, SessionRequest};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::org::Org;
use crate::org::access::{Runner, is_external_type, manages_external_users};
use crate::org::setup_audit::SetupChange;
use crate::world::{RequestContext, Session, State};

/// Whether a user may log in as another: as an employee with "Modify All Data", as an external user with the management of
/// external users and the right to edit their account.
pub(in crate::world) fn may_log_in_as(org: &Org, runner: &Runner, user: &Record) -> Result<bool, Fault> {
    if user.id("Id") == Some(runner.user) || !user.get("IsActive").is_true() || runner.is_external() {
        return Ok(false);
    }
    let user_type = user.text("UserType").unwrap_or_default();
    if !is_external_type(user_type) || runner.may("ModifyAllData") {
        return Ok(runner.may("ModifyAllData"));
    }
    let accounts = org.standard("Account")?;
    let account = user.id("AccountId").map(|account| org.find(&accounts, account)).transpose()?.flatten();
    let Some(account) = account else { return Ok(false) };
    Ok(manages_external_users(runner, user_type)
        && runner.object(&accounts).edit
        && runner.edits_record(org, &account)?)
}

impl State {
    /// Whether the user of a session may log in as another of their org.
    pub fn may_log_in_as(&self, context: &RequestContext, user: &Record) -> Result<bool, Fault> {
        may_log_in_as(context.org, &context.runner, user)
    }

    /// Opens a session of another user over that of an administrator. The community of the context is where it lands.
    ///
    /// # Errors
    /// The administrator may not, or the user could not log in there either.
    pub fn log_in_as(
        &self,
        context: &RequestContext,
        user: Id,
        login_context: &LoginContext,
    ) -> Result<Session, LoginRefusal> {
        let org = context.org;
        let member = self.user(org, user)?;
        if !may_log_in_as(org, &context.runner, &member.user)? {
            return Err(LoginRefusal::WrongSite);
        }
        let login_context = LoginContext { method: LoginMethod::LogInAs, ..*login_context };
        member.may_log_in(&login_context)?;
        let session = self.open(&member, &login_context, SessionRequest::default())?;
        self.sessions.lay_over(&session.token, &context.session.token);
        let name = member.user.text("Name").unwrap_or_default();
        let change =
            of_log_in_as(&member.user, "Login", &format!("Logged in using Login-As access for {name}"));
        org.note_setup_change(&context.environment(), context.runner.user, change)?;
        Ok(session)
    }

    /// Ends the session of a user that an administrator has logged in as; gives the token of the administrator's own.
    pub fn log_out_as(&self, token: &str) -> Result<Option<String>, Fault> {
        let Some(under) = self.sessions.under(token) else { return Ok(None) };
        let (Ok(above), Ok(below)) = (self.request_context(token), self.request_context(&under)) else {
            return Ok(None);
        };
        let user = above.user()?;
        let name = user.text("Name").unwrap_or_default();
        let change = of_log_in_as(&user, "Logout", &format!("Logged out using Login-As access for {name}"));
        below.org.note_setup_change(&below.environment(), below.runner.user, change)?;
        self.sessions.close(token);
        Ok(Some(under))
    }
}

fn of_log_in_as(user: &Record, ending: &str, display: &str) -> SetupChange {
    let is_external = is_external_type(user.text("UserType").unwrap_or_default());
    let action = if is_external { "suNetworkAdmin" } else { "suOrgAdmin" };
    SetupChange::new(format!("{action}{ending}"), "Manage Users", display.to_owned())
}
