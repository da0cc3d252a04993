//! Sequences of three bytes as bits.

use crate::query::fold::fold_bytes;

/// Bits of a filter.
pub(super) const BITS: usize = 32_768;

/// The filters of eight blocks: a byte for each bit of a filter, in it a bit for each block.
pub(super) type Lane = Box<[u8; BITS]>;

/// Returns the bit of three bytes, given as the low 24 bits of a number.
#[inline]
pub(super) fn bit_of(three: u32) -> u32 {
    // The high bits of a product depend on all bits of the number.
    (three & 0xff_ffff).wrapping_mul(0x9e37_79b1) >> 17
}

/// Returns the bits of a folded text.
pub(super) fn folded_bits(text: &[u8]) -> impl Iterator<Item = u32> + '_ {
    text.windows(3).map(|three| bit_of(three.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))))
}

/// The sequences in a block, a byte for each bit: setting one is a store, with nothing to wait for.
pub(super) struct Trigrams {
    seen: Box<[u8; BITS]>,
    folded: Vec<u8>,
}

impl Trigrams {
    pub(super) fn new() -> Trigrams {
        Trigrams { seen: Box::new([0; BITS]), folded: Vec::new() }
    }

    /// Adds a text.
    pub(super) fn add(&mut self, text: &[u8]) {
        self.folded.clear();
        fold_bytes(text, &mut self.folded);
        set_all(&mut self.seen, &self.folded);
    }

    /// Adds what was seen to a lane as that of its block of this number, from 0 to 7, and begins anew.
    pub(super) fn take_into(&mut self, lane: &mut Lane, block: usize) {
        for (bits, seen) in lane.iter_mut().zip(self.seen.iter_mut()) {
            *bits |= *seen << block;
            *seen = 0;
        }
    }
}

fn set_all(seen: &mut [u8; BITS], folded: &[u8]) {
    let mut rest = folded;
    // Eight bytes are one load and hold six sequences.
    while let Some(eight) = rest.first_chunk() {
        let word = u64::from_be_bytes(*eight);
        for shift in [40, 32, 24, 16, 8, 0] {
            seen[bit_of((word >> shift) as u32) as usize] = 1;
        }
        rest = rest.get(6..).unwrap_or_default();
    }
    folded_bits(rest).for_each(|bit| seen[bit as usize] = 1);
}
