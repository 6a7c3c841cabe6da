//! A running fauxforce: a cloud made from a seed, behind a port.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use crate::app::{App, is_origin};
use crate::cloud::{ApiVersion, Clock, Cloud, Random, ServerSettings, State, Terms};
use crate::http::listen::{self, BindError};
use crate::http::server::{Config, StartError as HttpError};
use crate::http::{Limits, Server as HttpServer};
use crate::job;
use crate::org::Org;
use crate::org::connected_app::SeedFile;
use crate::org::fault::Fault;
use crate::org::id::Id;
use crate::org::seed::{Seed, SeedError};
use crate::saml;
use crate::store::{Store, StoreError};

/// A server that runs until it is stopped or dropped.
///
/// ```
/// let server = fauxforce::Server::builder().deterministic().start()?;
/// assert!(server.url.starts_with("http://127.0.0.1:"));
/// server.stop();
/// # Ok::<(), fauxforce::StartError>(())
/// ```
pub struct Server {
    /// `http://host:port`
    pub url: String,
    /// `https://host:port`, the same port; `None` after [`Builder::without_https`].
    pub https_url: Option<String>,
    /// The certificate that HTTPS clients are to trust.
    pub ca_file: Option<PathBuf>,
    /// What a client needs to log in.
    pub ready: Ready,
    cloud: Arc<Cloud>,
    http: HttpServer,
}

/// What a client needs to log in; the content of `--ready-file`. What the seed does not give is `null`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ready {
    pub url: String,
    pub https_url: Option<String>,
    pub ca_file: Option<PathBuf>,
    /// 18 characters.
    pub org_id: String,
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

/// How a server is to start.
#[derive(Debug, Clone)]
pub struct Builder {
    host: String,
    port: u16,
    seed: Option<PathBuf>,
    database: Option<PathBuf>,
    deterministic: bool,
    https: bool,
    ca_dir: Option<PathBuf>,
    settings: ServerSettings,
}

/// Why a server did not start, in one sentence.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Bind(#[from] BindError),
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error("cannot load the seed: {0}")]
    Seed(SeedError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{}: {}", .0.code, .0.message)]
    Fault(Fault),
    #[error("{0:?} is not a public URL; expected something like https://sf.example.com:8443, without a path")]
    PublicUrl(String),
    #[error(
        "{0}.0 is not an API version to begin with; expected {oldest} to {newest}",
        oldest = ApiVersion::OLDEST.number(),
        newest = ApiVersion::NEWEST.number()
    )]
    MinApiVersion(u32),
    #[error("cannot write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
}

impl Server {
    /// A server on 127.0.0.1 and a free port, with the built-in seed, in memory.
    pub fn builder() -> Builder {
        Builder {
            host: "127.0.0.1".to_owned(),
            port: 0,
            seed: None,
            database: None,
            deterministic: false,
            https: true,
            ca_dir: None,
            settings: ServerSettings::default(),
        }
    }

    /// The world behind the port.
    pub fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// Stops accepting, lets requests that have begun finish, and returns when the port is free.
    pub fn stop(self) {
        self.http.stop();
    }
}

impl Builder {
    /// A name or address of this machine to listen on.
    pub fn host(mut self, host: impl Into<String>) -> Builder {
        self.host = host.into();
        self
    }

    /// A port; 0 takes a free one.
    pub fn port(mut self, port: u16) -> Builder {
        self.port = port;
        self
    }

    /// A seed's folder, instead of the built-in one.
    pub fn seed(mut self, folder: impl Into<PathBuf>) -> Builder {
        self.seed = Some(folder.into());
        self
    }

    /// A database file, instead of memory. A file that has an org in it keeps its records.
    pub fn database(mut self, file: impl Into<PathBuf>) -> Builder {
        self.database = Some(file.into());
        self
    }

    /// Ids, tokens and times that are the same in every run: the clock starts at 2026-01-01 and moves a second per
    /// request.
    pub fn deterministic(mut self) -> Builder {
        self.deterministic = true;
        self
    }

    /// Answers 501 to what is not emulated.
    pub fn strict(mut self) -> Builder {
        self.settings.strict = true;
        self
    }

    /// The oldest API version that is not retired; the real service's is 31.
    pub fn min_api_version(mut self, version: u32) -> Builder {
        self.settings.min_api_version = version;
        self
    }

    /// `scheme://host[:port]` to write into absolute URLs, instead of what the client addressed.
    pub fn public_url(mut self, url: impl Into<String>) -> Builder {
        self.settings.public_url = Some(url.into());
        self
    }

    /// The directory of the certificate authority, instead of the user's own (`$XDG_DATA_HOME/fauxforce`).
    pub fn ca_dir(mut self, directory: impl Into<PathBuf>) -> Builder {
        self.ca_dir = Some(directory.into());
        self
    }

    /// Plain HTTP only.
    pub fn without_https(mut self) -> Builder {
        self.https = false;
        self
    }

    /// Binds the port, makes the cloud, serves. When this returns, connections are answered.
    ///
    /// # Errors
    /// [`StartError`], in one sentence that says what to do.
    pub fn start(self) -> Result<Server, StartError> {
        self.check()?;
        // First the port: whoever connects from now on waits, instead of being refused.
        let listener = listen::bind(&self.host, self.port)?;
        let cloud = Arc::new(self.cloud()?);
        let ca_dir = self.https.then(|| self.usable_ca_dir());
        let config = Config {
            host: self.host.clone(),
            port: self.port,
            limits: Limits::default(),
            certificates: ca_dir.clone(),
            public_host: self.settings.public_url.as_deref().and_then(host_of),
        };
        let http = HttpServer::start_on(listener, config, App::new(cloud.clone()))?;
        let (url, https_url, ca_file) = (http.url.clone(), http.https_url.clone(), http.ca_file.clone());
        let ready = self.ready(&cloud.enter(), &http, ca_dir.as_deref())?;
        Ok(Server { url, https_url, ca_file, ready, cloud, http })
    }

    fn check(&self) -> Result<(), StartError> {
        let versions = ApiVersion::OLDEST.number()..=ApiVersion::NEWEST.number();
        if !versions.contains(&self.settings.min_api_version) {
            return Err(StartError::MinApiVersion(self.settings.min_api_version));
        }
        match &self.settings.public_url {
            Some(url) if !is_origin(url) => Err(StartError::PublicUrl(url.clone())),
            _ => Ok(()),
        }
    }

    /// A cloud with one org.
    fn cloud(&self) -> Result<Cloud, StartError> {
        let (clock, random) = match self.deterministic {
            true => (Clock::deterministic(), Random::deterministic()),
            false => (Clock::real(), Random::real()),
        };
        let cloud = Cloud::new(Vec::new(), clock, random);
        {
            let mut state = cloud.enter();
            state.settings = self.settings.clone();
            let org = self.org(&state)?;
            state.orgs.push(org);
            job::resume(&state).map_err(StartError::Fault)?;
        }
        Ok(cloud)
    }

    fn org(&self, state: &State) -> Result<Org, StartError> {
        let failed = |error: SeedError| {
            let folder = self.seed.as_deref().unwrap_or(Path::new("seed/default"));
            let file = folder.join(&error.file).display().to_string();
            StartError::Seed(SeedError { file, ..error })
        };
        let seed = match &self.seed {
            Some(folder) => Seed::folder(folder).map_err(failed)?,
            None => Seed::built_in(),
        };
        let store = match &self.database {
            Some(file) => Store::file(file)?.0,
            None => Store::in_memory()?,
        };
        let id = Id::numbered("00D", 1);
        seed.load(&state.world(id), id, store).map_err(failed)
    }

    fn ready(&self, state: &State, http: &HttpServer, ca_dir: Option<&Path>) -> Result<Ready, StartError> {
        let mut ready = Ready {
            url: http.url.clone(),
            https_url: http.https_url.clone(),
            ca_file: http.ca_file.clone(),
            org_id: String::new(),
            username: None,
            password: None,
            security_token: None,
            client_id: None,
            client_secret: None,
            refresh_token: None,
            jwt_key_file: None,
            access_token: None,
            saml: BTreeMap::new(),
        };
        let Some(org) = state.orgs.first() else { return Ok(ready) };
        ready.org_id = org.id.to_string();
        let app = org.seeded.connected_apps.first();
        if let Some(app) = app {
            ready.client_id = Some(app.client_id.clone());
            ready.client_secret = Some(app.client_secret.clone());
            ready.refresh_token = app.refresh_tokens.first().map(|token| token.token.clone());
            ready.jwt_key_file =
                app.key_file.as_ref().and_then(|key| self.key_file(key, ca_dir).transpose()).transpose()?;
        }
        for entry in saml::entries(org, &http.url) {
            let file = |file: Option<&SeedFile>| match file {
                Some(file) => self.key_file(file, ca_dir),
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
            let terms = Terms {
                client_id: app.map(|app| app.client_id.as_str()),
                scopes: app.map_or_else(|| vec!["full".to_owned()], |app| app.scopes.clone()),
                refresh_token: None,
            };
            ready.access_token = Some(state.open_unseen(org, admin, terms).token);
        }
        Ok(ready)
    }

    /// Where a seed's private key is: in the seed's folder, or, for the built-in seed, beside the certificates.
    fn key_file(&self, key: &SeedFile, ca_dir: Option<&Path>) -> Result<Option<PathBuf>, StartError> {
        if let Some(seed) = &self.seed {
            let path = seed.join(&key.path);
            return Ok(Some(std::path::absolute(&path).unwrap_or(path)));
        }
        let name = key.path.rsplit('/').next().unwrap_or(&key.path);
        let Some(path) = ca_dir.map(|directory| directory.join(name)) else { return Ok(None) };
        if fs::read_to_string(&path).is_ok_and(|text| text == key.text) {
            return Ok(Some(path));
        }
        match fs::write(&path, &key.text) {
            Ok(()) => Ok(Some(path)),
            Err(source) => Err(StartError::Write { path, source }),
        }
    }

    /// The directory asked for, or the user's own; a temporary one where that cannot be written.
    fn usable_ca_dir(&self) -> PathBuf {
        if let Some(directory) = &self.ca_dir {
            return directory.clone();
        }
        let own = default_ca_dir().filter(|directory| can_hold_ca(directory));
        own.unwrap_or_else(|| {
            let directory = std::env::temp_dir().join(format!("fauxforce-{}", std::process::id()));
            tracing::warn!(
                "the certificate authority is in {}, for this run only; name a directory that can be written with \
                 --ca-dir",
                directory.display()
            );
            directory
        })
    }
}

/// `$XDG_DATA_HOME/fauxforce`, `%LOCALAPPDATA%\fauxforce` or `~/.local/share/fauxforce`.
fn default_ca_dir() -> Option<PathBuf> {
    let from =
        |variable: &str| std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = from("XDG_DATA_HOME").or_else(|| from("LOCALAPPDATA"));
    let data = data.or_else(|| from("HOME").map(|home| home.join(".local/share")));
    data.map(|data| data.join("fauxforce")).filter(|directory| directory.is_absolute())
}

fn can_hold_ca(directory: &Path) -> bool {
    directory.join("ca.pem").exists()
        || (fs::create_dir_all(directory).is_ok() && File::create(directory.join("ca.lock")).is_ok())
}

/// `sf.example.com` of `https://sf.example.com:8443`
fn host_of(url: &str) -> Option<String> {
    let uri: crate::message::Uri = url.parse().ok()?;
    uri.host().map(str::to_owned)
}
