//! What a client needs to log in.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::StartError;
use crate::http::Server as HttpServer;
use crate::org::Org;
use crate::org::connected_app::SeedFile;
use crate::world::{MAIN, SessionRequest, State};
use crate::{private_file, saml};

/// What a client needs to log in; the content of `--ready-file`. What the seed does not give is `null`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ready {
    /// Of the world: `main`, or what it was called when it was made.
    pub name: String,
    pub url: String,
    pub https_url: Option<String>,
    /// `name.localhost:port`, by which the world is reached at the main port.
    pub host: String,
    /// The certificate to trust for `localhost`, loopback addresses and the hosts of the real service.
    pub ca_file: Option<PathBuf>,
    /// The certificate to trust for another name of the server: the one it listens on, or that of its public URL.
    pub other_ca_file: Option<PathBuf>,
    /// The first org; its keys stand beside those above.
    #[serde(flatten)]
    pub first: ReadyOrg,
    /// All orgs, the first too.
    pub orgs: Vec<ReadyOrg>,
}

/// What a client needs to log in to one org.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadyOrg {
    /// 18 characters.
    pub org_id: String,
    pub org_name: Option<String>,
    /// `acme` in `https://acme.my.salesforce.com`.
    pub my_domain: Option<String>,
    /// The administrator's.
    pub username: Option<String>,
    pub password: Option<String>,
    pub security_token: Option<String>,
    /// The first connected app's.
    pub client_id: Option<String>,
    pub client_secret: Option<String>,
    pub refresh_token: Option<String>,
    /// The PEM file of the private key whose certificate the app trusts.
    pub jwt_key_file: Option<PathBuf>,
    /// A session of the administrator that is open already.
    pub access_token: Option<String>,
    /// What an identity provider must know: for `internal` users, and for each community by its path.
    pub saml: BTreeMap<String, ReadySaml>,
}

/// What an identity provider must know to log users in at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadySaml {
    /// The entity id it must have.
    pub issuer: String,
    /// The entity id that it speaks to.
    pub audience: String,
    /// Where it posts Responses, as `SAMLResponse`.
    pub acs: String,
    /// The PEM files of the key that it signs with, and of the certificate that is trusted.
    pub idp_key_file: Option<PathBuf>,
    pub idp_cert_file: Option<PathBuf>,
}

/// Where the private keys of a seed are: in its folder, or, for the built-in seed, beside the certificates.
#[derive(Clone, Copy)]
pub(super) struct Keys<'a> {
    pub seed: Option<&'a Path>,
    pub beside: Option<&'a Path>,
}

impl Ready {
    pub(super) fn of(state: &State, http: &HttpServer, keys: Keys) -> Result<Ready, StartError> {
        let server = Ready {
            name: MAIN.to_owned(),
            url: http.url.clone(),
            https_url: http.https_url.clone(),
            host: format!("localhost:{}", http.port),
            ca_file: http.ca_file.clone(),
            other_ca_file: http.other_ca_file.clone(),
            ..Ready::default()
        };
        server.with_orgs(state, keys)
    }

    /// The same with the orgs of another world.
    pub(super) fn with_orgs(&self, state: &State, keys: Keys) -> Result<Ready, StartError> {
        let orgs: Result<Vec<_>, _> =
            state.orgs.iter().map(|org| ReadyOrg::of(state, org, &self.url, keys)).collect();
        let orgs = orgs?;
        Ok(Ready { first: orgs.first().cloned().unwrap_or_default(), orgs, ..self.clone() })
    }

    /// The same for another world with these orgs: at its own port, or at a host name of the main one.
    pub(super) fn of_world(mut self, name: &str, host: &str, http: Option<&HttpServer>) -> Ready {
        let (url, https_url) = match http {
            Some(http) => (http.url.clone(), http.https_url.clone()),
            None => (format!("http://{host}"), self.https_url.as_ref().map(|_| format!("https://{host}"))),
        };
        for org in self.orgs.iter_mut().chain([&mut self.first]) {
            for saml in org.saml.values_mut() {
                if let Some(path) = saml.acs.strip_prefix(&self.url) {
                    saml.acs = format!("{url}{path}");
                }
            }
        }
        Ready { name: name.to_owned(), host: host.to_owned(), url, https_url, ..self }
    }
}

impl ReadyOrg {
    fn of(state: &State, org: &Org, url: &str, keys: Keys) -> Result<ReadyOrg, StartError> {
        let organization = org.standard("Organization").and_then(|object| org.find(&object, org.id));
        let organization = organization.map_err(StartError::Fault)?;
        let mut ready = ReadyOrg {
            org_id: org.id.to_string(),
            org_name: organization.and_then(|record| record.text("Name").map(str::to_owned)),
            my_domain: org.seeded.my_domain.clone(),
            ..ReadyOrg::default()
        };
        let app = org.seeded.connected_apps.first();
        if let Some(app) = app {
            ready.client_id = Some(app.client_id.clone());
            ready.client_secret = Some(app.client_secret.clone());
            ready.refresh_token = app.refresh_tokens.first().map(|token| token.token.clone());
            ready.jwt_key_file =
                app.key_file.as_ref().and_then(|key| keys.file(key).transpose()).transpose()?;
        }
        for entry in saml::entries(org, url) {
            let file = |file: Option<&SeedFile>| match file {
                Some(file) => keys.file(file),
                None => Ok(None),
            };
            let saml = ReadySaml {
                idp_key_file: file(entry.key)?,
                idp_cert_file: file(entry.certificate)?,
                issuer: entry.issuer,
                audience: entry.audience,
                acs: entry.acs,
            };
            ready.saml.insert(entry.name, saml);
        }
        if let Some(admin) = org.seeded.admin {
            let user = org
                .find(&org.standard("User").map_err(StartError::Fault)?, admin)
                .map_err(StartError::Fault)?;
            ready.username = user.and_then(|user| user.text("Username").map(str::to_owned));
            if let Some((_, password, token)) = org.seeded.logins.iter().find(|(user, ..)| *user == admin) {
                ready.password = Some(password.clone());
                ready.security_token = Some(token.clone());
            }
            let session_request = SessionRequest {
                client_id: app.map(|app| app.client_id.as_str()),
                scopes: app.map_or_else(|| vec!["full".to_owned()], |app| app.scopes.clone()),
                refresh_token: None,
            };
            ready.access_token = Some(state.open_unseen(org, admin, session_request).token);
        }
        Ok(ready)
    }
}

impl Keys<'_> {
    fn file(self, key: &SeedFile) -> Result<Option<PathBuf>, StartError> {
        if let Some(seed) = self.seed {
            let path = seed.join(&key.path);
            return Ok(Some(std::path::absolute(&path).unwrap_or(path)));
        }
        let name = key.path.rsplit('/').next().unwrap_or(&key.path);
        let Some(directory) = self.beside else { return Ok(None) };
        let path = directory.join(name);
        if private_file::holds(&path, &key.text) {
            return Ok(Some(path));
        }
        match fs::create_dir_all(directory).and_then(|()| private_file::write(&path, &key.text)) {
            Ok(()) => Ok(Some(path)),
            Err(source) => Err(StartError::Write { path, source }),
        }
    }
}
