//! Seeds: folders that say what an org contains when it starts. Their form: `docs/seeds.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::{fmt, fs};

use crate::dml::{Call, Options};
use crate::metadata::profile::StandardNames;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::model::schema::Schema;
use crate::org::access::Runner;
use crate::org::license::Licenses;
use crate::org::settings::Settings;
use crate::org::{Creation, Environment, Org};
use crate::store::{Store, StoreError};

mod address_settings;
mod app_file;
mod apps;
mod data;
mod declared;
mod delegation;
mod duplicate_rules;
mod feature_licenses;
mod force_app;
mod grants;
mod networks;
mod org_file;
mod orgs;
pub(crate) mod platform;
mod setup_users;
mod sso_configs;
mod standard;

pub use orgs::{clash, stored_org};

include!(concat!(env!("OUT_DIR"), "/seeds.rs"));

/// The files of a seed, by path from its folder. Files that are no text are left out.
#[derive(Debug, Clone)]
pub struct Seed {
    /// Where the org's files are in the folder that was read, with a slash at the end; empty for the folder itself.
    folder: String,
    files: BTreeMap<String, String>,
}

/// A mistake in a seed, in one sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct SeedError {
    pub file: String,
    /// 1-based; 0 when the whole file is meant.
    pub line: usize,
    pub what: String,
    /// What would have been right; may be empty.
    pub expected: String,
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": {}", self.what)?;
        if self.expected.is_empty() { Ok(()) } else { write!(f, "; expected {}", self.expected) }
    }
}

impl std::error::Error for SeedError {}

/// Ends the savepoint of a load.
impl From<StoreError> for SeedError {
    fn from(error: StoreError) -> SeedError {
        SeedError::whole("the database", error.to_string(), "")
    }
}

impl SeedError {
    fn whole(file: &str, what: impl Into<String>, expected: impl Into<String>) -> SeedError {
        SeedError { file: file.to_owned(), line: 0, what: what.into(), expected: expected.into() }
    }

    fn of_fault(file: &str, line: usize, fault: &Fault) -> SeedError {
        let what = format!("{}: {}", fault.code, fault.message.trim_end());
        SeedError { file: file.to_owned(), line, what, expected: String::new() }
    }
}

impl Seed {
    /// The built-in copy of `seed/default`.
    pub fn built_in() -> Seed {
        Seed { folder: String::new(), files: embedded("default/") }
    }

    /// Reads a folder. What is in it may be more than one org: see [`Seed::orgs`].
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read.
    pub fn folder(path: &Path) -> Result<Seed, SeedError> {
        let mut files = BTreeMap::new();
        read_folder(path, path, &mut files)?;
        Ok(Seed { folder: String::new(), files })
    }

    /// A seed from texts, for tests.
    pub fn from_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Seed {
        let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        Seed { folder: String::new(), files }
    }

    fn file(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    fn needed(&self, path: &str) -> Result<&str, SeedError> {
        self.file(path).ok_or_else(|| SeedError::whole(path, "the seed has no such file", "a file"))
    }

    /// Makes an org from the seed. A store that already holds an org is opened instead: only what is no record
    /// (settings, custom fields, connected apps) is read again. `id` is the one of [`stored_org`] then.
    ///
    /// # Errors
    /// The first mistake found. Nothing is stored then.
    pub fn load(&self, environment: &dyn Environment, id: Id, store: Store) -> Result<Org, SeedError> {
        self.load_org(environment, id, store).map_err(|error| self.in_folder(error))
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
        let whole = org.savepoint(|| {
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
            force_app::load(call, self, force_app::BEFORE_RECORDS)?;
            data::load(call, self, &file, admin)?;
            apps::admin_is_one(&org, &file)?;
            networks::load(call, &file)?;
            force_app::load(call, self, force_app::AFTER_RECORDS)?;
            apps::load_rows(call, &file)?;
            apps::load_logins(call, &file)?;
            sso_configs::load(call, self, &file)
        });
        whole?;
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
            admin: Some(apps::user(org, file, &file.admin)?),
            connected_apps: apps::connected_apps(self, org, file)?,
            logins: apps::logins(org, file)?,
            sso: sso_configs::besides_records(self, org, file)?,
            setup_users: setup_users::read(org, file)?,
            declared: declared::read(org, environment, file)?,
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

fn embedded(prefix: &str) -> BTreeMap<String, String> {
    let below = SEEDS.iter().filter_map(|(path, text)| Some((path.strip_prefix(prefix)?, *text)));
    below.map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

/// A file of `seed/standard`.
fn standard_file(name: &str) -> Result<&'static str, SeedError> {
    let path = format!("standard/{name}");
    let found = SEEDS.iter().find(|(known, _)| *known == path);
    found
        .map(|(_, text)| *text)
        .ok_or_else(|| SeedError::whole(&path, "the program was built without it", ""))
}

fn read_folder(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) -> Result<(), SeedError> {
    let name = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    let failed = |path: &Path, error: std::io::Error| {
        SeedError::whole(&path.display().to_string(), format!("cannot be read: {error}"), "")
    };
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, error))? {
        let path = entry.map_err(|error| failed(folder, error))?.path();
        if path.is_dir() {
            read_folder(root, &path, files)?;
            continue;
        }
        let bytes = fs::read(&path).map_err(|error| failed(&path, error))?;
        if let Ok(text) = String::from_utf8(bytes) {
            files.insert(name(&path), text);
        }
    }
    Ok(())
}

/// The 1-based line on which a text first occurs, or 0.
fn line_of(source: &str, needle: &str) -> usize {
    source.find(needle).map_or(0, |at| line_at(source, at))
}

/// The 1-based line of a byte.
fn line_at(source: &str, at: usize) -> usize {
    source.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}
