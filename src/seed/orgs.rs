//! A seed with more than one org: each in a folder of its own below `orgs/`.

use std::collections::BTreeMap;

use super::org_file::PATH;
use super::seed_error::SeedError;
use super::seed_files::Seed;
use crate::model::id::Id;
use crate::org::Org;
use crate::store::{Store, StoreError};

const ORGS: &str = "orgs/";

impl Seed {
    /// The seed of each org in the folder: the folder itself if it has an `org.json`, then those below `orgs/`, by name.
    ///
    /// # Errors
    /// A folder below `orgs/` without `org.json`, or a name there that is no folder's.
    pub fn orgs(&self) -> Result<Vec<Seed>, SeedError> {
        let mut own = BTreeMap::new();
        let mut others: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for (path, text) in self.files.clone() {
            let Some(below) = path.strip_prefix(ORGS) else {
                own.insert(path, text);
                continue;
            };
            let Some((name, path)) = below.split_once('/') else {
                return Err(SeedError::whole(&path, "is not in an org's folder", "orgs/<name>/org.json"));
            };
            others.entry(name.to_owned()).or_default().insert(path.to_owned(), text);
        }
        let others = others.into_iter().map(|(name, files)| self.part(format!("{ORGS}{name}/"), files));
        let mut seeds: Vec<Seed> = others.collect();
        if own.contains_key(PATH) || seeds.is_empty() {
            seeds.insert(0, self.part(String::new(), own));
        }
        match seeds.iter().find(|seed| !seed.files.contains_key(PATH)) {
            Some(seed) => Err(seed.in_folder(SeedError::whole(PATH, "the seed has no such file", "a file"))),
            None => Ok(seeds),
        }
    }

    /// The name of the org's folder below `orgs/`; `None` for the seed's own org.
    pub fn name(&self) -> Option<&str> {
        self.folder.strip_prefix(ORGS)?.strip_suffix('/')
    }
}

/// The id of the org that a store holds; `None` for a new one.
///
/// # Errors
/// When the store fails.
pub fn stored_org(store: &Store) -> Result<Option<Id>, StoreError> {
    if !store.has_table("Organization")? {
        return Ok(None);
    }
    let id = store.row("SELECT \"Id\" FROM \"Organization\"", [], |row| row.get::<_, String>(0))?;
    Ok(id.and_then(|id| Id::parse(&id)))
}

/// What two orgs of a world must not have in common, beside usernames.
pub fn clash(known: &[Org], new: &Org) -> Option<SeedError> {
    known.iter().find_map(|org| clash_of(org, new))
}

fn clash_of(known: &Org, new: &Org) -> Option<SeedError> {
    let (ours, theirs) = (&new.seeded, &known.seeded);
    let mistake = |what: String, expected: &str| {
        Some(SeedError::whole(&format!("{}{PATH}", ours.folder), what, expected))
    };
    let other = if theirs.folder.is_empty() { PATH } else { theirs.folder.trim_end_matches('/') };
    if let Some(domain) = ours
        .my_domain
        .as_ref()
        .filter(|ours| theirs.my_domain.as_ref().is_some_and(|theirs| theirs.eq_ignore_ascii_case(ours)))
    {
        return mistake(format!("myDomain {domain:?} is also that of {other}"), "another name");
    }
    let mut apps = ours.connected_apps.iter();
    if let Some(app) =
        apps.find(|app| theirs.connected_apps.iter().any(|known| known.client_id == app.client_id))
    {
        return mistake(format!("clientId {:?} is also in {other}", app.client_id), "another consumer key");
    }
    let tokens = |org: &'_ Org| -> Vec<String> {
        let apps = org.seeded.connected_apps.iter();
        apps.flat_map(|app| app.refresh_tokens.iter().map(|token| token.token.clone())).collect()
    };
    let known_tokens = tokens(known);
    if let Some(token) = tokens(new).iter().find(|token| known_tokens.contains(token)) {
        return mistake(format!("refresh token {token:?} is also in {other}"), "another token");
    }
    let mut sites = new.sites.iter();
    let same_path =
        sites.find(|site| known.sites.iter().any(|known| known.path.eq_ignore_ascii_case(&site.path)));
    match same_path {
        Some(site) if ours.my_domain.is_none() => mistake(
            format!("urlPathPrefix {:?} is also in {other}", site.path),
            "another path, or a myDomain whose host tells the orgs apart",
        ),
        _ => None,
    }
}
