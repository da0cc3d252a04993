//! Columns read from the file: whole, or of the ids only the piece with the rows that are asked for.

use std::sync::Arc;

use rusqlite::OptionalExtension as _;

use crate::store::segment::addresses::Listed;
use crate::store::segment::columns::{DictCol, IntCol, PIECE_ROWS};
use crate::store::segment::frame::damaged;
use crate::store::segment::ints::Ints;
use crate::store::segment::{Ids, Load, Loaded, SegmentRef};
use crate::store::{Result, StoreError};

use super::super::schema::database;
use super::{Session, column_key};

impl Load for Session {
    fn load(&mut self, segment: &SegmentRef, code: u8) -> Result<Loaded> {
        if let Some(column) = self.shared.cache.columns.get((segment.number, code)) {
            return Ok(column);
        }
        let column = match self.stored(segment, code)? {
            Some(column) => column,
            None => self.joined(segment, code)?,
        };
        self.keep(segment, code, &column);
        Ok(column)
    }

    fn ids_around(&mut self, segment: &SegmentRef, row: usize) -> Result<Ids> {
        // Segments of before have them in one piece.
        if let Some(heads) = self.piece(segment, IntCol::Head, row)?
            && let Some(tails) = self.piece(segment, IntCol::Tail, row)?
        {
            return Ok(Ids { start: row / PIECE_ROWS * PIECE_ROWS, heads, tails });
        }
        self.all_ids(segment)
    }
}

impl Session {
    /// Reads a column's BLOB with `decode`; `None` where it is not stored under that number.
    fn read_column<T>(
        &self,
        segment: &SegmentRef,
        code: u8,
        decode: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<Option<T>> {
        let doing = || database("reading a column");
        let mut query =
            self.connection.prepare_cached("SELECT data FROM columns WHERE key = ?1").map_err(doing())?;
        let key = column_key(segment.number, code);
        let read = query.query_row([key], |row| Ok(decode(row.get_ref(0)?.as_blob()?)));
        read.optional().map_err(doing())?.transpose()
    }

    /// Returns the addresses of a segment as they are stored, to be kept by who asks; `None` where they are written as
    /// other values are.
    pub(in super::super) fn addresses(&self, segment: &SegmentRef) -> Result<Option<Listed>> {
        let code = DictCol::Ip.values_code();
        let what = format!("segment {}, column {code}", segment.number);
        let read = self.read_column(segment, code, |blob| Listed::decode(&what, blob, segment.zone.rows))?;
        read.ok_or_else(|| missing(segment, code))
    }

    /// Reads a column that is stored under its own number.
    fn stored(&self, segment: &SegmentRef, code: u8) -> Result<Option<Loaded>> {
        let decode = |blob: &[u8]| Loaded::decode(segment.number, &segment.zone, code, blob);
        self.read_column(segment, code, decode)
    }

    /// Reads a column that is stored in pieces.
    fn joined(&self, segment: &SegmentRef, code: u8) -> Result<Loaded> {
        let col = IntCol::ALL.into_iter().find(|col| col.code() == code);
        let codes = col.map_or(0..0, |col| col.piece_codes(segment.zone.rows));
        if codes.is_empty() {
            return Err(missing(segment, code));
        }
        let mut pieces = Vec::with_capacity(codes.len());
        for code in codes {
            match self.stored(segment, code)? {
                Some(Loaded::Ints(piece)) => pieces.push(piece),
                _ => return Err(missing(segment, code)),
            }
        }
        Ok(Loaded::Ints(Ints::concat(&pieces).into()))
    }

    /// Returns the piece of a column with a row; `None` where it is not stored in pieces.
    fn piece(&mut self, segment: &SegmentRef, col: IntCol, row: usize) -> Result<Option<Arc<Ints>>> {
        let codes = col.piece_codes(segment.zone.rows);
        if codes.is_empty() || self.shared.cache.columns.get((segment.number, col.code())).is_some() {
            return Ok(None);
        }
        let code = codes.start + (row / PIECE_ROWS) as u8;
        let found = match self.shared.cache.columns.get((segment.number, code)) {
            Some(known) => Some(known),
            None => self.stored(segment, code)?.inspect(|piece| self.keep(segment, code, piece)),
        };
        Ok(found.and_then(|found| match found {
            Loaded::Ints(piece) => Some(piece),
            _ => None,
        }))
    }

    /// Keeps a column for later.
    fn keep(&self, segment: &SegmentRef, code: u8, column: &Loaded) {
        if !self.passing {
            self.shared.cache.columns.put((segment.number, code), column.clone(), column.bytes());
        }
    }
}

fn missing(segment: &SegmentRef, code: u8) -> StoreError {
    damaged(&format!("segment {}, column {code}", segment.number), "it is missing")
}
