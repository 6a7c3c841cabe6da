//! `--ready-file`: appears whole, and only once the port is open.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use fauxforce::Ready;

/// Writes beside the place, then moves there.
///
/// # Errors
/// One sentence.
pub fn write(path: &Path, ready: &Ready) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("cannot write the ready file {}: {error}", path.display());
    let text = serde_json::to_string_pretty(ready).map_err(|error| failed(error.into()))?;
    let mut part = OsString::from(path);
    part.push(format!(".{}.part", std::process::id()));
    fs::write(&part, text + "\n").and_then(|()| fs::rename(&part, path)).map_err(|error| {
        // What is left is of no use, and whether it can be removed is no news.
        let _ = fs::remove_file(&part);
        failed(error)
    })
}

/// Removes the file, if there is one: no server is ready.
///
/// # Errors
/// One sentence.
pub fn remove(path: &Path) -> Result<(), String> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("cannot remove the ready file {}: {error}", path.display()))
        }
        _ => Ok(()),
    }
}
