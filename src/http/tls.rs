//! The TLS side of the port: a key for each run, and certificates for it signed by an authority.

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rcgen::{
    CertificateParams, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
    SerialNumber,
};
use rustls::ServerConfig;
use rustls::crypto::{KeyProvider, aws_lc_rs};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::{CertifiedKey, SigningKey};

use super::certificate::{
    Authority, AuthorityFiles, CertificateError, distinguished_name, is_address, set_validity,
};
use super::hosts::{is_localhost, is_salesforce};

/// What a certificate is always good for: this machine, and the hosts that clients have built in.
const NAMES: [&str; 8] = [
    "localhost",
    "127.0.0.1",
    "::1",
    "login.salesforce.com",
    "test.salesforce.com",
    "*.my.salesforce.com",
    "*.sandbox.my.salesforce.com",
    "*.my.site.com",
];
/// The names of this machine among them, which certificates for other hosts hold, too.
const OWN_NAMES: usize = 3;

/// Apple's clients accept at most 398 days <https://support.apple.com/en-us/102028>.
const LIFETIME_DAYS: u32 = 396;

/// Where the authorities of a server are, and for which names.
#[derive(Debug)]
pub struct Authorities {
    /// For this machine and the hosts of the real service.
    here: AuthorityFiles,
    /// For the other names and addresses that the server has, if it has any.
    elsewhere: Option<AuthorityFiles>,
    /// The further names of `here`.
    own: Vec<String>,
    /// The names of `elsewhere`.
    other: Vec<String>,
}

/// How handshakes are answered.
#[derive(Debug, Clone)]
pub struct Tls {
    /// At the loopback interface.
    here: Arc<ServerConfig>,
    /// At other addresses of this machine, by which clients may know it.
    elsewhere: Arc<ServerConfig>,
}

impl Tls {
    /// For a client that has connected to this address.
    pub fn at(&self, local: IpAddr) -> Arc<ServerConfig> {
        if local.to_canonical().is_loopback() { self.here.clone() } else { self.elsewhere.clone() }
    }
}

impl Authorities {
    /// Those in a directory for this machine, the hosts of the real service, and `names`: host names, wildcards or
    /// addresses. Reads and writes no file.
    ///
    /// # Errors
    /// One of the names is neither a host name nor an address.
    pub fn new(directory: &Path, names: &[&str]) -> Result<Authorities, CertificateError> {
        let (own, other): (_, Vec<String>) =
            further_names(names)?.into_iter().partition(|name| is_here(name));
        let here = AuthorityFiles::of_this_machine(directory);
        let elsewhere = (!other.is_empty()).then(|| AuthorityFiles::of_hosts(directory, &other));
        Ok(Authorities { here, elsewhere, own, other })
    }

    /// The certificate to trust for this machine and the hosts of the real service.
    pub fn ca_file(&self) -> &Path {
        self.here.ca_file()
    }

    /// The certificate to trust for the other names of the server.
    pub fn other_ca_file(&self) -> Option<&Path> {
        self.elsewhere.as_ref().map(AuthorityFiles::ca_file)
    }

    /// A TLS set-up with these authorities. They are read from their files, and made where there are none yet. The key of
    /// this run and its certificates are made when the first client comes.
    ///
    /// # Errors
    /// A file cannot be read or written, or is damaged.
    pub fn tls(self) -> Result<Tls, CertificateError> {
        let minter = Arc::new(Minter {
            here: self.here.load_or_create()?,
            elsewhere: self.elsewhere.as_ref().map(AuthorityFiles::load_or_create).transpose()?,
            own: self.own,
            other: self.other,
            key_provider: aws_lc_rs::default_provider().key_provider,
            minted: Mutex::default(),
        });
        // Who addresses a server by a number does not say so (RFC 6066, 3): the address connected to must do.
        let by_address = minter.other.iter().any(|name| is_address(name));
        let unnamed = if by_address { Subject::Elsewhere } else { Subject::Here };
        Ok(Tls { here: config(&minter, Subject::Here)?, elsewhere: config(&minter, unnamed)? })
    }
}

/// A set-up in which clients that name no host get a certificate for that one.
fn config(minter: &Arc<Minter>, unnamed: Subject) -> Result<Arc<ServerConfig>, CertificateError> {
    let resolver = Resolver { minter: minter.clone(), unnamed };
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(resolver));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// The names that certificates do not have anyway, each once.
fn further_names(names: &[&str]) -> Result<Vec<String>, CertificateError> {
    let mut further = Vec::new();
    for name in names {
        let name = name.trim_matches(['[', ']']).to_ascii_lowercase();
        if CertificateParams::new([name.clone()]).is_err() {
            return Err(CertificateError::Name { name });
        }
        // Nobody is addressed by the address that stands for all.
        let is_unspecified = name.parse().is_ok_and(|address: IpAddr| address.is_unspecified());
        if !is_unspecified && !NAMES.contains(&name.as_str()) && !further.contains(&name) {
            further.push(name);
        }
    }
    Ok(further)
}

/// Whether a name is this machine's, or one of the real service's.
fn is_here(name: &str) -> bool {
    let is_loopback = name.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    is_loopback || is_localhost(name) || is_salesforce(name)
}

/// Makes the certificates. Clients do not let `*.localhost` match anything, or refuse a certificate with it (a wildcard
/// needs two labels after it), and no wildcard covers all the hosts of the real service, so such a host gets a
/// certificate of its own when a client asks for it.
#[derive(Debug)]
struct Minter {
    here: Authority,
    elsewhere: Option<Authority>,
    /// The further names of `here`.
    own: Vec<String>,
    /// The names of `elsewhere`.
    other: Vec<String>,
    key_provider: &'static dyn KeyProvider,
    minted: Mutex<Minted>,
}

#[derive(Debug, Default)]
struct Minted {
    key: Option<Arc<ServerKey>>,
    certificates: HashMap<Subject, Arc<CertifiedKey>>,
}

/// Whom a certificate is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Subject {
    /// This machine, and the hosts of the real service that wildcards cover.
    Here,
    /// One host of this machine or of the real service.
    Host(String),
    /// The server under its other names.
    Elsewhere,
}

/// The key of all the certificates, for signing handshakes and for being certified.
#[derive(Debug)]
struct ServerKey {
    handshakes: Arc<dyn SigningKey>,
    certified: KeyPair,
}

impl Minter {
    /// Any further hosts get a new certificate at every handshake.
    const HOSTS_REMEMBERED: usize = 1024;

    fn certificate(&self, subject: Subject) -> Result<Arc<CertifiedKey>, CertificateError> {
        let mut minted = self.minted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(certificate) = minted.certificates.get(&subject) {
            return Ok(certificate.clone());
        }
        let key = match &minted.key {
            Some(key) => key.clone(),
            None => minted.key.insert(Arc::new(self.new_key()?)).clone(),
        };
        let certificate = self.signed(&key, &subject)?;
        if minted.certificates.len() < Minter::HOSTS_REMEMBERED {
            minted.certificates.insert(subject, certificate.clone());
        }
        Ok(certificate)
    }

    fn new_key(&self) -> Result<ServerKey, CertificateError> {
        let certified = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let der = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(certified.serialize_der()));
        Ok(ServerKey { handshakes: self.key_provider.load_private_key(der)?, certified })
    }

    fn signed(&self, key: &ServerKey, subject: &Subject) -> Result<Arc<CertifiedKey>, CertificateError> {
        let Minter { here, elsewhere, own, other, .. } = self;
        let (authority, further) = match subject {
            Subject::Elsewhere => (elsewhere.as_ref().unwrap_or(here), other),
            Subject::Here | Subject::Host(_) => (here, own),
        };
        let known = match subject {
            Subject::Elsewhere => &NAMES[..OWN_NAMES],
            Subject::Here | Subject::Host(_) => &NAMES[..],
        };
        let host = match subject {
            Subject::Host(host) => Some(host),
            Subject::Here | Subject::Elsewhere => None,
        };
        let further = further.iter().chain(host).cloned();
        let names: Vec<String> = known.iter().map(|name| (*name).to_owned()).chain(further).collect();
        let mut parameters = CertificateParams::new(names)?;
        parameters.distinguished_name = distinguished_name("localhost");
        parameters.serial_number = Some(random_serial_number()?);
        // Unlike `NoCa`, this writes the subject key identifier too, which OpenSSL's strict mode wants.
        parameters.is_ca = IsCa::ExplicitNoCa;
        parameters.use_authority_key_identifier_extension = true;
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        set_validity(&mut parameters, LIFETIME_DAYS);
        let certificate = parameters.signed_by(&key.certified, &authority.issuer)?;
        Ok(Arc::new(CertifiedKey::new(vec![certificate.into()], key.handshakes.clone())))
    }
}

/// Picks the certificate for a client.
#[derive(Debug)]
struct Resolver {
    minter: Arc<Minter>,
    /// Whom a client means that names no host that is known.
    unnamed: Subject,
}

impl Resolver {
    fn subject(&self, host: Option<&str>) -> Subject {
        // What has a wildcard in it is the name of no host.
        let host = host.filter(|host| !host.contains('*')).map(str::to_ascii_lowercase);
        match host {
            Some(host) if self.minter.other.contains(&host) => Subject::Elsewhere,
            Some(host) if is_localhost(&host) || is_salesforce(&host) => Subject::Host(host),
            _ => self.unnamed.clone(),
        }
    }
}

impl ResolvesServerCert for Resolver {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let certificate = self.minter.certificate(self.subject(hello.server_name()));
        certificate.inspect_err(|error| tracing::error!("a TLS client is turned away: {error}")).ok()
    }
}

/// Firefox refuses two certificates of one issuer with the same number.
fn random_serial_number() -> Result<SerialNumber, CertificateError> {
    let mut bytes = [0; 16];
    ::aws_lc_rs::rand::fill(&mut bytes).map_err(|_| rcgen::Error::RingUnspecified)?;
    Ok(SerialNumber::from_slice(&bytes))
}
