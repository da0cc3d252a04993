//! Whether an id is new: a filter of all ids in memory answers for almost every new one, the index of ids in
//! the segments for the rest. Nothing is decided by a part of an id.

use std::collections::HashSet;

use crate::domain::EntryId;
use crate::store::Result;
use crate::store::segment::columns::IntCol;
use crate::store::segment::{Load, SegmentRef};

/// Bits of the filter for each id: one in 25,000 new ids is looked up in vain.
const BITS: usize = 24;
const PROBES: u64 = 8;
/// Room for so many ids more than there are.
const ROOM: usize = 1 << 19;

/// The ids of the store and of the import that is running.
#[derive(Default)]
pub(super) struct Known {
    filter: Vec<u64>,
    ids: usize,
    /// Ids of rows that are in no segment yet.
    open: HashSet<EntryId>,
}

impl Known {
    /// Learns the ids of segments, with room for more.
    pub(super) fn learn(&mut self, load: &mut dyn Load, segments: &[SegmentRef]) -> Result<()> {
        let there: usize = segments.iter().map(|segment| segment.zone.rows).sum::<usize>() + self.open.len();
        let room = there + (there / 2).max(ROOM);
        self.filter = vec![0; (room * BITS).div_ceil(64).next_power_of_two()];
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
        self.ids * BITS >= self.filter.len() * 64
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

    fn probes(&self, head: u64) -> impl Iterator<Item = (usize, u64)> + use<> {
        // Ids are digests, so their bits are as good as any hash.
        let mask = (self.filter.len() as u64 * 64).wrapping_sub(1);
        let step = head.rotate_left(32) | 1;
        (0..PROBES)
            .map(move |n| head.wrapping_add(step.wrapping_mul(n)) & mask)
            .map(|bit| (bit as usize / 64, 1 << (bit % 64)))
    }

    fn has(&self, head: u64) -> bool {
        !self.filter.is_empty() && self.probes(head).all(|(word, bit)| self.filter[word] & bit != 0)
    }

    fn set(&mut self, head: u64) {
        for (word, bit) in self.probes(head) {
            self.filter[word] |= bit;
        }
    }
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
