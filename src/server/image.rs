//! Prepared images: what a start has made of a seed, kept in a file beside the certificates, so that the next start with
//! the same seed need not make it again.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, io, thread};

use aws_lc_rs::digest::{Context, SHA256, SHA256_OUTPUT_LEN, digest};

use crate::model::fault::Fault;
use crate::org::Org;
use crate::seed::Seed;
use crate::store::Store;

/// So many images are kept, the newest ones.
const KEPT: usize = 16;
/// On the machine's clock an older image is made anew: its records would seem ever older, and passwords expire.
const FRESH: Duration = Duration::from_secs(12 * 3600);

/// The images of one seed in a directory.
pub(super) struct Images {
    folder: PathBuf,
    /// Of everything that an image follows from.
    fingerprint: String,
    is_timeless: bool,
}

impl Images {
    /// `is_timeless` says that the clock of a start does not depend on when that is.
    pub fn new(directory: PathBuf, seed: &Seed, is_timeless: bool) -> Images {
        let mut context = Context::new(&SHA256);
        context.update(env!("FAUXFORCE_SOURCE").as_bytes());
        context.update(&[u8::from(is_timeless)]);
        seed.each_file(|path, text| {
            for part in [path, text] {
                context.update(&part.len().to_le_bytes());
                context.update(part.as_bytes());
            }
        });
        let digest = context.finish();
        let fingerprint = digest.as_ref().iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        Images { folder: directory.join("images"), fingerprint, is_timeless }
    }

    /// A store in memory with the org at this place in the seed, as an earlier start has made it.
    pub fn load(&self, place: usize) -> Option<Store> {
        let path = self.path(place);
        let modified = fs::metadata(&path).and_then(|file| file.modified()).ok()?;
        let age = SystemTime::now().duration_since(modified).ok();
        if !self.is_timeless && age.is_none_or(|age| age > FRESH) {
            return None;
        }
        let file = fs::read(&path).ok()?;
        let (sum, image) = file.split_at_checked(SHA256_OUTPUT_LEN)?;
        if digest(&SHA256, image).as_ref() != sum {
            return None;
        }
        Store::from_image(image).ok()
    }

    /// Keeps what has been made of the seed, in a thread of its own: whoever waits for the start need not wait for the
    /// file. A failure costs the next start its time, nothing else.
    pub fn keep(&self, place: usize, org: &mut Org) -> Result<Writing, Fault> {
        org.settle_ids()?;
        let image = org.store.image()?;
        let (path, folder) = (self.path(place), self.folder.clone());
        let write = move || {
            if let Err(error) = write(&path, &image) {
                tracing::debug!("no image is kept in {}: {error}", folder.display());
            }
            drop_old(&folder);
        };
        Ok(Writing(thread::Builder::new().name("image".to_owned()).spawn(write).ok()))
    }

    fn path(&self, place: usize) -> PathBuf {
        self.folder.join(format!("{}-{place}.image", self.fingerprint))
    }
}

/// An image that is being written; dropped, it waits for the end of that.
pub(super) struct Writing(Option<thread::JoinHandle<()>>);

impl Drop for Writing {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            // A thread that has panicked has said so.
            _ = thread.join();
        }
    }
}

fn write(path: &Path, image: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // Several processes may start at once: each writes a file of its own, and the last one stays.
    let own = path.with_extension(std::process::id().to_string());
    let mut file = File::create(&own)?;
    file.write_all(digest(&SHA256, image).as_ref())?;
    file.write_all(image)?;
    fs::rename(&own, path)
}

fn drop_old(folder: &Path) {
    let Ok(files) = fs::read_dir(folder) else { return };
    let mut files: Vec<_> = files
        .filter_map(|file| {
            let file = file.ok()?;
            Some((file.metadata().ok()?.modified().ok()?, file.path()))
        })
        .collect();
    files.sort();
    let surplus = files.len().saturating_sub(KEPT);
    for (_, path) in files.into_iter().take(surplus) {
        _ = fs::remove_file(path);
    }
}
