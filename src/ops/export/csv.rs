//! CSV by RFC 4180, with cells guarded that a spreadsheet would run.

use std::borrow::Cow;
use std::io::{self, Write};

use csv_core::{WriteResult, Writer, WriterBuilder};

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
    writer: Writer,
    buffer: Vec<u8>,
}

impl Csv {
    pub(in crate::ops) fn new(columns: Vec<Column>, zone: Zone, guard: bool) -> Csv {
        let writer = WriterBuilder::new().terminator(csv_core::Terminator::CRLF).build();
        Csv { columns, zone, guard, guarded: 0, writer, buffer: vec![0; 1 << 12] }
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
            self.cell(at == 0, &text, out)?;
        }
        self.end_row(out)
    }

    /// Returns how many cells were guarded since it was asked last.
    pub(in crate::ops) fn take_guarded(&mut self) -> u64 {
        std::mem::take(&mut self.guarded)
    }

    fn cell(&mut self, first: bool, text: &str, out: &mut dyn Write) -> io::Result<()> {
        if !first {
            self.push(out, |writer, _, buffer| wrote(writer.delimiter(buffer)), "")?;
        }
        self.push(out, Writer::field, text)
    }

    fn end_row(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.push(out, |writer, _, buffer| wrote(writer.terminator(buffer)), "")
    }

    /// Runs one step of the writer until all of its input is out.
    fn push(
        &mut self,
        out: &mut dyn Write,
        step: impl Fn(&mut Writer, &[u8], &mut [u8]) -> (WriteResult, usize, usize),
        text: &str,
    ) -> io::Result<()> {
        let mut input = text.as_bytes();
        loop {
            let (result, read, written) = step(&mut self.writer, input, &mut self.buffer);
            out.write_all(self.buffer.get(..written).unwrap_or_default())?;
            input = input.get(read..).unwrap_or_default();
            if result == WriteResult::InputEmpty {
                return Ok(());
            }
        }
    }
}

/// A step that takes no input, as one that took none.
fn wrote((result, written): (WriteResult, usize)) -> (WriteResult, usize, usize) {
    (result, 0, written)
}

impl super::Rows for Csv {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        for at in 0..self.columns.len() {
            self.cell(at == 0, self.columns[at].name(), out)?;
        }
        self.end_row(out)
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
