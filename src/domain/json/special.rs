//! Where the plain run of a string ends: the inner loop of reading JSON.

use crate::domain::short::{HIGH, LOW};

/// Returns the first byte at or behind `at` that is a quote, a backslash or a control character.
#[inline]
pub(crate) fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    // Most strings are short: two words first, then lines of 32 bytes that the compiler turns into vectors.
    for _ in 0..2 {
        match bytes.get(at..).and_then(|rest| rest.first_chunk()).map(hits) {
            None => return at + slow_end(bytes.get(at..).unwrap_or_default()),
            Some(0) => at += 8,
            Some(hits) => return at + hits.trailing_zeros() as usize / 8,
        }
    }
    long_end(bytes, at)
}

/// Returns the first byte at or behind `at` that is `mark`, a quote, a backslash or a control character. What is looked
/// through is short: a cell of a table.
#[inline]
pub(crate) fn cell_end(bytes: &[u8], mut at: usize, mark: u8) -> usize {
    loop {
        match bytes.get(at..).and_then(|rest| rest.first_chunk()) {
            None => {
                let rest = bytes.get(at..).unwrap_or_default();
                let found = rest.iter().position(|byte| *byte == mark || is_special(*byte));
                return at + found.unwrap_or(rest.len());
            }
            Some(chunk) => match hits(chunk) | hits_of(chunk, mark) {
                0 => at += 8,
                hits => return at + hits.trailing_zeros() as usize / 8,
            },
        }
    }
}

fn long_end(bytes: &[u8], mut at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at += rest.as_chunks::<32>().0.iter().take_while(|chunk| !has_special(chunk)).count() * 32;
    loop {
        match bytes.get(at..).and_then(|rest| rest.first_chunk()).map(hits) {
            None => return at + slow_end(bytes.get(at..).unwrap_or_default()),
            Some(0) => at += 8,
            Some(hits) => return at + hits.trailing_zeros() as usize / 8,
        }
    }
}

fn is_special(byte: u8) -> bool {
    byte == b'"' || byte == b'\\' || byte < 0x20
}

fn slow_end(rest: &[u8]) -> usize {
    rest.iter().position(|byte| is_special(*byte)).unwrap_or(rest.len())
}

fn has_special(chunk: &[u8; 32]) -> bool {
    let hit = |byte: u8| u8::from(byte == b'"') | u8::from(byte == b'\\') | u8::from(byte < 0x20);
    chunk.iter().fold(0, |any, byte| any | hit(*byte)) != 0
}

/// Returns the high bits of the special bytes of eight in one word, of which the lowest is right: a byte is special
/// where subtracting its bound borrows into its high bit (the classic test for a zero or lesser byte in a word).
#[inline]
fn hits(chunk: &[u8; 8]) -> u64 {
    let word = u64::from_le_bytes(*chunk);
    let quote = word ^ (LOW * u64::from(b'"'));
    let slash = word ^ (LOW * u64::from(b'\\'));
    // Bytes with a high bit of their own are none of these. A borrow raises false hits behind the first true one only.
    let hits = quote.wrapping_sub(LOW) | slash.wrapping_sub(LOW) | word.wrapping_sub(LOW * 0x20);
    hits & !word & HIGH
}

/// The same for the bytes that are this one, which is ASCII.
#[inline]
fn hits_of(chunk: &[u8; 8], mark: u8) -> u64 {
    let word = u64::from_le_bytes(*chunk);
    (word ^ (LOW * u64::from(mark))).wrapping_sub(LOW) & !word & HIGH
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_a_slow_search_finds(
            bytes in proptest::collection::vec(prop_oneof![40 => 0x20u8..=0xff, 1 => 0u8..0x20, 1 => Just(b'\\')], 0..150),
            from in 0usize..150,
        ) {
            let slow = bytes.iter().skip(from).position(|byte| is_special(*byte));
            let from = from.min(bytes.len());
            prop_assert_eq!(plain_end(&bytes, from), slow.map_or(bytes.len(), |at| from + at));
            for mark in [b',', b'\t', b'|', 0x7f] {
                let slow = bytes.iter().skip(from).position(|byte| *byte == mark || is_special(*byte));
                prop_assert_eq!(cell_end(&bytes, from, mark), slow.map_or(bytes.len(), |at| from + at));
            }
        }
    }
}
