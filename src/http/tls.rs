//! The TLS side of the port: a key for each run, and certificates for it signed by the
//! [`Authority`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rcgen::{
    CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, SerialNumber,
};
use rustls::ServerConfig;
use rustls::crypto::{KeyProvider, aws_lc_rs};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::{CertifiedKey, SigningKey};

use super::certificate::{Authority, CertificateError, distinguished_name, set_validity};
use super::hosts::{is_localhost, is_salesforce};

/// What a certificate is always good for: this machine, and the hosts that clients have built in.
const NAMES: [&str; 9] = [
    "localhost",
    "127.0.0.1",
    "::1",
    "*.localhost",
    "login.salesforce.com",
    "test.salesforce.com",
    "*.my.salesforce.com",
    "*.sandbox.my.salesforce.com",
    "*.my.site.com",
];

/// Apple's clients accept at most 398 days <https://support.apple.com/en-us/102028>.
const LIFETIME_DAYS: u32 = 396;

impl Authority {
    /// A TLS set-up for this machine, the Salesforce hosts and `more_names` (host names, wildcards or addresses). Key and
    /// certificate are made when the first client comes, because the first random number of a process costs tens of
    /// milliseconds.
    pub fn server_config(&self, more_names: &[&str]) -> Result<Arc<ServerConfig>, CertificateError> {
        let provider = aws_lc_rs::default_provider();
        let minter = Minter {
            issuer: self.issuer.clone(),
            names: all_names(more_names)?,
            key_provider: provider.key_provider,
            minted: Mutex::default(),
        };
        let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(minter));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

fn all_names(more_names: &[&str]) -> Result<Vec<String>, CertificateError> {
    let mut names: Vec<String> = NAMES.map(str::to_owned).into();
    for name in more_names {
        let name = name.trim_matches(['[', ']']).to_ascii_lowercase();
        if CertificateParams::new([name.clone()]).is_err() {
            return Err(CertificateError::Name { name });
        }
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// Makes the certificates. OpenSSL and Node do not let `*.localhost` match anything (a wildcard needs two labels after
/// it), and no wildcard covers all the hosts of the real service, so such a host gets a certificate of its own when a
/// client asks for it.
#[derive(Debug)]
struct Minter {
    issuer: Arc<Issuer<'static, KeyPair>>,
    names: Vec<String>,
    key_provider: &'static dyn KeyProvider,
    minted: Mutex<Minted>,
}

#[derive(Debug, Default)]
struct Minted {
    key: Option<Arc<ServerKey>>,
    /// By the host it was made for, `None` being the one for all other names.
    certificates: HashMap<Option<String>, Arc<CertifiedKey>>,
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

    fn certificate(&self, host: Option<&str>) -> Result<Arc<CertifiedKey>, CertificateError> {
        let host = host.map(str::to_owned);
        let mut minted = self.minted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(certificate) = minted.certificates.get(&host) {
            return Ok(certificate.clone());
        }
        let key = match &minted.key {
            Some(key) => key.clone(),
            None => minted.key.insert(Arc::new(self.new_key()?)).clone(),
        };
        let certificate = self.signed(&key, host.as_deref())?;
        if minted.certificates.len() < Minter::HOSTS_REMEMBERED {
            minted.certificates.insert(host, certificate.clone());
        }
        Ok(certificate)
    }

    fn new_key(&self) -> Result<ServerKey, CertificateError> {
        let certified = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let der = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(certified.serialize_der()));
        Ok(ServerKey { handshakes: self.key_provider.load_private_key(der)?, certified })
    }

    fn signed(&self, key: &ServerKey, host: Option<&str>) -> Result<Arc<CertifiedKey>, CertificateError> {
        let names: Vec<String> =
            self.names.iter().map(String::as_str).chain(host).map(str::to_owned).collect();
        let mut parameters = CertificateParams::new(names)?;
        parameters.distinguished_name = distinguished_name("localhost");
        parameters.serial_number = Some(random_serial_number()?);
        // Unlike `NoCa`, this writes the subject key identifier too, which OpenSSL's strict mode wants.
        parameters.is_ca = IsCa::ExplicitNoCa;
        parameters.use_authority_key_identifier_extension = true;
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        set_validity(&mut parameters, LIFETIME_DAYS);
        let certificate = parameters.signed_by(&key.certified, &self.issuer)?;
        Ok(Arc::new(CertifiedKey::new(vec![certificate.into()], key.handshakes.clone())))
    }
}

impl ResolvesServerCert for Minter {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let host = hello.server_name().filter(|host| is_localhost(host) || is_salesforce(host));
        let certificate = self.certificate(host);
        certificate.inspect_err(|error| tracing::error!("a TLS client is turned away: {error}")).ok()
    }
}

/// Firefox refuses two certificates of one issuer with the same number.
fn random_serial_number() -> Result<SerialNumber, CertificateError> {
    let mut bytes = [0; 16];
    ::aws_lc_rs::rand::fill(&mut bytes).map_err(|_| rcgen::Error::RingUnspecified)?;
    Ok(SerialNumber::from_slice(&bytes))
}
