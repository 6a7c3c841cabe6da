//! Delegated administration: what users who are no administrators may do about others.
//!
//! Sources: <https://help.salesforce.com/HTViewHelpDoc?id=admin_delegate.htm> for employees,
//! <https://help.salesforce.com/HTViewHelpDoc?id=networks_DPUA.htm> for external users

use super::user_type::is_external_type;
use crate::model::id::Id;
use crate::model::record::Record;

/// What an org's administrators have delegated.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Delegation {
    pub groups: Vec<DelegateGroup>,
    /// By the profile of delegated external user administrators.
    pub external: Vec<(Id, Assignable)>,
}

/// A group of employees that may administer the users of some roles (Setup > Delegated Administration).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DelegateGroup {
    /// As the setup pages show it.
    pub name: String,
    pub administrators: Vec<Id>,
    /// Subordinates are meant as well.
    pub roles: Vec<Id>,
    pub assignable: Assignable,
}

/// What delegated administrators may give to users.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Assignable {
    pub profiles: Vec<Id>,
    pub permission_sets: Vec<Id>,
    /// Public groups.
    pub groups: Vec<Id>,
}

/// Whom a delegated administrator administers, and what they may give.
#[derive(Debug, Clone, Default)]
pub struct Delegated {
    /// For employees: all roles that they administer.
    pub(super) roles: Vec<Id>,
    /// For external users: their account.
    pub(super) account: Option<Id>,
    pub assignable: Assignable,
}

impl Delegated {
    /// The account whose users a delegated external user administrator administers; `None` for employees.
    pub fn account(&self) -> Option<Id> {
        self.account
    }

    /// Whether a user is one that the delegated administrator administers.
    pub fn administers(&self, user: &Record) -> bool {
        let external = is_external_type(user.text("UserType").unwrap_or_default());
        match self.account {
            Some(account) => external && user.id("AccountId") == Some(account),
            None => !external && user.id("UserRoleId").is_some_and(|role| self.roles.contains(&role)),
        }
    }
}
