//! Whatever bytes arrive as an archive to deploy: its files, or a reason.

#![no_main]

use fauxforce::deployment::archive;
use libfuzzer_sys::fuzz_target;

/// What an archive of the longest input may unpack to.
const MOST_UNPACKED: usize = 10 << 20;

fuzz_target!(|data: &[u8]| {
    let Ok(files) = archive::read(data) else { return };
    let unpacked: usize = files.values().map(String::len).sum();
    assert!(unpacked <= MOST_UNPACKED.max(200 * data.len()), "{unpacked} bytes of {}", data.len());
    if unpacked > MOST_UNPACKED {
        // Packed anew it may be so small that it may not unpack to as much.
        return;
    }
    assert_eq!(archive::read(&archive::write(&files, "")).as_ref(), Ok(&files));
});
