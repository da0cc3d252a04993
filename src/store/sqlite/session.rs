//! One connection with the state it sees: where columns, blocks and conditions on records come from.

mod load;

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _};

use crate::domain::{EntryId, Field};
use crate::query::{Has, Row, Term, Watch};
use crate::store::block::Block;
use crate::store::segment::bits::{Bitmap, Selection};
use crate::store::segment::columns::{DictCol, IntCol};
use crate::store::segment::frame::damaged;
use crate::store::segment::probe::Names;
use crate::store::segment::rows::Locator;
use crate::store::segment::scan::{Context, Deep};
use crate::store::segment::{Ids, Keys, Load, Loaded, SegmentRef};
use crate::store::{Generation, Result, SourceInfo, StoredRecord};

use super::Shared;
use super::filters::Excluded;
use super::schema::database;
use super::search::Hiding;
use super::snapshot::{Snapshot, state};

/// One connection with the state it sees.
pub(super) struct Session {
    pub(super) shared: Arc<Shared>,
    pub(super) connection: Connection,
    pub(super) snapshot: Snapshot,
    /// What SQLite's counter of changes by others was when the snapshot was read.
    data_version: Option<i64>,
    /// Columns of a segment that is not in the file yet or not worth a place in the cache.
    keys: HashMap<u64, Keys>,
    /// What is read now is not kept for later.
    passing: bool,
    /// Blocks that conditions asked lately need not open. Blocks never change, so this stays true; it is dropped
    /// with the snapshot because newer blocks have filters of their own.
    pub(super) excluded: Vec<(Term, Arc<Excluded>)>,
    /// Where records hide values, once that was asked for; as long as these.
    pub(super) hiding: Option<Arc<Hiding>>,
}

impl Session {
    pub(super) fn new(shared: Arc<Shared>, connection: Connection) -> Session {
        Session {
            shared,
            connection,
            snapshot: Snapshot::default(),
            data_version: None,
            keys: HashMap::new(),
            passing: false,
            excluded: Vec::new(),
            hiding: None,
        }
    }

    /// Runs `work` without keeping the columns it reads: who goes through all segments once would fill the cache with
    /// what nobody asks for again.
    pub(super) fn in_passing<T>(&mut self, work: impl FnOnce(&mut Session) -> T) -> T {
        self.passing = true;
        let done = work(self);
        self.passing = false;
        done
    }

    /// Returns the state now, as cheaply as can be.
    pub(super) fn generation(&mut self) -> Result<Generation> {
        let version = self.data_version()?;
        if self.data_version != Some(version) {
            return Ok(state(&self.connection)?.0);
        }
        Ok(self.snapshot.generation)
    }

    fn data_version(&self) -> Result<i64> {
        self.connection
            .prepare_cached("PRAGMA data_version")
            .and_then(|mut query| query.query_row([], |row| row.get(0)))
            .map_err(database("asking for changes"))
    }

    /// Runs `work` on one state of the store: the latest when it begins.
    pub(super) fn read<T>(&mut self, work: impl FnOnce(&mut Session) -> Result<T>) -> Result<T> {
        self.connection.execute_batch("BEGIN").map_err(database("beginning to read"))?;
        let result = self.refresh().and_then(|()| work(self));
        // Nothing was written, so there is nothing that could fail to be.
        drop(self.connection.execute_batch("ROLLBACK"));
        result
    }

    /// Reads the snapshot again where the state has changed.
    pub(super) fn refresh(&mut self) -> Result<()> {
        let version = self.data_version()?;
        if self.data_version == Some(version) {
            return Ok(());
        }
        let (generation, _) = state(&self.connection)?;
        if self.data_version.is_none() || generation != self.snapshot.generation {
            self.snapshot = Snapshot::read(&self.connection)?;
            self.keys.clear();
        }
        self.excluded.clear();
        self.hiding = None;
        self.data_version = Some(version);
        Ok(())
    }

    /// Makes the next read look again: this connection's own changes do not count as changes by others.
    pub(super) fn forget(&mut self) {
        self.data_version = None;
    }

    /// Returns what orders the rows of a segment.
    pub(super) fn keys(&mut self, segment: &SegmentRef) -> Result<Keys> {
        if let Some(keys) = self.keys.get(&segment.number) {
            return Ok(keys.clone());
        }
        let newest_first = self.snapshot.newest_first.clone();
        let keys = Keys::load(self, segment, Arc::new(move |source| newest_first.contains(&source)))?;
        if self.keys.len() >= 8 {
            self.keys.clear();
        }
        self.keys.insert(segment.number, keys.clone());
        Ok(keys)
    }

    /// Returns the numbers of the blocks with a segment's records, sorted. They are read once: a search asks of
    /// every segment whether any of its blocks is worth opening.
    pub(super) fn blocks_of(&mut self, segment: &SegmentRef) -> Result<Arc<[u64]>> {
        if let Some(blocks) = self.shared.cache.blocks_of.get(segment.number) {
            return Ok(blocks);
        }
        let numbers = self.ints(segment, IntCol::Block)?;
        let mut blocks: Vec<u64> = Vec::new();
        // Rows of one block mostly follow each other.
        for block in numbers.iter() {
            if blocks.last() != Some(&block) {
                blocks.push(block);
            }
        }
        blocks.sort_unstable();
        blocks.dedup();
        let blocks: Arc<[u64]> = blocks.into();
        self.shared.cache.blocks_of.put(segment.number, blocks.clone(), blocks.len() * 8 + 64);
        Ok(blocks)
    }

    /// Returns where the record of a row lies.
    pub(super) fn place(&mut self, segment: &SegmentRef, row: usize) -> Result<Locator> {
        Ok(Locator {
            record: self.ints(segment, IntCol::Record)?.get(row),
            block: self.ints(segment, IntCol::Block)?.get(row),
            slot: self.ints(segment, IntCol::Slot)?.get(row) as u32,
        })
    }

    /// Returns a block.
    pub(super) fn block(&mut self, number: u64) -> Result<Arc<Block>> {
        if let Some(block) = self.shared.cache.blocks.get(number) {
            return Ok(block);
        }
        let block = Arc::new(self.read_block(number)?);
        self.shared.cache.blocks.put(number, block.clone(), block.bytes());
        Ok(block)
    }

    /// Returns a block without keeping it.
    pub(super) fn read_block(&self, number: u64) -> Result<Block> {
        self.packed_block(number)?.unpack()
    }

    /// Returns a block as it is stored, to be unpacked by whichever thread searches it.
    pub(super) fn packed_block(&self, number: u64) -> Result<Packed> {
        let doing = || database("reading a block");
        let mut query = self
            .connection
            .prepare_cached(
                "SELECT source, slots, data FROM blocks JOIN block_data ON block = number WHERE number = ?1",
            )
            .map_err(doing())?;
        let read = query.query_row([number as i64], |row| {
            Ok(Packed { number, source: row.get(0)?, slots: row.get(1)?, data: row.get(2)? })
        });
        read.optional().map_err(doing())?.ok_or_else(|| damaged(&format!("block {number}"), "it is missing"))
    }

    /// Returns a source by its number.
    pub(super) fn source(&self, number: u32) -> Result<Arc<SourceInfo>> {
        let stored = self.snapshot.sources.get(&number);
        stored
            .map(|stored| stored.info.clone())
            .ok_or_else(|| damaged(&format!("source {number}"), "it is missing"))
    }

    /// Returns the raw record of a row.
    pub(super) fn record(&mut self, segment: &SegmentRef, row: usize) -> Result<StoredRecord> {
        let place = self.place(segment, row)?;
        let block = self.block(place.block)?;
        let format = self.text(segment, DictCol::Format, row)?;
        let (slot, raw) = block
            .get(place.slot)
            .ok_or_else(|| damaged(&format!("block {}", place.block), "a record of it is missing"))?;
        Ok(StoredRecord {
            raw: raw.to_vec(),
            source: self.source(block.source)?,
            format: format.into(),
            record: slot.record,
            offset: slot.offset,
            occurrence: slot.occurrence,
        })
    }

    fn text(&mut self, segment: &SegmentRef, col: DictCol, row: usize) -> Result<String> {
        let values = self.values(segment, col)?;
        let id = self.ids(segment, col, &values)?.get(row) as u32;
        Ok(crate::store::segment::values::text(values.get(id).unwrap_or_default()).to_owned())
    }

    /// Returns the rows at places of a list of segments, in the order of the places.
    pub(super) fn rows(&mut self, segments: &[SegmentRef], places: &[(usize, usize)]) -> Result<Vec<Row>> {
        self.rows_with(segments, places, Field::ALL)
    }

    /// Does the same with no other values than those of `fields`.
    pub(super) fn rows_with(
        &mut self,
        segments: &[SegmentRef],
        places: &[(usize, usize)],
        fields: &[Field],
    ) -> Result<Vec<Row>> {
        // Rows that follow each other mostly lie in one segment.
        if let Some((at, _)) = places.first()
            && places.iter().all(|place| place.0 == *at)
        {
            let wanted: Vec<usize> = places.iter().map(|place| place.1).collect();
            return super::assemble::rows_of(self, &segments[*at], &wanted, fields);
        }
        let mut order: Vec<usize> = (0..places.len()).collect();
        order.sort_unstable_by_key(|at| places[*at]);
        let mut rows: Vec<Option<Row>> = vec![None; places.len()];
        for group in order.chunk_by(|a, b| places[*a].0 == places[*b].0) {
            let segment = &segments[places[group[0]].0];
            let wanted: Vec<usize> = group.iter().map(|at| places[*at].1).collect();
            let found = super::assemble::rows_of(self, segment, &wanted, fields)?;
            group.iter().zip(found).for_each(|(at, row)| rows[*at] = Some(row));
        }
        Ok(rows.into_iter().flatten().collect())
    }

    /// Remembers where an entry of a page stands, since it is likely to be opened next.
    pub(super) fn remember(&self, id: EntryId, segment: u64, row: usize) {
        self.shared.cache.places.put(id, (segment, row), 64);
    }

    /// Returns where an entry stands: the index of its segment in the snapshot, and its row.
    pub(super) fn locate(&mut self, id: EntryId) -> Result<Option<(usize, usize)>> {
        let segments = self.snapshot.segments.clone();
        if let Some((number, row)) = self.shared.cache.places.get(id)
            && let Some(at) = segments.iter().position(|segment| segment.number == number)
            && !segments[at].is_removed(row)
        {
            return Ok(Some((at, row)));
        }
        for (at, segment) in segments.iter().enumerate() {
            if let Some(row) = self.find(segment, id, id)?.first() {
                return Ok(Some((at, *row)));
            }
        }
        Ok(None)
    }
}

/// A block as it is stored.
pub(super) struct Packed {
    pub(super) number: u64,
    pub(super) source: u32,
    slots: Vec<u8>,
    data: Vec<u8>,
}

impl Packed {
    /// Unpacks it.
    pub(super) fn unpack(&self) -> Result<Block> {
        Block::decode(self.number, self.source, &self.slots, &self.data)
    }
}

/// Returns the key of a column's row.
pub(super) fn column_key(segment: u64, code: u8) -> i64 {
    (segment << 8 | u64::from(code)) as i64
}

/// A session that looks up now and then whether to stop.
pub(super) struct Watched<'a> {
    pub(super) session: &'a mut Session,
    pub(super) watch: &'a mut dyn Watch,
    /// Set when the watch said stop; answers are then of no use.
    pub(super) stopped: bool,
}

impl Load for Watched<'_> {
    fn load(&mut self, segment: &SegmentRef, code: u8) -> Result<Loaded> {
        self.session.load(segment, code)
    }

    fn ids_around(&mut self, segment: &SegmentRef, row: usize) -> Result<Ids> {
        self.session.ids_around(segment, row)
    }
}

impl Context for Watched<'_> {
    fn names(&self) -> &Names {
        &self.session.snapshot.names
    }

    fn annotated(&self, has: Has) -> &[EntryId] {
        match has {
            Has::Mark => &self.session.snapshot.marked,
            _ => &self.session.snapshot.noted,
        }
    }

    fn recall(&self, segment: &SegmentRef, deep: &Deep) -> Option<Selection> {
        self.session.shared.cache.found.get(&deep.term, segment)
    }

    fn keep(&self, segment: &SegmentRef, deep: &Deep, found: &Selection) {
        if !self.stopped {
            self.session.shared.cache.found.put(&deep.term, segment, found);
        }
    }

    fn narrow(&mut self, segment: &SegmentRef, deep: &Deep, among: &Selection) -> Result<Selection> {
        super::search::narrow(self, segment, deep, among)
    }

    fn deep(&mut self, segment: &SegmentRef, deep: &Deep, rows: &Bitmap) -> Result<Bitmap> {
        super::search::search(self, segment, deep, rows)
    }
}
