//! What logging in needs of a user, and writes of them, besides the password.

use crate::dml::update_without_rules;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;
use crate::model::value::Value;
use crate::org::Org;

/// Notes a login at that time (milliseconds since 1970 UTC). The row does not count as modified.
pub fn note_success(org: &Org, user: Id, at: i64) -> Result<(), Fault> {
    let fields = [("LastLoginDate", Value::Int(at)), ("NumberOfFailedLogins", Value::Int(0))];
    update_without_rules(org, "User", user, &fields)
}

/// Counts a wrong password.
pub fn note_failure(org: &Org, user: &Record) -> Result<(), Fault> {
    let Some(id) = user.id("Id") else { return Ok(()) };
    let failures = match user.get("NumberOfFailedLogins") {
        Value::Int(failures) => failures + 1,
        _ => 1,
    };
    update_without_rules(org, "User", id, &[("NumberOfFailedLogins", Value::Int(failures))])
}

impl Org {
    /// Whether usernames of this `UserType` are unique across all orgs of a world. Those of customers without roles are
    /// unique in their org only; those of partners if the org says so.
    /// Source: <https://releasenotes.docs.salesforce.com/en-us/winter19/release-notes/rn_networks_PUU.htm>
    pub fn shares_usernames(&self, user_type: &str) -> bool {
        match user_type {
            "CspLitePortal" => false,
            "PowerPartner" => !self.settings.partner_usernames_unique_in_org,
            _ => true,
        }
    }

    /// Whether a user of this org keeps those of other orgs from taking a username.
    pub fn holds_shared_username(&self, username: &str) -> Result<bool, Fault> {
        const MOST: usize = 1000;
        let users = self.standard("User")?;
        for id in self.ids_where(&users, "Username", &Value::from(username), MOST)? {
            let holds = |user: &Record| self.shares_usernames(user.text("UserType").unwrap_or_default());
            if self.find(&users, id)?.as_ref().is_some_and(holds) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
