//! Counting: the rows of each value, facets, and rows over time.

use std::sync::Arc;

use crate::domain::{Field, Timestamp};
use crate::query::{Facet, FacetValue, Histogram};
use crate::store::Result;
use crate::store::segment::bits::Selection;
use crate::store::segment::columns::DictCol;
use crate::store::segment::ints::{Ints, Packed, Times};
use crate::store::segment::{Load as _, SegmentRef};

use super::labels::Labels;
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
        Selection::Some(_) => {
            let ids = session.ids(segment, col, &values)?;
            Ok(count_selected(&ids, selection, values.len()))
        }
    }
}

fn count_selected(ids: &Ints, selection: &Selection, len: usize) -> Vec<u32> {
    let mut counts = vec![0u32; len];
    let Selection::Some(rows) = selection else { return counts };
    match ids.parts() {
        (base, Packed::Same(_)) => counts[base as usize] = rows.count() as u32,
        (0, Packed::U8(ids)) => rows.rows().for_each(|row| counts[usize::from(ids[row])] += 1),
        (0, Packed::U16(ids)) => rows.rows().for_each(|row| counts[usize::from(ids[row])] += 1),
        _ => rows.rows().for_each(|row| counts[ids.get(row) as usize] += 1),
    }
    counts
}

/// Returns the values of a field among the selected rows, the most frequent first.
pub(super) fn facet(
    session: &mut Session,
    view: View<'_>,
    field: Field,
    labels: &mut Labels,
    top: usize,
) -> Result<Facet> {
    let mut sums: Vec<u64> = Vec::new();
    let mut without = 0;
    for (segment, selection) in view.segments.iter().zip(view.selections) {
        if *selection == Selection::None {
            continue;
        }
        let counts = count_ids(session, segment, selection, DictCol::of(field))?;
        let numbers = labels.of(session, segment, field)?;
        sums.resize(labels.len(), 0);
        for (id, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let shown = numbers.of(id);
            without += if shown.is_empty() { u64::from(*count) } else { 0 };
            shown.iter().for_each(|number| sums[*number as usize] += u64::from(*count));
        }
    }
    let mut found: Vec<(usize, u64)> = sums.into_iter().enumerate().filter(|(_, sum)| *sum > 0).collect();
    let distinct = found.len() as u64;
    let order = |a: &(usize, u64), b: &(usize, u64)| {
        b.1.cmp(&a.1).then_with(|| labels.text(a.0).cmp(labels.text(b.0)))
    };
    if top < found.len() && top > 0 {
        found.select_nth_unstable_by(top - 1, order);
    }
    found.truncate(top);
    found.sort_unstable_by(order);
    let value = |(number, count): (usize, u64)| FacetValue { value: labels.text(number).clone(), count };
    Ok(Facet { field, values: found.into_iter().map(value).collect(), distinct, without })
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
