//! The single sign-on configurations of an org.

use std::sync::Arc;

use super::sso_config::{ConfigKeys, INTERNAL, SsoConfig};
use super::{NO_LIMIT, Org};
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::value::Value;

impl Org {
    /// All configurations, oldest first.
    pub fn sso_configs(&self) -> Result<Arc<[Arc<SsoConfig>]>, Fault> {
        if let Some(known) = &*self.sso_configs.borrow() {
            return Ok(known.clone());
        }
        let read: Arc<[_]> = self.read_sso_configs()?.into();
        self.sso_configs.replace(Some(read.clone()));
        Ok(read)
    }

    /// The configurations of an org's login page, or of that of a community, oldest first.
    pub fn sso_configs_of_page(&self, site: Option<&str>) -> Result<Vec<Arc<SsoConfig>>, Fault> {
        let page = site.unwrap_or(INTERNAL);
        let is_there = |config: &&Arc<SsoConfig>| {
            let pages = self.sso_keys(config.id).and_then(|keys| keys.login_pages.as_ref());
            pages.is_none_or(|pages| pages.iter().any(|known| known.eq_ignore_ascii_case(page)))
        };
        Ok(self.sso_configs()?.iter().filter(is_there).cloned().collect())
    }

    fn read_sso_configs(&self) -> Result<Vec<Arc<SsoConfig>>, Fault> {
        let object = self.standard("SamlSsoConfig")?;
        let mut configs = Vec::new();
        for id in self.ids_where(&object, "IsDeleted", &Value::Bool(false), NO_LIMIT)? {
            configs.extend(self.find(&object, id)?.as_ref().and_then(SsoConfig::of).map(Arc::new));
        }
        Ok(configs)
    }

    /// A configuration by id.
    pub fn sso_config(&self, id: Id) -> Result<Option<SsoConfig>, Fault> {
        let found = self.find(&self.standard("SamlSsoConfig")?, id)?;
        Ok(found.filter(|record| !record.get("IsDeleted").is_true()).as_ref().and_then(SsoConfig::of))
    }

    /// The key files of a configuration.
    pub fn sso_keys(&self, config: Id) -> Option<&ConfigKeys> {
        self.seeded.sso.keys.iter().find(|keys| keys.config == config)
    }
}
