//! Numbers that look random and depend on the seed alone.

/// A stream of numbers (SplitMix64).
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    /// Returns the stream of a seed.
    pub(super) fn new(seed: u64) -> Random {
        Random(mix(seed ^ 0x5eed_a0d1_77e4_0001))
    }

    /// Returns the next number.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// Returns a number below `limit`, which is above zero.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        scale(self.next(), limit)
    }

    /// Returns an index into a list of `len` items.
    pub(super) fn index(&mut self, len: usize) -> usize {
        self.below(len.max(1) as u64) as usize
    }

    /// Returns an index into a list of `len` items, the earlier the likelier.
    pub(super) fn early(&mut self, len: usize) -> usize {
        self.index(len).min(self.index(len))
    }

    /// Is true `percent` times of a hundred.
    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// Returns a number that looks unrelated to `n`.
pub(super) fn mix(n: u64) -> u64 {
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

/// Scales a whole 64-bit number into those below `limit`.
pub(super) fn scale(n: u64, limit: u64) -> u64 {
    ((u128::from(n) * u128::from(limit)) >> 64) as u64
}
