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

/// Why the files of an archive cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// It is damaged or encrypted, or none; or its files are more than 400 MB.
    NoArchive,
    TooManyFiles,
}

/// Reads the files of a package: those beside `package.xml`, in the outermost folder that has one. Files that are no text
/// are left out. Nothing is unpacked to anywhere but memory, whatever names the files have.
///
/// # Errors
/// [`Unreadable`]
pub fn read(archive: &[u8]) -> Result<Files, Unreadable> {
    let archive = ZipArchive::new(Cursor::new(archive)).map_err(|_| Unreadable::NoArchive)?;
    if archive.len() > MOST_FILES {
        return Err(Unreadable::TooManyFiles);
    }
    unpacked(archive).ok_or(Unreadable::NoArchive)
}

fn unpacked(mut archive: ZipArchive<Cursor<&[u8]>>) -> Option<Files> {
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
    let depth = |name: &&String| name.matches('/').count();
    let outermost = files.keys().filter(manifest).min_by_key(depth);
    let folder = outermost.and_then(|name| name.strip_suffix(MANIFEST));
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
        assert_eq!(read(&write(&files, "")), Ok(files.clone()));
        assert_eq!(read(&write(&files, "unpackaged/")), Ok(files));
        assert_eq!(read(b"no archive"), Err(Unreadable::NoArchive));
    }

    #[test]
    fn the_outermost_manifest_counts() {
        let files: Files = [("a/package.xml", "old"), (MANIFEST, "new"), ("../../etc/passwd", "x")]
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .into();
        assert_eq!(read(&write(&files, "")).map(|files| files[MANIFEST].clone()).as_deref(), Ok("new"));
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
