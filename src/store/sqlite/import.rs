//! An import while it runs: rows collecting for the next segment, blocks and segments on their way into the
//! file in short transactions that nobody sees until it is published.

mod write;

use std::collections::HashMap;

use crate::domain::Timestamp;
use crate::store::segment::rows::{Rows, Take};
use crate::store::segment::{SegmentRef, record_order};
use crate::store::{Batch, Published, Reject, Result, SourceInfo};

use super::copies::Copies;
use super::dedup::{IdSet, Known};
use super::schema::database;
use super::session::Session;
use write::Write;

/// Bytes that are collected before they are committed: few enough that others wait only a moment.
const COMMIT_BYTES: usize = 4 << 20;

/// What is written but not published.
pub(super) struct Import {
    /// Its number, greater than that of all that is published.
    pub(super) number: i64,
    open: Rows,
    known: Known,
    /// Copies in the store whose originals this import brings.
    pub(super) copies: Copies,
    pub(super) sources: HashMap<u32, Source>,
    /// Segments of this import.
    pub(super) segments: Vec<SegmentRef>,
    pub(super) published: Published,
    queue: Vec<Write>,
    queued: usize,
    next_block: u64,
    next_source: u32,
}

/// A source that this import adds to.
pub(super) struct Source {
    pub(super) info: SourceInfo,
    /// The order of its records, as seen from its first times or as told.
    newest_first: Option<bool>,
    last_time: Option<i64>,
    /// Has rows that are in no segment yet.
    open: bool,
    /// Orders by which segments with it were closed: as it stands, newest first.
    used: [bool; 2],
    /// Whether some of it is published, which fixes its order.
    fixed: bool,
    /// Whether all of it has come.
    ended: bool,
    seen: IdSet<u64>,
    repeats: HashMap<u64, u32>,
}

impl Import {
    /// Begins an import.
    pub(super) fn begin(session: &mut Session) -> Result<Import> {
        Ok(Import {
            number: session.snapshot.published + 1,
            open: Rows::default(),
            known: Known::default(),
            copies: Copies::new(&session.snapshot),
            sources: HashMap::new(),
            segments: Vec::new(),
            published: Published::default(),
            queue: Vec::new(),
            queued: 0,
            next_block: last_number(session, "blocks")? + 1,
            next_source: last_number(session, "sources")? as u32 + 1,
        })
    }

    /// Whether a source of it is still open, as a stream that is followed.
    pub(super) fn is_streaming(&self) -> bool {
        self.sources.values().any(|source| !source.ended)
    }

    /// Keeps the sources that are still open.
    pub(super) fn resume(&mut self) {
        self.sources.retain(|_, source| !source.ended);
    }

    /// Goes on after the lock was let go: housekeeping may have joined blocks into new ones, and another import may
    /// have added entries in between.
    pub(super) fn rejoin(&mut self, session: &mut Session) -> Result<()> {
        session.read(|_| Ok(()))?;
        let number = session.snapshot.published + 1;
        if number != self.number {
            self.known = Known::default();
            self.copies = Copies::new(&session.snapshot);
        }
        self.number = number;
        self.next_block = last_number(session, "blocks")? + 1;
        self.next_source = last_number(session, "sources")? as u32 + 1;
        Ok(())
    }

    /// Starts a source.
    pub(super) fn begin_source(&mut self, info: &SourceInfo) -> u32 {
        let id = self.next_source;
        self.next_source += 1;
        let info =
            SourceInfo { id, entries: 0, duplicates: 0, rejects: 0, timeless: 0, span: None, ..info.clone() };
        self.sources.insert(
            id,
            Source {
                newest_first: info.newest_first.then_some(true),
                info,
                last_time: None,
                open: false,
                used: [false; 2],
                fixed: false,
                ended: false,
                seen: IdSet::default(),
                repeats: HashMap::new(),
            },
        );
        id
    }

    /// Adds a batch of a source.
    pub(super) fn append(&mut self, session: &mut Session, source: u32, mut batch: Batch) -> Result<()> {
        let Some(state) = self.sources.get_mut(&source) else { return Ok(()) };
        state.number_repeats(&mut batch);
        let fresh = self.fresh(session, source, &batch)?;
        let base = self.take_blocks(source, &mut batch, &fresh);
        let max_rows = session.shared.options.segment_rows;
        let mut from = 0;
        while from < fresh.len() {
            let mut room = max_rows.saturating_sub(self.open.len()).max(1);
            let mut takes: Vec<Take> = vec![None; from];
            while room > 0 && takes.len() < fresh.len() {
                let row = takes.len();
                let mut place = batch.rows.place(row);
                let block = base[place.block as usize];
                place.block = block.unwrap_or_default();
                takes.push(fresh[row].then_some((place, source)));
                room -= usize::from(fresh[row]);
            }
            from = takes.len();
            self.open.extend(&batch.rows, &takes);
            if self.open.is_full(max_rows) {
                self.close_segment(session)?;
                // The rest of the batch is neither in that segment nor in the open rows yet.
                let rest = (from..fresh.len()).filter(|row| fresh[*row]).map(|row| batch.rows.id(row));
                self.known.reopen(rest);
            }
        }
        self.flush_if_due(session)
    }

    /// Returns for each row whether its id is new, and counts.
    fn fresh(&mut self, session: &mut Session, source: u32, batch: &Batch) -> Result<Vec<bool>> {
        let segments = session.snapshot.segments.clone();
        let mut fresh = Vec::with_capacity(batch.rows.len());
        let mut duplicates = Vec::new();
        let Import { known, copies, sources, segments: pending, .. } = self;
        let mut state = sources.get_mut(&source);
        known.expect((0..batch.rows.len()).map(|row| batch.rows.id(row)));
        for row in 0..batch.rows.len() {
            if known.is_full() {
                let all: Vec<SegmentRef> = segments.iter().chain(&*pending).cloned().collect();
                known.learn(session, &all)?;
            }
            let (id, time) = (batch.rows.id(row), batch.rows.time(row));
            let is_known = !known.insert(session, &segments, pending, id, time)?;
            let new = if batch.rows.is_copy(row) {
                copies.take(id, !is_known)
            } else {
                !is_known || copies.give_way(session, &segments, pending, id)?
            };
            if !new {
                duplicates.extend_from_slice(&id.0);
            }
            fresh.push(new);
            if let Some(state) = &mut state {
                state.count(new, time);
                state.open |= new;
            }
        }
        self.published.added += fresh.iter().filter(|new| **new).count() as u64;
        self.published.duplicates += (duplicates.len() / 16) as u64;
        if !duplicates.is_empty() {
            self.push(duplicates.len(), Write::Duplicates { source, ids: duplicates });
        }
        Ok(fresh)
    }

    /// Queues the blocks of a batch that hold anything new; returns their numbers.
    fn take_blocks(&mut self, source: u32, batch: &mut Batch, fresh: &[bool]) -> Vec<Option<u64>> {
        let mut live = vec![0usize; batch.blocks.len()];
        let mut rows = vec![0usize; batch.blocks.len()];
        let mut removed: Vec<Vec<u8>> = vec![Vec::new(); batch.blocks.len()];
        for (row, new) in fresh.iter().enumerate() {
            let place = batch.rows.place(row);
            let block = place.block as usize;
            rows[block] += 1;
            live[block] += usize::from(*new);
            if !new {
                push_removed(&mut removed[block], place.slot, batch.rows.part(row));
            }
        }
        let mut numbers = Vec::with_capacity(batch.blocks.len());
        for (at, draft) in std::mem::take(&mut batch.blocks).into_iter().enumerate() {
            // A block whose records became no entries at all is kept: a later format may read them.
            if live[at] == 0 && rows[at] > 0 {
                numbers.push(None);
                continue;
            }
            let number = self.next_block;
            self.next_block += 1;
            numbers.push(Some(number));
            let removed = std::mem::take(&mut removed[at]);
            self.push(draft.data.len() + 64, Write::Block { number, source, live: live[at], removed, draft });
        }
        numbers
    }

    /// Keeps a record that was not parsed.
    pub(super) fn reject(&mut self, session: &mut Session, source: u32, reject: &Reject) -> Result<()> {
        if let Some(state) = self.sources.get_mut(&source) {
            state.info.rejects += 1;
        }
        self.published.rejects += 1;
        self.push(reject.raw.len() + 128, Write::Reject { source, reject: reject.clone() });
        self.flush_if_due(session)
    }

    /// Closes a source with what is known of it now.
    pub(super) fn end_source(&mut self, session: &mut Session, source: u32, info: &SourceInfo) -> Result<()> {
        let Some(state) = self.sources.get_mut(&source) else { return Ok(()) };
        let counted = &state.info;
        state.info = SourceInfo {
            id: counted.id,
            entries: counted.entries,
            duplicates: counted.duplicates,
            rejects: counted.rejects,
            timeless: counted.timeless,
            span: counted.span,
            ..info.clone()
        };
        state.ended = true;
        if !state.fixed {
            state.newest_first = Some(info.newest_first);
        }
        (state.seen, state.repeats) = (IdSet::default(), HashMap::new());
        self.settle(session, source)
    }

    /// Makes all segments with a source agree on its order.
    pub(super) fn settle(&mut self, session: &mut Session, source: u32) -> Result<()> {
        let Some(state) = self.sources.get_mut(&source) else { return Ok(()) };
        let newest_first = state.is_newest_first();
        state.newest_first = Some(newest_first);
        state.info.newest_first = newest_first;
        if std::mem::take(&mut state.used[usize::from(!newest_first)]) {
            self.sort_again(session, source)?;
        }
        Ok(())
    }

    /// All of it is published now; goes on with the next import.
    pub(super) fn published(&mut self) -> Published {
        self.number += 1;
        self.segments.clear();
        self.sources.values_mut().for_each(|state| state.fixed = true);
        std::mem::take(&mut self.published)
    }

    /// Closes segments again that hold a source whose order turned out to be another.
    fn sort_again(&mut self, session: &mut Session, source: u32) -> Result<()> {
        let (mut kept, mut again) = (Vec::new(), Vec::new());
        for segment in std::mem::take(&mut self.segments) {
            if super::tidy::holds_source(session, &segment, source)? {
                again.push(segment);
            } else {
                kept.push(segment);
            }
        }
        self.segments = kept;
        for old in again {
            let mut rows = Rows::default();
            super::tidy::copy_rows(session, &old, &mut rows, &|_, place, source| Some((place, source)))?;
            self.flush(session)?;
            super::tidy::delete_segment(&session.connection, old.number)?;
            self.seal(session, &rows)?;
        }
        Ok(())
    }

    /// Closes what is open and writes all that is queued.
    pub(super) fn finish(&mut self, session: &mut Session) -> Result<()> {
        if self.open.len() > 0 {
            self.close_segment(session)?;
        }
        self.flush(session)
    }

    fn close_segment(&mut self, session: &mut Session) -> Result<()> {
        let rows = std::mem::take(&mut self.open);
        self.seal(session, &rows)?;
        self.open = rows.emptied();
        self.sources.values_mut().for_each(|state| state.open = false);
        self.known.close();
        self.copies.close();
        Ok(())
    }

    fn seal(&mut self, session: &mut Session, rows: &Rows) -> Result<()> {
        let sources = &self.sources;
        let published = session.snapshot.newest_first.clone();
        let order = |source: u32, record: u64| {
            let newest_first = match sources.get(&source) {
                Some(state) => state.newest_first.unwrap_or(false),
                None => published.contains(&source),
            };
            record_order(newest_first, record)
        };
        let sealed = rows.seal(&order);
        for state in self.sources.values_mut().filter(|state| state.open) {
            state.used[usize::from(state.is_newest_first())] = true;
        }
        self.flush(session)?;
        let number = super::tidy::insert_segment(&session.connection, self.number, &sealed)?;
        self.segments.push(SegmentRef { number, zone: sealed.zone, removed: None });
        Ok(())
    }

    fn push(&mut self, bytes: usize, write: Write) {
        self.queued += bytes;
        self.queue.push(write);
    }

    fn flush_if_due(&mut self, session: &mut Session) -> Result<()> {
        if self.queued >= COMMIT_BYTES { self.flush(session) } else { Ok(()) }
    }

    /// Commits what is queued in one transaction.
    pub(super) fn flush(&mut self, session: &mut Session) -> Result<()> {
        if self.queue.is_empty() {
            return Ok(());
        }
        let queue = std::mem::take(&mut self.queue);
        self.queued = 0;
        let import = self.number;
        super::writer::transaction(&session.connection, "writing a batch", |connection| {
            queue.iter().try_for_each(|write| write.run(connection, import))
        })
    }
}

/// Returns the greatest number a table ever gave.
pub(super) fn last_number(session: &Session, table: &str) -> Result<u64> {
    let sql = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?1";
    let last = session.connection.query_row(sql, [table], |row| row.get::<_, i64>(0));
    last.map(|last| last as u64).map_err(database("numbering"))
}

/// Appends an entry to the list of those a block no longer has in the store.
pub(super) fn push_removed(removed: &mut Vec<u8>, slot: u32, part: u32) {
    removed.extend_from_slice(&slot.to_le_bytes());
    removed.extend_from_slice(&part.to_le_bytes());
}

impl Source {
    /// Gives records without an id of the vendor's the id of their occurrence.
    fn number_repeats(&mut self, batch: &mut Batch) {
        for row in 0..batch.rows.len() {
            if !batch.unidentified[row] {
                continue;
            }
            let id = batch.rows.id(row);
            if self.seen.insert(id.head()) {
                continue;
            }
            let repeats = self.repeats.entry(id.head()).or_default();
            *repeats += 1;
            let place = batch.rows.place(row);
            batch.rows.set_id(row, id.nth(*repeats));
            if let Some(slot) =
                batch.blocks.get_mut(place.block as usize).and_then(|b| b.slots.get_mut(place.slot as usize))
            {
                slot.occurrence = *repeats;
            }
        }
    }

    fn count(&mut self, new: bool, time: Option<i64>) {
        let info = &mut self.info;
        if !new {
            info.duplicates += 1;
        } else {
            info.entries += 1;
            info.timeless += u64::from(time.is_none());
            if let Some(at) = time.map(Timestamp) {
                info.span = Some(info.span.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
            }
        }
        if let (None, Some(last), Some(time)) = (self.newest_first, self.last_time, time) {
            self.newest_first = (last != time).then_some(time < last);
        }
        self.last_time = time.or(self.last_time);
    }

    /// Whether its records are in falling time order, as far as is known.
    pub(super) fn is_newest_first(&self) -> bool {
        self.newest_first.unwrap_or(false)
    }
}
