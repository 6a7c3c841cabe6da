//! The world's random source: SHA-256 over a seed and a counter, so that a fixed seed repeats everything.

use std::cell::Cell;

use aws_lc_rs::digest;

use crate::system_random;

/// A run has two to the power of this blocks: more than anybody uses.
const RUN: u32 = 40;

/// Gives bytes and tokens.
#[derive(Debug, Clone)]
pub struct Random {
    seed: [u8; 32],
    block: Cell<u64>,
}

impl Random {
    /// Seeded by the operating system.
    pub fn real() -> Random {
        let mut seed = [0; 32];
        // Not from aws-lc: its first number in a process costs it 30 to 40 ms of gathering entropy of its own (CPU jitter).
        // Without entropy the source still works, only predictably: this is a test server.
        if !system_random::fill(&mut seed) {
            tracing::warn!("the operating system gave no random bytes; tokens are predictable");
        }
        Random { seed, block: Cell::new(0) }
    }

    /// The same bytes in every run.
    pub fn deterministic() -> Random {
        Random { seed: [7; 32], block: Cell::new(0) }
    }

    /// Begins the bytes of a run, which no run with another number has.
    pub fn begin_run(&self, number: u64) {
        self.block.set(number << RUN);
    }

    /// Goes on from a place that does not depend on how much a start has used.
    pub fn settle(&self) {
        self.block.set((self.block.get() >> RUN << RUN) + (1 << 32));
    }

    /// Fills a buffer.
    pub fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let block = self.block.get();
            self.block.set(block + 1);
            let mut source = [0; 40];
            let (seed, count) = source.split_at_mut(self.seed.len());
            seed.copy_from_slice(&self.seed);
            count.copy_from_slice(&block.to_le_bytes());
            for (slot, byte) in chunk.iter_mut().zip(digest::digest(&digest::SHA256, &source).as_ref()) {
                *slot = *byte;
            }
        }
    }

    /// A text of this many characters from an alphabet.
    pub fn text(&self, length: usize, alphabet: &[u8]) -> String {
        let mut bytes = vec![0; length];
        self.fill(&mut bytes);
        let mut text = String::with_capacity(length);
        let letters = bytes.iter().filter_map(|byte| alphabet.get(*byte as usize % alphabet.len().max(1)));
        text.extend(letters.map(|letter| *letter as char));
        text
    }
}
