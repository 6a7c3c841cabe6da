//! Who is a member of which community: by profile, or by permission set.
//! Source: <https://help.salesforce.com/apex/HTViewHelpDoc?id=networks_customize_members.htm&language=en_US>

use super::Org;
use super::fault::Fault;
use super::id::Id;
use super::record::Record;
use super::value::Value;

const ALL: usize = 1_000_000;

impl Org {
    /// The communities (rows of Network) that a user is a member of, oldest first.
    pub fn networks_of(&self, user: &Record) -> Result<Vec<Id>, Fault> {
        let mut parents = self.permission_sets_of(user)?;
        parents.extend(user.id("ProfileId"));
        self.networks_with(&parents)
    }

    /// The communities whose members are those of these profiles and permission sets, oldest first.
    pub(super) fn networks_with(&self, parents: &[Id]) -> Result<Vec<Id>, Fault> {
        if !self.schema.has_feature("Communities") || !self.has_table("NetworkMemberGroup")? {
            return Ok(Vec::new());
        }
        let groups = self.standard("NetworkMemberGroup")?;
        let mut networks = Vec::new();
        for parent in parents {
            for group in self.ids_where(&groups, "ParentId", &Value::from(*parent), ALL)? {
                networks.extend(self.find(&groups, group)?.and_then(|group| group.id("NetworkId")));
            }
        }
        networks.sort();
        networks.dedup();
        Ok(networks)
    }

    /// Whether a user is a member of a community.
    pub fn is_member(&self, user: &Record, network: Id) -> Result<bool, Fault> {
        Ok(self.networks_of(user)?.contains(&network))
    }

    /// Whether a community is there for its members: published, and not down.
    pub fn is_live(&self, network: Id) -> Result<bool, Fault> {
        let network = self.find(&self.standard("Network")?, network)?;
        Ok(network.is_some_and(|network| network.text("Status") == Some("Live")))
    }
}
