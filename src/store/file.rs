//! The file of a database: one process has it, others of the machine's users cannot read it, and it must stay where it is.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::store_error::{Result, StoreError};
use crate::private_file::private;

/// The smallest page that SQLite knows: a shorter file is no database, though SQLite would write over some of them.
const SMALLEST: u64 = 512;

/// A database file that nobody else may open until this is dropped.
pub(super) struct DatabaseFile {
    /// As it was named.
    path: PathBuf,
    /// What must be there while the database is open: the file and its log.
    watched: Vec<(PathBuf, Identity)>,
    /// The lock lies on a file beside the database. SQLite's own locks would be lost with a second handle on the database
    /// (<https://sqlite.org/howtocorrupt.html>, 2.2), and they must stay free for programs that only read.
    lock: File,
}

impl DatabaseFile {
    /// Makes the file, if there is none, and locks it. `None` for what is no file: SQLite says why it cannot be opened.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::Foreign`] for what is too short to be a database, [`StoreError::Open`] when the
    /// file cannot be locked.
    pub fn claim(path: &Path) -> Result<Option<DatabaseFile>> {
        // SQLite gives the files beside it the same rights. One that is there keeps those it has.
        _ = private().write(true).create_new(true).open(path);
        let Ok(place) = fs::canonicalize(path) else { return Ok(None) };
        if !place.is_file() {
            return Ok(None);
        }
        let cannot_lock = |error: io::Error| StoreError::Open {
            path: path.to_owned(),
            reason: format!("{} cannot be locked: {error}", beside(&place, ".lock").display()),
        };
        let lock = private()
            .write(true)
            .create(true)
            .truncate(false)
            .open(beside(&place, ".lock"))
            .map_err(cannot_lock)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::InUse(path.to_owned())),
            // Some network file systems have no locks.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                tracing::warn!("{} cannot be locked: see to it that only one server uses it", path.display());
            }
            Err(TryLockError::Error(error)) => return Err(cannot_lock(error)),
        }
        let length = fs::metadata(&place).map_or(0, |file| file.len());
        if (1..SMALLEST).contains(&length) {
            return Err(StoreError::Foreign(path.to_owned()));
        }
        Ok(Some(DatabaseFile { path: path.to_owned(), watched: vec![(place, Identity::default())], lock }))
    }

    /// Takes down which files SQLite has opened. To be called once it has.
    pub fn watch(&mut self) {
        let Some((place, _)) = self.watched.pop() else { return };
        let log = beside(&place, "-wal");
        let files = [place, log].into_iter();
        self.watched =
            files.filter_map(|file| Identity::of(&file).ok().map(|identity| (file, identity))).collect();
    }

    /// Whether the file, or its log, is no longer where it was: what is written now is gone when the process ends.
    pub fn is_gone(&self) -> bool {
        self.watched.iter().any(|(file, identity)| Identity::of(file).ok().as_ref() != Some(identity))
    }

    /// What is said of it then.
    pub fn gone(&self) -> StoreError {
        StoreError::Gone(self.path.clone())
    }
}

impl Drop for DatabaseFile {
    fn drop(&mut self) {
        // A process that is just being started from another thread holds the file open, too, until it runs its own program:
        // closing it here would not be enough.
        _ = self.lock.unlock();
    }
}

/// Which file a path leads to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Identity {
    device: u64,
    number: u64,
}

impl Identity {
    #[cfg(unix)]
    fn of(path: &Path) -> io::Result<Identity> {
        use std::os::unix::fs::MetadataExt;
        let file = fs::metadata(path)?;
        Ok(Identity { device: file.dev(), number: file.ino() })
    }

    /// Elsewhere a file that is open can neither be removed nor replaced.
    #[cfg(not(unix))]
    fn of(path: &Path) -> io::Result<Identity> {
        fs::metadata(path).map(|_| Identity::default())
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut beside = OsString::from(path);
    beside.push(suffix);
    beside.into()
}
