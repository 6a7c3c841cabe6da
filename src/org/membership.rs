//! Who is a member of which community: by profile, or by permission set.
//! Source: <https://help.salesforce.com/apex/HTViewHelpDoc?id=networks_customize_members.htm&language=en_US>

use std::sync::Arc;

use super::Org;
use super::record_cache::Memberships;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::record::Record;

impl Org {
    /// The communities (rows of Network) that a user is a member of, oldest first.
    pub fn networks_of(&self, user: &Record) -> Result<Vec<Id>, Fault> {
        let mut parents = self.permission_sets_of(user)?;
        parents.extend(user.id("ProfileId"));
        self.networks_with(&parents)
    }

    /// The communities whose members are those of these profiles and permission sets, oldest first.
    pub(crate) fn networks_with(&self, parents: &[Id]) -> Result<Vec<Id>, Fault> {
        let Some(memberships) = self.memberships()? else { return Ok(Vec::new()) };
        let mut networks: Vec<Id> =
            parents.iter().filter_map(|parent| memberships.get(parent)).flatten().copied().collect();
        networks.sort();
        networks.dedup();
        Ok(networks)
    }

    /// The rows of NetworkMemberGroup; `None` while there are none. Every save of a user asks for them.
    fn memberships(&self) -> Result<Option<Arc<Memberships>>, Fault> {
        if let Some(known) = self.record_cache.memberships(&self.store) {
            return Ok(Some(known));
        }
        if !self.schema.has_feature("Communities") || !self.has_table("NetworkMemberGroup")? {
            return Ok(None);
        }
        self.standard("NetworkMemberGroup")?;
        let sql = "SELECT \"ParentId\", \"NetworkId\" FROM \"NetworkMemberGroup\"";
        let read =
            |row: &rusqlite::Row| Ok((row.get::<_, Option<String>>(0)?, row.get::<_, Option<String>>(1)?));
        let mut memberships = Memberships::default();
        for (parent, network) in self.store.rows(sql, [], read)? {
            let id = |text: Option<String>| text.as_deref().and_then(Id::parse);
            if let (Some(parent), Some(network)) = (id(parent), id(network)) {
                memberships.entry(parent).or_default().push(network);
            }
        }
        let memberships = Arc::new(memberships);
        self.record_cache.keep_memberships(&memberships);
        Ok(Some(memberships))
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
