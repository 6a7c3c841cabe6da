//! Prepared images: what a start has made of a seed, kept in a file beside the certificates, so that the next start with
//! the same seed need not make it again.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use aws_lc_rs::digest::{Context, SHA256, SHA256_OUTPUT_LEN, digest};

use crate::org::Org;
use crate::org::seed::Seed;
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

    /// Keeps what has been made of the seed. A failure costs the next start its time, nothing else.
    pub fn keep(&self, place: usize, org: &Org) {
        if let Err(error) = self.write(place, org) {
            tracing::debug!("no image is kept in {}: {error}", self.folder.display());
        }
    }

    fn write(&self, place: usize, org: &Org) -> Result<(), Box<dyn std::error::Error>> {
        org.settle_ids().map_err(|fault| fault.message)?;
        let image = org.store.image()?;
        fs::create_dir_all(&self.folder)?;
        let path = self.path(place);
        // Several processes may start at once: each writes a file of its own, and the last one stays.
        let own = path.with_extension(std::process::id().to_string());
        fs::write(&own, [digest(&SHA256, &image).as_ref(), &image].concat())?;
        fs::rename(&own, &path)?;
        self.drop_old();
        Ok(())
    }

    fn drop_old(&self) {
        let Ok(files) = fs::read_dir(&self.folder) else { return };
        let mut files: Vec<_> = files
            .filter_map(|file| {
                let file = file.ok()?;
                Some((file.metadata().ok()?.modified().ok()?, file.path()))
            })
            .collect();
        files.sort();
        let surplus = files.len().saturating_sub(KEPT);
        for (_, path) in files.into_iter().take(surplus) {
            let _ = fs::remove_file(path);
        }
    }

    fn path(&self, place: usize) -> PathBuf {
        self.folder.join(format!("{}-{place}.image", self.fingerprint))
    }
}
