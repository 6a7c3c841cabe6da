//! Seeds: folders that say what an org contains when it starts. Their form: `docs/seeds.md`.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::dml::{Call, Options};
use crate::metadata::profile::StandardNames;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::Schema;
use crate::org::access::Runner;
use crate::org::license::Licenses;
use crate::org::settings::Settings;
use crate::org::{Creation, Environment, Org};
use crate::store::Store;

mod address_file;
mod address_settings;
mod app_file;
mod apps;
mod data;
mod declared_rule_file;
mod declared_rules;
mod delegation;
mod duplicate_rule_file;
mod duplicate_rule_rows;
mod duplicate_rules;
mod feature_licenses;
mod force_app;
mod grants;
mod json_lines;
mod named_records;
mod networks;
mod org_file;
mod org_schema;
mod orgs;
pub(crate) mod platform;
mod seed_error;
mod seed_files;
mod setup_users;
mod setup_users_file;
mod sso_configs;
mod standard;

pub use org_schema::TEXT as ORG_SCHEMA;
pub use orgs::{clash, stored_org};
pub use seed_error::SeedError;
pub use seed_files::Seed;

impl Seed {
    /// Makes an org from the seed. A store that already holds an org is opened instead: only what is no record
    /// (settings, custom fields, connected apps) is read again. `id` is the one of [`stored_org`] then.
    ///
    /// # Errors
    /// The first mistake found. Nothing is stored then.
    pub fn load(&self, environment: &dyn Environment, id: Id, store: Store) -> Result<Org, SeedError> {
        let org = self.load_org(environment, id, store).map_err(|error| self.in_folder(error))?;
        org.notes_setup_changes.set(true);
        Ok(org)
    }

    fn load_org(&self, environment: &dyn Environment, id: Id, store: Store) -> Result<Org, SeedError> {
        let file = org_file::read(self)?;
        let mut features: BTreeSet<String> = file.features.iter().cloned().collect();
        if features.contains("Communities") {
            features.extend(standard::account_features(&file)?);
        }
        let mut schema = Schema::standard(features);
        let countries = address_settings::countries(&file)?;
        if let Some(countries) = &countries {
            schema.set_picklist("CountryCode", countries.country_entries());
            schema.set_picklist("StateCode", countries.state_entries());
        }
        let reopened = store.has_table("Organization").map_err(SeedError::from)?;
        schema.read_ahead(READ);
        if !reopened {
            schema.read_ahead(TOUCHED);
        }
        let definitions = force_app::add_definitions(self, &schema, &store)?;
        let mut platform = standard::platform(id, &file, &schema)?;
        let feature_licenses = feature_licenses::read(&file, &schema)?;
        let duplicate_rules = duplicate_rules::rules(&file, &schema)?;
        let settings = Settings { countries, duplicate_rules, feature_licenses, ..file.settings() };
        let mut org = Org::new(id, schema, settings, store);
        org.licenses = Arc::new(Licenses(platform.licenses.clone()));
        org.extensions.get::<StandardNames>().0.replace(platform.metadata_names());
        crate::metadata::definitions::of(&org).replace(definitions);
        let of_store = |fault: Fault| SeedError::of_fault("the database", 0, &fault);
        if reopened {
            org.created = standard::creation(&org).map_err(of_store)?;
            platform.created = org.created;
            org.standard_rows = Arc::new(platform);
            org.take_up_definitions().map_err(of_store)?;
            org.upgrade_tables().map_err(of_store)?;
            org.settle_definitions().map_err(of_store)?;
            org.seeded = Arc::new(self.besides_records(&org, environment, &file)?);
            org.find_sites().map_err(of_store)?;
            return Ok(org);
        }
        let users = org
            .schema
            .object("User")
            .ok_or_else(|| SeedError::whole("objects/User.json", "is missing", ""))?;
        let admin = org.next_id(&users).map_err(of_store)?;
        org.created = Creation { at: environment.now(), by: Some(admin) };
        platform.created = org.created;
        let platform = Arc::new(platform);
        org.standard_rows = platform.clone();
        let runner = Runner::system(admin);
        let options = Options { all_or_none: true, ..Options::default() };
        let stored = org.savepoint(|| {
            org.make_tables(TOUCHED).map_err(of_store)?;
            crate::credentials::password::make_table(&org).map_err(of_store)?;
            let call = Call {
                org: &org,
                environment,
                runner: &runner,
                options: &options,
                rules: &crate::rules::BOOK,
            };
            standard::organization(call, &file)?;
            standard::system_users(call, &platform)?;
            org.settle_definitions().map_err(of_store)?;
            let go_on = |mistake| self.note(mistake);
            force_app::load(call, self, force_app::BEFORE_RECORDS)?;
            data::load(call, self, &file, admin).or_else(go_on)?;
            apps::admin_is_one(&org, &file).or_else(go_on)?;
            networks::load(call, &file).or_else(go_on)?;
            force_app::load(call, self, force_app::AFTER_RECORDS)?;
            apps::load_rows(call, &file).or_else(go_on)?;
            apps::load_logins(call, &file).or_else(go_on)?;
            sso_configs::load(call, self, &file).or_else(go_on)
        });
        stored?;
        // Nobody has asked for them.
        org.mails.borrow_mut().clear();
        org.seeded = Arc::new(self.besides_records(&org, environment, &file)?);
        org.find_sites().map_err(of_store)?;
        // Of all that was written little is asked for.
        org.record_cache.forget(None);
        Ok(org)
    }

    fn besides_records(
        &self,
        org: &Org,
        environment: &dyn Environment,
        file: &org_file::OrgFile,
    ) -> Result<crate::org::Seeded, SeedError> {
        Ok(crate::org::Seeded {
            folder: self.folder.clone(),
            my_domain: file.my_domain.clone(),
            admin: Some(named_records::user(org, file, &file.admin)?),
            connected_apps: apps::connected_apps(self, org, file)?,
            logins: apps::logins(org, file)?,
            sso: sso_configs::besides_records(self, org, file)?,
            setup_users: setup_users::read(org, file)?,
            declared: declared_rules::read(org, environment, file)?,
            delegation: delegation::delegation(org, file)?,
        })
    }
}

/// Objects that every load looks into, the largest first.
const READ: &[&str] = &[
    "User",
    "Account",
    "Contact",
    "Organization",
    "ConnectedApplication",
    "Network",
    "SamlSsoConfig",
    "PermissionSet",
];

/// Objects that nearly every new org has records of, those with the most fields first. A table that is made later has SQLite
/// prepare anew what it has prepared.
const TOUCHED: &[&str] = &[
    "PermissionSet",
    "User",
    "UserLicense",
    "UserLogin",
    "PermissionSetAssignment",
    "Organization",
    "UserRole",
    "Group",
    "Account",
    "Network",
    "NetworkMember",
    "NetworkMemberGroup",
    "Site",
    "SamlSsoConfig",
    "ConnectedApplication",
    "OauthToken",
    "OauthCustomScope",
];
