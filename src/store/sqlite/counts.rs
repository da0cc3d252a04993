//! Counting: the rows of each value, and rows over time.

mod several;

use std::sync::Arc;

use crate::domain::Timestamp;
use crate::query::Histogram;
use crate::store::Result;
use crate::store::segment::bits::{Bitmap, Selection};
use crate::store::segment::columns::DictCol;
use crate::store::segment::ints::{Ints, Packed, Times};
use crate::store::segment::{Load as _, SegmentRef};

use super::session::Session;
use super::view::View;

/// Returns how many of the selected rows have each id of a column.
pub(super) fn count_ids(
    session: &mut Session,
    segment: &SegmentRef,
    selection: &Selection,
    col: DictCol,
) -> Result<Vec<u32>> {
    let values = session.values(segment, col)?;
    match selection {
        Selection::None => Ok(vec![0; values.len()]),
        Selection::All => Ok(values.counts().to_vec()),
        Selection::Some(rows) => {
            let ids = session.ids(segment, col, &values)?;
            Ok(Picks::of(rows).count(&ids, values.counts()))
        }
    }
}

/// Rows of a segment to be counted: those selected, or, where these are the most, those that are not.
pub(super) struct Picks {
    pub(super) rows: Vec<u32>,
    /// Whether those listed are the ones not selected.
    pub(super) left_out: bool,
}

impl Picks {
    /// Returns the rows to count for a set of rows.
    pub(super) fn of(set: &Bitmap) -> Picks {
        let left_out = set.count() * 2 > set.len();
        if !left_out {
            return Picks { rows: set.list(), left_out };
        }
        let mut others = set.clone();
        others.invert();
        Picks { rows: others.list(), left_out }
    }

    /// Returns how many of the selected rows have each id, given how many of all rows do.
    pub(super) fn count(&self, ids: &Ints, all: &[u32]) -> Vec<u32> {
        let mut counts = self.count_listed(ids, all.len());
        if self.left_out {
            counts.iter_mut().zip(all).for_each(|(count, all)| *count = all - *count);
        }
        counts
    }

    /// Returns how many of the rows listed have each id below a limit that all ids are below.
    pub(super) fn count_listed(&self, ids: &Ints, limit: usize) -> Vec<u32> {
        let mut counts = vec![0u32; limit];
        match ids.parts() {
            (base, Packed::Same(_)) => counts[base as usize] = self.rows.len() as u32,
            (0, Packed::U8(ids)) => {
                let bytes = count_bytes(ids, &self.rows);
                counts.iter_mut().zip(bytes).for_each(|(count, of_byte)| *count = of_byte);
            }
            (0, Packed::U16(ids)) => {
                self.rows.iter().for_each(|row| counts[usize::from(ids[*row as usize])] += 1);
            }
            _ => self.rows.iter().for_each(|row| counts[ids.get(*row as usize) as usize] += 1),
        }
        counts
    }
}

/// Counts the ids of rows. Neighbours often have the same one; in turns, so that none waits for the last.
fn count_bytes(ids: &[u8], rows: &[u32]) -> [u32; 256] {
    let [mut first, mut second, mut third, mut fourth] = [[0u32; 256]; 4];
    let (fours, rest) = rows.as_chunks::<4>();
    for [a, b, c, d] in fours {
        first[usize::from(ids[*a as usize])] += 1;
        second[usize::from(ids[*b as usize])] += 1;
        third[usize::from(ids[*c as usize])] += 1;
        fourth[usize::from(ids[*d as usize])] += 1;
    }
    rest.iter().for_each(|row| first[usize::from(ids[*row as usize])] += 1);
    std::array::from_fn(|id| first[id] + second[id] + third[id] + fourth[id])
}

/// Returns counts over time in at most `buckets` steps.
pub(super) fn histogram(session: &mut Session, view: View<'_>, buckets: usize) -> Result<Histogram> {
    let mut span: Option<(i64, i64)> = None;
    let mut timeless = 0;
    let mut timed: Vec<(usize, Option<Arc<Times>>)> = Vec::new();
    for (at, (segment, selection)) in view.segments.iter().zip(view.selections).enumerate() {
        timeless += selection.count_in(0..segment.zone.timeless) as u64;
        let run = segment.zone.timeless..segment.zone.rows;
        let (Some(first), Some(last)) = (selection.next(run.clone()), selection.previous(run)) else {
            continue;
        };
        let (times, ends) = match (selection, segment.zone.span) {
            (Selection::All, Some(ends)) => (None, ends),
            _ => {
                let times = session.times(segment)?;
                let ends = (times.get(first).unwrap_or_default(), times.get(last).unwrap_or_default());
                (Some(times), ends)
            }
        };
        span = Some(span.map_or(ends, |span| (span.0.min(ends.0), span.1.max(ends.1))));
        timed.push((at, times));
    }
    let Some((first, last)) = span else { return Ok(Histogram { buckets: Vec::new(), timeless }) };
    let mut histogram = Histogram::of_span(Timestamp(first), Timestamp(last), buckets);
    histogram.timeless = timeless;
    for (at, times) in timed {
        let (segment, selection) = (&view.segments[at], &view.selections[at]);
        add(session, segment, selection, times, &mut histogram)?;
    }
    Ok(histogram)
}

fn add(
    session: &mut Session,
    segment: &SegmentRef,
    selection: &Selection,
    times: Option<Arc<Times>>,
    histogram: &mut Histogram,
) -> Result<()> {
    let Some((first, last)) = segment.zone.span else { return Ok(()) };
    let buckets = &mut histogram.buckets;
    let start = buckets.partition_point(|bucket| bucket.until.0 <= first);
    let end = buckets.partition_point(|bucket| bucket.from.0 <= last);
    let here = &mut buckets[start.min(end)..end];
    if let ([only], Selection::All) = (&mut *here, selection) {
        only.count += (segment.zone.rows - segment.zone.timeless) as u64;
        return Ok(());
    }
    let times = match times {
        Some(times) => times,
        None => session.times(segment)?,
    };
    let mut from = times.timeless();
    let len = here.len();
    for (at, bucket) in here.iter_mut().enumerate() {
        // The last step may end beyond what a time can be; nothing of the segment lies behind it.
        let until = if at + 1 == len { times.len() } else { times.lower(bucket.until.0) };
        bucket.count += selection.count_in(from..until.max(from)) as u64;
        from = until.max(from);
    }
    Ok(())
}
