//! Conditions that only a record answers: its block is opened, its bytes are searched, then its decoded
//! strings; for values before and after a change it is mapped again.
//!
//! Blocks that cannot hold a hit are left out by their text filters; the others are unpacked and searched by two
//! threads, one of which reads at a time.

mod changes;
mod content;
mod hiding;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::query::Needles;
use crate::query::filter::{Pattern, Term};
use crate::store::block::Block;
use crate::store::segment::bits::{Bitmap, Selection};
use crate::store::segment::columns::{DictCol, IntCol};
use crate::store::segment::dict::NONE;
use crate::store::segment::frame::damaged;
use crate::store::segment::ints::Ints;
use crate::store::segment::scan::Deep;
use crate::store::segment::{Load as _, SegmentRef};
use crate::store::{Interpret, Result, SourceInfo};

use super::filters::{Excluded, excluded};
use super::locked;
use super::session::{Packed, Session, Watched};
use changes::Changes;
use content::Content;
pub(super) use hiding::Hiding;

/// Threads that unpack and search.
const THREADS: usize = 2;
/// Blocks for which a second thread is not worth its start.
const FEW: usize = 6;
/// Conditions whose excluded blocks are remembered.
const REMEMBERED: usize = 4;

/// A row with its record: (block, number in the block, row).
type Place = (u64, u32, u32);

/// Returns those of `rows` whose record meets a condition.
pub(super) fn search(
    watched: &mut Watched<'_>,
    segment: &SegmentRef,
    deep: &Deep,
    rows: &Bitmap,
) -> Result<Bitmap> {
    let mut hits = Bitmap::empty(segment.zone.rows);
    let order = places(watched, segment, deep, rows)?;
    if order.is_empty() {
        return Ok(hits);
    }
    let test = Test::new(watched, segment, deep)?;
    let mut groups: Vec<&[Place]> = order.chunk_by(|a, b| a.0 == b.0).collect();
    // Records come mostly in the order of time, which is that of the rows: the newest first.
    groups.reverse();
    for row in run(watched, &test, &groups)? {
        hits.insert(row as usize);
    }
    Ok(hits)
}

/// Returns the rows of `among` whose block may hold a hit, in its records or in what the columns hold of them.
pub(super) fn narrow(
    watched: &mut Watched<'_>,
    segment: &SegmentRef,
    deep: &Deep,
    among: &Selection,
) -> Result<Selection> {
    let excluded = remembered(watched.session, &deep.term)?;
    if excluded.is_empty() {
        return Ok(among.clone());
    }
    let blocks = watched.session.blocks_of(segment)?;
    let out = blocks.iter().filter(|block| excluded.has(**block)).count();
    if out == 0 {
        return Ok(among.clone());
    }
    if out == blocks.len() {
        return Ok(Selection::None);
    }
    let numbers = watched.ints(segment, IntCol::Block)?;
    let rows = Bitmap::from_fn(segment.zone.rows, |row| !excluded.has(numbers.get(row)));
    Ok(Selection::Some(rows).and(among.clone()).simplify())
}

/// Returns the rows whose block may hold a hit, by block.
fn places(watched: &mut Watched<'_>, segment: &SegmentRef, deep: &Deep, rows: &Bitmap) -> Result<Vec<Place>> {
    let excluded = remembered(watched.session, &deep.term)?;
    let blocks = watched.ints(segment, IntCol::Block)?;
    let slots = watched.ints(segment, IntCol::Slot)?;
    let changed = if wants_change(&deep.term) { Some(with_change(watched, segment)?) } else { None };
    let opens = opens_always(watched, segment, &deep.term)?;
    let may = |row: &usize| {
        (!excluded.has(blocks.get(*row)) || opens.as_ref().is_some_and(|formats| formats.has(*row)))
            && changed.as_ref().is_none_or(|ids| ids.get(*row) as u32 != NONE)
    };
    let mut order: Vec<Place> =
        rows.rows().filter(may).map(|row| (blocks.get(row), slots.get(row) as u32, row as u32)).collect();
    order.sort_unstable();
    Ok(order)
}

/// Returns the blocks that a condition need not open, asked once for all segments.
fn remembered(session: &mut Session, term: &Term) -> Result<Arc<Excluded>> {
    if let Some((_, known)) = session.excluded.iter().find(|(known, _)| known == term) {
        return Ok(known.clone());
    }
    let needles = match term {
        Term::From(_) | Term::To(_) => changes::needles(&*session.shared.interpret, term),
        _ => Needles::of(term),
    };
    let found = match needles {
        Some(needles) => excluded(session, &needles)?,
        None => Excluded::default(),
    };
    let found = Arc::new(found);
    if session.excluded.len() >= REMEMBERED {
        session.excluded.remove(0);
    }
    session.excluded.push((term.clone(), found.clone()));
    Ok(found)
}

/// Whether an entry without any change cannot meet a condition.
fn wants_change(term: &Term) -> bool {
    matches!(term, Term::From(patterns) | Term::To(patterns) if !patterns.contains(&Pattern::None))
}

fn with_change(watched: &mut Watched<'_>, segment: &SegmentRef) -> Result<Arc<Ints>> {
    let values = watched.values(segment, DictCol::Changed)?;
    watched.ids(segment, DictCol::Changed, &values)
}

/// Returns the rows whose block is opened whatever its text filter says.
fn opens_always(
    watched: &mut Watched<'_>,
    segment: &SegmentRef,
    term: &Term,
) -> Result<Option<changes::Composing>> {
    match term {
        Term::From(_) | Term::To(_) => changes::Composing::of(watched, segment).map(Some),
        _ => Ok(None),
    }
}

/// Tests groups of rows, each of one block; returns the rows that met the condition.
fn run(watched: &mut Watched<'_>, test: &Test<'_>, groups: &[&[Place]]) -> Result<Vec<u32>> {
    let Watched { session, watch, stopped } = watched;
    let desk =
        Desk { session: Mutex::new(session), next: AtomicUsize::new(0), stopped: AtomicBool::new(false) };
    let mut found = std::thread::scope(|scope| {
        let threads = if groups.len() <= FEW { 1 } else { THREADS };
        let others: Vec<_> =
            (1..threads).map(|_| scope.spawn(|| desk.work(test, groups, &|| false))).collect();
        let mut found = vec![desk.work(test, groups, &|| watch.cancelled())];
        let joined = others.into_iter().map(std::thread::ScopedJoinHandle::join);
        found.extend(joined.map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))));
        found
    });
    *stopped |= desk.stopped.into_inner();
    found.drain(..).try_fold(Vec::new(), |mut all, some| {
        all.extend(some?);
        Ok(all)
    })
}

/// Where threads fetch their work: one reads from the connection at a time.
struct Desk<'d> {
    session: Mutex<&'d mut Session>,
    next: AtomicUsize,
    stopped: AtomicBool,
}

impl Desk<'_> {
    /// Works until nothing is left. Only the thread that was asked can say stop, for all.
    fn work(&self, test: &Test<'_>, groups: &[&[Place]], stop: &dyn Fn() -> bool) -> Result<Vec<u32>> {
        let mut hits = Vec::new();
        loop {
            let at = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(group) = groups.get(at) else { return Ok(hits) };
            if stop() {
                self.stopped.store(true, Ordering::Relaxed);
            }
            if self.stopped.load(Ordering::Relaxed) {
                return Ok(hits);
            }
            let done = self
                .fetch(group[0].0)
                .and_then(|(source, packed)| test.block(&source, &packed.unpack()?, group, &mut hits));
            if done.is_err() {
                // The others need not go on for an answer that nobody gets.
                self.next.store(groups.len(), Ordering::Relaxed);
            }
            done?;
        }
    }

    fn fetch(&self, block: u64) -> Result<(Arc<SourceInfo>, Packed)> {
        let session = locked(&self.session);
        let packed = session.packed_block(block)?;
        Ok((session.source(packed.source)?, packed))
    }
}

/// A condition ready to be tested on blocks, with the columns it needs.
struct Test<'a> {
    interpret: Arc<dyn Interpret>,
    kind: Kind<'a>,
}

enum Kind<'a> {
    /// Of the record's bytes and strings.
    Content(Box<Content<'a>>),
    /// Of the values before and after the changes of the entries it becomes.
    Changes(Box<Changes<'a>>),
}

impl<'a> Test<'a> {
    fn new(watched: &mut Watched<'_>, segment: &SegmentRef, deep: &'a Deep) -> Result<Test<'a>> {
        let interpret = watched.session.shared.interpret.clone();
        let kind = match Content::of(&deep.term) {
            Some(content) => Kind::Content(Box::new(content)),
            None => Kind::Changes(Box::new(Changes::new(watched, segment, deep)?)),
        };
        Ok(Test { interpret, kind })
    }

    /// Tests the records of one block.
    fn block(
        &self,
        source: &Arc<SourceInfo>,
        block: &Block,
        group: &[Place],
        hits: &mut Vec<u32>,
    ) -> Result<()> {
        match &self.kind {
            Kind::Content(content) => {
                let mut wanted: Vec<u32> = group.iter().map(|place| place.1).collect();
                wanted.dedup();
                let found = content.search(&*self.interpret, source, block, &wanted);
                let found = found.ok_or_else(|| missing(group[0].0))?;
                let met = |place: &&Place| found.binary_search(&place.1).is_ok();
                hits.extend(group.iter().filter(met).map(|place| place.2));
                Ok(())
            }
            Kind::Changes(changes) => changes.search(&*self.interpret, source, block, group, hits),
        }
    }
}

fn missing(block: u64) -> crate::store::StoreError {
    damaged(&format!("block {block}"), "a record of it is missing")
}
