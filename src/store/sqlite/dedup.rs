//! Whether an id is new: a filter of all ids in memory answers for almost every new one, the index of ids in
//! the segments for the rest. Nothing is decided by a part of an id.
//!
//! Each question to the index may open every segment there is, and what it reads stays in memory; so the filter is one
//! that is hardly ever wrong, and takes less room than what its errors would bring in.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use crate::domain::EntryId;
use crate::store::Result;
use crate::store::segment::columns::IntCol;
use crate::store::segment::{Load, SegmentRef};

/// Room for so many ids more than there are.
const ROOM: usize = 1 << 19;

/// The marks of some ids, 32 bits of each, 0 where none is yet: one line of the processor's cache.
type Line = [u32; 16];

/// Ids for each line at which the filter is full.
const FILL: usize = 12;
/// An id whose line is full goes to one of the next. Where so many are, it is looked up as if it were known: ids that
/// somebody made up may all want the same line.
const REACH: usize = 16;

/// Takes the bits of an id as they are: ids are digests, so they are as good as any hash.
#[derive(Default)]
pub(super) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // The tail, since the table's place and the filter's are taken from the head.
        self.0 = bytes.last_chunk::<8>().map_or(self.0, |tail| u64::from_le_bytes(*tail));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }

    // The length of an array says nothing.
    fn write_usize(&mut self, _: usize) {}
}

/// A set of ids, or of their leading bits.
pub(super) type IdSet<T> = HashSet<T, BuildHasherDefault<IdHasher>>;

/// The ids of the store and of the import that is running.
#[derive(Default)]
pub(super) struct Known {
    filter: Vec<Line>,
    ids: usize,
    /// Ids of rows that are in no segment yet.
    open: IdSet<EntryId>,
}

impl Known {
    /// Learns the ids of segments, with room for more.
    pub(super) fn learn(&mut self, load: &mut dyn Load, segments: &[SegmentRef]) -> Result<()> {
        let there: usize = segments.iter().map(|segment| segment.zone.rows).sum::<usize>() + self.open.len();
        let room = there + (there / 2).max(ROOM);
        // The old one goes before the new one comes.
        self.filter = Vec::new();
        self.filter = vec![Line::default(); room.div_ceil(FILL) + REACH];
        self.ids = there;
        for segment in segments {
            for head in load.ints(segment, IntCol::Head)?.iter() {
                self.set(head);
            }
        }
        for id in std::mem::take(&mut self.open) {
            self.set(id.head());
            self.open.insert(id);
        }
        Ok(())
    }

    /// Whether the filter has become too full to be of use (or was never filled).
    pub(super) fn is_full(&self) -> bool {
        self.ids >= self.filter.len().saturating_sub(REACH) * FILL
    }

    /// Looks ahead at where ids lie in the filter: what is far away in memory comes for all of them at once, and not
    /// for one after the other.
    pub(super) fn expect(&self, ids: impl Iterator<Item = EntryId>) {
        let mark = |id: EntryId| self.filter.get(self.line(id.head())).map(|line| line[0]);
        std::hint::black_box(ids.filter_map(mark).fold(0, |all, mark| all ^ mark));
    }

    /// Takes an id for an open row; returns false where it is known already.
    pub(super) fn insert(
        &mut self,
        load: &mut dyn Load,
        segments: &[SegmentRef],
        pending: &[SegmentRef],
        id: EntryId,
        time: Option<i64>,
    ) -> Result<bool> {
        if self.has(id.head())
            && (self.open.contains(&id)
                || stored(load, pending, id, time)?
                || stored(load, segments, id, time)?)
        {
            return Ok(false);
        }
        self.set(id.head());
        self.open.insert(id);
        self.ids += 1;
        Ok(true)
    }

    /// The open rows have become a segment.
    pub(super) fn close(&mut self) {
        self.open.clear();
    }

    /// These rows were taken but are in no segment yet.
    pub(super) fn reopen(&mut self, ids: impl Iterator<Item = EntryId>) {
        self.open.extend(ids);
    }

    /// Returns the line of the filter that an id falls into.
    fn line(&self, head: u64) -> usize {
        let lines = self.filter.len().saturating_sub(REACH) as u64;
        (((head >> 32) * lines) >> 32) as usize
    }

    /// Whether an id may be known: surely, where it is.
    fn has(&self, head: u64) -> bool {
        let mark = mark(head);
        let lines = self.filter.iter().skip(self.line(head)).take(REACH);
        for line in lines {
            if holds(line, mark) {
                return true;
            }
            if line.contains(&0) {
                return false;
            }
        }
        !self.filter.is_empty()
    }

    fn set(&mut self, head: u64) {
        let (first, mark) = (self.line(head), mark(head));
        for line in self.filter.iter_mut().skip(first).take(REACH) {
            if holds(line, mark) {
                return;
            }
            if let Some(free) = line.iter_mut().find(|slot| **slot == 0) {
                *free = mark;
                return;
            }
        }
    }
}

/// Returns what stands for an id in its line: bits that do not choose the line, and never 0.
fn mark(head: u64) -> u32 {
    (head as u32).max(1)
}

/// Whether a line holds a mark; without a way out on the way, all of it is compared at once.
fn holds(line: &Line, mark: u32) -> bool {
    line.iter().fold(false, |found, slot| found | (*slot == mark))
}

/// Whether a segment holds an id; those of its time first, since the same record mostly has the same time.
fn stored(load: &mut dyn Load, segments: &[SegmentRef], id: EntryId, time: Option<i64>) -> Result<bool> {
    let fits = |segment: &SegmentRef| match (time, segment.zone.span) {
        (Some(time), Some((first, last))) => first <= time && time <= last,
        (Some(_), None) => false,
        (None, _) => segment.zone.timeless > 0,
    };
    for wanted in [true, false] {
        for segment in segments.iter().filter(|segment| fits(segment) == wanted) {
            if !load.find(segment, id, id)?.is_empty() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(lines: usize, heads: &[u64]) -> Known {
        let mut known = Known { filter: vec![Line::default(); lines + REACH], ..Known::default() };
        heads.iter().for_each(|head| known.set(*head));
        known
    }

    proptest::proptest! {
        #[test]
        fn what_is_known_is_never_new(
            lines in 1usize..40,
            heads in proptest::collection::vec(proptest::prelude::any::<u64>(), 0..600),
            forged in proptest::collection::vec(proptest::prelude::any::<u32>(), 0..600),
        ) {
            // Far more than fill it, some of them made up to fall into one line.
            let heads: Vec<u64> = heads.into_iter().chain(forged.into_iter().map(|low| (7 << 40) | u64::from(low))).collect();
            let known = filter(lines, &heads);
            for head in heads {
                proptest::prop_assert!(known.has(head));
            }
        }
    }

    #[test]
    fn what_is_new_is_hardly_ever_taken_for_known() {
        let head = |n: u64| EntryId::of(&n.to_le_bytes(), 0).head();
        let heads: Vec<u64> = (0..FILL as u64 * 1000).map(head).collect();
        let known = filter(1000, &heads);
        let wrong = (0..100_000u64).filter(|n| known.has(head(n + (1 << 40)))).count();
        assert!(wrong <= 1, "{wrong} of 100,000");
        assert!(!Known::default().has(head(1)));
    }
}
