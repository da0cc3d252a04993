//! Facets: how many of the rows that filters let through have each value of fields. One pass over the segments
//! for all fields, on two threads where that pays: one reads from the connection at a time, both count.

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
use super::session::Session;
use super::{Shared, locked};

/// Rows times fields, and values, for which a second thread is not worth its start.
const FEW: usize = if cfg!(test) { 16 } else { 1 << 20 };

/// Values of a dictionary from which on rows are counted one by one where they are few: a count of each value would
/// cost more.
const LONG: usize = if cfg!(test) { 4 } else { 1 << 12 };

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
    let tallies = tallies(segments, groups);
    let mut counted = Vec::with_capacity(groups.len());
    for ((field, _), tally) in groups.iter().zip(&tallies) {
        let labels = labels.entry(*field).or_insert_with(|| Labels::of_field(*field));
        counted.push(counting(session, labels, segments, *tally)?);
    }
    for (group, counting) in groups.iter().zip(&counted) {
        let needed = (0..segments.len()).filter(|at| is_needed(group, counting, *at));
        let needed: Vec<&SegmentRef> = needed.map(|at| &segments[at]).collect();
        let labels = labels.get_mut(&group.0);
        if !labels.map_or(Ok(true), |labels| labels.read_all(session, &needed, watch))? {
            return Ok(None);
        }
    }
    let values: usize = groups.iter().filter_map(|(field, _)| labels.get(field)).map(Labels::size).sum();
    let threads = if work(groups, &tallies, &counted) + values > FEW { 2 } else { 1 };
    let desk = Desk {
        names: session.snapshot.names.clone(),
        shared: session.shared.clone(),
        session: Mutex::new(session),
        labels: Mutex::new(labels),
        next: AtomicUsize::new(0),
        segments,
        groups,
        counted,
    };
    let done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(|| desk.work(&|| false))).collect();
        let mut done = vec![desk.work(&|| watch.cancelled())];
        let joined = others.into_iter().map(std::thread::ScopedJoinHandle::join);
        done.extend(joined.map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))));
        done
    });
    let counted = desk.counted;
    let mut sums: Option<Vec<Sums>> = None;
    for part in done {
        match (&mut sums, part?) {
            (_, None) => return Ok(None),
            (None, part) => sums = part,
            (Some(sums), Some(part)) => sums.iter_mut().zip(part).for_each(|(sum, part)| sum.add(&part)),
        }
    }
    let facet = |((sums, counting), (field, selections)): ((Sums, Counting), &Group)| {
        let labels = labels.entry(*field).or_insert_with(|| Labels::of_field(*field));
        let sums = match counting {
            Counting::Up => Arc::new(sums),
            Counting::Down(total) if selections.iter().all(|selection| *selection == Selection::All) => total,
            Counting::Down(total) => {
                let mut all = Arc::unwrap_or_clone(total);
                all.add(&sums);
                Arc::new(all)
            }
        };
        if selections.iter().all(|selection| *selection == Selection::All) {
            labels.keep_total(segments, sums.clone());
        }
        top::facet(*field, &sums, labels, top)
    };
    Ok(sums.map(|sums| sums.into_iter().zip(counted).zip(groups).map(facet).collect()))
}

/// How the rows of a field are counted.
enum Counting {
    /// From nothing.
    Up,
    /// Those that are not selected are taken away from all.
    Down(Arc<Sums>),
}

/// Whether something of a segment has to be counted.
fn is_needed((_, selections): &Group, counting: &Counting, at: usize) -> bool {
    match counting {
        Counting::Up => selections[at] != Selection::None,
        Counting::Down(_) => selections[at] != Selection::All,
    }
}

/// How many rows a filter lets through.
#[derive(Clone, Copy, Default)]
struct Tally {
    selected: usize,
    rows: usize,
    /// Those that have to be looked at.
    work: usize,
}

/// Returns the tally of each group. Most have the same filter, whose rows are counted once.
fn tallies(segments: &[SegmentRef], groups: &[Group]) -> Vec<Tally> {
    let mut tallies: Vec<Tally> = Vec::with_capacity(groups.len());
    for (at, (_, selections)) in groups.iter().enumerate() {
        let same = groups[..at].iter().position(|(_, other)| Arc::ptr_eq(other, selections));
        tallies.push(same.map_or_else(|| tally(segments, selections), |same| tallies[same]));
    }
    tallies
}

fn tally(segments: &[SegmentRef], selections: &[Selection]) -> Tally {
    let mut tally = Tally::default();
    for (segment, selection) in segments.iter().zip(selections) {
        let (count, rows) = (selection.count(segment.zone.rows), segment.zone.rows);
        tally.selected += count;
        tally.rows += rows;
        tally.work += if matches!(selection, Selection::Some(_)) { count.min(rows - count) } else { 0 };
    }
    tally
}

/// Returns the cheaper way.
fn counting(
    session: &mut Session,
    labels: &mut Labels,
    segments: &[SegmentRef],
    tally: Tally,
) -> Result<Counting> {
    if tally.selected * 2 <= tally.rows {
        return Ok(Counting::Up);
    }
    Ok(labels.total(session, segments)?.map_or(Counting::Up, Counting::Down))
}

/// Returns about how many rows have to be looked at.
fn work(groups: &[Group], tallies: &[Tally], counted: &[Counting]) -> usize {
    let of = |(((_, selections), tally), counting): ((&Group, &Tally), &Counting)| match counting {
        // What is remembered of the values need not be gone through.
        Counting::Down(_) if selections.iter().all(|selection| *selection == Selection::All) => 0,
        _ => tally.work,
    };
    groups.iter().zip(tallies).zip(counted).map(of).sum()
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
    counted: Vec<Counting>,
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
        let needed = |(group, counting): (&Group, &Counting)| is_needed(group, counting, at);
        let needed: Vec<bool> = self.groups.iter().zip(&self.counted).map(needed).collect();
        if !needed.contains(&true) {
            return Ok(needed.iter().map(|_| None).collect());
        }
        let mut columns = Vec::with_capacity(self.groups.len());
        for ((field, selections), needed) in self.groups.iter().zip(needed) {
            if !needed {
                columns.push(None);
                continue;
            }
            let numbers = self.numbers(*field, segment)?;
            let some = matches!(selections[at], Selection::Some(_));
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
        // Most groups have the same filter: its rows are listed once, and counted for all.
        let mut listed: Vec<(&Group, Listed<'_>)> = Vec::new();
        let of = self.groups.iter().zip(&self.counted).zip(columns).zip(sums);
        for (((group, counting), column), sums) in of {
            let Some(Column { ids, numbers }) = column else { continue };
            let down = matches!(counting, Counting::Down(_));
            match (&group.1[at], ids) {
                (Selection::Some(_), Some(ids)) => listed.push((group, Listed { ids, numbers, down, sums })),
                _ => sums.add_all(numbers, if down { LESS } else { 1 }),
            }
        }
        while let Some(((_, first), _)) = listed.first() {
            let first = first.clone();
            let same = listed.extract_if(.., |((_, other), _)| Arc::ptr_eq(other, &first));
            let same: Vec<Listed<'_>> = same.map(|(_, listed)| listed).collect();
            if let Selection::Some(set) = &first[at] {
                count_picks(&Picks::of(set), same);
            }
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
    // All but those listed are all and those listed taken away; not to count a row is to take it away.
    let (all, listed) = match (picks.left_out, down) {
        (false, false) => (0, 1),
        (true, false) => (1, LESS),
        (true, true) => (0, LESS),
        (false, true) => (LESS, 1),
    };
    if all != 0 {
        sums.add_all(numbers, all);
    }
    sums.reach(numbers.limit());
    listed
}
