//! Which certificates the authorities stand for, as a client finds out.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fauxforce::http::server::Config;
use fauxforce::http::{IoThreads, Server, listen};
use rcgen::{CertificateParams, DistinguishedName, DnType, Issuer, KeyPair};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};

use super::{connect, mirror, still_serves};

fn start(directory: &Path, public_host: Option<&str>) -> Server {
    let certificates = Some(directory.to_owned());
    let public_host = public_host.map(str::to_owned);
    Server::start(Config { certificates, public_host, ..Config::default() }, mirror).unwrap()
}

fn verifier(ca_file: &Path) -> Arc<WebPkiServerVerifier> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca_file).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap()
}

/// Whether a client that trusts only that authority accepts a certificate for a host.
fn accepts(ca_file: &Path, certificate: &CertificateDer, host: &str) -> Result<(), String> {
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let verified = verifier(ca_file).verify_server_cert(certificate, &[], &name, &[], UnixTime::now());
    verified.map(drop).map_err(|error| error.to_string())
}

/// Whether a client that trusts only that authority speaks to the server under a name.
fn reaches(server: &Server, ca_file: &Path, host: &str) -> bool {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(verifier(ca_file))
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let mut client = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
    client.complete_io(&mut connect(server)).is_ok()
}

/// A server whose authority is not there yet.
fn start_without_https(directory: &Path) -> Server {
    let config = Config { certificates: Some(directory.to_owned()), ..Config::default() };
    let listener = listen::bind("127.0.0.1", 0).unwrap();
    Server::start_on(&Arc::new(IoThreads::new(1)), listener, config, mirror).unwrap()
}

/// A certificate that whoever has stolen the key of the authority makes for a name.
fn forged(directory: &Path, name: &str) -> CertificateDer<'static> {
    let mut issuer = CertificateParams::default();
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::OrganizationName, "fauxforce");
    distinguished.push(DnType::CommonName, "fauxforce local CA");
    issuer.distinguished_name = distinguished;
    let key = KeyPair::from_pem(&fs::read_to_string(directory.join("ca-key.pem")).unwrap()).unwrap();
    let leaf = CertificateParams::new([name.to_owned()]).unwrap();
    let own = KeyPair::generate().unwrap();
    leaf.signed_by(&own, &Issuer::new(issuer, key)).unwrap().der().clone()
}

#[test]
fn the_authority_stands_for_this_machine_and_the_real_service_only() {
    let directory = tempfile::tempdir().unwrap();
    let server = start(directory.path(), None);
    assert_eq!(server.other_ca_file, None);
    let ca_file = server.ca_file.clone().unwrap();
    for host in [
        "localhost",
        "w42.localhost",
        "127.0.0.1",
        "127.8.8.8",
        "::1",
        "login.salesforce.com",
        "a.my.site.com",
    ] {
        accepts(&ca_file, &forged(directory.path(), host), host)
            .unwrap_or_else(|error| panic!("{host}: {error}"));
    }
    for host in ["example.com", "evilsalesforce.com", "localhost.example.com", "192.168.1.5", "::2"] {
        let refused = accepts(&ca_file, &forged(directory.path(), host), host).unwrap_err();
        assert!(refused.contains("NameConstraintViolation"), "{host}: {refused}");
    }
    for host in ["localhost", "w42.localhost", "127.0.0.1", "::1", "acme--uat.sandbox.my.salesforce.com"] {
        assert!(reaches(&server, &ca_file, host), "{host}");
    }
}

#[test]
fn other_names_have_an_authority_of_their_own() {
    let directory = tempfile::tempdir().unwrap();
    let server = start(directory.path(), Some("sf.example.com"));
    let files: [PathBuf; 2] = [server.ca_file.clone().unwrap(), server.other_ca_file.clone().unwrap()];
    let [ca_file, other] = &files;
    assert_eq!(*other, directory.path().join("ca-sf.example.com.pem"));
    assert!(reaches(&server, other, "sf.example.com"));
    assert!(!reaches(&server, ca_file, "sf.example.com"));
    assert!(reaches(&server, ca_file, "127.0.0.1") && reaches(&server, ca_file, "login.salesforce.com"));
    assert!(!reaches(&server, other, "login.salesforce.com"));
}

#[test]
fn an_address_among_the_other_names_leaves_the_loopback_interface_alone() {
    let directory = tempfile::tempdir().unwrap();
    let server = start(directory.path(), Some("192.0.2.7"));
    let (ca_file, other) = (server.ca_file.clone().unwrap(), server.other_ca_file.clone().unwrap());
    // Who connects to the loopback interface and names no host means it.
    assert!(reaches(&server, &ca_file, "127.0.0.1"));
    assert!(!reaches(&server, &other, "192.0.2.7"));
    let local = start(directory.path(), Some("acme.localhost"));
    assert_eq!(local.other_ca_file, None);
    assert!(reaches(&local, &ca_file, "acme.localhost"));
}

#[test]
fn plain_http_does_not_wait_for_the_authority_and_handshakes_do() {
    let directory = tempfile::tempdir().unwrap();
    let mut server = start_without_https(directory.path());
    let ca_file = server.ca_file.clone().unwrap();
    assert_eq!(ca_file, directory.path().join("ca.pem"));
    // A handshake that has begun: the first bytes of a record, and no answer to them.
    let mut early = connect(&server);
    early.write_all(&[0x16, 3, 1]).unwrap();
    still_serves(&server);
    assert!(!ca_file.exists(), "nobody has needed it");
    server.begin_https().unwrap();
    assert!(ca_file.exists());
    assert!(reaches(&server, &ca_file, "127.0.0.1"));
}

#[test]
fn handshakes_end_when_the_authority_cannot_be_had() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("ca.pem"), "").unwrap();
    fs::write(directory.path().join("ca-key.pem"), "").unwrap();
    let mut server = start_without_https(directory.path());
    let mut early = connect(&server);
    early.write_all(&[0x16, 3, 1]).unwrap();
    let error = server.begin_https().unwrap_err().to_string();
    assert!(error.ends_with("ca.pem is not a certificate in PEM form; delete it and start again"), "{error}");
    assert_eq!(early.read(&mut [0]).unwrap_or_default(), 0, "the connection is closed");
    still_serves(&server);
}
