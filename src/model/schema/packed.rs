//! Texts that `build.rs` deflates: a megabyte of metadata takes a seventh of that in the binary.

use flate2::{Decompress, FlushDecompress};

/// A text of `objects/`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Packed {
    /// Bytes of the text.
    pub length: usize,
    pub deflated: &'static [u8],
}

impl Packed {
    /// `None` for what does not inflate, which the tests rule out for ours.
    pub fn text(self) -> Option<String> {
        let mut text = Vec::with_capacity(self.length);
        Decompress::new(false).decompress_vec(self.deflated, &mut text, FlushDecompress::Finish).ok()?;
        String::from_utf8(text).ok()
    }
}
