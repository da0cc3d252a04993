//! Facets: how many of the rows that filters let through have each value of fields. One pass over the segments
//! for all fields, on two threads where that pays: one reads from the connection at a time, both count.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::Field;
use crate::query::{Facet, FacetValue, Watch};
use crate::store::Result;
use crate::store::segment::bits::Selection;
use crate::store::segment::columns::DictCol;
use crate::store::segment::ints::Ints;
use crate::store::segment::{Load as _, SegmentRef};

use super::counts::Picks;
use super::labels::{Labels, Numbers};
use super::session::Session;

/// Rows times fields, and values, for which a second thread is not worth its start.
const FEW: usize = 1 << 20;

/// A field with the rows to count.
pub(super) type Group = (Field, Arc<Vec<Selection>>);

/// Returns the values of each field among its rows, the most frequent first; `None` where the watch said stop.
pub(super) fn facets(
    session: &mut Session,
    labels: &mut HashMap<Field, Labels>,
    segments: &[SegmentRef],
    groups: &[Group],
    top: usize,
    watch: &dyn Watch,
) -> Result<Option<Vec<Facet>>> {
    for (field, _) in groups {
        labels.entry(*field).or_insert_with(|| Labels::of_field(*field));
    }
    let values: usize = groups.iter().filter_map(|(field, _)| labels.get(field)).map(Labels::size).sum();
    let threads = if work(segments, groups) + values > FEW { 2 } else { 1 };
    let desk = Desk { files: Mutex::new((session, labels)), next: AtomicUsize::new(0), segments, groups };
    let done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(|| desk.work(&|| false))).collect();
        let mut done = vec![desk.work(&|| watch.cancelled())];
        let joined = others.into_iter().map(std::thread::ScopedJoinHandle::join);
        done.extend(joined.map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))));
        done
    });
    let mut sums: Option<Vec<Sums>> = Some(groups.iter().map(|_| Sums::default()).collect());
    for part in done {
        match (&mut sums, part?) {
            (Some(sums), Some(part)) => sums.iter_mut().zip(part).for_each(|(sum, part)| sum.add(part)),
            (sums, _) => *sums = None,
        }
    }
    let facet = |(sums, (field, _)): (Sums, &Group)| {
        let labels = labels.get(field);
        labels.map(|labels| sums.facet(*field, labels, top)).unwrap_or_else(|| Sums::none(*field))
    };
    Ok(sums.map(|sums| sums.into_iter().zip(groups).map(facet).collect()))
}

/// Returns about how many rows have to be looked at.
fn work(segments: &[SegmentRef], groups: &[Group]) -> usize {
    let rows = |(segment, selection): (&SegmentRef, &Selection)| match selection {
        Selection::Some(set) => {
            let count = set.count();
            count.min(segment.zone.rows - count)
        }
        _ => 0,
    };
    groups.iter().map(|(_, selections)| segments.iter().zip(selections.iter()).map(rows).sum::<usize>()).sum()
}

/// Where threads fetch their work.
struct Desk<'d> {
    files: Mutex<(&'d mut Session, &'d mut HashMap<Field, Labels>)>,
    next: AtomicUsize,
    segments: &'d [SegmentRef],
    groups: &'d [Group],
}

/// What is needed to count one field in one segment.
struct Column {
    ids: Option<Arc<Ints>>,
    numbers: Arc<Numbers>,
}

impl Desk<'_> {
    /// Counts until no segment is left; `None` where it was told to stop.
    fn work(&self, stop: &dyn Fn() -> bool) -> Result<Option<Vec<Sums>>> {
        let mut sums: Vec<Sums> = self.groups.iter().map(|_| Sums::default()).collect();
        loop {
            let at = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(segment) = self.segments.get(at) else { return Ok(Some(sums)) };
            if stop() {
                self.next.store(self.segments.len(), Ordering::Relaxed);
                return Ok(None);
            }
            let columns = self.fetch(at, segment).inspect_err(|_| {
                // The other need not go on for an answer that nobody gets.
                self.next.store(self.segments.len(), Ordering::Relaxed);
            })?;
            self.count(at, &columns, &mut sums);
        }
    }

    /// Reads the columns of the groups of which the segment has rows.
    fn fetch(&self, at: usize, segment: &SegmentRef) -> Result<Vec<Option<Column>>> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let (session, labels) = &mut *files;
        let mut columns = Vec::with_capacity(self.groups.len());
        for (field, selections) in self.groups {
            if selections[at] == Selection::None {
                columns.push(None);
                continue;
            }
            let labels = labels.entry(*field).or_insert_with(|| Labels::of_field(*field));
            let numbers = labels.of(session, segment)?;
            let some = matches!(selections[at], Selection::Some(_));
            let col = DictCol::of(*field);
            let ids = if some { Some(session.ids_below(segment, col, numbers.ids())?) } else { None };
            columns.push(Some(Column { ids, numbers }));
        }
        Ok(columns)
    }

    fn count(&self, at: usize, columns: &[Option<Column>], sums: &mut [Sums]) {
        // Most groups have the same filter: its rows are listed once.
        let mut listed: Option<(*const Vec<Selection>, Picks)> = None;
        for (((_, selections), column), sums) in self.groups.iter().zip(columns).zip(sums) {
            let Some(Column { ids, numbers }) = column else { continue };
            let (Selection::Some(set), Some(ids)) = (&selections[at], ids) else {
                sums.add_all(numbers);
                continue;
            };
            let which = Arc::as_ptr(selections);
            if listed.as_ref().is_none_or(|(known, _)| *known != which) {
                listed = Some((which, Picks::of(set)));
            }
            if let Some((_, picks)) = &listed {
                sums.count(&picks.count(ids, &numbers.counts()), numbers);
            }
        }
    }
}

/// Rows of each label of a field so far.
#[derive(Default)]
struct Sums {
    labels: Vec<u64>,
    without: u64,
}

impl Sums {
    /// Counts every row of a segment.
    fn add_all(&mut self, numbers: &Numbers) {
        if self.labels.len() < numbers.limit() {
            self.labels.resize(numbers.limit(), 0);
        }
        for (ids, count) in numbers.runs().filter(|(_, count)| *count > 0) {
            // Where all values differ there are as many as rows: nothing but the additions may be done for each.
            if let Some(all) = numbers.of_all(ids.clone()) {
                all.iter().for_each(|number| self.labels[*number as usize] += u64::from(count));
                continue;
            }
            for id in ids {
                self.add_id(id, count, numbers);
            }
        }
    }

    fn add_id(&mut self, id: usize, count: u32, numbers: &Numbers) {
        let shown = numbers.of(id);
        self.without += if shown.is_empty() { u64::from(count) } else { 0 };
        shown.iter().for_each(|number| self.labels[*number as usize] += u64::from(count));
    }

    fn count(&mut self, counts: &[u32], numbers: &Numbers) {
        if self.labels.len() < numbers.limit() {
            self.labels.resize(numbers.limit(), 0);
        }
        for (id, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            self.add_id(id, *count, numbers);
        }
    }

    fn add(&mut self, other: Sums) {
        if self.labels.len() < other.labels.len() {
            self.labels.resize(other.labels.len(), 0);
        }
        self.labels.iter_mut().zip(other.labels).for_each(|(sum, more)| *sum += more);
        self.without += other.without;
    }

    fn none(field: Field) -> Facet {
        Facet { field, values: Vec::new(), distinct: 0, without: 0 }
    }

    /// Returns the most frequent values, those of one count by their text.
    fn facet(self, field: Field, labels: &Labels, top: usize) -> Facet {
        let mut found: Vec<(u64, u32)> =
            (0..).zip(self.labels).filter(|(_, sum)| *sum > 0).map(|(number, sum)| (sum, number)).collect();
        let distinct = found.len() as u64;
        if top < found.len() {
            // Texts are made of those alone that may be among the first.
            let least = match top.checked_sub(1) {
                Some(last) => found.select_nth_unstable_by(last, |a, b| b.0.cmp(&a.0)).1.0,
                None => u64::MAX,
            };
            found.retain(|(sum, _)| *sum >= least);
        }
        let mut values: Vec<FacetValue> = found
            .into_iter()
            .map(|(count, number)| FacetValue { value: labels.text(number), count })
            .collect();
        values.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        values.truncate(top);
        Facet { field, values, distinct, without: self.without }
    }
}
