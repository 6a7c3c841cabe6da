//! The TLS side of the port: a key made at every start, and certificates for it signed by the [`Authority`].

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};

use rcgen::{
    CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, SerialNumber,
};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::{CertifiedKey, SigningKey};
use rustls::{RootCertStore, ServerConfig};

use super::certificate::{Authority, CertificateError, distinguished_name, set_validity};

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
    /// A TLS set-up with a new key and a certificate for this machine, the Salesforce hosts and `more_names` (host names,
    /// wildcards or addresses).
    pub fn server_config(&self, more_names: &[&str]) -> Result<Arc<ServerConfig>, CertificateError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let minter = Minter::new(self.issuer.clone(), more_names, &provider)?;
        self.check(&minter.standard, &provider)?;
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(minter));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    /// Looks at a server certificate as a client would that trusts `ca.pem`.
    fn check(
        &self,
        certified: &CertifiedKey,
        provider: &Arc<CryptoProvider>,
    ) -> Result<(), CertificateError> {
        let unusable =
            || CertificateError::Unusable { certificate: self.ca_file.clone(), key: self.key_file.clone() };
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).map_err(|_| unusable())?;
        let client = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone());
        let client = client.build().map_err(|_| unusable())?;
        let certificate = certified.end_entity_cert()?;
        let host = ServerName::IpAddress(Ipv4Addr::LOCALHOST.into());
        let verdict = client.verify_server_cert(certificate, &[], &host, &[], UnixTime::now());
        verdict.map(|_| ()).map_err(|_| unusable())
    }
}

/// Signs the certificates. OpenSSL and Node do not let `*.localhost` match anything (a wildcard needs two labels after
/// it), so a host under `localhost` gets a certificate of its own when a client asks for it.
#[derive(Debug)]
struct Minter {
    issuer: Arc<Issuer<'static, KeyPair>>,
    names: Vec<String>,
    key: KeyPair,
    signing_key: Arc<dyn SigningKey>,
    standard: Arc<CertifiedKey>,
    by_host: Mutex<HashMap<String, Arc<CertifiedKey>>>,
}

impl Minter {
    /// Any further hosts get a new certificate at every handshake.
    const HOSTS_REMEMBERED: usize = 1024;

    fn new(
        issuer: Arc<Issuer<'static, KeyPair>>,
        more_names: &[&str],
        provider: &CryptoProvider,
    ) -> Result<Minter, CertificateError> {
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
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let der = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let signing_key = provider.key_provider.load_private_key(der)?;
        let standard = signed(&issuer, names.clone(), &key, &signing_key)?;
        Ok(Minter { issuer, names, key, signing_key, standard, by_host: Mutex::default() })
    }

    fn for_host(&self, host: &str) -> Result<Arc<CertifiedKey>, CertificateError> {
        let mut by_host = self.by_host.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(certified) = by_host.get(host) {
            return Ok(certified.clone());
        }
        let names = self.names.iter().cloned().chain([host.to_owned()]).collect();
        let certified = signed(&self.issuer, names, &self.key, &self.signing_key)?;
        if by_host.len() < Minter::HOSTS_REMEMBERED {
            by_host.insert(host.to_owned(), certified.clone());
        }
        Ok(certified)
    }
}

impl ResolvesServerCert for Minter {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let own = match hello.server_name() {
            Some(host) if host.ends_with(".localhost") => self.for_host(host).ok(),
            _ => None,
        };
        Some(own.unwrap_or_else(|| self.standard.clone()))
    }
}

fn signed(
    issuer: &Issuer<'static, KeyPair>,
    names: Vec<String>,
    key: &KeyPair,
    signing_key: &Arc<dyn SigningKey>,
) -> Result<Arc<CertifiedKey>, CertificateError> {
    let mut parameters = CertificateParams::new(names)?;
    parameters.distinguished_name = distinguished_name("localhost");
    parameters.serial_number = Some(random_serial_number()?);
    // Unlike `NoCa`, this writes the subject key identifier too, which OpenSSL's strict mode wants.
    parameters.is_ca = IsCa::ExplicitNoCa;
    parameters.use_authority_key_identifier_extension = true;
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    set_validity(&mut parameters, LIFETIME_DAYS);
    let certificate = parameters.signed_by(key, issuer)?;
    Ok(Arc::new(CertifiedKey::new(vec![certificate.into()], signing_key.clone())))
}

/// Firefox refuses two certificates of one issuer with the same number.
fn random_serial_number() -> Result<SerialNumber, CertificateError> {
    let mut bytes = [0; 16];
    ::aws_lc_rs::rand::fill(&mut bytes).map_err(|_| rcgen::Error::RingUnspecified)?;
    Ok(SerialNumber::from_slice(&bytes))
}
