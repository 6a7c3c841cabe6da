//! Who speaks as the identity provider, and to whom: what a bare `fauxforce serve` trusts, a ready file's word for it, or
//! what the flags say.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use fauxforce::assertion::issue::Signer;
use serde_json::Value;

/// For whom a login is, in the default org.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Audience {
    /// Employees
    Internal,
    /// Users of the community Customers
    Customers,
    /// Users of the community Partners
    Partners,
}

impl Audience {
    pub const ALL: [Audience; 3] = [Audience::Internal, Audience::Customers, Audience::Partners];

    pub fn name(self) -> &'static str {
        match self {
            Audience::Internal => "internal",
            Audience::Customers => "customers",
            Audience::Partners => "partners",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Audience::Internal => "",
            Audience::Customers => "/customers/login",
            Audience::Partners => "/partners/login",
        }
    }
}

/// The two ends of a login.
#[derive(Debug, Clone)]
pub struct Ends {
    /// Entity id of the identity provider.
    pub issuer: String,
    pub signer: Signer,
    /// Entity id of the service provider.
    pub audience: String,
    /// The assertion consumer URL.
    pub acs: String,
}

/// The ends that `seed/default` knows, at a server.
///
/// # Errors
/// Never with the keys that are built in.
pub fn built_in(to: Audience, server: &str) -> Result<Ends, String> {
    let (name, key, certificate, audience) = match to {
        Audience::Internal => (
            "internal",
            include_str!("../../../seed/default/keys/idp-internal.key"),
            include_str!("../../../seed/default/keys/idp-internal.crt"),
            "https://fauxforce.my.salesforce.com",
        ),
        Audience::Customers | Audience::Partners => (
            "communities",
            include_str!("../../../seed/default/keys/idp-communities.key"),
            include_str!("../../../seed/default/keys/idp-communities.crt"),
            "https://fauxforce.my.site.com",
        ),
    };
    Ok(Ends {
        issuer: format!("https://idp.fauxforce.test/{name}"),
        signer: Signer::from_pem(key, certificate).map_err(|error| error.to_string())?,
        audience: audience.to_owned(),
        acs: format!("{}{}", server.trim_end_matches('/'), to.path()),
    })
}

/// The ends that a ready file names: `saml.internal` and so on.
///
/// # Errors
/// When the file or one of the key files it names cannot be read, or knows nothing of single sign-on.
pub fn from_ready_file(to: Audience, path: &Path) -> Result<Ends, String> {
    let ready: Value = serde_json::from_str(&read(path)?)
        .map_err(|error| format!("{} is not a ready file: {error}", path.display()))?;
    let text = |name: &str| {
        let found = ready.pointer(&format!("/saml/{}/{name}", to.name())).and_then(Value::as_str);
        let missing = || format!("{} has no saml.{}.{name}", path.display(), to.name());
        found.map(str::to_owned).ok_or_else(missing)
    };
    Ok(Ends {
        issuer: text("issuer")?,
        audience: text("audience")?,
        acs: text("acs")?,
        signer: signer(&PathBuf::from(text("idpKeyFile")?), &PathBuf::from(text("idpCertFile")?))?,
    })
}

/// A key and its certificate from PEM files.
///
/// # Errors
/// When one cannot be read.
pub fn signer(key: &Path, certificate: &Path) -> Result<Signer, String> {
    Signer::from_pem(&read(key)?, &read(certificate)?)
        .map_err(|error| format!("{} and {}: {error}", key.display(), certificate.display()))
}

/// A text file.
///
/// # Errors
/// One sentence.
pub fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}
