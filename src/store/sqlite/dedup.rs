//! Whether an id is new: a filter of all ids in memory answers for almost every new one, the index of ids in
//! the segments for the rest. Nothing is decided by a part of an id.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use crate::domain::EntryId;
use crate::store::Result;
use crate::store::segment::columns::IntCol;
use crate::store::segment::{Load as _, SegmentRef};

use super::session::Session;

/// Bits of the filter for each id: one in some thousands of new ids is looked up in vain.
const BITS: usize = 24;
const PROBES: u64 = 7;
/// Room for so many ids more than there are.
const ROOM: usize = 1 << 19;

/// Words of the filter that the bits of one id lie in: one line of the processor's cache.
const LINE: usize = 8;

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
    filter: Vec<u64>,
    ids: usize,
    /// Ids of rows that are in no segment yet.
    open: IdSet<EntryId>,
    /// An id stood in a segment of another time than its own, as it does where times are read otherwise than before.
    strays: bool,
}

impl Known {
    /// Learns the ids of segments, with room for more.
    pub(super) fn learn(&mut self, session: &mut Session, segments: &[SegmentRef]) -> Result<()> {
        let there: usize = segments.iter().map(|segment| segment.zone.rows).sum::<usize>() + self.open.len();
        let room = there + (there / 2).max(ROOM);
        self.filter = vec![0; (room * BITS).div_ceil(64).next_power_of_two().max(LINE)];
        self.ids = there;
        for segment in segments {
            for head in session.in_passing(|session| session.ints(segment, IntCol::Head))?.iter() {
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
        self.ids * BITS >= self.filter.len() * 64
    }

    /// Looks ahead at where ids lie in the filter: what is far away in memory comes for all of them at once, and not
    /// for one after the other.
    pub(super) fn expect(&self, ids: impl Iterator<Item = EntryId>) {
        let word = |id: EntryId| self.line(id.head()).and_then(|line| self.filter.get(line.start));
        std::hint::black_box(ids.filter_map(word).fold(0, |all, word| all ^ word));
    }

    /// Takes an id for an open row; returns false where it is known already.
    pub(super) fn insert(
        &mut self,
        session: &mut Session,
        segments: &[SegmentRef],
        pending: &[SegmentRef],
        id: EntryId,
        time: Option<i64>,
    ) -> Result<bool> {
        if self.has(id.head())
            && (self.open.contains(&id)
                || self.stored(session, pending, id, time)?
                || self.stored(session, segments, id, time)?)
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

    /// Whether a segment holds an id; those of its time first, since the same record mostly has the same time. What is
    /// read of others is not kept: an id that only looks known is in none, and would fill the cache with all of them.
    fn stored(
        &mut self,
        session: &mut Session,
        segments: &[SegmentRef],
        id: EntryId,
        time: Option<i64>,
    ) -> Result<bool> {
        for segment in segments.iter().filter(|segment| segment.zone.holds(time)) {
            if !session.find(segment, id, id)?.is_empty() {
                return Ok(true);
            }
        }
        for segment in segments.iter().filter(|segment| !segment.zone.holds(time)) {
            let find = |session: &mut Session| session.find(segment, id, id);
            let found = if self.strays { find(session) } else { session.in_passing(find) };
            if !found?.is_empty() {
                self.strays = true;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns the line of the filter that an id falls into; `None` where there is no filter yet.
    fn line(&self, head: u64) -> Option<std::ops::Range<usize>> {
        let lines = self.filter.len() / LINE;
        let at = (head >> 32) as usize & lines.checked_sub(1)?;
        Some(at * LINE..(at + 1) * LINE)
    }

    fn has(&self, head: u64) -> bool {
        let line = self.line(head).and_then(|line| self.filter.get(line));
        line.is_some_and(|line| probes(head).all(|(word, bit)| line[word] & bit != 0))
    }

    fn set(&mut self, head: u64) {
        if let Some(line) = self.line(head).and_then(|line| self.filter.get_mut(line)) {
            probes(head).for_each(|(word, bit)| line[word] |= bit);
        }
    }
}

/// Returns the bits of an id in its line.
fn probes(head: u64) -> impl Iterator<Item = (usize, u64)> {
    let mixed = head.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (0..PROBES).map(move |n| {
        let bit = (mixed >> (n * 7)) & 511;
        ((bit >> 6) as usize, 1 << (bit & 63))
    })
}
