//! The rows a filter lets through, in an order of time: how many, which one has a number, which come next.

use crate::domain::Timestamp;
use crate::query::Position;
use crate::store::Result;
use crate::store::segment::SegmentRef;
use crate::store::segment::bits::Selection;
use crate::store::segment::merge::{Merge, Place, Walk, count_before};

use super::session::Session;

/// How many rows may be stepped over one by one to reach a number.
const STEPS: u64 = 2048;

/// The rows of each segment that a filter lets through.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) segments: &'a [SegmentRef],
    pub(super) selections: &'a [Selection],
}

impl View<'_> {
    /// Returns how many rows there are.
    pub(super) fn total(&self) -> u64 {
        self.each().map(|(segment, selection)| selection.count(segment.zone.rows) as u64).sum()
    }

    fn each(&self) -> impl Iterator<Item = (&SegmentRef, &Selection)> {
        self.segments.iter().zip(self.selections)
    }

    /// Returns how many rows of each segment there are.
    fn counts(&self) -> Vec<u64> {
        self.each().map(|(segment, selection)| selection.count(segment.zone.rows) as u64).collect()
    }

    /// Returns how many rows come before a position on a walk.
    pub(super) fn before(&self, session: &mut Session, walk: Walk, at: &Position) -> Result<u64> {
        self.before_of(session, walk, at, &self.counts())
    }

    fn before_of(&self, session: &mut Session, walk: Walk, at: &Position, counts: &[u64]) -> Result<u64> {
        let mut sum = 0;
        for ((segment, selection), count) in self.each().zip(counts) {
            sum += match walk.side(segment, at) {
                _ if *count == 0 => 0,
                Some(false) => 0,
                Some(true) => *count,
                None => {
                    let keys = session.keys(segment)?;
                    count_before(walk, segment, &keys, selection, at) as u64
                }
            };
        }
        Ok(sum)
    }

    /// Returns the least and the greatest number of rows that may come before a position, without opening a
    /// segment.
    fn bounds(&self, walk: Walk, at: &Position, counts: &[u64]) -> (u64, u64) {
        let (mut least, mut most) = (0, 0);
        for ((segment, _), count) in self.each().zip(counts).filter(|(_, count)| **count > 0) {
            match walk.side(segment, at) {
                Some(false) => {}
                Some(true) => {
                    least += count;
                    most += count;
                }
                None => most += count,
            }
        }
        (least, most)
    }

    /// Returns at most `limit` rows of a walk, from its start or from (or behind) a position, less the first
    /// `skip` of them.
    pub(super) fn take(
        &self,
        session: &mut Session,
        walk: Walk,
        start: Option<(Position, bool)>,
        skip: u64,
        limit: usize,
    ) -> Result<Vec<Place>> {
        let mut merge = Merge::new(walk, self.segments, self.selections, start);
        let mut keys = |segment: &SegmentRef| session.keys(segment);
        let mut places = Vec::with_capacity(limit.min(1 << 16));
        let mut left = skip;
        while left > 0 {
            merge.take(left.min(1 << 16) as usize, &mut keys, &mut places)?;
            if places.is_empty() {
                return Ok(places);
            }
            left -= places.len() as u64;
            places.clear();
        }
        merge.take(limit, &mut keys, &mut places)?;
        Ok(places)
    }

    /// Returns at most `limit` rows of a walk from the one with a number.
    pub(super) fn starting_at(
        &self,
        session: &mut Session,
        walk: Walk,
        rank: u64,
        limit: usize,
    ) -> Result<Vec<Place>> {
        let total = self.total();
        if rank <= STEPS || rank >= total {
            return self.take(session, walk, None, rank, limit);
        }
        if total - rank <= STEPS {
            let mut places = self.take(session, walk.reversed(), None, 0, (total - rank) as usize)?;
            places.reverse();
            places.truncate(limit);
            return Ok(places);
        }
        let (start, before) = self.instant_of(session, walk, rank)?;
        self.take(session, walk, Some((start, false)), rank - before, limit)
    }

    /// Returns the last instant of a forward walk that has at most `rank` rows before it, and how many.
    fn instant_of(&self, session: &mut Session, walk: Walk, rank: u64) -> Result<(Position, u64)> {
        let edge = |time: Option<i64>| Position {
            time: time.map(Timestamp),
            source: if walk.descending { u32::MAX } else { 0 },
            order: if walk.descending { u64::MAX } else { 0 },
            part: if walk.descending { u32::MAX } else { 0 },
        };
        let counts = self.counts();
        let timeless = self.before_of(session, walk, &edge(None), &counts)?;
        // Times in the direction of the walk: `low` always has at most `rank` rows before it.
        let turned = |time: i64| if walk.descending { !time } else { time };
        let spans = self.each().filter(|(_, s)| **s != Selection::None).filter_map(|(s, _)| s.zone.span);
        let mut ends: Vec<i64> = spans.flat_map(|(first, last)| [turned(first), turned(last)]).collect();
        ends.sort_unstable();
        let (false, Some((&first, &last))) = (timeless <= rank, ends.first().zip(ends.last())) else {
            return Ok((edge(None), timeless));
        };
        // The segments' ends narrow it down, so that few segments are opened.
        let bounds = |end: &i64| self.bounds(walk, &edge(Some(turned(*end))), &counts);
        let below = ends.partition_point(|end| bounds(end).1 <= rank);
        let above = ends.partition_point(|end| bounds(end).0 <= rank);
        let mut low = below.checked_sub(1).map_or(first, |at| ends[at]);
        let mut high = ends.get(above).map_or(last, |end| end - 1).max(low);
        let (sure, view, counts) =
            self.between(walk, &edge(Some(turned(low))), &edge(Some(turned(high))), &counts);
        let view = View { segments: &view.0, selections: &view.1 };
        let mut before = |time: i64| -> Result<u64> {
            Ok(sure + view.before_of(session, walk, &edge(Some(turned(time))), &counts)?)
        };
        while low < high {
            let middle = (i128::from(low) + (i128::from(high) - i128::from(low) + 1) / 2) as i64;
            if before(middle)? <= rank {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Ok((edge(Some(turned(low))), before(low)?))
    }

    /// Returns how many rows come before two positions and all between them, and the segments, with their rows
    /// and how many these are, of which some may and some may not.
    fn between(
        &self,
        walk: Walk,
        from: &Position,
        until: &Position,
        counts: &[u64],
    ) -> (u64, (Vec<SegmentRef>, Vec<Selection>), Vec<u64>) {
        let (mut sure, mut open, mut counted) = (0, (Vec::new(), Vec::new()), Vec::new());
        for ((segment, selection), count) in self.each().zip(counts).filter(|(_, count)| **count > 0) {
            if walk.side(segment, from) == Some(true) {
                sure += count;
            } else if walk.side(segment, until) != Some(false) {
                open.0.push(segment.clone());
                open.1.push(selection.clone());
                counted.push(*count);
            }
        }
        (sure, open, counted)
    }
}
