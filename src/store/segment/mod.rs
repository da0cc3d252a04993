//! Segments: up to 65,536 entries sorted by time, a column for each thing that is filtered, counted, sorted by
//! or shown. Pure: bytes in, bytes out; where they lie is the business of who implements [`Load`].

pub(crate) mod addresses;
pub(crate) mod bits;
pub(crate) mod columns;
pub(crate) mod dict;
pub(crate) mod fill;
pub(crate) mod frame;
pub(crate) mod index;
pub(crate) mod ints;
pub(crate) mod merge;
pub(crate) mod probe;
pub(crate) mod rows;
pub(crate) mod runs;
pub(crate) mod scan;
mod sieve;
pub(crate) mod values;

use std::sync::Arc;

use crate::domain::{EntryId, Timestamp};
use crate::query::Position;
use crate::store::Result;

use bits::{Bitmap, Selection};
use columns::{DictCol, IntCol, TIME, index_code};
use dict::Values;
use frame::damaged;
use index::IdIndex;
use ints::{Ints, Times};

/// The extent of a segment: enough to skip it or answer for it without its columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Zone {
    /// Rows, removed ones included.
    pub(crate) rows: usize,
    /// Rows without a time, which come first.
    pub(crate) timeless: usize,
    /// Earliest and latest time.
    pub(crate) span: Option<(i64, i64)>,
}

impl Zone {
    /// Returns the extent of sorted rows.
    pub(crate) fn of(times: &Times) -> Zone {
        Zone { rows: times.len(), timeless: times.timeless(), span: times.span() }
    }

    /// Whether it may have a row of a time, or without one.
    pub(crate) fn holds(&self, time: Option<i64>) -> bool {
        match time {
            Some(time) => self.span.is_some_and(|(first, last)| (first..=last).contains(&time)),
            None => self.timeless > 0,
        }
    }
}

/// A stored segment: what is in memory of every one.
#[derive(Clone, Debug)]
pub(crate) struct SegmentRef {
    /// Its number, never used again for another.
    pub(crate) number: u64,
    /// Its extent.
    pub(crate) zone: Zone,
    /// Rows that were removed.
    pub(crate) removed: Option<Arc<Bitmap>>,
}

impl SegmentRef {
    /// Returns the rows that were not removed.
    pub(crate) fn live(&self) -> Selection {
        match &self.removed {
            None => Selection::All,
            Some(removed) => Selection::Some(removed.as_ref().clone()).not().simplify(),
        }
    }

    /// Returns how many rows were not removed.
    pub(crate) fn live_rows(&self) -> usize {
        self.zone.rows - self.removed.as_ref().map_or(0, |removed| removed.count())
    }

    /// Whether a row was removed.
    pub(crate) fn is_removed(&self, row: usize) -> bool {
        self.removed.as_ref().is_some_and(|removed| removed.get(row))
    }
}

/// A column read from its BLOB; clones share it.
#[derive(Clone, Debug)]
pub(crate) enum Loaded {
    /// The times.
    Times(Arc<Times>),
    /// A column of numbers, or of ids into a dictionary.
    Ints(Arc<Ints>),
    /// A dictionary.
    Values(Arc<Values>),
    /// A part of the index of ids.
    Index(Arc<IdIndex>),
}

impl Loaded {
    /// Reads a column of a segment from its BLOB.
    pub(crate) fn decode(number: u64, zone: &Zone, code: u8, blob: &[u8]) -> Result<Loaded> {
        let what = &format!("segment {number}, column {code}");
        let rows = zone.rows;
        let dict = DictCol::ALL.iter().find(|col| [col.values_code(), col.ids_code()].contains(&code));
        Ok(match dict {
            Some(col) if col.values_code() == code => {
                Loaded::Values(Values::decode(what, blob, rows)?.into())
            }
            _ if code == TIME => Loaded::Times(Times::decode(what, blob, rows, zone.timeless)?.into()),
            _ if (index_code(0)..index_code(columns::INDEX_PARTS)).contains(&code) => {
                Loaded::Index(IdIndex::decode(what, blob, rows)?.into())
            }
            _ => {
                let rows = columns::piece_rows(code, rows).map_or(rows, |rows| rows.len());
                Loaded::Ints(Ints::decode(what, blob, rows)?.into())
            }
        })
    }

    /// Returns the bytes it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Loaded::Times(column) => column.bytes(),
            Loaded::Ints(column) => column.bytes(),
            Loaded::Values(column) => column.bytes(),
            Loaded::Index(column) => column.bytes(),
        }
    }
}

/// Where columns come from.
pub(crate) trait Load {
    /// Returns a column of a segment.
    fn load(&mut self, segment: &SegmentRef, code: u8) -> Result<Loaded>;

    /// Returns the times of a segment.
    fn times(&mut self, segment: &SegmentRef) -> Result<Arc<Times>> {
        match self.load(segment, TIME)? {
            Loaded::Times(times) => Ok(times),
            _ => Err(wrong(segment, TIME)),
        }
    }

    /// Returns a column of numbers.
    fn ints(&mut self, segment: &SegmentRef, col: IntCol) -> Result<Arc<Ints>> {
        match self.load(segment, col.code())? {
            Loaded::Ints(ints) => Ok(ints),
            _ => Err(wrong(segment, col.code())),
        }
    }

    /// Returns the dictionary of a column.
    fn values(&mut self, segment: &SegmentRef, col: DictCol) -> Result<Arc<Values>> {
        match self.load(segment, col.values_code())? {
            Loaded::Values(values) => Ok(values),
            _ => Err(wrong(segment, col.values_code())),
        }
    }

    /// Returns the rows of a column, ids into `values`.
    fn ids(&mut self, segment: &SegmentRef, col: DictCol, values: &Values) -> Result<Arc<Ints>> {
        self.ids_below(segment, col, values.len())
    }

    /// Returns the rows of a column, ids into a dictionary of that length.
    fn ids_below(&mut self, segment: &SegmentRef, col: DictCol, len: usize) -> Result<Arc<Ints>> {
        let Loaded::Ints(ids) = self.load(segment, col.ids_code())? else {
            return Err(wrong(segment, col.ids_code()));
        };
        if ids.limit() >= len as u64 {
            return Err(damaged(
                &format!("segment {}, column {}", segment.number, col.ids_code()),
                "it names a value that its dictionary does not hold",
            ));
        }
        Ok(ids)
    }

    /// Returns the part of the index of ids with that number.
    fn index(&mut self, segment: &SegmentRef, part: u8) -> Result<Arc<IdIndex>> {
        match self.load(segment, index_code(part))? {
            Loaded::Index(index) => Ok(index),
            _ => Err(wrong(segment, index_code(part))),
        }
    }

    /// Returns the full id of a row.
    fn id(&mut self, segment: &SegmentRef, row: usize) -> Result<EntryId> {
        Ok(self.ids_around(segment, row)?.get(row))
    }

    /// Returns the ids of at least the rows about one.
    fn ids_around(&mut self, segment: &SegmentRef, _row: usize) -> Result<Ids> {
        self.all_ids(segment)
    }

    /// Returns the ids of all rows.
    fn all_ids(&mut self, segment: &SegmentRef) -> Result<Ids> {
        let heads = self.ints(segment, IntCol::Head)?;
        Ok(Ids { start: 0, heads, tails: self.ints(segment, IntCol::Tail)? })
    }

    /// Returns the rows, removed ones left out, whose id lies between two ids, both included, that begin
    /// with the same four bits.
    fn find(&mut self, segment: &SegmentRef, low: EntryId, high: EntryId) -> Result<Vec<usize>> {
        let index = self.index(segment, index::part_of(low.head()))?;
        let mut rows = Vec::new();
        for row in index.candidates(low.head(), high.head()) {
            let row = *row as usize;
            if !segment.is_removed(row) && (low..=high).contains(&self.id(segment, row)?) {
                rows.push(row);
            }
        }
        Ok(rows)
    }
}

/// The ids of a run of rows.
#[derive(Clone)]
pub(crate) struct Ids {
    /// The first of the rows.
    pub(crate) start: usize,
    pub(crate) heads: Arc<Ints>,
    pub(crate) tails: Arc<Ints>,
}

impl Ids {
    /// Whether a row is one of the run.
    pub(crate) fn has(&self, row: usize) -> bool {
        (self.start..self.start + self.heads.len()).contains(&row)
    }

    /// Returns the id of a row of the run.
    pub(crate) fn get(&self, row: usize) -> EntryId {
        entry_id(self.heads.get(row - self.start), self.tails.get(row - self.start))
    }
}

fn wrong(segment: &SegmentRef, code: u8) -> crate::store::StoreError {
    damaged(&format!("segment {}, column {code}", segment.number), "it is of another kind")
}

/// Returns an id from its halves.
pub(crate) fn entry_id(head: u64, tail: u64) -> EntryId {
    EntryId((u128::from(head) << 64 | u128::from(tail)).to_be_bytes())
}

/// Returns the number of a source from its value in a dictionary.
pub(crate) fn source_number(value: Option<&[u8]>) -> u32 {
    value.and_then(|value| value.try_into().ok()).map_or(0, u32::from_le_bytes)
}

/// Returns the place of a record in the order of time among those of its source with the same time.
pub(crate) fn record_order(newest_first: bool, record: u64) -> u64 {
    if newest_first { (i64::MAX as u64).saturating_sub(record) } else { record }
}

/// Every column of a segment.
pub(crate) struct Segment {
    pub(crate) times: Arc<Times>,
    ints: Vec<Arc<Ints>>,
    dicts: Vec<(Arc<Values>, Arc<Ints>)>,
}

impl Segment {
    /// Reads every column.
    pub(crate) fn load(load: &mut dyn Load, segment: &SegmentRef) -> Result<Segment> {
        let ints = IntCol::ALL.iter().map(|col| load.ints(segment, *col)).collect::<Result<_>>()?;
        let mut dicts = Vec::new();
        for col in DictCol::ALL {
            let values = load.values(segment, col)?;
            let ids = load.ids(segment, col, &values)?;
            dicts.push((values, ids));
        }
        Ok(Segment { times: load.times(segment)?, ints, dicts })
    }

    /// Returns a column of numbers.
    pub(crate) fn ints(&self, col: IntCol) -> &Ints {
        &self.ints[(col.code() - IntCol::Head.code()) as usize]
    }

    /// Returns a column with its dictionary.
    pub(crate) fn dict(&self, col: DictCol) -> (&Values, &Ints) {
        let (values, ids) = &self.dicts[col as usize];
        (values, ids)
    }

    /// Returns the full id of a row.
    pub(crate) fn id(&self, row: usize) -> EntryId {
        entry_id(self.ints(IntCol::Head).get(row), self.ints(IntCol::Tail).get(row))
    }

    /// Returns where the record of a row lies.
    pub(crate) fn place(&self, row: usize) -> rows::Locator {
        rows::Locator {
            record: self.ints(IntCol::Record).get(row),
            block: self.ints(IntCol::Block).get(row),
            slot: self.ints(IntCol::Slot).get(row) as u32,
        }
    }

    /// Returns the part of the record that a row is.
    pub(crate) fn part(&self, row: usize) -> u32 {
        self.ints(IntCol::Part).get(row) as u32
    }

    /// Returns the number of a row's source.
    pub(crate) fn source(&self, row: usize) -> u32 {
        let (values, ids) = self.dict(DictCol::Source);
        source_number(values.get(ids.get(row) as u32))
    }
}

/// What orders the rows of a segment: their positions.
#[derive(Clone)]
pub(crate) struct Keys {
    pub(crate) times: Arc<Times>,
    sources: Arc<Values>,
    source_ids: Arc<Ints>,
    records: Arc<Ints>,
    parts: Arc<Ints>,
    newest_first: Arc<dyn Fn(u32) -> bool + Send + Sync>,
}

impl Keys {
    /// Reads the columns that a position is made of.
    pub(crate) fn load(
        load: &mut dyn Load,
        segment: &SegmentRef,
        newest_first: Arc<dyn Fn(u32) -> bool + Send + Sync>,
    ) -> Result<Keys> {
        let sources = load.values(segment, DictCol::Source)?;
        Ok(Keys {
            times: load.times(segment)?,
            source_ids: load.ids(segment, DictCol::Source, &sources)?,
            sources,
            records: load.ints(segment, IntCol::Record)?,
            parts: load.ints(segment, IntCol::Part)?,
            newest_first,
        })
    }

    /// Returns the place of a row in the order of time.
    pub(crate) fn position(&self, row: usize) -> Position {
        let source = source_number(self.sources.get(self.source_ids.get(row) as u32));
        Position {
            time: self.times.get(row).map(Timestamp),
            source,
            order: record_order((self.newest_first)(source), self.records.get(row)),
            part: self.parts.get(row) as u32,
        }
    }

    /// Returns the first row whose position is not below `at`.
    pub(crate) fn lower(&self, at: &Position) -> usize {
        let rows = match at.time {
            None => 0..self.times.timeless(),
            Some(time) => {
                let start = self.times.lower(time.0);
                let end = time.0.checked_add(1).map_or(self.times.len(), |next| self.times.lower(next));
                start..end
            }
        };
        let (mut low, mut high) = (rows.start, rows.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.position(middle) < *at { low = middle + 1 } else { high = middle }
        }
        low
    }
}
