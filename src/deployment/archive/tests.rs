use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

fn files(pairs: &[(&str, &str)]) -> Files {
    pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// An end record with this many files, whose directory has this size and start.
fn end_record(files: u16, size: u32, start: u32, comment: u16) -> Vec<u8> {
    let mut record = END_RECORD.to_vec();
    record.extend([0; 4]);
    record.extend(files.to_le_bytes());
    record.extend(files.to_le_bytes());
    record.extend(size.to_le_bytes());
    record.extend(start.to_le_bytes());
    record.extend(comment.to_le_bytes());
    record
}

/// Why an archive is refused, which must take next to no time however slow the machine is.
fn refusal(archive: &[u8]) -> Unreadable {
    let begin = Instant::now();
    let refusal = read(archive).expect_err("a refusal");
    assert!(begin.elapsed() < Duration::from_secs(2), "{refusal} after {:?}", begin.elapsed());
    refusal
}

#[test]
fn what_was_packed_comes_back() {
    let files = files(&[(MANIFEST, "<Package/>"), ("objects/Account.object", "ä")]);
    assert_eq!(read(&write(&files, "")), Ok(files.clone()));
    assert_eq!(read(&write(&files, "unpackaged/")), Ok(files));
    assert_eq!(read(&write(&Files::new(), "")), Ok(Files::new()));
}

#[test]
fn the_outermost_manifest_counts() {
    let files = files(&[("a/package.xml", "old"), (MANIFEST, "new")]);
    assert_eq!(read(&write(&files, "")).map(|files| files[MANIFEST].clone()).as_deref(), Ok("new"));
}

#[test]
fn what_is_no_archive() {
    let whole = write(&files(&[(MANIFEST, "<Package/>")]), "");
    for bad in [&b""[..], b"no archive", END_RECORD, &whole[..whole.len() - 1], &[&whole[..], b"x"].concat()]
    {
        assert_eq!(refusal(bad), Unreadable::NoArchive);
    }
}

/// Each of the records once led to a directory that was read anew: 1,600 of them cost four seconds.
#[test]
fn many_end_records() {
    let one = write(&files(&[(MANIFEST, "<Package/>")]), "");
    let mut archive = one[..one.len() - END_RECORD_LENGTH].to_vec();
    let header = b"PK\x01\x02".repeat(10);
    archive.extend(header.repeat(1_600));
    for _ in 0..30_000 {
        let start = u32::try_from(archive.len() / 2).expect("a short archive");
        archive.extend(end_record(9_000, 414_000, start, 0));
    }
    assert_eq!(refusal(&archive), Unreadable::NoArchive);
    let end = u32::try_from(archive.len()).expect("a short archive");
    archive.extend(end_record(9_000, end - 100, 100, 0));
    assert_eq!(refusal(&archive), Unreadable::NoArchive);
}

#[test]
fn too_many_files() {
    let record = end_record(65_535, u32::MAX, u32::MAX, 0);
    assert_eq!(refusal(&record), Unreadable::TooManyFiles);
    let many: Files = (0..=MOST_FILES).map(|number| (number.to_string(), String::new())).collect();
    assert_eq!(refusal(&write(&many, "")), Unreadable::TooManyFiles);
}

#[test]
fn a_bomb_is_not_unpacked() {
    let zeros = "0".repeat(20 << 20);
    let archive = write(&files(&[(MANIFEST, "<Package/>"), ("objects/Account.object", &zeros)]), "");
    assert_eq!(refusal(&archive), Unreadable::TooLarge { limit: ANY_RATIO });
    // The directory and the head of the file say that it is small.
    let size = u32::try_from(zeros.len()).expect("a size").to_le_bytes();
    let mut lying = archive;
    while let Some(at) = memchr::memmem::find(&lying, &size) {
        lying[at..at + 4].copy_from_slice(&1_u32.to_le_bytes());
    }
    assert!(matches!(refusal(&lying), Unreadable::TooLarge { .. } | Unreadable::NoArchive));
    // Text that repeats itself as metadata does is no bomb.
    let lines: String =
        (0..40_000).map(|number| format!("<fields><fullName>F{number}__c</fullName></fields>")).collect();
    assert!(read(&write(&files(&[("objects/A.object", &lines)]), "")).is_ok());
}

#[test]
fn files_that_share_bytes() {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("a", SimpleFileOptions::default()).expect("a file");
    archive.write_all(&[b'x'; 1000]).expect("a file");
    archive.shallow_copy_file("a", "b").expect("a copy");
    let archive = archive.finish().expect("an archive").into_inner();
    assert_eq!(refusal(&archive), Unreadable::Overlapping);
}

#[test]
fn an_encrypted_file() {
    let mut archive = write(&files(&[("a.txt", "secret")]), "");
    // The first bit of the general purpose flags, in the head of the file and in the directory.
    for (signature, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let at = memchr::memmem::find(&archive, signature).expect("a head");
        archive[at + flags] |= 1;
    }
    assert_eq!(refusal(&archive), Unreadable::Encrypted("a.txt".to_owned()));
}

#[test]
fn paths_that_lead_out() {
    for path in ["../../etc/passwd", "/etc/passwd", "a/../../b", "a//b", "..\\..\\b"] {
        let archive = write(&files(&[(path, "x"), (MANIFEST, "<Package/>")]), "");
        assert_eq!(refusal(&archive), Unreadable::BadPath(path.replace('\\', "/")));
    }
}

proptest! {
    #[test]
    fn anything_is_read_or_not(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
    }

    /// What the fuzz target checks.
    #[test]
    fn a_damaged_archive_is_read_or_not(
        damages in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<Option<prop::sample::Index>>(),
    ) {
        let whole = [(MANIFEST, "<Package/><Package/>"), ("objects/A.object", "ä"), ("b/c", "")];
        let mut archive = write(&files(&whole), "f/");
        for (at, byte) in damages {
            let at = at.index(archive.len());
            archive[at] = byte;
        }
        if let Some(cut) = cut {
            archive.truncate(cut.index(archive.len()));
        }
        if let Ok(files) = read(&archive) {
            prop_assert_eq!(read(&write(&files, "")), Ok(files));
        }
    }
}
