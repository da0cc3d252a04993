//! CSV by RFC 4180, with cells guarded that a spreadsheet would run.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::domain::zone::Zone;
use crate::query::Row;

use super::super::Detail;
use super::super::column::Column;

/// Writes rows as CSV.
pub(in crate::ops) struct Csv {
    columns: Vec<Column>,
    zone: Zone,
    guard: bool,
    guarded: u64,
}

impl Csv {
    pub(in crate::ops) fn new(columns: Vec<Column>, zone: Zone, guard: bool) -> Csv {
        Csv { columns, zone, guard, guarded: 0 }
    }

    /// Writes one row.
    pub(in crate::ops) fn write_row(
        &mut self,
        row: &Row,
        detail: Option<&Detail>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for at in 0..self.columns.len() {
            let text = self.columns[at].text(row, detail, self.zone);
            let text = if self.guard { guard(text, &mut self.guarded) } else { text };
            self.cell(at, &text, out)?;
        }
        out.write_all(b"\r\n")
    }

    /// Returns how many cells were guarded since it was asked last.
    pub(in crate::ops) fn take_guarded(&mut self) -> u64 {
        std::mem::take(&mut self.guarded)
    }

    fn cell(&self, at: usize, text: &str, out: &mut dyn Write) -> io::Result<()> {
        if at > 0 {
            out.write_all(b",")?;
        }
        let special = |byte: &u8| matches!(byte, b',' | b'"' | b'\r' | b'\n');
        // A line of one empty cell would be no line.
        let lonely = text.is_empty() && self.columns.len() == 1;
        if !lonely && !text.as_bytes().iter().any(special) {
            return out.write_all(text.as_bytes());
        }
        out.write_all(b"\"")?;
        for (at, piece) in text.split('"').enumerate() {
            if at > 0 {
                out.write_all(b"\"\"")?;
            }
            out.write_all(piece.as_bytes())?;
        }
        out.write_all(b"\"")
    }
}

impl super::Rows for Csv {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        for at in 0..self.columns.len() {
            self.cell(at, self.columns[at].name(), out)?;
        }
        out.write_all(b"\r\n")
    }

    fn row(&mut self, row: &Row, detail: Option<&Detail>, out: &mut dyn Write) -> io::Result<()> {
        self.write_row(row, detail, out)
    }

    fn end(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn guarded(&self) -> u64 {
        self.guarded
    }
}

/// Puts a `'` before what a spreadsheet would take for a formula, and before a `'`, so that taking one away
/// always gives the original back.
pub(super) fn guard<'a>(text: Cow<'a, str>, guarded: &mut u64) -> Cow<'a, str> {
    if !text.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) {
        return text;
    }
    *guarded += 1;
    Cow::Owned(format!("'{text}"))
}
