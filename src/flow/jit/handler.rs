//! Provisioning by a handler class: the generated template, and declared variants of it.
//!
//! The platform looks the user up by federation id and calls `updateUser` or `createUser`; a new user that
//! `createUser` returns is inserted by the platform. Everything is done in the name of the execution user.
//! <https://developer.salesforce.com/docs/atlas.en-us.apexref.meta/apexref/apex_interface_Auth_SamlJitHandler.htm>

use super::attributes::Attributes;
use super::error::{JitError, JitErrorCode};
use super::provisioning::{Jit, ProvisioningTarget};
use crate::model::id::Id;
use crate::org::access::Runner;
use crate::org::sso_config::{HandlerRules, JitHandler, SsoConfig};
use crate::world::Stage;

mod mapping;
mod template;

/// Lets the handler of a configuration find or make the user.
pub(super) fn provision(jit: &Jit, config: &SsoConfig, class: Id) -> Result<Id, JitError> {
    let handler = handler(jit, class)?;
    let user = execution_user(jit, config)?;
    let by = jit.username(user)?;
    jit.note(Stage::Handler, format!("handler {} runs as {by}", handler.class));
    let known = jit.user_by_federation_id()?.and_then(|user| user.id("Id"));
    let sent = jit.attributes.exact();
    let attributes = match &handler.rules {
        Some(rules) => mapping::mapped(jit, &sent, rules, known.is_none())?,
        None => sent,
    };
    let run = Run { jit, runner: Runner::system(user), attributes, rules: handler.rules.as_ref() };
    match known {
        Some(id) => run.update_user(id),
        None => {
            jit.check_lock()?;
            run.create_user()
        }
    }
}

/// One call of a handler.
struct Run<'r, 'j> {
    jit: &'r Jit<'j>,
    /// The execution user, whose permissions Apex does not ask for.
    runner: Runner,
    attributes: Attributes,
    rules: Option<&'r HandlerRules>,
}

impl Run<'_, '_> {
    /// At a community or a portal there are a contact and an account to care for.
    fn is_external(&self) -> bool {
        self.jit.place != ProvisioningTarget::Internal
    }

    /// Throws an exception that nothing catches.
    fn throw<T>(&self, message: impl Into<String>) -> Result<T, JitError> {
        let message = message.into();
        self.jit.trace.borrow_mut().fail(Stage::Handler, format!("the handler threw: {message}"));
        Err(JitError::thrown(message))
    }
}

fn handler<'j>(jit: &Jit<'j>, class: Id) -> Result<&'j JitHandler, JitError> {
    let classes = jit.org.standard("ApexClass")?;
    let record = jit.live(&classes, class)?;
    let name = record.as_ref().and_then(|class| class.text("Name")).unwrap_or_default();
    match jit.org.seeded.sso.handlers.iter().find(|handler| handler.class == name) {
        Some(handler) => Ok(handler),
        None => {
            let text = format!(
                "ApexClass {class} {name:?} is no handler: samlJitHandlers in org.json names none such"
            );
            jit.refuse(Stage::Handler, JitErrorCode::InvalidHandler, text)
        }
    }
}

/// "Execute Handler As": an active user who may manage users.
fn execution_user(jit: &Jit, config: &SsoConfig) -> Result<Id, JitError> {
    let Some(id) = config.execution_user else {
        let text = "the configuration has a handler and no execution user";
        return jit.refuse(Stage::Handler, JitErrorCode::InvalidExecutionUser, text);
    };
    let user = jit.live(&jit.users, id)?;
    if !user.is_some_and(|user| user.get("IsActive").is_true()) {
        let text = format!("the execution user {id} is not active");
        return jit.refuse(Stage::Handler, JitErrorCode::InvalidExecutionUser, text);
    }
    if !jit.org.runner(id)?.may("ManageUsers") {
        let text = format!("the execution user {id} lacks Manage Users");
        return jit.refuse(Stage::Handler, JitErrorCode::InvalidExecutionUser, text);
    }
    Ok(id)
}
