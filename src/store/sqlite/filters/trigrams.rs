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
        let Trigrams { seen, folded } = self;
        each_bit(text, folded, &mut |bit| seen[bit as usize] = 1);
    }

    /// Adds what was seen to a lane as that of its block of this number, from 0 to 7, and begins anew.
    pub(super) fn take_into(&mut self, lane: &mut Lane, block: usize) {
        for (bits, seen) in lane.iter_mut().zip(self.seen.iter_mut()) {
            *bits |= *seen << block;
            *seen = 0;
        }
    }
}

/// Calls `set` with every bit of a text, folded; with some of them more than once.
pub(super) fn each_bit(text: &[u8], folded: &mut Vec<u8>, set: &mut impl FnMut(u32)) {
    let mut rest = text;
    loop {
        rest = ascii_bits(rest, set);
        if end_bits(text, rest, set) {
            return;
        }
        // What ASCII stands around is folded with the character it belongs to, and with the two bytes that
        // its last sequences reach into.
        let end = ascii_word(rest);
        folded.clear();
        fold_bytes(rest.get(..end + 2).unwrap_or(rest), folded);
        all_bits(folded, set);
        rest = rest.get(end..).unwrap_or_default();
        if rest.is_empty() {
            return;
        }
    }
}

/// Gives the bits of a text for as long as it is ASCII, folded in passing; returns the rest, of which none is given.
fn ascii_bits<'t>(text: &'t [u8], set: &mut impl FnMut(u32)) -> &'t [u8] {
    let mut rest = text;
    while let Some(eight) = rest.first_chunk() {
        let word = u64::from_be_bytes(*eight);
        if word & HIGH != 0 {
            break;
        }
        word_bits(small(word), set);
        rest = rest.get(6..).unwrap_or_default();
    }
    rest
}

/// Gives the bits of the `rest` of a text where that is ASCII and less than a word; returns whether it was. Pieces
/// around escapes are hardly longer.
fn end_bits(text: &[u8], rest: &[u8], set: &mut impl FnMut(u32)) -> bool {
    let word = match (rest.len(), text.last_chunk()) {
        // Two bytes may be a character whose folded form has three.
        (..3, _) => return rest.is_ascii(),
        (8.., _) => return false,
        (_, Some(last)) => u64::from_be_bytes(*last),
        (_, None) => short_word(rest),
    };
    if word & HIGH != 0 {
        return false;
    }
    let word = small(word);
    match text.len() {
        8.. => word_bits(word, set),
        len => (0..len - 2).for_each(|at| set(bit_of((word >> (40 - 8 * at)) as u32))),
    }
    true
}

/// Returns three to seven bytes as the first ones of a word.
fn short_word(bytes: &[u8]) -> u64 {
    match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => {
            let (first, last) = (u32::from_be_bytes(*first), u32::from_be_bytes(*last));
            u64::from(first) << 32 | u64::from(last) << (64 - 8 * bytes.len())
        }
        _ => bytes.iter().zip([56, 48, 40]).fold(0, |word, (byte, shift)| word | u64::from(*byte) << shift),
    }
}

/// Returns where the first eight bytes begin that are ASCII, or the length.
fn ascii_word(text: &[u8]) -> usize {
    let words = text.as_chunks::<8>().0;
    let at = words.iter().position(|eight| u64::from_be_bytes(*eight) & HIGH == 0);
    at.map_or(text.len(), |at| at * 8)
}

/// Returns eight letters of ASCII in their small form: of a capital the bit that tells it from its small one is
/// found by two additions that carry into the high bit of its byte.
#[inline]
fn small(word: u64) -> u64 {
    let from_a = word + (LOW * u64::from(0x80 - b'A'));
    let behind_z = word + (LOW * u64::from(0x7f - b'Z'));
    word | ((from_a ^ behind_z) & HIGH) >> 2
}

fn all_bits(folded: &[u8], set: &mut impl FnMut(u32)) {
    let mut rest = folded;
    while let Some(eight) = rest.first_chunk() {
        word_bits(u64::from_be_bytes(*eight), set);
        rest = rest.get(6..).unwrap_or_default();
    }
    folded_bits(rest).for_each(set);
}

/// Gives the six sequences that eight bytes hold, which are one load.
#[inline]
fn word_bits(word: u64, set: &mut impl FnMut(u32)) {
    for shift in [40, 32, 24, 16, 8, 0] {
        set(bit_of((word >> shift) as u32));
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
            1 => "[Ⱥéſ]{0,3}".prop_map(String::into_bytes),
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
