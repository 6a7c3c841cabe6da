//! Files with keys and passwords in them: only their owner may read them.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file beside its place and moves it there, so that nobody ever finds a part of it.
///
/// # Errors
/// Those of the file system; what was at the place is still there then.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut part = OsString::from(path);
    // Servers in other threads may write the same file.
    part.push(format!(".{}-{:?}.part", std::process::id(), std::thread::current().id()));
    let part = Path::new(&part);
    let mut options = private();
    options.write(true).create_new(true);
    // One of an earlier process with the same number would keep its rights.
    match fs::remove_file(part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let written = options.open(part).and_then(|mut file| file.write_all(text.as_bytes()));
    written.and_then(|()| fs::rename(part, path)).inspect_err(|_| {
        // What is left is of no use, and whether it can be removed is no news.
        _ = fs::remove_file(part);
    })
}

/// Whether a file is there with this text, and nobody but its owner may read it.
pub fn holds(path: &Path, text: &str) -> bool {
    is_private(path) && fs::read_to_string(path).is_ok_and(|known| known == text)
}

/// Options that make a file which only its owner may read.
pub(crate) fn private() -> OpenOptions {
    #[cfg_attr(not(unix), allow(unused_mut, reason = "elsewhere the folder decides who may read"))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(unix)]
fn is_private(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 == 0)
}

/// Elsewhere the folder decides who may read.
#[cfg(not(unix))]
fn is_private(_: &Path) -> bool {
    true
}
