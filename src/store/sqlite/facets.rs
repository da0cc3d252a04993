//! Facets: how many of the rows that filters let through have each value of fields. One pass over the segments
//! for all fields, on two threads where that pays: one reads from the connection at a time, both count.

mod steps;
mod top;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::domain::Field;
use crate::query::{Facet, Watch};
use crate::store::Result;
use crate::store::segment::bits::Selection;
use crate::store::segment::columns::DictCol;
use crate::store::segment::ints::{Ints, Packed};
use crate::store::segment::probe::Names;
use crate::store::segment::{Load, Loaded, SegmentRef};

use super::counts::Picks;
use super::labels::{Labels, Numbers, Sums};
use super::selections::Selected;
use super::session::Session;
use super::{Shared, locked};
use steps::{Steps, Way};

/// Rows times fields, and values, for which a second thread is not worth its start.
const FEW: usize = if cfg!(test) { 16 } else { 1 << 20 };

/// Values of a dictionary from which on rows are counted one by one where they are few: a count of each value would
/// cost more.
const LONG: usize = if cfg!(test) { 4 } else { 1 << 12 };

/// A field with the rows to count.
pub(super) type Group = (Field, Selected);

/// Returns the values of each field among its rows, the most frequent first; `None` where the watch said stop.
pub(super) fn facets(
    session: &mut Session,
    labels: &mut HashMap<Field, Labels>,
    segments: &[SegmentRef],
    groups: &[Group],
    top: usize,
    watch: &dyn Watch,
) -> Result<Option<Vec<Facet>>> {
    let ways = steps::ways(session, labels, segments, groups)?;
    for ((field, _), way) in groups.iter().zip(&ways) {
        let needed = (0..segments.len()).filter(|at| way.needs(*at));
        let needed: Vec<&SegmentRef> = needed.map(|at| &segments[at]).collect();
        let labels = labels.get_mut(field);
        if !labels.map_or(Ok(true), |labels| labels.read_all(session, &needed, watch))? {
            return Ok(None);
        }
    }
    let values: usize = groups.iter().filter_map(|(field, _)| labels.get(field)).map(Labels::size).sum();
    let work: usize = ways.iter().map(|way| way.steps.work).sum();
    let threads = if work + values > FEW { 2 } else { 1 };
    let desk = Desk {
        names: session.snapshot.names.clone(),
        shared: session.shared.clone(),
        session: Mutex::new(session),
        labels: Mutex::new(labels),
        next: AtomicUsize::new(0),
        segments,
        groups,
        ways,
    };
    let done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(|| desk.work(&|| false))).collect();
        let mut done = vec![desk.work(&|| watch.cancelled())];
        let joined = others.into_iter().map(std::thread::ScopedJoinHandle::join);
        done.extend(joined.map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))));
        done
    });
    let ways = desk.ways;
    let mut sums: Option<Vec<Sums>> = None;
    for part in done {
        match (&mut sums, part?) {
            (_, None) => return Ok(None),
            (None, part) => sums = part,
            (Some(sums), Some(part)) => sums.iter_mut().zip(part).for_each(|(sum, part)| sum.add(&part)),
        }
    }
    let Some(sums) = sums else { return Ok(None) };
    let changed = |way: &Way| (0..segments.len()).any(|at| way.needs(at));
    let whole = |(way, counted): (Way, Sums)| match (&way.before, changed(&way)) {
        (None, _) => Arc::new(counted),
        (Some(before), false) => before.clone(),
        (Some(before), true) => {
            let mut all = Sums::clone(before);
            all.add(&counted);
            Arc::new(all)
        }
    };
    let sums: Vec<Arc<Sums>> = ways.into_iter().zip(sums).map(whole).collect();
    steps::remember(labels, segments, groups, &sums);
    let facet = |((field, _), sums): (&Group, &Arc<Sums>)| {
        let labels = labels.entry(*field).or_insert_with(|| Labels::of_field(*field));
        top::facet(*field, sums, labels, top)
    };
    Ok(Some(groups.iter().zip(&sums).map(facet).collect()))
}

/// Where threads fetch their work. One reads from the connection, or gives numbers to texts, at a time; who does the one
/// need not wait for who does the other.
struct Desk<'d> {
    shared: Arc<Shared>,
    session: Mutex<&'d mut Session>,
    labels: Mutex<&'d mut HashMap<Field, Labels>>,
    names: Arc<Names>,
    next: AtomicUsize,
    segments: &'d [SegmentRef],
    groups: &'d [Group],
    ways: Vec<Way>,
}

/// What is needed to count one field in one segment.
struct Column {
    ids: Option<Arc<Ints>>,
    numbers: Arc<Numbers>,
}

/// Takes columns from what was read before; only who finds none there has to wait for the connection.
impl Load for &Desk<'_> {
    fn load(&mut self, segment: &SegmentRef, code: u8) -> Result<Loaded> {
        let known = self.shared.cache.columns.get((segment.number, code));
        known.map_or_else(|| locked(&self.session).load(segment, code), Ok)
    }
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

    /// Reads the columns of the groups of which something of the segment has to be counted.
    fn fetch(mut self: &Self, at: usize, segment: &SegmentRef) -> Result<Vec<Option<Column>>> {
        let mut columns = Vec::with_capacity(self.groups.len());
        for ((field, _), way) in self.groups.iter().zip(&self.ways) {
            if !way.needs(at) {
                columns.push(None);
                continue;
            }
            let numbers = self.numbers(*field, segment)?;
            let some = way.steps.each[at].sides().iter().any(|(rows, _)| matches!(rows, Selection::Some(_)));
            let mut ids = |limit| self.ids_below(segment, DictCol::of(*field), limit);
            let ids = if some { Some(ids(numbers.ids())?) } else { None };
            columns.push(Some(Column { ids, numbers }));
        }
        Ok(columns)
    }

    /// Returns the numbers of the texts of a segment's dictionary, which is read where they are not known yet.
    fn numbers(&self, field: Field, segment: &SegmentRef) -> Result<Arc<Numbers>> {
        if let Some(known) = locked(&self.labels).get(&field).and_then(|labels| labels.known(segment)) {
            return Ok(known);
        }
        // What is needed of it is kept there.
        let values = |session: &mut Session| session.values(segment, DictCol::of(field));
        let values = locked(&self.session).in_passing(values)?;
        let mut labels = locked(&self.labels);
        let labels = labels.entry(field).or_insert_with(|| Labels::of_field(field));
        Ok(labels.read(segment, &values, &self.names))
    }

    fn count(&self, at: usize, columns: &[Option<Column>], sums: &mut [Sums]) {
        let mut left: Vec<(&Arc<Steps>, &Column, &mut Sums)> = Vec::new();
        for ((way, column), sums) in self.ways.iter().zip(columns).zip(sums) {
            left.extend(column.as_ref().map(|column| (&way.steps, column, sums)));
        }
        // Most groups have the same filter: its rows are listed once, and counted for all.
        while let Some((steps, ..)) = left.first() {
            let steps = (*steps).clone();
            let mut same: Vec<_> = left.extract_if(.., |(other, ..)| Arc::ptr_eq(other, &steps)).collect();
            for (rows, down) in steps.each[at].sides() {
                let columns = same.iter_mut().map(|(_, column, sums)| (*column, &mut **sums));
                count_rows(rows, down, columns);
            }
        }
    }
}

/// Counts rows of a segment for columns, or takes them away.
fn count_rows<'c>(rows: &Selection, down: bool, columns: impl Iterator<Item = (&'c Column, &'c mut Sums)>) {
    match rows {
        Selection::None => {}
        Selection::All => {
            columns.for_each(|(column, sums)| sums.add_all(&column.numbers, if down { LESS } else { 1 }));
        }
        Selection::Some(set) => {
            let listed = |(column, sums): (&'c Column, &'c mut Sums)| {
                let ids = column.ids.as_deref()?;
                Some(Listed { ids, numbers: &column.numbers, down, sums })
            };
            count_picks(&Picks::of(set), columns.filter_map(listed).collect());
        }
    }
}

/// A column of which rows are listed, and where their counts go.
struct Listed<'l> {
    ids: &'l Ints,
    numbers: &'l Numbers,
    down: bool,
    sums: &'l mut Sums,
}

/// Times one, but taken away.
const LESS: u32 = u32::MAX;

/// Counts the rows picked of a segment for columns, or takes away the others.
fn count_picks(picks: &Picks, columns: Vec<Listed<'_>>) {
    let by_id = |column: &Listed<'_>| column.numbers.ids() <= LONG.max(picks.rows.len() / 2);
    let (counted, by_row): (Vec<_>, Vec<_>) = columns.into_iter().partition(by_id);
    let limited: Vec<_> = counted.iter().map(|column| (column.ids, column.numbers.ids())).collect();
    let counts = picks.count_several(&limited);
    for (column, counts) in counted.into_iter().zip(counts) {
        let listed = times(picks, column.down, column.numbers, column.sums);
        for (id, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
            column.sums.add_id(id, count.wrapping_mul(listed), column.numbers);
        }
    }
    for Listed { ids, numbers, down, sums } in by_row {
        let listed = times(picks, down, numbers, sums);
        match (ids.parts(), numbers.one_each()) {
            ((0, Packed::U16(ids)), Some(numbers)) => {
                for row in &picks.rows {
                    match usize::from(ids[*row as usize]).checked_sub(1) {
                        Some(at) => sums.put(numbers[at], listed),
                        None => sums.without = sums.without.wrapping_add(listed),
                    }
                }
            }
            _ => picks
                .rows
                .iter()
                .for_each(|row| sums.add_id(ids.get(*row as usize) as usize, listed, numbers)),
        }
    }
}

/// Returns how many times a row listed counts, once the others are counted.
fn times(picks: &Picks, down: bool, numbers: &Numbers, sums: &mut Sums) -> u32 {
    // All but those listed are all and those listed taken away; what goes is counted the other way round.
    let (all, listed) = match (picks.left_out, down) {
        (false, false) => (0, 1),
        (true, false) => (1, LESS),
        (false, true) => (0, LESS),
        (true, true) => (LESS, 1),
    };
    if all != 0 {
        sums.add_all(numbers, all);
    }
    sums.reach(numbers.limit());
    listed
}
