//! The certificate authority behind HTTPS, kept in a directory so that a client trusts it once.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, PublicKeyData,
};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

const CA_FILE: &str = "ca.pem";
const CA_KEY_FILE: &str = "ca-key.pem";
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

/// An authority: its certificate in `ca.pem`, which clients trust, its key in `ca-key.pem`, which only the owner may read.
#[derive(Debug, Clone)]
pub struct Authority {
    pub(super) issuer: Arc<Issuer<'static, KeyPair>>,
    ca_file: PathBuf,
}

impl Authority {
    /// Takes the authority of a directory; makes the directory and the authority when they are absent. Several processes
    /// may do so at once.
    pub fn load_or_create(directory: &Path) -> Result<Authority, CertificateError> {
        let (ca_file, key_file) = (directory.join(CA_FILE), directory.join(CA_KEY_FILE));
        if !(ca_file.exists() && key_file.exists()) {
            create(directory, &ca_file, &key_file)?;
        }
        let (certified_key, key) = (read_certified_key(&ca_file)?, read_key(&key_file)?);
        // The certificate's copy comes without the outermost tag and length.
        if !key.subject_public_key_info().ends_with(&certified_key) {
            return Err(CertificateError::Mismatch { certificate: ca_file, key: key_file });
        }
        Ok(Authority { issuer: Arc::new(Issuer::new(parameters(), key)), ca_file })
    }

    /// The file of the certificate that clients are to trust.
    pub fn ca_file(&self) -> &Path {
        &self.ca_file
    }
}

fn parameters() -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = distinguished_name("fauxforce local CA");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    set_validity(&mut parameters, 3650);
    parameters
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

/// Makes what is missing, under a lock that the system releases when the process ends, however it ends. Each file appears
/// whole or not at all, and a certificate never before its key.
fn create(directory: &Path, ca_file: &Path, key_file: &Path) -> Result<(), CertificateError> {
    fs::create_dir_all(directory).map_err(failed("create", directory))?;
    let lock_file = directory.join(LOCK_FILE);
    let lock = File::create(&lock_file).map_err(failed("create", &lock_file))?;
    match lock.lock() {
        // Some network file systems have no locks; there the files are made all the same.
        Err(error) if error.kind() != io::ErrorKind::Unsupported => {
            return Err(failed("lock", &lock_file)(error));
        }
        _ => {}
    }
    if !key_file.exists() {
        match fs::remove_file(ca_file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(failed("replace", ca_file)(error));
            }
            _ => {}
        }
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        write_whole(key_file, &key.serialize_pem(), 0o600)?;
    }
    if !ca_file.exists() {
        let certificate = parameters().self_signed(&read_key(key_file)?)?;
        write_whole(ca_file, &certificate.pem(), 0o644)?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, CertificateError> {
    fs::read_to_string(path).map_err(failed("read", path))
}

fn read_key(path: &Path) -> Result<KeyPair, CertificateError> {
    KeyPair::from_pkcs8_pem_and_sign_algo(&read(path)?, &PKCS_ECDSA_P256_SHA256).map_err(|_| {
        CertificateError::Damaged { path: path.to_owned(), expected: "a P-256 private key in PEM form" }
    })
}

/// The public key in a certificate.
fn read_certified_key(path: &Path) -> Result<Vec<u8>, CertificateError> {
    let damaged =
        || CertificateError::Damaged { path: path.to_owned(), expected: "a certificate in PEM form" };
    let certificate = CertificateDer::from_pem_slice(read(path)?.as_bytes()).map_err(|_| damaged())?;
    let mut roots = RootCertStore::empty();
    roots.add(certificate).map_err(|_| damaged())?;
    roots.roots.first().map(|root| root.subject_public_key_info.to_vec()).ok_or_else(damaged)
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

    #[test]
    fn an_authority_is_made_once_and_found_again() {
        let directory = tempfile::tempdir().unwrap();
        let directory = directory.path().join("new");
        let authority = Authority::load_or_create(&directory).unwrap();
        assert_eq!(authority.ca_file(), directory.join("ca.pem"));
        let certificate = fs::read(authority.ca_file()).unwrap();
        Authority::load_or_create(&directory).unwrap();
        assert_eq!(fs::read(authority.ca_file()).unwrap(), certificate);
        for lost in [CA_FILE, CA_KEY_FILE] {
            fs::remove_file(directory.join(lost)).unwrap();
            Authority::load_or_create(&directory).unwrap();
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_key_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        Authority::load_or_create(directory.path()).unwrap();
        let key_file = fs::metadata(directory.path().join(CA_KEY_FILE)).unwrap();
        assert_eq!(key_file.permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn servers_that_start_at_once_share_one_authority() {
        let directory = tempfile::tempdir().unwrap();
        let start = || fs::read(Authority::load_or_create(directory.path()).unwrap().ca_file()).unwrap();
        let seen: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(seen.iter().all(|certificate| *certificate == seen[0]));
    }

    #[test]
    fn damaged_files_are_named() {
        let directory = tempfile::tempdir().unwrap();
        let message = || {
            let error = Authority::load_or_create(directory.path()).unwrap_err();
            error.to_string().replace(&directory.path().display().to_string(), "DIR")
        };
        let ca_file = Authority::load_or_create(directory.path()).unwrap().ca_file;
        let certificate = fs::read_to_string(&ca_file).unwrap();
        fs::write(&ca_file, &certificate[..100]).unwrap();
        assert_eq!(message(), "DIR/ca.pem is not a certificate in PEM form; delete it and start again");
        fs::write(&ca_file, certificate.replace("MII", "AII")).unwrap();
        assert_eq!(message(), "DIR/ca.pem is not a certificate in PEM form; delete it and start again");
        fs::write(&ca_file, &certificate).unwrap();
        let key_file = directory.path().join(CA_KEY_FILE);
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
