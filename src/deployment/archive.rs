//! Zip archives of a package's files.

use std::io::{Cursor, Read, Write};

use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::org::metadata::package::{Files, MANIFEST};

/// Bytes of an archive's files when they are unpacked, and their number.
/// <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/file_based_zip_file.htm>
const LARGEST: u64 = 400 << 20;
const MOST_FILES: usize = 10_000;

/// Reads the files of a package: those beside `package.xml`, in whatever folder that is. Files that are no text are left
/// out. `None` when it is no archive, or one too large.
pub fn read(archive: &[u8]) -> Option<Files> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).ok()?;
    if archive.len() > MOST_FILES {
        return None;
    }
    let mut files = Files::new();
    let mut left = LARGEST;
    for place in 0..archive.len() {
        let file = archive.by_index(place).ok()?;
        if file.is_dir() {
            continue;
        }
        let name = file.name().replace('\\', "/");
        let mut bytes = Vec::new();
        file.take(left + 1).read_to_end(&mut bytes).ok()?;
        left = left.checked_sub(bytes.len() as u64)?;
        if let Ok(text) = String::from_utf8(bytes) {
            files.insert(name, text);
        }
    }
    let manifest = |name: &&String| name.rsplit('/').next() == Some(MANIFEST);
    let folder = files.keys().find(manifest).and_then(|name| name.strip_suffix(MANIFEST));
    let folder = folder.unwrap_or_default().to_owned();
    let inside = files.into_iter().filter_map(|(name, text)| {
        let inside = name.strip_prefix(&folder)?.to_owned();
        Some((inside, text))
    });
    Some(inside.collect())
}

/// Packs files into a folder of an archive; empty for none.
pub fn write(files: &Files, folder: &str) -> Vec<u8> {
    packed(files, folder).unwrap_or_default()
}

fn packed(files: &Files, folder: &str) -> ZipResult<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in files {
        archive.start_file(format!("{folder}{name}"), options)?;
        archive.write_all(text.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_was_packed_comes_back() {
        let files: Files = [(MANIFEST, "<Package/>"), ("objects/Account.object", "ä")]
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .into();
        assert_eq!(read(&write(&files, "")), Some(files.clone()));
        assert_eq!(read(&write(&files, "unpackaged/")), Some(files));
        assert_eq!(read(b"no archive"), None);
    }

    proptest! {
        #[test]
        fn anything_is_read_or_not(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
        }

        #[test]
        fn a_damaged_archive_is_read_or_not(at in 0_usize..300, byte in any::<u8>()) {
            let files: Files = [(MANIFEST.to_owned(), "<Package/>".repeat(9))].into();
            let mut archive = write(&files, "");
            if let Some(slot) = archive.get_mut(at) {
                *slot = byte;
            }
            let _ = read(&archive);
        }
    }
}
