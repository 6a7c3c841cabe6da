//! `--ready-file`: appears whole, and only once the port is open.

use std::fs;
use std::path::Path;

use fauxforce::{Ready, private_file};

/// Writes it whole, for its owner alone: there are passwords in it.
///
/// # Errors
/// One sentence.
pub fn write(path: &Path, ready: &Ready) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("cannot write the ready file {}: {error}", path.display());
    let text = serde_json::to_string_pretty(ready).map_err(|error| failed(error.into()))?;
    private_file::write(path, &(text + "\n")).map_err(failed)
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
