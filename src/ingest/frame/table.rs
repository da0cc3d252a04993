//! The rows of an answer while it passes: which are records, and whether their columns are those that were found at
//! the beginning. Rows under other columns are rejects: a cell under a wrong name would be worse.

use crate::domain::json::Doc;
use crate::ingest::cells::{self, Cells};

use super::answer::Answer;
use super::{Piece, What};

/// What the rows at hand are under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Under {
    /// Nothing was said in this part of the answer: the columns of the beginning.
    Assumed,
    Known,
    /// Columns of a table without records.
    Beside,
    Unknown,
}

#[derive(Debug)]
pub(super) struct Table {
    answer: Answer,
    /// Longer values are not looked at: their beginning is not at hand any more.
    limit: u64,
    under: Under,
    /// A row was taken as under the columns of the beginning.
    taken: bool,
    /// The next row is the first of its list.
    first: bool,
}

const LOST: &str =
    "a row under columns that the beginning of the file does not name; make it a file of its own";

impl Table {
    pub(super) fn new(answer: Answer, limit: u64) -> Table {
        Table { answer, limit, under: Under::Assumed, taken: false, first: true }
    }

    /// Returns the byte that a row begins with.
    pub(super) fn opens(&self) -> u8 {
        self.answer.opens
    }

    /// Begins a part of the answer that may name columns of its own.
    pub(super) fn begin(&mut self) {
        self.under = Under::Assumed;
        self.taken = false;
    }

    /// Begins a list of rows.
    pub(super) fn begin_rows(&mut self) {
        self.first = true;
    }

    /// Whether rows or columns lie below this path.
    pub(super) fn leads_on(&self, path: &[String]) -> bool {
        let mut paths = self.answer.rows.iter().chain(&self.answer.columns);
        paths.any(|wanted| wanted.len() > path.len() && wanted.starts_with(path))
    }

    pub(super) fn holds_rows(&self, path: &[String]) -> bool {
        self.answer.rows.iter().any(|wanted| wanted == path)
    }

    /// Whether columns are described at this path, its keys joined by dots.
    pub(super) fn describes(&self, path: &str) -> bool {
        self.answer.columns.iter().any(|wanted| wanted.join(".") == path)
    }

    /// Returns the bytes of a value that is complete.
    pub(super) fn bytes<'w>(&self, window: &'w [u8], base: u64, piece: &Piece) -> &'w [u8] {
        let from = piece.start.checked_sub(base).filter(|_| piece.end - piece.start <= self.limit);
        from.and_then(|from| window.get(from as usize..(piece.end - base) as usize)).unwrap_or_default()
    }

    /// Takes note of columns; returns what is wrong with them.
    pub(super) fn named(&mut self, bytes: &[u8]) -> Option<What> {
        let mut doc = Doc::new();
        let text = std::str::from_utf8(bytes).ok();
        let columns = text.and_then(|text| cells::columns(doc.parse(text).ok()?)).unwrap_or_default();
        self.under = match () {
            () if self.answer.known.contains(&columns) => Under::Known,
            () if self.answer.beside.contains(&columns) => Under::Beside,
            () => Under::Unknown,
        };
        let other = self.taken && self.under != Under::Known && self.answer.known.first() != Some(&columns);
        other.then(|| {
            What::Bad("other columns than those that the rows before them were read under".to_owned())
        })
    }

    /// Returns what a row is; nothing where it only repeats the names of its columns.
    pub(super) fn row(&mut self, bytes: &[u8]) -> Option<What> {
        let first = std::mem::take(&mut self.first);
        if first && self.repeats(bytes) {
            return None;
        }
        self.taken |= self.under == Under::Assumed;
        Some(match self.under {
            Under::Assumed | Under::Known => What::Record,
            Under::Beside => What::Meta("row".to_owned()),
            Under::Unknown => What::Bad(LOST.to_owned()),
        })
    }

    fn repeats(&self, bytes: &[u8]) -> bool {
        let mut doc = Doc::new();
        let row = std::str::from_utf8(bytes).ok().and_then(|text| doc.parse(text).ok());
        let cells = row.and_then(Cells::of);
        cells.is_some_and(|cells| self.answer.known.iter().any(|columns| cells.repeat(columns)))
    }
}
