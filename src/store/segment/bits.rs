//! Sets of rows: one bit each, and the two sets that need no bits.

/// Ids that each is compared with; more are looked up in a table.
const COMPARED: usize = 8;

/// A set of rows of one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bitmap {
    words: Vec<u64>,
    len: usize,
}

impl Bitmap {
    /// Returns the empty set over `len` rows.
    pub(crate) fn empty(len: usize) -> Bitmap {
        Bitmap { words: vec![0; len.div_ceil(64)], len }
    }

    /// Returns the set of the rows for which `test` holds.
    pub(crate) fn from_fn(len: usize, mut test: impl FnMut(usize) -> bool) -> Bitmap {
        let mut words = Vec::with_capacity(len.div_ceil(64));
        let mut row = 0;
        while row < len {
            let end = (row + 64).min(len);
            let mut word = 0u64;
            for (bit, at) in (row..end).enumerate() {
                word |= u64::from(test(at)) << bit;
            }
            words.push(word);
            row = end;
        }
        Bitmap { words, len }
    }

    /// Returns the set of the rows that have one of some ids, one byte each.
    pub(crate) fn of_bytes(ids: &[u8], hits: &[bool; 256]) -> Bitmap {
        let wanted: Vec<u8> = (0u8..=255).filter(|id| hits[usize::from(*id)]).collect();
        let table: [u64; 256] = std::array::from_fn(|id| hits[id].into());
        let word = |run: &[u8]| (0..).zip(run).fold(0, |w, (bit, id)| w | table[usize::from(*id)] << bit);
        let words = if wanted.len() <= COMPARED {
            // The usual case: 64 rows at a time.
            let (runs, rest) = ids.as_chunks::<64>();
            let mut words: Vec<u64> = Vec::with_capacity(ids.len().div_ceil(64));
            words.extend(runs.iter().map(|run| word_of(run, &wanted)));
            words.extend((!rest.is_empty()).then(|| word(rest)));
            words
        } else {
            ids.chunks(64).map(word).collect()
        };
        Bitmap { words, len: ids.len() }
    }

    /// Returns the set of one run of rows.
    pub(crate) fn run(len: usize, rows: std::ops::Range<usize>) -> Bitmap {
        let (start, end) = (rows.start.min(len), rows.end.min(len));
        let mut set = Bitmap::empty(len);
        for (word, first) in set.words.iter_mut().zip((0..).step_by(64)) {
            let (from, until) =
                (start.clamp(first, first + 64) - first, end.clamp(first, first + 64) - first);
            if from < until {
                *word = (u64::MAX << from) & (u64::MAX >> (64 - until));
            }
        }
        set
    }

    /// Returns the set read from bytes; `None` where they are not of `len` rows.
    pub(crate) fn from_bytes(bytes: &[u8], len: usize) -> Option<Bitmap> {
        if bytes.len() != len.div_ceil(64) * 8 {
            return None;
        }
        let word = |chunk: &[u8]| chunk.try_into().map(u64::from_le_bytes).unwrap_or_default();
        let mut set = Bitmap { words: bytes.chunks_exact(8).map(word).collect(), len };
        set.trim();
        Some(set)
    }

    /// Returns the set as bytes.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// Returns the rows there are, in the set or not.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Whether a row is in the set.
    pub(crate) fn get(&self, row: usize) -> bool {
        self.words.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// Puts a row into the set.
    pub(crate) fn insert(&mut self, row: usize) {
        if row < self.len {
            self.words[row / 64] |= 1 << (row % 64);
        }
    }

    /// Returns how many rows are in the set.
    pub(crate) fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Returns how many rows of a run are in the set.
    pub(crate) fn count_in(&self, rows: std::ops::Range<usize>) -> usize {
        let (start, end) = (rows.start.min(self.len), rows.end.min(self.len));
        if start >= end {
            return 0;
        }
        let (first, last) = (start / 64, (end - 1) / 64);
        let head = u64::MAX << (start % 64);
        let tail = u64::MAX >> (63 - (end - 1) % 64);
        if first == last {
            return (self.words[first] & head & tail).count_ones() as usize;
        }
        let inner: u32 = self.words[first + 1..last].iter().map(|word| word.count_ones()).sum();
        inner as usize
            + (self.words[first] & head).count_ones() as usize
            + (self.words[last] & tail).count_ones() as usize
    }

    /// Returns how many rows are in one of both sets and not in the other.
    pub(crate) fn count_apart(&self, other: &Bitmap) -> usize {
        self.words.iter().zip(&other.words).map(|(a, b)| (a ^ b).count_ones() as usize).sum()
    }

    /// Keeps the rows that `other` holds too.
    pub(crate) fn intersect(&mut self, other: &Bitmap) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a &= b);
    }

    /// Adds the rows of `other`.
    pub(crate) fn unite(&mut self, other: &Bitmap) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a |= b);
    }

    /// Drops the rows that `other` holds.
    pub(crate) fn subtract(&mut self, other: &Bitmap) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a &= !b);
    }

    /// Turns the set into its complement.
    pub(crate) fn invert(&mut self) {
        self.words.iter_mut().for_each(|word| *word = !*word);
        self.trim();
    }

    /// Returns the first row of the set at or behind `from`.
    pub(crate) fn next(&self, from: usize) -> Option<usize> {
        let mut at = from / 64;
        let mut word = self.words.get(at)? & (u64::MAX << (from % 64));
        while word == 0 {
            at += 1;
            word = *self.words.get(at)?;
        }
        Some(at * 64 + word.trailing_zeros() as usize)
    }

    /// Returns the last row of the set before `until`.
    pub(crate) fn previous(&self, until: usize) -> Option<usize> {
        let until = until.min(self.len);
        let mut at = until.checked_sub(1)? / 64;
        let mut word = self.words[at] & (u64::MAX >> (63 - (until - 1) % 64));
        while word == 0 {
            at = at.checked_sub(1)?;
            word = self.words[at];
        }
        Some(at * 64 + 63 - word.leading_zeros() as usize)
    }

    /// Returns the rows of the set, ascending.
    pub(crate) fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(at, &word)| {
            std::iter::successors((word != 0).then_some(word), |w| Some(w & (w - 1)).filter(|w| *w != 0))
                .map(move |w| at * 64 + w.trailing_zeros() as usize)
        })
    }

    /// Returns the rows of the set, ascending, in one list.
    pub(crate) fn list(&self) -> Vec<u32> {
        let mut rows = Vec::with_capacity(self.count());
        for (first, word) in (0u32..).step_by(64).zip(&self.words) {
            let mut left = *word;
            while left != 0 {
                rows.push(first + left.trailing_zeros());
                left &= left - 1;
            }
        }
        rows
    }

    fn trim(&mut self) {
        let used = self.len % 64;
        if let (true, Some(last)) = (used != 0, self.words.last_mut()) {
            *last &= u64::MAX >> (64 - used);
        }
    }
}

/// Returns a bit for each of 64 bytes, set where it is one of those looked for.
#[inline]
fn word_of(bytes: &[u8; 64], wanted: &[u8]) -> u64 {
    // Written so that the compiler compares many at once.
    let mut alike = [0u8; 64];
    for wanted in wanted {
        for (alike, byte) in alike.iter_mut().zip(bytes) {
            *alike |= u8::from(byte == wanted);
        }
    }
    let mut word = 0;
    for (at, eight) in alike.as_chunks().0.iter().enumerate() {
        // The lowest bits of eight bytes side by side.
        let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        word |= bits << (at * 8);
    }
    word
}

/// The rows of one segment that a filter lets through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Selection {
    /// None of them.
    None,
    /// Every one.
    All,
    /// These.
    Some(Bitmap),
}

impl Selection {
    /// Returns the rows both let through.
    pub(crate) fn and(self, other: Selection) -> Selection {
        match (self, other) {
            (Selection::None, _) | (_, Selection::None) => Selection::None,
            (Selection::All, some) | (some, Selection::All) => some,
            (Selection::Some(mut a), Selection::Some(b)) => {
                a.intersect(&b);
                Selection::Some(a)
            }
        }
    }

    /// Returns the rows either lets through.
    pub(crate) fn or(self, other: Selection) -> Selection {
        match (self, other) {
            (Selection::All, _) | (_, Selection::All) => Selection::All,
            (Selection::None, some) | (some, Selection::None) => some,
            (Selection::Some(mut a), Selection::Some(b)) => {
                a.unite(&b);
                Selection::Some(a)
            }
        }
    }

    /// Returns the rows it does not let through.
    pub(crate) fn not(self) -> Selection {
        match self {
            Selection::None => Selection::All,
            Selection::All => Selection::None,
            Selection::Some(mut set) => {
                set.invert();
                Selection::Some(set)
            }
        }
    }

    /// Returns the same rows, as simply as can be said.
    pub(crate) fn simplify(self) -> Selection {
        match self {
            Selection::Some(set) => match set.count() {
                0 => Selection::None,
                n if n == set.len() => Selection::All,
                _ => Selection::Some(set),
            },
            other => other,
        }
    }

    /// Returns how many of `len` rows it lets through.
    pub(crate) fn count(&self, len: usize) -> usize {
        self.count_in(0..len)
    }

    /// Returns how many rows of a run it lets through.
    pub(crate) fn count_in(&self, rows: std::ops::Range<usize>) -> usize {
        match self {
            Selection::None => 0,
            Selection::All => rows.len(),
            Selection::Some(set) => set.count_in(rows),
        }
    }

    /// Returns the first row of a run it lets through.
    pub(crate) fn next(&self, rows: std::ops::Range<usize>) -> Option<usize> {
        match self {
            Selection::None => None,
            Selection::All => (!rows.is_empty()).then_some(rows.start),
            Selection::Some(set) => set.next(rows.start).filter(|row| *row < rows.end),
        }
    }

    /// Returns the last row of a run it lets through.
    pub(crate) fn previous(&self, rows: std::ops::Range<usize>) -> Option<usize> {
        match self {
            Selection::None => None,
            Selection::All => (!rows.is_empty()).then(|| rows.end - 1),
            Selection::Some(set) => set.previous(rows.end).filter(|row| *row >= rows.start),
        }
    }

    /// Returns the bytes it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Selection::Some(set) => set.words.len() * 8,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn rows_of_ids_and_of_runs(ids in proptest::collection::vec(0u8..5, 0..200), wanted: [bool; 5], a in 0usize..220, b in 0usize..220) {
            let hits: [bool; 256] = std::array::from_fn(|id| wanted.get(id).copied().unwrap_or(id > 200));
            for hits in [hits, std::array::from_fn(|id| id == 3), std::array::from_fn(|id| id == 0)] {
                let slow = Bitmap::from_fn(ids.len(), |row| hits[usize::from(ids[row])]);
                assert_eq!(Bitmap::of_bytes(&ids, &hits), slow);
            }
            assert_eq!(Bitmap::run(ids.len(), a..b), Bitmap::from_fn(ids.len(), |row| (a..b).contains(&row)));
        }

            #[test]
            fn a_bitmap_is_a_set(rows in proptest::collection::vec(proptest::bool::ANY, 0..200), a in 0usize..220, b in 0usize..220) {
                let set = Bitmap::from_fn(rows.len(), |row| rows[row]);
                let ones: Vec<usize> = (0..rows.len()).filter(|&row| rows[row]).collect();
                assert_eq!(set.rows().collect::<Vec<_>>(), ones);
                assert_eq!(set.list(), ones.iter().map(|row| *row as u32).collect::<Vec<_>>());
                assert_eq!(set.count(), ones.len());
                assert_eq!(set.count_in(a..b), ones.iter().filter(|r| (a..b).contains(r)).count());
                assert_eq!(set.next(a), ones.iter().copied().find(|r| *r >= a));
                assert_eq!(set.previous(a), ones.iter().copied().rfind(|r| *r < a));
                assert_eq!(Bitmap::from_bytes(&set.to_bytes(), rows.len()).unwrap(), set);
                let mut other = set.clone();
                other.invert();
                assert_eq!(other.count(), rows.len() - ones.len());
                assert_eq!((set.count_apart(&set), set.count_apart(&other)), (0, rows.len()));
                other.unite(&set);
    let all = if rows.is_empty() { Selection::None } else { Selection::All };
                assert_eq!(Selection::Some(other).simplify(), all);
            }
        }
}
