//! Sequences of three bytes as bits.

use crate::domain::short::{HIGH, LOW};
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
        let mut rest = text;
        loop {
            rest = set_ascii(&mut self.seen, rest);
            // What ASCII stands around is folded with the character it belongs to, and with the two bytes that
            // its last sequences reach into.
            let end = ascii_word(rest);
            self.folded.clear();
            fold_bytes(rest.get(..end + 2).unwrap_or(rest), &mut self.folded);
            set_all(&mut self.seen, &self.folded);
            rest = rest.get(end..).unwrap_or_default();
            if rest.is_empty() {
                return;
            }
        }
    }

    /// Adds what was seen to a lane as that of its block of this number, from 0 to 7, and begins anew.
    pub(super) fn take_into(&mut self, lane: &mut Lane, block: usize) {
        for (bits, seen) in lane.iter_mut().zip(self.seen.iter_mut()) {
            *bits |= *seen << block;
            *seen = 0;
        }
    }
}

/// Sets the bits of a text for as long as it is ASCII, folded in passing; returns the rest, of which none is set.
fn set_ascii<'t>(seen: &mut [u8; BITS], text: &'t [u8]) -> &'t [u8] {
    let mut rest = text;
    while let Some(eight) = rest.first_chunk() {
        let word = u64::from_be_bytes(*eight);
        if word & HIGH != 0 {
            break;
        }
        set_word(seen, small(word));
        rest = rest.get(6..).unwrap_or_default();
    }
    rest
}

/// Returns where the first eight bytes begin that are ASCII, or the length.
fn ascii_word(text: &[u8]) -> usize {
    let words = text.as_chunks::<8>().0;
    let at = words.iter().position(|eight| u64::from_be_bytes(*eight) & HIGH == 0);
    at.map_or(text.len(), |at| at * 8)
}

/// Returns eight letters of ASCII in their small form: of a capital the bit that tells it from its small one is
/// found by two additions that carry into the high bit of its byte.
fn small(word: u64) -> u64 {
    let from_a = word + (LOW * u64::from(0x80 - b'A'));
    let behind_z = word + (LOW * u64::from(0x7f - b'Z'));
    word | ((from_a ^ behind_z) & HIGH) >> 2
}

fn set_all(seen: &mut [u8; BITS], folded: &[u8]) {
    let mut rest = folded;
    while let Some(eight) = rest.first_chunk() {
        set_word(seen, u64::from_be_bytes(*eight));
        rest = rest.get(6..).unwrap_or_default();
    }
    folded_bits(rest).for_each(|bit| seen[bit as usize] = 1);
}

/// Sets the six sequences that eight bytes hold, which are one load.
#[inline]
fn set_word(seen: &mut [u8; BITS], word: u64) {
    for shift in [40, 32, 24, 16, 8, 0] {
        seen[bit_of((word >> shift) as u32) as usize] = 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn piece() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            6 => "[ -~]{0,30}".prop_map(String::into_bytes),
            2 => "\\PC{0,4}".prop_map(String::into_bytes),
            1 => prop::collection::vec(any::<u8>(), 0..4),
        ]
    }

    proptest! {
        #[test]
        fn sets_the_bits_of_the_folded_text(pieces in prop::collection::vec(piece(), 0..8)) {
            let text = pieces.concat();
            let mut trigrams = Trigrams::new();
            trigrams.add(&text);
            let mut folded = Vec::new();
            fold_bytes(&text, &mut folded);
            let mut expected = [0; BITS];
            folded_bits(&folded).for_each(|bit| expected[bit as usize] = 1);
            prop_assert!(*trigrams.seen == expected, "{:?}", String::from_utf8_lossy(&text));
        }
    }
}
