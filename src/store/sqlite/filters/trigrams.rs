//! Sequences of three bytes as bits.

use crate::query::fold::fold_bytes;

/// Bits of a filter.
pub(super) const BITS: usize = 32_768;

/// Returns the bit of three bytes, given as the low 24 bits of a number.
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
    scratch: Vec<u8>,
}

impl Trigrams {
    pub(super) fn new() -> Trigrams {
        Trigrams { seen: Box::new([0; BITS]), scratch: Vec::new() }
    }

    /// Adds a text.
    pub(super) fn add(&mut self, text: &[u8]) {
        if text.is_ascii() {
            set_all(&mut self.seen, text.iter().map(u8::to_ascii_lowercase));
            return;
        }
        self.scratch.clear();
        fold_bytes(text, &mut self.scratch);
        set_all(&mut self.seen, self.scratch.iter().copied());
    }

    /// Returns one byte for each bit, 1 where it is set, and begins anew.
    pub(super) fn take(&mut self) -> Box<[u8; BITS]> {
        std::mem::replace(&mut self.seen, Box::new([0; BITS]))
    }
}

fn set_all(seen: &mut [u8; BITS], mut bytes: impl Iterator<Item = u8>) {
    let (Some(first), Some(second)) = (bytes.next(), bytes.next()) else { return };
    let mut three = u32::from(first) << 8 | u32::from(second);
    for byte in bytes {
        three = three << 8 | u32::from(byte);
        seen[bit_of(three) as usize] = 1;
    }
}
