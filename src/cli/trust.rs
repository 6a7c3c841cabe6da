//! `fauxforce trust`: how this machine comes to trust the certificate authority.

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;
use fauxforce::default_ca_dir;
use fauxforce::http::certificate::AuthorityFiles;

use super::shell_word::quoted;

#[derive(Debug, Args)]
pub struct Trust {
    /// Do it, instead of saying it; on Linux this wants root
    #[arg(long)]
    install: bool,

    /// Folder of the certificate authority [default: $XDG_DATA_HOME/fauxforce or ~/.local/share/fauxforce]
    #[arg(long, env = "FAUXFORCE_CA_DIR", value_name = "DIR")]
    ca_dir: Option<PathBuf>,
}

/// A store of certificates that the system's programs read, and the tool that takes one up.
struct TrustStore {
    /// It is the system's if this is there.
    mark: &'static str,
    /// Where the file goes, if it has to be somewhere.
    copy_to: Option<&'static str>,
    tool: &'static [&'static str],
}

/// Those of Debian and Ubuntu, Fedora and Red Hat, SUSE, Arch; the first that is there.
#[cfg(not(any(windows, target_os = "macos")))]
const STORES: &[TrustStore] = &[
    TrustStore {
        mark: "/usr/local/share/ca-certificates",
        copy_to: Some("/usr/local/share/ca-certificates/fauxforce.crt"),
        tool: &["update-ca-certificates"],
    },
    TrustStore {
        mark: "/etc/pki/ca-trust/source/anchors",
        copy_to: Some("/etc/pki/ca-trust/source/anchors/fauxforce.pem"),
        tool: &["update-ca-trust"],
    },
    TrustStore {
        mark: "/etc/pki/trust/anchors",
        copy_to: Some("/etc/pki/trust/anchors/fauxforce.pem"),
        tool: &["update-ca-certificates"],
    },
    TrustStore {
        mark: "/etc/ca-certificates/trust-source/anchors",
        copy_to: Some("/etc/ca-certificates/trust-source/anchors/fauxforce.pem"),
        tool: &["trust", "extract-compat"],
    },
];
#[cfg(target_os = "macos")]
const STORES: &[TrustStore] = &[TrustStore {
    mark: "/",
    copy_to: None,
    tool: &["security", "add-trusted-cert", "-r", "trustRoot", "CA"],
}];
#[cfg(windows)]
const STORES: &[TrustStore] =
    &[TrustStore { mark: "C:\\", copy_to: None, tool: &["certutil", "-user", "-addstore", "Root", "CA"] }];

impl Trust {
    /// Says what to run, or runs it. Makes the authority if no server has made it yet.
    ///
    /// # Errors
    /// One sentence when the authority cannot be made, or the system refuses it.
    pub fn run(self) -> Result<(), String> {
        let folder =
            self.ca_dir.or_else(default_ca_dir).ok_or("name the folder of the authority with --ca-dir")?;
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        let files = AuthorityFiles::of_this_machine(&folder);
        files.load_or_create().map_err(|error| error.to_string())?;
        let ca = files.ca_file();
        let store = STORES.iter().find(|store| Path::new(store.mark).exists());
        match (self.install, store) {
            (true, Some(store)) => store.take_up(ca),
            (true, None) => Err(format!(
                "this system has no store of certificates that is known here; {}",
                by_variables(ca)
            )),
            (false, store) => {
                if let Some(store) = store {
                    println!("# The whole system; `fauxforce trust --install` does it:\n{}", store.words(ca));
                }
                println!("# One client; `fauxforce env` prints these with the rest:\n{}", by_variables(ca));
                println!(
                    "# It can stand for localhost and Salesforce's hosts only, and its key stays in {}",
                    folder.display()
                );
                Ok(())
            }
        }
    }
}

fn by_variables(ca: &Path) -> String {
    let ca = quoted(&ca.display().to_string());
    ["CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"]
        .map(|name| format!("export {name}={ca}"))
        .join("\n")
}

impl TrustStore {
    fn command(&self, ca: &Path) -> Vec<String> {
        let words = self.tool.iter();
        words.map(|word| if *word == "CA" { ca.display().to_string() } else { (*word).to_owned() }).collect()
    }

    /// As one types it.
    fn words(&self, ca: &Path) -> String {
        let command = self.command(ca).iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
        match self.copy_to {
            Some(place) => format!("sudo cp {} {place}\nsudo {command}", quoted(&ca.display().to_string())),
            None => command,
        }
    }

    fn take_up(&self, ca: &Path) -> Result<(), String> {
        if let Some(place) = self.copy_to {
            std::fs::copy(ca, place)
                .map_err(|error| format!("cannot write {place}: {error}; run it as root"))?;
        }
        let command = self.command(ca);
        let Some((tool, arguments)) = command.split_first() else { return Ok(()) };
        let status = Command::new(tool).args(arguments).status();
        let status = status.map_err(|error| format!("cannot run {tool}: {error}"))?;
        if status.success() { Ok(()) } else { Err(format!("{tool} failed: {status}")) }
    }
}
