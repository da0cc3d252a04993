//! Where the plain runs of strings end: all special bytes of a text, found in one pass that does not depend on what they
//! are, so that the reader neither looks at each byte nor guesses how long a string will be.

const BLOCK: usize = 64;

/// The special bytes of a text, one bit a byte: quotes, backslashes and control characters.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Behind the words of the text stands one more: what is behind its end counts as special.
    words: Vec<u64>,
}

impl Marks {
    /// Finds those of a text, in the memory of the last.
    pub(super) fn fill(&mut self, text: &[u8]) {
        let (blocks, tail) = text.as_chunks();
        let mut last = [0; BLOCK];
        last[..tail.len()].copy_from_slice(tail);
        self.words.clear();
        self.words.reserve(blocks.len() + 2);
        for block in blocks.iter().chain([&last]) {
            self.words.push(marks(block));
        }
        self.words.push(u64::MAX);
    }

    /// Returns the first byte at or behind `at` that is special; where there is none, the end of the text.
    #[inline]
    pub(super) fn plain_end(&self, at: usize) -> usize {
        let (word, bit) = (at / BLOCK, at % BLOCK);
        // The 64 bytes from here lie in two words. Most strings end within them.
        match self.words.get(word..word + 2) {
            Some([first, second]) => match first >> bit | (second << 1) << (BLOCK - 1 - bit) {
                0 => self.far_end(word + 1),
                bits => at + bits.trailing_zeros() as usize,
            },
            _ => at,
        }
    }

    /// Returns the first special byte in a word or behind it.
    #[inline(never)]
    fn far_end(&self, word: usize) -> usize {
        let words = self.words.iter().zip(0..).skip(word);
        let found = words.map(|(bits, at)| (*bits, at)).find(|(bits, _)| *bits != 0);
        found.map_or(self.words.len() * BLOCK, |(bits, at)| at * BLOCK + bits.trailing_zeros() as usize)
    }
}

/// Returns a bit for each byte, the first the lowest: set where it is a quote, a backslash or a control character.
#[inline]
fn marks(bytes: &[u8; BLOCK]) -> u64 {
    let mut hits = [0; BLOCK];
    // The compiler makes vectors of this.
    for (hit, byte) in hits.iter_mut().zip(bytes) {
        *hit = u8::from(*byte == b'"') | u8::from(*byte == b'\\') | u8::from(*byte < 0x20);
    }
    let mut bits = 0;
    for (at, word) in hits.as_chunks::<8>().0.iter().enumerate() {
        // Multiplying moves the lowest bits of eight bytes side by side into the highest byte.
        let gathered = u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits |= gathered << (8 * at);
    }
    bits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::special::plain_end;
    use super::*;

    proptest! {
        #[test]
        fn finds_what_looking_at_each_byte_finds(
            bytes in proptest::collection::vec(prop_oneof![40 => 0x20u8..=0xff, 1 => 0u8..0x20, 1 => Just(b'\\')], 0..300),
            steps in proptest::collection::vec(1usize..150, 0..20),
        ) {
            let mut marks = Marks::default();
            marks.fill(b"what was there before \" is forgotten");
            marks.fill(&bytes);
            let mut at = 0;
            for step in steps {
                prop_assert_eq!(marks.plain_end(at), plain_end(&bytes, at));
                at = (at + step).min(bytes.len());
            }
        }
    }
}
