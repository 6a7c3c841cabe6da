//! Zip archives of a package's files. Reading one needs nothing of an org, so it can be done before a lock is taken.

use std::io::{Cursor, Read, Write};

use zip::read::{ArchiveOffset, Config};
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::metadata::package::{Files, MANIFEST};

/// Bytes of an archive's files when they are unpacked, and their number.
/// <https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/file_based_zip_file.htm>
const LARGEST: u64 = 400 << 20;
const MOST_FILES: usize = 10_000;

/// Unpacked bytes for each byte of the archive, once the files are more than [`ANY_RATIO`] bytes. Deflate reaches 1,032;
/// the XML of large orgs comes to 40.
const HIGHEST_RATIO: u64 = 200;
const ANY_RATIO: u64 = 10 << 20;

/// The record at the end of an archive (APPNOTE.TXT 4.3.16): how it begins, its bytes, and those of the longest comment
/// after it. <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>
const END_RECORD: &[u8] = b"PK\x05\x06";
const END_RECORD_LENGTH: usize = 22;
const LONGEST_COMMENT: usize = 65_535;

/// Why the files of an archive cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is damaged, or none.
    #[error("the file is not a zip archive that can be read")]
    NoArchive,
    #[error("Too many files in zip")]
    TooManyFiles,
    #[error("the unpacked files are more than {limit} bytes, which is the most for this archive")]
    TooLarge { limit: u64 },
    #[error("files of the archive share bytes")]
    Overlapping,
    #[error("the file {0} is encrypted")]
    Encrypted(String),
    /// Its path is absolute, leads out of the archive, or has a folder without a name.
    #[error("the path {0} does not lie inside of the archive")]
    BadPath(String),
}

/// Reads the files of a package: those beside `package.xml`, in the outermost folder that has one. Files that are no text
/// are left out. Nothing is unpacked to anywhere but memory. What an archive can cost is bounded before it is looked at
/// in earnest: the number of its files, the bytes that they unpack to, and those by the bytes of the archive.
///
/// # Errors
/// [`Unreadable`]
pub fn read(archive: &[u8]) -> Result<Files, Unreadable> {
    check_end_record(archive)?;
    // A fixed offset: the archive begins where the bytes do, and no other beginning is looked for.
    let config = Config { archive_offset: ArchiveOffset::Known(0) };
    let mut zip = ZipArchive::with_config(config, Cursor::new(archive)).map_err(|_| Unreadable::NoArchive)?;
    let limit = LARGEST.min(ANY_RATIO.max(HIGHEST_RATIO.saturating_mul(archive.len() as u64)));
    if zip.decompressed_size().is_some_and(|size| size > u128::from(limit)) {
        return Err(Unreadable::TooLarge { limit });
    }
    if zip.has_overlapping_files().map_err(|_| Unreadable::NoArchive)? {
        return Err(Unreadable::Overlapping);
    }
    Ok(of_package(unpacked(zip, limit)?))
}

/// Checks the record at the end before the directory of files is read: without, an archive could name millions of files,
/// or have many such records, each of which leads to another directory. The one record must be the last thing in the
/// archive, and the directory must end where the record begins; then readers do not look for another one.
fn check_end_record(archive: &[u8]) -> Result<(), Unreadable> {
    let window = archive.len().saturating_sub(END_RECORD_LENGTH + LONGEST_COMMENT);
    let tail = archive.get(window..).unwrap_or_default();
    let at = memchr::memmem::rfind(tail, END_RECORD).ok_or(Unreadable::NoArchive)?;
    let record = tail.get(at..).unwrap_or_default();
    let (Some(files), Some(size), Some(start), Some(comment)) =
        (number(record, 10, 2), number(record, 12, 4), number(record, 16, 4), number(record, 20, 2))
    else {
        return Err(Unreadable::NoArchive);
    };
    if files > MOST_FILES {
        return Err(Unreadable::TooManyFiles);
    }
    let ends_here = record.len() == END_RECORD_LENGTH + comment;
    let directory_before = start.checked_add(size) == Some(window + at);
    if ends_here && directory_before { Ok(()) } else { Err(Unreadable::NoArchive) }
}

/// A little-endian number of so many bytes.
fn number(record: &[u8], at: usize, bytes: usize) -> Option<usize> {
    let bytes = record.get(at..at.checked_add(bytes)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

/// All files that are text. `limit` is for the bytes of all files together; what the directory says of them counts for
/// nothing here.
fn unpacked(mut archive: ZipArchive<Cursor<&[u8]>>, limit: u64) -> Result<Files, Unreadable> {
    let mut files = Files::new();
    let mut left = limit;
    for place in 0..archive.len() {
        let raw = archive.by_index_raw(place).map_err(|_| Unreadable::NoArchive)?;
        let name = raw.name().map_err(|_| Unreadable::NoArchive)?.replace('\\', "/");
        if name.ends_with('/') {
            continue;
        }
        if raw.encrypted() {
            return Err(Unreadable::Encrypted(name));
        }
        if name.split('/').any(|folder| folder.is_empty() || folder == "..") {
            return Err(Unreadable::BadPath(name));
        }
        drop(raw);
        let file = archive.by_index(place).map_err(|_| Unreadable::NoArchive)?;
        let mut bytes = Vec::new();
        file.take(left + 1).read_to_end(&mut bytes).map_err(|_| Unreadable::NoArchive)?;
        left = left.checked_sub(bytes.len() as u64).ok_or(Unreadable::TooLarge { limit })?;
        if let Ok(text) = String::from_utf8(bytes) {
            files.insert(name, text);
        }
    }
    Ok(files)
}

/// The files beside the manifest.
fn of_package(files: Files) -> Files {
    let manifest = |name: &&String| name.rsplit('/').next() == Some(MANIFEST);
    let depth = |name: &&String| name.matches('/').count();
    let outermost = files.keys().filter(manifest).min_by_key(depth);
    let folder = outermost.and_then(|name| name.strip_suffix(MANIFEST));
    let folder = folder.unwrap_or_default().to_owned();
    let inside = files.into_iter().filter_map(|(name, text)| {
        let inside = name.strip_prefix(&folder)?.to_owned();
        Some((inside, text))
    });
    inside.collect()
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
mod tests;
