//! The certificate authorities behind HTTPS, kept in a directory so that a client trusts them once.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::net::{IpAddr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, GeneralSubtree, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, NameConstraints, PKCS_ECDSA_P256_SHA256, PublicKeyData,
};
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, TrustAnchor};

use super::hosts::DOMAINS;

const LOCK_FILE: &str = "ca.lock";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The clocks of containers and virtual machines differ.
const BACKDATED: Duration = DAY;

/// Why there is no certificate, in one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    #[error("cannot {doing} {}: {source}", path.display())]
    File { doing: &'static str, path: PathBuf, source: io::Error },
    #[error("{} is not {expected}; delete it and start again", path.display())]
    Damaged { path: PathBuf, expected: &'static str },
    #[error("{} does not belong to {}; delete both and start again", certificate.display(), key.display())]
    Mismatch { certificate: PathBuf, key: PathBuf },
    #[error("cannot make a certificate for {name:?}: it is neither a host name nor an address")]
    Name { name: String },
    #[error("cannot make a certificate: {0}")]
    Make(#[from] rcgen::Error),
    #[error("cannot set up TLS: {0}")]
    Tls(#[from] rustls::Error),
}

/// An authority: its certificate, which clients trust, and its key, which only the owner may read. Name constraints
/// (RFC 5280, 4.2.1.10) keep it to the hosts it is for, so that nobody who gets hold of the key can pose as another.
#[derive(Debug)]
pub struct Authority {
    pub(super) issuer: Issuer<'static, KeyPair>,
}

/// Where an authority is, and for which hosts. The files need not be there yet.
#[derive(Debug, Clone)]
pub struct AuthorityFiles {
    directory: PathBuf,
    ca_file: PathBuf,
    key_file: PathBuf,
    common_name: String,
    /// Each with all hosts below it.
    domains: Vec<String>,
    addresses: Vec<IpAddr>,
}

impl AuthorityFiles {
    /// Those for this machine and the hosts of the real service: `ca.pem` in a directory.
    pub fn of_this_machine(directory: &Path) -> AuthorityFiles {
        let here = std::iter::once("localhost").chain(DOMAINS.map(|domain| domain.trim_start_matches('.')));
        AuthorityFiles {
            directory: directory.to_owned(),
            ca_file: directory.join("ca.pem"),
            key_file: directory.join("ca-key.pem"),
            common_name: "fauxforce local CA".to_owned(),
            domains: here.map(str::to_owned).collect(),
            addresses: Vec::new(),
        }
    }

    /// Those for other names and addresses of this machine: `ca-NAME+NAME.pem` in a directory.
    pub fn of_hosts(directory: &Path, hosts: &[String]) -> AuthorityFiles {
        let names = hosts.join("+");
        let plain = |c: char| if c.is_ascii_alphanumeric() || "+.-".contains(c) { c } else { '_' };
        let file = names.chars().map(plain).collect::<String>();
        let (addresses, domains): (Vec<_>, Vec<_>) = hosts.iter().partition(|name| is_address(name));
        AuthorityFiles {
            directory: directory.to_owned(),
            ca_file: directory.join(format!("ca-{file}.pem")),
            key_file: directory.join(format!("ca-{file}-key.pem")),
            // X.520 allows 64 characters.
            common_name: format!("fauxforce CA for {names}").chars().take(64).collect(),
            domains: domains.into_iter().cloned().chain(["localhost".to_owned()]).collect(),
            addresses: addresses.into_iter().filter_map(|name| name.parse().ok()).collect(),
        }
    }

    /// The file of the certificate that clients are to trust.
    pub fn ca_file(&self) -> &Path {
        &self.ca_file
    }

    /// Reads the authority; makes the directory and the authority when they are absent. Several processes may do so at
    /// once. One of an earlier version, without name constraints, is replaced.
    ///
    /// # Errors
    /// A file cannot be read or written, or is damaged.
    pub fn load_or_create(&self) -> Result<Authority, CertificateError> {
        if let Ok((authority, true)) = self.read() {
            return Ok(authority);
        }
        // What is absent or wrong may be in the making: it is looked at again, alone.
        let _lock = self.lock()?;
        self.create_missing()?;
        let (authority, is_constrained) = self.read()?;
        if is_constrained {
            return Ok(authority);
        }
        tracing::warn!(
            "the authority in {} could certify any host: it is replaced by one for this machine and Salesforce's hosts \
             only; who has a copy of the certificate needs the new one",
            self.ca_file.display()
        );
        fs::remove_file(&self.key_file).map_err(failed("replace", &self.key_file))?;
        self.create_missing()?;
        Ok(self.read()?.0)
    }

    /// The authority, and whether it has name constraints.
    fn read(&self) -> Result<(Authority, bool), CertificateError> {
        let (root, key) = (read_root(&self.ca_file)?, read_key(&self.key_file)?);
        // The certificate's copy comes without the outermost tag and length.
        if !key.subject_public_key_info().ends_with(&root.subject_public_key_info) {
            return Err(CertificateError::Mismatch {
                certificate: self.ca_file.clone(),
                key: self.key_file.clone(),
            });
        }
        let issuer = Issuer::new(self.parameters(), key);
        Ok((Authority { issuer }, root.name_constraints.is_some()))
    }

    /// A lock that the system releases when the process ends, however it ends.
    fn lock(&self) -> Result<File, CertificateError> {
        fs::create_dir_all(&self.directory).map_err(failed("create", &self.directory))?;
        let lock_file = self.directory.join(LOCK_FILE);
        let lock = File::create(&lock_file).map_err(failed("create", &lock_file))?;
        match lock.lock() {
            // Some network file systems have no locks; there the files are made all the same.
            Err(error) if error.kind() != io::ErrorKind::Unsupported => {
                Err(failed("lock", &lock_file)(error))
            }
            _ => Ok(lock),
        }
    }

    /// Makes what is missing. Each file appears whole or not at all, and a certificate never before its key.
    fn create_missing(&self) -> Result<(), CertificateError> {
        if !self.key_file.exists() {
            match fs::remove_file(&self.ca_file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(failed("replace", &self.ca_file)(error));
                }
                _ => {}
            }
            let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
            write_whole(&self.key_file, &key.serialize_pem(), 0o600)?;
        }
        if !self.ca_file.exists() {
            let certificate = self.parameters().self_signed(&read_key(&self.key_file)?)?;
            write_whole(&self.ca_file, &certificate.pem(), 0o644)?;
        }
        Ok(())
    }

    fn parameters(&self) -> CertificateParams {
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name = distinguished_name(&self.common_name);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        parameters.name_constraints =
            Some(NameConstraints { permitted_subtrees: self.permitted(), excluded_subtrees: Vec::new() });
        set_validity(&mut parameters, 3650);
        parameters
    }

    /// Names and addresses both, because constraints of one kind leave the other free.
    fn permitted(&self) -> Vec<GeneralSubtree> {
        let loopback = [
            CidrSubnet::V4([127, 0, 0, 0], [255, 0, 0, 0]),
            CidrSubnet::V6(Ipv6Addr::LOCALHOST.octets(), [255; 16]),
        ];
        let addresses = self.addresses.iter().map(|address| match address {
            IpAddr::V4(address) => CidrSubnet::V4(address.octets(), [255; 4]),
            IpAddr::V6(address) => CidrSubnet::V6(address.octets(), [255; 16]),
        });
        let domains = self.domains.iter().cloned().map(GeneralSubtree::DnsName);
        domains.chain(loopback.into_iter().chain(addresses).map(GeneralSubtree::IpAddress)).collect()
    }
}

/// Whether a host is named by its address.
pub(super) fn is_address(host: &str) -> bool {
    host.parse::<IpAddr>().is_ok()
}

pub(super) fn distinguished_name(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::OrganizationName, "fauxforce");
    name.push(DnType::CommonName, common_name);
    name
}

/// Certificates are dated by the machine's clock, because that is what clients check them by.
pub(super) fn set_validity(parameters: &mut CertificateParams, days: u32) {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    parameters.not_before = rcgen::date_time_ymd(1970, 1, 1) + now.saturating_sub(BACKDATED);
    parameters.not_after = parameters.not_before + DAY * days;
}

fn read(path: &Path) -> Result<String, CertificateError> {
    fs::read_to_string(path).map_err(failed("read", path))
}

fn read_key(path: &Path) -> Result<KeyPair, CertificateError> {
    KeyPair::from_pkcs8_pem_and_sign_algo(&read(path)?, &PKCS_ECDSA_P256_SHA256).map_err(|_| {
        CertificateError::Damaged { path: path.to_owned(), expected: "a P-256 private key in PEM form" }
    })
}

/// What TLS clients see in the certificate of an authority.
fn read_root(path: &Path) -> Result<TrustAnchor<'static>, CertificateError> {
    let damaged =
        || CertificateError::Damaged { path: path.to_owned(), expected: "a certificate in PEM form" };
    let certificate = CertificateDer::from_pem_slice(read(path)?.as_bytes()).map_err(|_| damaged())?;
    let mut roots = RootCertStore::empty();
    roots.add(certificate).map_err(|_| damaged())?;
    roots.roots.pop().ok_or_else(damaged)
}

/// Writes a file beside its place and moves it there.
fn write_whole(path: &Path, text: &str, mode: u32) -> Result<(), CertificateError> {
    let part = path.with_extension("part");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = options.open(&part).map_err(failed("create", &part))?;
    file.write_all(text.as_bytes()).map_err(failed("write", &part))?;
    drop(file);
    fs::rename(&part, path).map_err(failed("create", path))
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> CertificateError {
    move |source| CertificateError::File { doing, path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The certificate's file of the authority of this machine, which is there then.
    fn ca_file(directory: &Path) -> PathBuf {
        let files = AuthorityFiles::of_this_machine(directory);
        files.load_or_create().unwrap();
        files.ca_file
    }

    #[test]
    fn an_authority_is_made_once_and_found_again() {
        let directory = tempfile::tempdir().unwrap();
        let directory = directory.path().join("new");
        let file = ca_file(&directory);
        assert_eq!(file, directory.join("ca.pem"));
        let certificate = fs::read(&file).unwrap();
        ca_file(&directory);
        assert_eq!(fs::read(&file).unwrap(), certificate);
        for lost in ["ca.pem", "ca-key.pem"] {
            fs::remove_file(directory.join(lost)).unwrap();
            ca_file(&directory);
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_key_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        ca_file(directory.path());
        let key_file = fs::metadata(directory.path().join("ca-key.pem")).unwrap();
        assert_eq!(key_file.permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn servers_that_start_at_once_share_one_authority() {
        let directory = tempfile::tempdir().unwrap();
        let start = || fs::read(ca_file(directory.path())).unwrap();
        let seen: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(seen.iter().all(|certificate| *certificate == seen[0]));
    }

    #[test]
    fn an_authority_without_constraints_is_replaced_once() {
        let directory = tempfile::tempdir().unwrap();
        let old = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        let certificate = parameters.self_signed(&old).unwrap();
        fs::write(directory.path().join("ca.pem"), certificate.pem()).unwrap();
        fs::write(directory.path().join("ca-key.pem"), old.serialize_pem()).unwrap();
        let start = || fs::read(ca_file(directory.path())).unwrap();
        let seen: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(start)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(seen.iter().all(|certificate| *certificate == seen[0]));
        assert_ne!(seen[0], certificate.pem().as_bytes());
        let key = fs::read_to_string(directory.path().join("ca-key.pem")).unwrap();
        assert_ne!(key, old.serialize_pem(), "who has the old key has nothing");
    }

    #[test]
    fn other_hosts_have_an_authority_of_their_own() {
        let directory = tempfile::tempdir().unwrap();
        let of = |hosts: &[&str]| {
            let hosts: Vec<_> = hosts.iter().map(|host| (*host).to_owned()).collect();
            let files = AuthorityFiles::of_hosts(directory.path(), &hosts);
            files.load_or_create().unwrap();
            files.ca_file
        };
        let name = |file: &Path| file.file_name().unwrap().to_string_lossy().into_owned();
        let file = of(&["sf.example.com", "fd00::5"]);
        assert_eq!(name(&file), "ca-sf.example.com+fd00__5.pem");
        assert_eq!(name(&of(&["../x"])), "ca-.._x.pem");
        let certificate = fs::read(&file).unwrap();
        assert_eq!(fs::read(of(&["sf.example.com", "fd00::5"])).unwrap(), certificate);
    }

    #[test]
    fn damaged_files_are_named() {
        let directory = tempfile::tempdir().unwrap();
        let message = || {
            let error = AuthorityFiles::of_this_machine(directory.path()).load_or_create().unwrap_err();
            error.to_string().replace(&directory.path().display().to_string(), "DIR")
        };
        let ca_file = ca_file(directory.path());
        let certificate = fs::read_to_string(&ca_file).unwrap();
        fs::write(&ca_file, &certificate[..100]).unwrap();
        assert_eq!(message(), "DIR/ca.pem is not a certificate in PEM form; delete it and start again");
        fs::write(&ca_file, certificate.replace("MII", "AII")).unwrap();
        assert_eq!(message(), "DIR/ca.pem is not a certificate in PEM form; delete it and start again");
        fs::write(&ca_file, &certificate).unwrap();
        let key_file = directory.path().join("ca-key.pem");
        fs::write(&key_file, KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap().serialize_pem())
            .unwrap();
        assert_eq!(message(), "DIR/ca.pem does not belong to DIR/ca-key.pem; delete both and start again");
        fs::write(&key_file, "").unwrap();
        assert_eq!(
            message(),
            "DIR/ca-key.pem is not a P-256 private key in PEM form; delete it and start again"
        );
    }
}
