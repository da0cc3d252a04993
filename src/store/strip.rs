//! Rows handed out as what each of them alone has, and the numbers of the values it shares with others: who writes
//! many rows down writes each value once.

use std::sync::Arc;

use super::Kept;
use super::segment::columns::DictCol;
use super::segment::dict::Values;
use super::segment::fill::fill;
use super::segment::ints::Ints;
use super::segment::probe::Names;
use super::segment::{Keys, entry_id};
use crate::domain::{EntryId, Field, Timestamp};
use crate::query::{Position, Row};

/// Rows in an order, most of them in strips.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    /// Where rows lie.
    pub strips: Vec<Arc<Strip>>,
    /// Where each row lies.
    pub places: Vec<Place>,
    /// The rows that lie in no strip, with what is kept of them.
    pub whole: Vec<(Row, Option<Kept>)>,
}

impl Chunk {
    /// Returns a chunk of rows that all lie in no strip.
    pub fn of_whole(whole: Vec<(Row, Option<Kept>)>) -> Chunk {
        Chunk { strips: Vec::new(), places: vec![Place::Whole; whole.len()], whole }
    }
}

/// Where a row of a chunk lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a strip, by its index, with this number.
    In(u32, u32),
    /// It is the next one of those in no strip.
    Whole,
}

/// Rows by their columns: each value has a number, the same for all rows that have it.
pub struct Strip {
    pub(super) segment: u64,
    pub(super) keys: Keys,
    pub(super) heads: Arc<Ints>,
    pub(super) tails: Arc<Ints>,
    pub(super) records: Arc<Ints>,
    pub(super) columns: Vec<Column>,
    /// Of the sources that its rows come from.
    pub(super) names: Names,
}

/// The values of some fields, and which one each row has.
pub(super) struct Column {
    pub(super) col: DictCol,
    pub(super) values: Arc<Values>,
    pub(super) ids: Arc<Ints>,
}

impl Strip {
    /// Returns what tells its values from those of all others of the store.
    pub fn key(&self) -> u64 {
        self.segment
    }

    /// Returns the id of a row.
    pub fn id(&self, row: u32) -> EntryId {
        entry_id(self.heads.get(row as usize), self.tails.get(row as usize))
    }

    /// Returns when it happened.
    pub fn time(&self, row: u32) -> Option<Timestamp> {
        self.keys.times.get(row as usize).map(Timestamp)
    }

    /// Returns the number of its record in its source.
    pub fn record(&self, row: u32) -> u64 {
        self.records.get(row as usize)
    }

    /// Returns how many columns there are.
    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    /// Returns the column with the values of a field.
    pub fn column(&self, field: Field) -> Option<usize> {
        self.columns.iter().position(|column| column.col == DictCol::of(field))
    }

    /// Returns the column that says how many decimals times have.
    pub fn digits(&self) -> Option<usize> {
        self.columns.iter().position(|column| column.col == DictCol::Digits)
    }

    /// Returns how many values a column has, that of rows without one included.
    pub fn values(&self, column: usize) -> usize {
        self.columns[column].values.len()
    }

    /// Returns the number of a row's value in a column; 0 where it has none.
    #[inline]
    pub fn value(&self, column: usize, row: u32) -> u32 {
        self.columns[column].ids.get(row as usize) as u32
    }

    /// Returns a row that has nothing but one value.
    pub fn row_with(&self, column: usize, value: u32) -> Row {
        let position = Position { time: None, source: 0, order: 0, part: 0 };
        let mut row = [Row::blank(EntryId([0; 16]), position)];
        let Column { col, values, .. } = &self.columns[column];
        fill(&mut row, *col, values, &[value], &self.names);
        let [row] = row;
        row
    }
}

impl std::fmt::Debug for Strip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "strip of segment {}", self.segment)
    }
}

/// Takes chunks; returns whether more are wanted.
pub type TakeChunk<'a> = &'a mut dyn FnMut(Chunk) -> bool;
