//! Rows of all segments in one order: each segment is a sorted run, the next row is the least of their heads.
//! Only the runs whose time the merge has reached are opened.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use super::bits::Selection;
use super::{Keys, SegmentRef};
use crate::query::{Position, Sort, SortKey};
use crate::store::Result;

/// A row by the index of its segment in the list and its number there.
pub(crate) type Place = (usize, usize);

/// Which way through the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Walk {
    /// Newest first, else oldest first; rows without a time last in both.
    pub(crate) descending: bool,
    /// From the last row to the first.
    pub(crate) backward: bool,
}

/// A position turned so that the lesser one comes first on a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(u8, u64, u32, u64, u32);

impl Walk {
    /// Returns the walk of an order of time from its first row on.
    pub(crate) fn of(descending: bool) -> Walk {
        Walk { descending, backward: false }
    }

    /// Returns the walk the other way.
    pub(crate) fn reversed(self) -> Walk {
        Walk { backward: !self.backward, ..self }
    }

    /// Returns the key of a position.
    pub(crate) fn key(self, at: &Position) -> Key {
        let time = at.time.map_or(0, |time| time.0 as u64 ^ (1 << 63));
        let key = Key(u8::from(at.time.is_none()), time, at.source, at.order, at.part);
        let key = if self.descending { Key(key.0, !key.1, !key.2, !key.3, !key.4) } else { key };
        if self.backward { Key(!key.0, !key.1, !key.2, !key.3, !key.4) } else { key }
    }

    /// Returns the least key a segment can have.
    fn bound(self, segment: &SegmentRef) -> Key {
        let (timed, timeless) = (segment.zone.span, segment.zone.timeless > 0);
        let flag = |none: bool| if self.backward { !u8::from(none) } else { u8::from(none) };
        let none_first = self.backward;
        match timed {
            Some((first, last)) if !(none_first && timeless) => {
                let newest = self.descending != self.backward;
                let biased = |time: i64| time as u64 ^ (1 << 63);
                let time = if newest { !biased(last) } else { biased(first) };
                Key(flag(false), time, 0, 0, 0)
            }
            _ => Key(flag(true), 0, 0, 0, 0),
        }
    }

    /// Whether all rows of a segment come before a position (true) or behind it (false); `None` where the
    /// extent does not tell.
    pub(crate) fn side(self, segment: &SegmentRef, at: &Position) -> Option<bool> {
        if self.bound(segment) > self.key(at) {
            return Some(false);
        }
        let back = self.reversed();
        (back.bound(segment) > back.key(at)).then_some(true)
    }

    /// Returns the runs of rows of a segment in the order of the walk, each ascending or descending as
    /// [`Walk::rising`] says.
    fn runs(self, segment: &SegmentRef) -> [Range<usize>; 2] {
        let (timeless, rows) = (segment.zone.timeless, segment.zone.rows);
        let (timed, timeless) = (timeless..rows, 0..timeless);
        if self.backward { [timeless, timed] } else { [timed, timeless] }
    }

    /// Whether rows of a run are taken from its first to its last.
    fn rising(self) -> bool {
        self.descending == self.backward
    }

    /// Returns the rows of a segment that come before a position on the walk.
    pub(crate) fn before(self, segment: &SegmentRef, keys: &Keys, at: &Position) -> [Range<usize>; 2] {
        let split = keys.lower(at);
        let behind = split + usize::from(split < segment.zone.rows && keys.position(split) == *at);
        let [first, second] = self.runs(segment);
        let cut = |run: Range<usize>| match self.rising() {
            true => run.start..split.clamp(run.start, run.end),
            false => behind.clamp(run.start, run.end)..run.end,
        };
        let in_first = at.time.is_none() == self.backward;
        if in_first { [cut(first), 0..0] } else { [first, cut(second)] }
    }
}

/// How many rows of a segment that a selection lets through come before a position on a walk.
pub(crate) fn count_before(
    walk: Walk,
    segment: &SegmentRef,
    keys: &Keys,
    selection: &Selection,
    at: &Position,
) -> usize {
    walk.before(segment, keys, at).into_iter().map(|rows| selection.count_in(rows)).sum()
}

/// Rows of several segments in one order.
pub(crate) struct Merge<'a> {
    walk: Walk,
    segments: &'a [SegmentRef],
    selections: &'a [Selection],
    start: Option<(Position, bool)>,
    closed: BinaryHeap<Reverse<(Key, usize)>>,
    open: BinaryHeap<Reverse<(Key, usize, usize)>>,
    runs: Vec<Option<Run>>,
}

struct Run {
    keys: Keys,
    left: [Range<usize>; 2],
}

impl<'a> Merge<'a> {
    /// Starts at the first row of the walk, or at (or right behind) a position.
    pub(crate) fn new(
        walk: Walk,
        segments: &'a [SegmentRef],
        selections: &'a [Selection],
        start: Option<(Position, bool)>,
    ) -> Merge<'a> {
        let wanted = |at: &usize| selections[*at] != Selection::None;
        let closed = (0..segments.len()).filter(wanted).map(|at| Reverse((walk.bound(&segments[at]), at)));
        Merge {
            walk,
            segments,
            selections,
            start,
            closed: closed.collect(),
            open: BinaryHeap::new(),
            runs: (0..segments.len()).map(|_| None).collect(),
        }
    }

    /// Adds the rows that come next, at most `limit`, fewer where there are no more; `keys` opens a segment.
    pub(crate) fn take(
        &mut self,
        limit: usize,
        keys: &mut dyn FnMut(&SegmentRef) -> Result<Keys>,
        places: &mut Vec<Place>,
    ) -> Result<()> {
        let end = places.len() + limit;
        while places.len() < end {
            while let Some(Reverse((bound, at))) = self.closed.peek().copied() {
                if self.open.peek().is_some_and(|Reverse((key, ..))| *key < bound) {
                    break;
                }
                self.closed.pop();
                if !self.is_passed(at) {
                    self.open(at, keys(&self.segments[at])?);
                }
            }
            let Some(Reverse((_, at, row))) = self.open.pop() else { return Ok(()) };
            places.push((at, row));
            self.follow(at, end, places);
            self.advance(at);
        }
        Ok(())
    }

    /// Adds the rows of a segment that come before those of all others: mostly many, and then only the last of them
    /// is compared with any.
    fn follow(&mut self, at: usize, end: usize, places: &mut Vec<Place>) {
        let open = self.open.peek().map(|Reverse((key, ..))| *key);
        let closed = self.closed.peek().map(|Reverse((bound, _))| *bound);
        let edge = open.into_iter().chain(closed).min();
        let (walk, rising, selection) = (self.walk, self.walk.rising(), &self.selections[at]);
        let Some(Run { keys, left }) = &mut self.runs[at] else { return };
        for left in left {
            let row_of = |n: usize| if rising { left.start + n } else { left.end - 1 - n };
            let before = |n: usize, edge: &Key| walk.key(&keys.position(row_of(n))) < *edge;
            let free = edge.map_or(left.len(), |edge| gallop(left.len(), |n| before(n, &edge)));
            let behind = if rising { left.start + free..left.end } else { left.start..left.end - free };
            let mut run = if rising { left.start..behind.start } else { behind.end..left.end };
            while places.len() < end {
                let row = if rising { selection.next(run.clone()) } else { selection.previous(run.clone()) };
                let Some(row) = row else {
                    run = 0..0;
                    break;
                };
                places.push((at, row));
                if rising { run.start = row + 1 } else { run.end = row }
            }
            if !run.is_empty() {
                *left = if rising { run.start..left.end } else { left.start..run.end };
                return;
            }
            *left = behind;
            if left.start < left.end {
                return;
            }
        }
    }

    /// Whether all rows of a segment come before the start.
    fn is_passed(&self, at: usize) -> bool {
        let Some((start, _)) = self.start else { return false };
        self.walk.side(&self.segments[at], &start) == Some(true)
    }

    fn open(&mut self, at: usize, keys: Keys) {
        let segment = &self.segments[at];
        let mut left = self.walk.runs(segment);
        if let Some((start, behind)) = &self.start {
            let rising = self.walk.rising();
            let before = self.walk.before(segment, &keys, start);
            for (left, before) in left.iter_mut().zip(before) {
                match rising {
                    _ if before.is_empty() => {}
                    true => left.start = before.end,
                    false => left.end = before.start,
                }
            }
            let first = left.iter_mut().find(|run| run.start < run.end);
            if let (true, Some(run)) = (*behind, first) {
                let row = if rising { run.start } else { run.end - 1 };
                if keys.position(row) == *start {
                    if rising { run.start += 1 } else { run.end -= 1 }
                }
            }
        }
        self.runs[at] = Some(Run { keys, left });
        self.advance(at);
    }

    fn advance(&mut self, at: usize) {
        let rising = self.walk.rising();
        let Some(run) = &mut self.runs[at] else { return };
        for left in &mut run.left {
            let row = if rising {
                self.selections[at].next(left.clone())
            } else {
                self.selections[at].previous(left.clone())
            };
            if let Some(row) = row {
                if rising {
                    left.start = row + 1;
                } else {
                    left.end = row;
                }
                self.open.push(Reverse((self.walk.key(&run.keys.position(row)), at, row)));
                return;
            }
            *left = 0..0;
        }
        self.runs[at] = None;
    }
}

/// Returns how many numbers from 0 on meet a condition that fails for all behind the first that fails it: soon where
/// they are few.
fn gallop(len: usize, test: impl Fn(usize) -> bool) -> usize {
    let (mut known, mut step) = (0, 1);
    while known + step <= len && test(known + step - 1) {
        known += step;
        step *= 2;
    }
    let mut high = len.min(known + step);
    while known < high {
        let middle = known + (high - known) / 2;
        if test(middle) { known = middle + 1 } else { high = middle }
    }
    known
}

/// Returns the walk of a sort by time.
pub(crate) fn walk_of(sort: &Sort) -> Walk {
    Walk::of(sort.key != SortKey::Time || sort.descending)
}
